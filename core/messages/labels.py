"""A person's labels, which may be of any length and number, within a sentence."""

from __future__ import annotations

from collections.abc import Sequence


def short(text: str, most: int = 28) -> str:
    """The text, cut to `most` characters where it is longer than a sentence can bear."""
    return text if len(text) <= most else f"{text[: most - 1].rstrip()}…"


def listed(labels: Sequence[str], most: int = 3) -> str:
    """The first `most` of some labels, with commas."""
    return ", ".join(short(label) for label in labels[:most]) + (" …" if len(labels) > most else "")
