"""Names of files and folders."""

from __future__ import annotations

import unicodedata

import pytest

from core.pictures import names

FAMILY = "👨\u200d👩\u200d👧"  # one sign of several


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("../../etc/passwd.zip", "etc passwd.zip"),
        ("사진 (1).zip", "사진 (1).zip"),
        ("a" * 300 + ".zip", "a" * 80 + ".zip"),
        (".hidden", "hidden"),
        ("v1.2", "v1.2"),
        ("///", "_"),
        ("", "_"),
    ],
)
def test_names_that_every_system_takes(name: str, expected: str) -> None:
    assert names.safe_file_name(name) == expected


@pytest.mark.parametrize(
    "name",
    [
        *("con", "NUL.jpg", "nul.tar.gz", "Com1", "lpt9.txt", "COM².png", "aux .jpg", "PRN.", "CONIN$"),
        *("..con", "con...", " nul "),
    ],
)
def test_names_that_windows_keeps_for_itself_are_changed(name: str) -> None:
    safe = names.safe_file_name(name)
    assert safe.startswith("_") and safe.partition(".")[0].strip().casefold() not in ("con", "nul", "aux", "prn")


@pytest.mark.parametrize("name", ["console", "com10.jpg", "nullable.png", "auxiliary", "lpt"])
def test_names_that_only_look_like_those_stay(name: str) -> None:
    assert names.safe_file_name(name) == name


@pytest.mark.parametrize(
    "letter", ["고", "😀", "é", FAMILY, "뷁", "𓀀", "\u1112\u119e\u11ab", "न\u093f", "🇰🇷", "👍🏽", "x\u0301\u0302"]
)
@pytest.mark.parametrize("begin", ["", "a", "ab", "abc"])
@pytest.mark.parametrize("suffix", ["", ".jpg", ".고고고고고고고고고고고고"])
def test_a_long_name_is_cut_by_bytes_between_letters(letter: str, begin: str, suffix: str) -> None:
    safe = names.safe_file_name(begin + letter * 200 + suffix)
    assert 20 < len(safe.encode()) <= 200
    stem = safe.partition(".")[0].removeprefix(begin)
    composed = unicodedata.normalize("NFC", letter)
    assert stem and stem == composed * (len(stem) // len(composed))


def test_a_letter_with_marks_without_end_is_cut_somewhere() -> None:
    assert 20 < len(names.safe_file_name("x" + "\u0301" * 500 + ".jpg").encode()) <= 200


@pytest.mark.parametrize(
    "name",
    [
        "a\0b\x1f\x7f\x85.jpg",
        "\ud800x\udfff.jpg",
        "photo\u202egpj.exe",
        "a\u2066b\u2069.jpg",
        "a\r\nb.jpg",
        "\ufeffa.jpg",
    ],
)
def test_what_cannot_be_seen_or_written_is_taken_out(name: str) -> None:
    safe = names.safe_file_name(name)
    assert safe.encode() and safe.isprintable() and not set(safe) & set("\u202e\u2066\u2069\ufeff")


@pytest.mark.parametrize("name", ["a.", "a. .", "a .jpg ", "b" * 79 + " .jpg", "c" * 79 + "..jpg", "x.y "])
def test_no_space_or_dot_is_left_at_an_end(name: str) -> None:
    safe = names.safe_file_name(name)
    assert safe == safe.strip(" .")


@pytest.mark.parametrize("name", ["", "con", "a" * 300, "각" * 100 + ".jpg", "x. y . z", "\ud800", ". . ."])
def test_a_safe_name_stays_as_it_is(name: str) -> None:
    assert names.safe_file_name(names.safe_file_name(name)) == names.safe_file_name(name)


def test_a_label_is_spelt_like_the_one_that_differs_in_case_alone() -> None:
    assert names.canonical_label("  red   Panda ", ["Red panda"]) == "Red panda"
    assert names.canonical_label("red panda", ["Red panda", "red panda"]) == "red panda"
    assert names.canonical_label(unicodedata.normalize("NFD", "고양이"), []) == "고양이"
