"""A person's words, which may be anything and of any length, within ours."""

from __future__ import annotations

import re
from collections.abc import Sequence

_SIGNS = re.compile(r"([\\`*_{}\[\]()#+\-.!~:$<>|])")


def plain(text: str) -> str:
    """The text as a label shows it: what Streamlit would read as Markdown is escaped."""
    return _SIGNS.sub(r"\\\1", text)


def short(text: str, most: int = 28) -> str:
    """The text, cut where it is longer than a sentence can bear."""
    return text if len(text) <= most else f"{text[: most - 1].rstrip()}…"


def listed(labels: Sequence[str], most: int = 3) -> str:
    """The first of some labels, within a sentence."""
    return ", ".join(short(label) for label in labels[:most]) + (" …" if len(labels) > most else "")
