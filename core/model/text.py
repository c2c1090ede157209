"""Text that a page, a terminal and a file can take: no control characters, no surrogates, nothing that turns the
direction of what stands around it (Unicode Technical Report 36, 2.9)."""

from __future__ import annotations

import re

_UNPRINTABLE = re.compile("[\x00-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069\ud800-\udfff]")
REPLACEMENT = "\ufffd"


def is_printable(text: str) -> bool:
    """Whether `text` can be shown as it is."""
    return _UNPRINTABLE.search(text) is None


def printable(text: str) -> str:
    """`text` with U+FFFD in place of what cannot be shown, and a space in place of line ends and tabs."""
    return _UNPRINTABLE.sub(lambda match: " " if match[0].isspace() else REPLACEMENT, text)


def printable_labels(labels: tuple[str, ...]) -> tuple[str, ...]:
    """`labels` as `printable` has them, each still once: of two that become the same, the later has a number."""
    names: list[str] = []
    for label in labels:
        name, number = printable(label), 2
        while name in names and name != label:
            name, number = f"{printable(label)[:70]} {number}", number + 1
        names.append(name)
    return tuple(names)
