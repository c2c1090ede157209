"""Every sentence that `core` says to a person, in both languages, and `say`, which formats one.

A sentence is `key: (English, Korean)`. Fields are those of `str.format`; a field such as `{name:을/를}` writes the
value and the Korean particle that fits its last sound.
"""

from __future__ import annotations

import string
from typing import Any, Literal

from core.messages import backbones, command, export, learning, model, pictures, review, storage, work

Language = Literal["en", "ko"]
LANGUAGES: tuple[Language, ...] = ("en", "ko")

MESSAGES: dict[str, tuple[str, str]] = {
    **pictures.MESSAGES,
    **backbones.MESSAGES,
    **model.MESSAGES,
    **review.MESSAGES,
    **storage.MESSAGES,
    **learning.MESSAGES,
    **export.MESSAGES,
    **work.MESSAGES,
    **command.MESSAGES,
}

# Digits as they are read aloud in Korean: does the reading end in a consonant, and is that consonant ㄹ?
_DIGIT_ENDS = {"0": "ㅇ", "1": "ㄹ", "3": "ㅁ", "6": "ㄱ", "7": "ㄹ", "8": "ㄹ"}
# Latin letters that close a syllable when an English word ends in them: l as ㄹ, m, n as themselves.
_LETTER_ENDS = {"l": "ㄹ", "m": "ㅁ", "n": "ㄴ"}


def particle(word: str, pair: str) -> str:
    """The particle of `pair` ("을/를", "이/가", "은/는", "과/와", "으로/로") that fits the last sound of `word`.

    >>> particle("사진", "을/를"), particle("고양이", "을/를")
    ('을', '를')
    """
    closed, open_ = pair.split("/")
    last = next((c for c in reversed(word.strip().lower()) if c.isalnum()), "")
    if "가" <= last <= "힣":
        final = (ord(last) - ord("가")) % 28
        ending = "ㄹ" if final == 8 else "x" if final else ""
    else:
        ending = _DIGIT_ENDS.get(last) or _LETTER_ENDS.get(last) or ""
    if closed == "으로" and ending == "ㄹ":
        return open_
    return closed if ending else open_


class _Formatter(string.Formatter):
    def format_field(self, value: Any, format_spec: str) -> str:
        if "/" in format_spec:
            return f"{value}{particle(str(value), format_spec)}"
        return str(super().format_field(value, format_spec))


def fill(sentence: str, **values: Any) -> str:
    """`sentence` with its fields filled; `{name:을/를}` adds the fitting particle."""
    return _Formatter().vformat(sentence, (), values)


def plural_key(key: str, count: int) -> str:
    """The key of the sentence for a count: `key.one` or `key.many`; Korean writes both alike."""
    return f"{key}.one" if count == 1 else f"{key}.many"


def say(key: str, language: Language, **values: Any) -> str:
    """The sentence `key` in `language`. Raises KeyError for an unknown key, which is a bug."""
    return fill(MESSAGES[key][LANGUAGES.index(language)], **values)


def percent(share: float) -> str:
    """A share (0 to 1) in whole per cent, as both languages write it, never claiming certainty: "99%" is the most, and
    "<1%" the least, where something is left to others.

    >>> percent(0.125), percent(0.9994), percent(0.001)
    ('12%', '99%', '<1%')
    """
    whole = round(share * 100)
    if whole == 100 and share < 0.9995:
        whole = 99
    return f"{whole}%" if whole or share == 0 else "<1%"
