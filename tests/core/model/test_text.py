"""What can be shown."""

from __future__ import annotations

import pytest

from core.model.text import is_printable, printable, printable_labels


@pytest.mark.parametrize("text", ["", "사과 & pear", "👩‍👩‍👧 عربى é", "a\u200fb"])
def test_what_people_write_stays(text: str) -> None:
    assert is_printable(text) and printable(text) == text


@pytest.mark.parametrize("character", ["\0", "\x1b", "\x7f", "\x85", "\u2028", "\u202e", "\u2066", "\ud800", "\udfff"])
def test_what_breaks_a_page_is_replaced(character: str) -> None:
    assert not is_printable(f"a{character}b")
    text = printable(f"a{character}b")
    assert is_printable(text) and text[0] == "a" and text[-1] == "b"
    text.encode("utf-8")


def test_labels_stay_different() -> None:
    assert printable_labels(("a", "b")) == ("a", "b")
    labels = printable_labels(("a\x01", "a\x02", "a\x03"))
    assert len(set(labels)) == 3 and all(map(is_printable, labels))
