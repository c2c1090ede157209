"""Names of files and folders."""

from __future__ import annotations

import re
import unicodedata

_FORBIDDEN = re.compile(r'[\\/:*?"<>|\x00-\x1f]+')


def tidy(name: str) -> str:
    """A name that every file system takes."""
    plain = _FORBIDDEN.sub(" ", unicodedata.normalize("NFC", name)).strip(" .")
    stem, dot, ending = plain.rpartition(".")
    return f"{stem[:80]}{dot}{ending[:10]}" if stem else plain[:80] or "_"
