"""Names of files, folders and labels."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence

from core.settings import MAX_LABEL_LENGTH

_FORBIDDEN = re.compile(r'[\\/:*?"<>|\x00-\x1f]+')


def safe_file_name(name: str) -> str:
    """A name that every file system takes."""
    plain = _FORBIDDEN.sub(" ", unicodedata.normalize("NFC", name)).strip(" .")
    stem, dot, ending = plain.rpartition(".")
    return f"{stem[:80]}{dot}{ending[:10]}" if stem else plain[:80] or "_"


def canonical_label(name: str, labels: Sequence[str]) -> str:
    """A name as it is kept: composed, single spaces, and spelt like the one of `labels` that differs in case alone."""
    safe_file_name = " ".join(unicodedata.normalize("NFC", name).split())[:MAX_LABEL_LENGTH].strip()
    return next(
        (label for label in labels if label.casefold() == safe_file_name.casefold() and safe_file_name not in labels),
        safe_file_name,
    )
