"""What was just changed about the pictures, said at the foot of the window with its way back."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import streamlit as st

from ui import errors, page
from ui.teaching import draft as drafts
from ui.teaching.draft import Draft
from ui.texts import t

_KEY = "teach_notice"


@dataclass(frozen=True)
class _Change:
    words: str
    before: Draft
    and_then: Callable[[], None] | None = None  # what else brings back what was there


def changed(area: Path, words: str, before: Draft, after: Draft, and_then: Callable[[], None] | None = None) -> None:
    """Keep `after`, and say what was done, with the way back to `before`, which `and_then` completes."""
    st.session_state.pop("teach_refused", None)
    drafts.save(area, after)
    st.session_state[_KEY] = _Change(words, before, and_then)


def set_aside(area: Path) -> None:
    """Begin with nothing, and say so."""
    before = drafts.load(area)
    drafts.set_aside(area)
    st.session_state.pop("teach_refused", None)
    st.session_state[_KEY] = _Change(t("teach.was_set_aside"), before)


def forget() -> None:
    """What was changed lies behind us."""
    st.session_state.pop(_KEY, None)


def is_told() -> bool:
    """Does the notice stand there?"""
    return _KEY in st.session_state


def notice(area: Path) -> None:
    """The last change, if it has not been closed."""
    change: _Change | None = st.session_state.get(_KEY)
    if change is None:
        return
    with page.notice("teach", change.words):
        back = errors.guarded(_back)
        st.button(t("teach.undo"), icon=":material/undo:", key="teach_undo", on_click=back, args=(area, change))
        st.button(t("teach.close"), icon=":material/close:", type="tertiary", key="teach_close", on_click=forget)


def _back(area: Path, change: _Change) -> None:
    if change.and_then:
        change.and_then()
    drafts.save(area, change.before)
    forget()
