"""A lesson as it runs: one bar for the whole, a line for each stage, what is happening, how long it will take."""

from __future__ import annotations

from dataclasses import replace
from html import escape
from pathlib import Path

import streamlit as st

from core.learning.progress import STAGES, Progress
from core.work import lessons
from core.work.lessons import Status
from ui import errors, page
from ui.teaching import draft as drafts
from ui.texts import plural, t

_RHYTHM = 0.5  # seconds between two looks at the lesson


def show(area: Path, lesson: str) -> None:
    """The lesson as it runs or waits; draws the whole page again when it has ended."""
    with page.card("lesson"):
        _watch(str(area), lesson)
        if st.button(t("teach.cancel"), icon=":material/close:", key="teach_cancel"):
            lessons.cancel(area, lesson)
            st.rerun()
    page.note(t("teach.running_note"))


@st.fragment(run_every=_RHYTHM)
@errors.guarded
def _watch(area: str, lesson: str) -> None:
    status = lessons.status(Path(area), lesson)
    if status.state not in ("waiting", "running"):
        st.rerun(scope="app")
    st.html(view(status))


def view(status: Status) -> str:
    """The progress of a lesson as HTML."""
    if status.state == "waiting":
        head, share = plural("teach.waiting", status.place), 0.0
    else:
        share = max((step.share for step in status.progress.values()), default=0.0)
        stage = next((stage for stage in reversed(STAGES) if stage in status.progress), STAGES[0])
        head = t(f"teach.now_{stage}")
    left = f'<span class="tl-note">{escape(_left(status.seconds_left))}</span>' if status.state == "running" else ""
    rows = "".join(_row(stage, status.progress.get(stage), _state(stage, status)) for stage in STAGES)
    percent = round(share * 100)
    return (
        f'<div class="tl-lesson"><p class="tl-now" role="status"><strong>{escape(head)}</strong>{left}</p>'
        f'<div class="tl-whole-bar" role="progressbar" aria-valuenow="{percent}" aria-valuemin="0" aria-valuemax="100" '
        f'aria-label="{escape(t("teach.progress"))}"><span style="width:{share * 100:.1f}%"></span></div>'
        f'<ol class="tl-stages">{rows}</ol></div>'
    )


def _state(stage: str, status: Status) -> str:
    begun = [name for name in STAGES if name in status.progress]
    if stage not in begun:
        return "ahead"
    return "now" if stage == begun[-1] else "done"


def _row(stage: str, progress: Progress | None, state: str) -> str:
    symbol = {"done": "check_circle", "now": "radio_button_checked", "ahead": "radio_button_unchecked"}[state]
    amount = ""
    if progress is not None and state == "now" and progress.total > 1:
        if stage in ("read", "look", "test"):
            amount = t("teach.amount", done=f"{progress.done:,}", total=f"{progress.total:,}")
        else:
            amount = f"{progress.done / progress.total:.0%}"
    return (
        f'<li class="tl-stage-{state}"><span class="tl-symbol" aria-hidden="true">{symbol}</span>'
        f"<span>{escape(t(f'teach.stage_{stage}'))}</span><span class='tl-note'>{escape(amount)}</span></li>"
    )


def _left(seconds: float | None) -> str:
    """How long it will take, no more precise than it can be known."""
    if seconds is None:
        return t("teach.left_unknown")
    if seconds < 5:
        return t("teach.left_moment")
    if seconds < 90:
        return t("teach.left_seconds", count=max(5, round(seconds / 5) * 5))
    return t("teach.left_minutes", count=round(seconds / 60))


def ended_badly(area: Path, status: Status, draft: drafts.Draft) -> None:
    """Why the last lesson did not end well; everything is still there to teach again."""
    with st.container(key="card_ended", border=True):
        if status.error is not None:
            from core.errors import LessonError

            errors.explain(LessonError(status.error[0], **status.error[1]))
        else:
            page.note(t("teach.was_cancelled" if status.state == "cancelled" else "teach.was_interrupted"))
        if st.button(t("teach.dismiss"), type="tertiary", icon=":material/check:", key="teach_dismiss"):
            drafts.save(area, replace(draft, lesson=None))
            st.rerun()
