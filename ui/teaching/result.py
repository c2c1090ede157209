"""What came of a lesson: how well the model knows its classes, in plain words, and what to do with it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from html import escape
from pathlib import Path

import streamlit as st

from core.messages import percent
from core.model.file import load
from core.model.model import Model
from core.pictures.dataset import Dataset, Skipped, left_out
from core.review.advice import advise
from core.storage.area import VisitArea
from core.work import draft as drafts
from core.work import lessons
from core.work.draft import Draft
from ui import correcting, errors, model_card, model_store, page, shell, take_away, try_it
from ui.teaching import advice, classes, confusion, gather, happened, improving, strips, undo
from ui.teaching.draft import present
from ui.texts import plural, t


def show(area: VisitArea, path: Path, draft: Draft) -> None:
    """The result of the lesson whose model lies at `path`."""
    model = load(path, tuned_weights=False)
    listed = confusion.listing(str(path), path.stat().st_mtime_ns)
    with page.card("result"):
        st.html(summary(model))
        with st.popover(t("teach.how_tested"), icon=":material/help:", type="tertiary", key="teach_how"):
            st.html(how_html(model))
        better = lessons.improvement(area, str(draft.lesson))
        if joined := correcting.since(model.card.corrected_pictures):
            st.html(joined)
        improving.note(draft, better, model)
        _actions(area, path, model)
        improving.show(area, draft, better)
        st.html(advice.html(advise(model, listed)))
        happened.show(model)
    if draft.sources and (taught := present(draft.sources)):
        _left_out(model, taught.edited(draft.edits), listed.names)
    page.section(t("teach.try"), t("teach.try_note"))
    try_it.panel(path, "teach_try", with_samples=gather.from_samples(area, draft.sources))
    if model.report.score.total:
        confusion.show(path)


def _actions(area: VisitArea, path: Path, model: Model) -> None:
    with st.container(horizontal=True, gap="small", key="teach_actions"):
        if st.button(t("teach.use_it"), type="primary", icon=":material/image_search:", key="teach_use"):
            model_store.choose(path)
            shell.go("recognise")
        if st.button(t("take_away.open"), icon=":material/output:", key="teach_take_away"):
            take_away.open_for(path)
            shell.go("models")
        st.download_button(
            t("teach.download"),
            path.read_bytes,  # read when it is tapped, not before
            file_name=model_card.file_name(model.card.title),
            mime="application/zip",
            icon=":material/download:",
            on_click="ignore",
            key="teach_download",
        )
        st.button(
            t("teach.again"),
            icon=":material/edit:",
            key="teach_again",
            on_click=errors.guarded(drafts.change),
            args=(area,),
            kwargs={"changing": True},
        )
        st.button(
            t("teach.something_else"),
            icon=":material/add:",
            type="tertiary",
            key="teach_new",
            on_click=errors.guarded(undo.set_aside),
            args=(area,),
        )


def way_back(area: VisitArea) -> None:
    """Back to the result of the last lesson, whose pictures are being changed."""
    st.button(
        t("teach.to_result"),
        icon=":material/arrow_back:",
        type="tertiary",
        key="teach_to_result",
        on_click=errors.guarded(drafts.change),
        args=(area,),
        kwargs={"changing": False},
    )


def summary(model: Model) -> str:
    """The score large, in words, and with its likely range, as HTML."""
    score, card = model.report.score, model.card
    taught = plural("teach.pictures", sum(card.pictures.values()))
    seconds = f"{card.seconds:.1f}" if card.seconds < 10 else f"{card.seconds:,.0f}"
    about = plural("teach.done_note", len(model.labels), pictures=taught, seconds=seconds)
    title = (
        f'<h2 class="tl-done-title"><span class="tl-symbol" aria-hidden="true">check_circle</span>'
        f"{escape(t('teach.done', title=card.title))}</h2><p class='tl-note'>{escape(about)}</p>"
    )
    if not score.total:
        return f'<div class="tl-result">{title}<p class="tl-summary">{escape(t("teach.untested"))}</p></div>'
    values = {
        "right": f"{score.right:,}",
        "share": percent(score.value),
        "low": percent(score.low),
        "high": percent(score.high),
    }
    words = plural("teach.score", score.total, **values)
    return (
        f'<div class="tl-result">{title}<div class="tl-headline"><span class="tl-big" aria-hidden="true">'
        f'{escape(percent(score.value))}</span><div><p class="tl-summary">{escape(words)}'
        f"</p>{interval(score.low, score.value, score.high)}</div></div></div>"
    )


def interval(low: float, value: float, high: float) -> str:
    """A bar of the whole, the likely range and the score marked on it; all three from 0 to 1."""
    words = escape(f"{percent(low)} – {percent(high)}")
    middle = (low + high) * 50
    return (
        f'<div class="tl-interval" aria-hidden="true"><span class="tl-range" style="left:{low * 100:.1f}%;'
        f'right:{(1 - high) * 100:.1f}%"></span><span class="tl-mark" style="left:{value * 100:.1f}%"></span></div>'
        f'<div class="tl-scale" aria-hidden="true"><span>0%</span>'
        f'<b style="left:clamp(4.5rem, {middle:.1f}%, calc(100% - 5rem))">{words}</b><span>100%</span></div>'
    )


def how_html(model: Model) -> str:
    """How the model was tested, and what the range means."""
    method = model.report.method.replace(" ", "_").replace("-", "_")
    words = (t(f"teach.how_{method}"), t("teach.interval_means"))
    return f'<div class="tl-how">{"".join(f"<p>{escape(one)}</p>" for one in words)}</div>'


def _left_out(model: Model, taught: Dataset, used: Sequence[str]) -> None:
    """What the lesson did not use of the pictures that stand in the draft."""
    if used:
        classes.left_out(_unused(taught, used), key="teach_unused")
        return
    # Of a model without examples only the numbers tell whether these are the pictures it was taught on.
    known = left_out(taught.skipped)
    if set(model.labels) != set(taught.labels):
        return
    if sum(model.card.pictures.values()) + model.card.skipped == len(taught.entries) + known:
        classes.left_out(taught.skipped, key="teach_unused")
        if unread := model.card.skipped - known:
            page.note(plural("teach.private_unread", unread))


def _unused(taught: Dataset, used: Sequence[str]) -> list[Skipped]:
    """What was left out, and the pictures among `taught` that turned out to be none when it looked at them."""
    left = Counter(used)
    missing = []
    for entry in taught.entries:
        if left[entry.name] > 0:
            left[entry.name] -= 1
        else:
            missing.append(entry)
    if len(missing) > len(taught.entries) / 2:  # not the pictures that this model was taught on
        return []
    return [*taught.skipped, *strips.reasons(missing)]
