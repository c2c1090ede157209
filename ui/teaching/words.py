"""A person's words, which may be anything and of any length, within ours."""

from __future__ import annotations

import re

_SIGNS = re.compile(r"([\\`*_{}\[\]()#+\-.!~:$<>|])")


def plain(text: str) -> str:
    """The text as a label shows it: what Streamlit would read as Markdown is escaped."""
    return _SIGNS.sub(r"\\\1", text)
