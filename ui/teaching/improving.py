"""A model that is being improved behind its result: how far that is, how to end it, and what came of it."""

from __future__ import annotations

from html import escape

import streamlit as st

from core.learning.progress import Stage
from core.messages import say
from core.model.model import Model
from core.storage.area import VisitArea
from core.work import lessons
from core.work.draft import Draft
from core.work.lessons import Status
from ui import errors, page
from ui.language import current
from ui.teaching import choices, progress
from ui.texts import plural, t

_POLL_SECONDS = 1.0
_STAGES: tuple[Stage, ...] = ("vary", "train", "save")  # what comes before them is over in a moment


def show(area: VisitArea, draft: Draft, status: Status | None) -> None:
    """How far it is, where it goes on."""
    lesson = str(draft.lesson)
    if status is None or status.state not in ("waiting", "running"):
        return
    with page.card("improving"):
        _watch(area, lesson)
        with st.container(horizontal=True, gap="small", key="teach_improving"):
            if status.progress.get("train"):
                st.button(
                    t("teach.improve_stop"),
                    icon=":material/done_all:",
                    key="teach_improve_stop",
                    on_click=errors.guarded(lessons.finish_improvement),
                    args=(area, lesson),
                )
            st.button(
                t("teach.improve_forgo"),
                type="tertiary",
                icon=":material/close:",
                key="teach_improve_forgo",
                on_click=errors.guarded(lessons.cancel_improvement),
                args=(area, lesson),
            )


def note(draft: Draft, status: Status | None, model: Model) -> None:
    """Say what came of it, or why there was none."""
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
    kind = "teach.improve_better" if after > before.right else "teach.improve_surer"
    return plural(kind, before.total, before=before.right, after=after)


@st.fragment(run_every=_POLL_SECONDS)
@errors.guarded
def _watch(area: VisitArea, lesson: str) -> None:
    status = lessons.improvement(area, lesson)
    if status is None or status.state not in ("waiting", "running"):
        st.rerun(scope="app")
    trains = bool(status.progress.get("train"))
    if trains != st.session_state.get("teach_improve_trains", trains):
        st.session_state["teach_improve_trains"] = trains
        st.rerun(scope="app")  # now it can be stopped
    st.session_state["teach_improve_trains"] = trains
    st.html(view(status))


def view(status: Status) -> str:
    """How far it is, as HTML."""
    note = escape(t("teach.improving_note"))
    return progress.view(status, _STAGES) + f'<p class="tl-note">{note}</p>'
