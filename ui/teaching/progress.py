"""A lesson as it runs: one bar for the whole, a line for each stage, what is happening, how long it will take."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

import streamlit as st

from core.errors import LessonError
from core.learning.progress import STAGES, Progress, Stage
from core.pictures.dataset import Dataset
from core.storage.area import VisitArea
from core.work import draft as drafts
from core.work import lessons
from core.work.draft import Draft
from core.work.lessons import Status
from ui import errors, page
from ui.teaching import choices, curves, strips
from ui.teaching.draft import present
from ui.texts import plural, t

_POLL_SECONDS = 0.5
_MOSAIC_CLASSES = 12  # whose pictures come by while it looks at them
_MOSAIC = 30  # pictures of them: whole rows of ten, and of six on a phone


def show(area: VisitArea, draft: Draft) -> None:
    """The lesson as it runs or waits; draws the whole page again when it has ended."""
    with page.card("lesson"):
        st.html(headline(draft))
        dataset = present(draft.sources)
        tiles = mixed(dataset.edited(draft.edits)) if dataset else []
        with st.container(key="teach_watch"):
            _watch(area, str(draft.lesson), len(tiles), choices.recipe(draft).stages)
            st.html(mosaic(tiles))
        st.button(
            t("teach.cancel"),
            icon=":material/close:",
            key="teach_cancel",
            on_click=errors.guarded(lessons.cancel),
            args=(area, str(draft.lesson)),
        )
    page.note(t("teach.running_note"))


def headline(draft: Draft) -> str:
    """What is being taught."""
    title = draft.title or t("teach.unnamed_model")
    return f'<p class="tl-note tl-what">{escape(t("teach.teaching", title=title))}</p>'


@st.fragment(run_every=_POLL_SECONDS)
@errors.guarded
def _watch(area: VisitArea, lesson: str, pictures: int, stages: tuple[Stage, ...]) -> None:
    status = lessons.status(area, lesson)
    if status.state not in ("waiting", "running"):
        st.rerun(scope="app")
    st.html(view(status, stages) + seen(status, pictures))


def view(status: Status, stages: Sequence[Stage] = STAGES) -> str:
    """The progress of a lesson, which goes through these stages, as HTML."""
    stage = _current(status, stages)
    if status.state == "waiting":
        head, share = plural("teach.waiting", status.position), 0.0
    else:
        share = max((step.share for step in status.progress.values()), default=0.0)
        head = t(f"teach.now_{stage}") if stage else t("teach.now_begin")
    left = f'<span class="tl-note">{escape(_left(status.seconds_left))}</span>' if status.state == "running" else ""
    rows = "".join(_row(one, status.progress.get(one), _state(one, stage, status)) for one in stages)
    percent, train = round(share * 100), status.progress.get("train")
    return (
        f'<div class="tl-lesson"><p class="tl-now" role="status"><strong>{escape(head)}</strong>{left}</p>'
        f'<div class="tl-whole-bar" role="progressbar" aria-valuenow="{percent}" aria-valuemin="0" aria-valuemax="100" '
        f'aria-label="{escape(t("teach.progress"))}"><span style="width:{share * 100:.1f}%"></span></div>'
        f'<ol class="tl-stages">{rows}</ol>{curves.view(train.epochs if train else ())}</div>'
    )


def seen(status: Status, pictures: int) -> str:
    """A rule that brings to light as large a part of the mosaic's `pictures` as it has looked at of all."""
    look = status.progress.get("look")
    share = look.done / max(look.total, 1) if look else 0.0
    if status.progress.get("train"):  # the curves take their place
        return "<style>.tl-mosaic{display:none}</style>"
    return f"<style>.tl-mosaic li:nth-child(-n+{int(share * pictures)}){{opacity:1;filter:none}}</style>"


def mixed(taught: Dataset) -> list[bytes]:
    """Some of the pictures as small JPEGs, one of each class after the other."""
    some = strips.strips(taught, list(taught.counts)[:_MOSAIC_CLASSES]).values()
    tiles = [strip[number][1] for number in range(strips.STRIP) for strip in some if number < len(strip)]
    return [tile for tile in tiles if tile][:_MOSAIC]


def mosaic(tiles: Sequence[bytes]) -> str:
    """The pictures that come to light while it looks, as HTML."""
    rows = "".join(f"<li>{strips.tile_html(tile)}</li>" for tile in tiles)
    return f'<ul class="tl-mosaic" aria-hidden="true">{rows}</ul>'


def _current(status: Status, stages: Sequence[Stage]) -> str | None:
    begun = [stage for stage in stages if stage in status.progress]
    return begun[-1] if begun else None


def _state(stage: str, current: str | None, status: Status) -> str:
    if stage not in status.progress:
        return "ahead"
    return "now" if stage == current else "done"


def _row(stage: str, progress: Progress | None, state: str) -> str:
    symbol = {"done": "check_circle", "now": "radio_button_checked", "ahead": "radio_button_unchecked"}[state]
    amount = ""
    if progress is not None and stage in ("read", "look", "vary", "test") and state != "ahead":
        amount = plural("teach.pictures", progress.total)
        if state == "now" and progress.done < progress.total:
            amount = t("teach.amount", done=f"{progress.done:,}", total=f"{progress.total:,}")
    elif progress is not None and stage in ("learn", "train") and state == "now" and progress.total > 1:
        amount = f"{progress.done / progress.total:.0%}"
    return (
        f'<li class="tl-stage-{state}"{" aria-current=step" if state == "now" else ""}>'
        f'<span class="tl-symbol" aria-hidden="true">{symbol}</span>'
        f'<span>{escape(t(f"teach.stage_{stage}"))}</span><span class="tl-note">{escape(amount)}</span></li>'
    )


def _left(seconds: float | None) -> str:
    """How long it will take, no more precise than it can be known."""
    if seconds is None:
        return t("teach.left_unknown")
    if seconds < 4:
        return t("teach.left_moment")
    if seconds < 90:
        return t("teach.left_seconds", count=max(5, round(seconds / 5) * 5))
    return t("teach.left_minutes", count=round(seconds / 60))


def ended_badly(area: VisitArea, status: Status) -> None:
    """Why the last lesson did not end well; everything is still there to teach again."""
    with page.card("ended"), st.container(horizontal=True, vertical_alignment="center", gap="small"):
        if status.error is not None:
            errors.explain(LessonError(status.error[0], **status.error[1]))
        else:
            page.note(t("teach.was_cancelled" if status.state == "cancelled" else "teach.was_interrupted"))
        st.button(
            t("teach.dismiss"),
            icon=":material/check:",
            key="teach_dismiss",
            on_click=errors.guarded(_dismiss),
            args=(area,),
        )


def _dismiss(area: VisitArea) -> None:
    drafts.change(area, lesson=None, changing=False)
