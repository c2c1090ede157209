"""A model that is being improved behind its result: how far that is, how to end it, and what came of it."""

from __future__ import annotations

from html import escape
from pathlib import Path

import streamlit as st

from core.learning.progress import Stage
from core.messages import say
from core.model.model import Model
from core.work import lessons
from core.work.lessons import Status
from ui import errors, page
from ui.language import current
from ui.teaching import choices, progress
from ui.teaching.draft import Draft
from ui.texts import plural, t

_RHYTHM = 1.0  # seconds between two looks at it
_SHOWN: tuple[Stage, ...] = ("vary", "train", "save")  # what comes before them is over in a moment


def show(area: Path, draft: Draft, status: Status | None) -> None:
    """How far it is, where it goes on."""
    lesson = str(draft.lesson)
    if status is None or status.state not in ("waiting", "running"):
        return
    with page.card("improving"):
        _watch(str(area), lesson)
        with st.container(horizontal=True, gap="small", key="teach_improving"):
            if status.progress.get("train"):
                st.button(
                    t("teach.improve_stop"),
                    icon=":material/done_all:",
                    key="teach_improve_stop",
                    on_click=errors.guarded(lessons.stop),
                    args=(area, lesson),
                )
            st.button(
                t("teach.improve_forgo"),
                type="tertiary",
                icon=":material/close:",
                key="teach_improve_forgo",
                on_click=errors.guarded(lessons.forgo),
                args=(area, lesson),
            )


def told(draft: Draft, status: Status | None, model: Model) -> None:
    """What came of it, or why there was none."""
    if status is None:
        if reason := choices.why_not_improved(draft):
            page.note(reason)
    elif status.state not in ("waiting", "running"):
        page.note(outcome(status, model))


def outcome(status: Status, model: Model) -> str:
    """What came of it."""
    if status.error is not None:
        return say(status.error[0], current(), **status.error[1])
    if status.state != "done":
        return t("teach.improve_ended")
    before = model.card.before
    if before is None:
        return t("teach.improve_same")
    after = model.report.score.right
    kind = "teach.improve_better" if after >= before.right else "teach.improve_surer"
    return plural(kind, before.total, before=before.right, after=after)


@st.fragment(run_every=_RHYTHM)
@errors.guarded
def _watch(area: str, lesson: str) -> None:
    status = lessons.improvement(Path(area), lesson)
    if status is None or status.state not in ("waiting", "running"):
        st.rerun(scope="app")
    began = bool(status.progress.get("train"))
    if began != st.session_state.get("teach_improve_began", began):
        st.session_state["teach_improve_began"] = began
        st.rerun(scope="app")  # now it can be stopped
    st.session_state["teach_improve_began"] = began
    st.html(view(status))


def view(status: Status) -> str:
    """How far it is, as HTML."""
    note = escape(t("teach.improving_note"))
    return progress.view(status, _SHOWN) + f'<p class="tl-note">{note}</p>'
