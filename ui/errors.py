"""What a person sees when something cannot go on: the sentence of a known problem, or a friendly way out of a bug."""

from __future__ import annotations

import functools
import logging
from collections.abc import Callable
from html import escape
from typing import ParamSpec, TypeVar

import streamlit as st

from core.errors import TeachLensError
from core.storage.room import no_room_error
from ui.language import current
from ui.texts import t

logger = logging.getLogger("teachlens")
P = ParamSpec("P")
R = TypeVar("R")


def explain(error: TeachLensError, name: str | None = None) -> None:
    """Say what was wrong and what to do, in the page's language; `name` is what it is about, such as a file."""
    about = f"<strong>{escape(name)}</strong><br>" if name else ""
    st.html(
        f'<div class="tl-problem" role="alert"><span class="tl-symbol" aria-hidden="true">info</span>'
        f"<p>{about}{escape(error.say(current()))}</p></div>"
    )


def apologise(error: Exception) -> bool:
    """Show what can be said of `error` and log the rest. True: Streamlit need not show anything of its own."""
    if isinstance(error, TeachLensError):
        explain(error)
        return True
    if no_room := no_room_error(error):  # whatever was being written
        logger.warning("the disk is full: %s", error)
        explain(no_room)
        return True
    logger.error("unexpected error", exc_info=error)
    with st.container(border=True, key="apology"):
        st.markdown(t("shell.unexpected"))
        if st.button(t("shell.start_again"), type="primary", icon=":material/restart_alt:", key="start_again"):
            start_again()
    return True


def start_again() -> None:
    """Forget the state of this page, keep language and visit, and run afresh."""
    for name in [name for name in st.session_state if name not in ("language", "visit")]:
        del st.session_state[name]
    st.rerun(scope="app")


def guarded(work: Callable[P, R]) -> Callable[P, R | None]:
    """`work`, a callback or a fragment, with its errors shown as everywhere. Returns None where it failed."""

    @functools.wraps(work)
    def attempt(*args: P.args, **kwargs: P.kwargs) -> R | None:
        try:
            return work(*args, **kwargs)
        except Exception as error:
            apologise(error)
            return None

    return attempt
