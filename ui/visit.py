"""The visit of this session: where its private models and lessons live, and how a reload finds them again."""

from __future__ import annotations

import os
from pathlib import Path

import streamlit as st

from server import visits

PARAMETER = "visit"


def area(*, keep: bool = False) -> Path:
    """The private area of this visit.

    With `keep`, the area is made and its token written into the address, so that a reload finds it again: ask so
    before anything is stored there. Without, nothing is written: an address that is passed on before there is
    anything private in it stays free of a token.
    """
    address = st.context.ip_address
    known = address if isinstance(address, str) else None  # a test has something else here
    if visits.is_local(st.context.url, known, st.context.headers):
        found = visits.local_folder()
    else:
        found = visits.folder(_token())
    if keep:
        found.mkdir(parents=True, exist_ok=True)
        keep_in_address()
    return found


def keep_in_address() -> None:
    """Write the token into the address again, where this visit has stored something."""
    found = area()
    if found == visits.local_folder() or not found.is_dir():
        return
    if st.query_params.get(PARAMETER) != _token():
        st.query_params[PARAMETER] = _token()
    os.utime(found)  # used today: not to be removed as old


def _token() -> str:
    """The token of this session: its own, else the one of the address, else a new one."""
    token = st.session_state.get(PARAMETER)
    if not visits.valid(token):
        token = st.query_params.get(PARAMETER)
        if not visits.valid(token):
            token = visits.new_token()
        st.session_state[PARAMETER] = token
    return str(token)
