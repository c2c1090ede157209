"""What touches Streamlit's private parts: who decides about the folder pages/.

Streamlit takes a folder of that name for its older kind of pages, until `st.navigation` is called for the first time:
whoever comes first, to the address of a page, would see it without the shell around it.
"""

from __future__ import annotations

import streamlit as st
from streamlit.runtime.pages_manager import PagesManager


def disable_pages_folder() -> None:
    """Let the pages be shown by `ui.shell` alone."""
    PagesManager.uses_pages_directory = False


def require_shell() -> None:
    """Called by every page first: one that was started without the shell is started again within it."""
    if PagesManager.uses_pages_directory:
        disable_pages_folder()
        st.rerun()
