"""What was just changed about the pictures, said at the foot of the window with its way back."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import streamlit as st

from core.storage.area import VisitArea
from core.work import draft as drafts
from core.work.draft import Draft
from ui import errors, page
from ui.texts import t

_KEY = "teach_notice"


@dataclass(frozen=True)
class _Change:
    words: str
    before: Draft
    after: Draft
    and_then: Callable[[], None] | None = None  # what else brings back what was there


def edit(
    area: VisitArea, words: str, function: Callable[[Draft], Draft], and_then: Callable[[], None] | None = None
) -> None:
    """Change the draft as `core.work.draft.edit` does, and say what was done, with a way back, which `and_then`
    completes."""
    st.session_state.pop("teach_refused", None)
    before = Draft()

    def remembered(draft: Draft) -> Draft:
        nonlocal before
        before = draft
        return function(draft)

    after = drafts.edit(area, remembered)
    st.session_state[_KEY] = _Change(words, before, after, and_then)


def set_aside(area: VisitArea) -> None:
    """Begin with nothing, and say so."""
    before = drafts.set_aside(area)
    st.session_state.pop("teach_refused", None)
    st.session_state[_KEY] = _Change(t("teach.was_set_aside"), before, Draft())


def forget() -> None:
    """What was changed lies behind us."""
    st.session_state.pop(_KEY, None)


def is_shown() -> bool:
    """Whether the notice stands there."""
    return _KEY in st.session_state


def notice(area: VisitArea) -> None:
    """The last change, if it has not been closed."""
    change: _Change | None = st.session_state.get(_KEY)
    if change is None:
        return
    with page.notice("teach", change.words):
        back = errors.guarded(_back)
        st.button(t("teach.undo"), icon=":material/undo:", key="teach_undo", on_click=back, args=(area, change))
        st.button(t("teach.close"), icon=":material/close:", type="tertiary", key="teach_close", on_click=forget)


def _back(area: VisitArea, change: _Change) -> None:
    if change.and_then:
        change.and_then()
    drafts.edit(area, lambda draft: drafts.reverted(draft, change.before, change.after))
    forget()
