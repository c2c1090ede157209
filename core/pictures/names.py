"""Names of files, folders and labels."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence

from core.settings import MAX_LABEL_LENGTH

# Separators, what Windows forbids, controls, lone surrogates, marks that turn the direction of writing, and no letters.
_FORBIDDEN = re.compile(
    r'[\s\\/:*?"<>|\x00-\x1f\x7f-\x9f\ud800-\udfff\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff]+'
)
_RESERVED = re.compile(r"(?:con|prn|aux|nul|conin\$|conout\$|com[0-9¹²³]|lpt[0-9¹²³])\s*", re.IGNORECASE)
_STEM_LETTERS, _SUFFIX_LETTERS = 80, 10
_MAX_BYTES = 200  # in UTF-8; file systems take 255, and an ending or a number may still be added
_JOINERS = "\u200d\ufe0e\ufe0f"  # bind the signs of one emoji


def safe_file_name(name: str) -> str:
    """A name that every file system takes, at most 200 bytes in UTF-8: without separators, control characters, lone
    surrogates or marks of direction, not reserved by Windows, no dot or space at its ends, cut between letters.

    >>> safe_file_name("../../etc/passwd.zip")
    'etc passwd.zip'
    >>> safe_file_name("NUL.jpg")
    '_NUL.jpg'
    """
    plain = _FORBIDDEN.sub(" ", unicodedata.normalize("NFC", name)).strip(" .")
    stem, dot, suffix = plain.rpartition(".")
    if not stem:
        stem, dot, suffix = plain, "", ""
    suffix = _cut(suffix, _SUFFIX_LETTERS, _MAX_BYTES // 4)
    stem = _cut(stem, _STEM_LETTERS, _MAX_BYTES - len((dot + suffix).encode()) - 1)
    plain = f"{stem}{dot}{suffix}".strip(" .") or "_"
    return f"_{plain}" if _RESERVED.fullmatch(plain.partition(".")[0]) else plain


def _cut(text: str, letters: int, size: int) -> str:
    """The beginning of a text: so many code points and bytes at most, and no letter without the marks it carries."""
    end = min(len(text), letters)
    while len(text[:end].encode()) > size:
        end -= 1
    whole = end
    while 0 < whole < len(text) and _continues(text, whole):
        whole -= 1
    return text[: whole or end]  # one letter with marks without end is cut where it must be


def _continues(text: str, at: int) -> bool:
    """Does the code point there belong to the letter before it?"""
    letter = text[at]
    is_mark = unicodedata.category(letter).startswith("M") or letter in _JOINERS or text[at - 1] == "\u200d"
    is_skin = "\U0001f3fb" <= letter <= "\U0001f3ff"
    is_jamo = "\u1160" <= letter <= "\u11ff"  # a vowel or final of a syllable that has no composed form
    return is_mark or is_skin or is_jamo or (_is_flag(letter) and _flags_before(text, at) % 2 == 1)


def _is_flag(letter: str) -> bool:
    """Half of a flag?"""
    return "\U0001f1e6" <= letter <= "\U0001f1ff"


def _flags_before(text: str, at: int) -> int:
    begin = at
    while begin and _is_flag(text[begin - 1]):
        begin -= 1
    return at - begin


def canonical_label(name: str, labels: Sequence[str]) -> str:
    """A label as it is kept: composed, single spaces, and spelt like the one of `labels` that differs in case alone."""
    plain = " ".join(unicodedata.normalize("NFC", name).split())[:MAX_LABEL_LENGTH].strip()
    return next((label for label in labels if label.casefold() == plain.casefold() and plain not in labels), plain)
