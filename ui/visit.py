"""The visit of the browser session: where its private models and lessons live, and how a reload finds them again."""

from __future__ import annotations

from contextlib import suppress

import streamlit as st

from core.storage.area import VisitArea, is_token, new_token
from server import visits

PARAMETER = "visit"


def area(*, keep: bool = False) -> VisitArea:
    """The private area of this visit.

    With `keep`, the area is made and its token written into the address, so that a reload finds it again: ask so
    before anything is stored there. Without, nothing is written: an address that is passed on before there is
    anything private in it stays free of a token. Raises OSError.
    """
    address = st.context.ip_address
    known = address if isinstance(address, str) else None  # a test has something else here
    local = visits.is_local(st.context.url, known, st.context.headers)
    visited = VisitArea.local() if local else VisitArea.of_token(_token())
    if keep:
        visited.root.mkdir(parents=True, exist_ok=True)
        keep_in_address()
    return visited


def keep_in_address() -> None:
    """Write the token into the address again, where this visit has stored something."""
    visited = area()
    if not visited.is_hosted or not visited.root.is_dir():
        return
    if st.query_params.get(PARAMETER) != visited.owner:
        st.query_params[PARAMETER] = visited.owner
    with suppress(OSError):  # it was removed in this moment
        visits.mark_used(visited)


def _token() -> str:
    """The token of the browser session: its own, else the one of the address, else a new one."""
    token = st.session_state.get(PARAMETER)
    if not is_token(token):
        token = st.query_params.get(PARAMETER)
        if not is_token(token):
            token = new_token()
        st.session_state[PARAMETER] = token
    return str(token)
