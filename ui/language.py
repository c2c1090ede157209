"""Which language a page speaks: from the address, else from the browser; switched in the shell."""

from __future__ import annotations

from typing import Any

import streamlit as st

from core.messages import LANGUAGES, Language

NAMES: dict[Language, str] = {"en": "English", "ko": "한국어"}
PARAMETER = "lang"


def current() -> Language:
    """The language of this run. Known before the first string is written."""
    for wish in (st.session_state.get("language"), st.query_params.get(PARAMETER)):
        if known := _known(wish):
            return known
    return "ko" if (st.context.locale or "").lower().startswith("ko") else "en"


def other() -> Language:
    """The language that the switch leads to."""
    return LANGUAGES[1 - LANGUAGES.index(current())]


def choose(language: Language) -> None:
    """Speak `language` from now on; page, state and a running lesson stay."""
    st.session_state["language"] = language
    st.query_params[PARAMETER] = language


def keep_in_address() -> None:
    """Write the language into the address again: moving to another page drops it there."""
    chosen = current()
    st.session_state["language"] = chosen
    if st.query_params.get(PARAMETER) != chosen:
        st.query_params[PARAMETER] = chosen


def _known(wish: Any) -> Language | None:
    return next((language for language in LANGUAGES if language == wish), None)
