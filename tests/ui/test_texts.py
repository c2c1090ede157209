"""Every text is there in both languages, and every text is used."""

from __future__ import annotations

import ast
import re
import string
from pathlib import Path

import pytest

from core.messages import fill, particle
from ui.texts import plural, t, texts

ROOT = Path(__file__).resolve().parents[2]
PLACES = [*ROOT.glob("ui/**/*.py"), *ROOT.glob("pages/*.py"), ROOT / "app.py"]
SOURCES = [source for source in PLACES if "texts" not in source.parts]


def asked_for() -> list[tuple[str, re.Pattern[str]]]:
    """Every key that the sources ask `t` or `plural` for, as a pattern: what is worked out at run time matches any
    word."""
    found = []
    for source in SOURCES:
        for node in ast.walk(ast.parse(source.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in ("t", "plural"):
                key, ending = node.args[0], r"\.(one|many)" if node.func.id == "plural" else ""
                options = [key.body, key.orelse] if isinstance(key, ast.IfExp) else [key]
                found += [(f"{source.name}:{node.lineno}", re.compile(_pattern(one) + ending)) for one in options]
    return found


def _pattern(key: ast.expr) -> str:
    if isinstance(key, ast.Constant):
        return re.escape(str(key.value))
    if isinstance(key, ast.JoinedStr):
        parts = [re.escape(str(part.value)) if isinstance(part, ast.Constant) else r"\w+" for part in key.values]
        return "".join(parts)
    return r".+"  # a name: whoever passes it on is found there


def places(sentence: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(sentence) if name is not None}


def test_every_key_that_is_asked_for_exists() -> None:
    asked = asked_for()
    assert len(asked) > 50
    missing = [f"{place}: {key.pattern}" for place, key in asked if not any(key.fullmatch(name) for name in texts())]
    assert missing == []


def test_every_text_is_used() -> None:
    asked = [key for _, key in asked_for() if key.pattern != ".+"]
    unused = [name for name in texts() if not any(key.fullmatch(name) for key in asked)]
    assert unused == []


def test_both_languages_have_the_same_places_and_are_not_empty() -> None:
    for key, (english, korean) in texts().items():
        assert english.strip() and korean.strip(), key
        spelt_out = {"count"} if key.endswith(".one") else set()  # "one picture" needs no number
        assert places(english) - spelt_out == places(korean) - spelt_out, key


def test_korean_texts_are_korean() -> None:
    names = {"shell.name"}
    assert [
        key for key, (_, korean) in texts().items() if key not in names and not re.search(r"[가-힣\d]", korean)
    ] == []


def test_a_text_is_filled_with_its_values_and_the_fitting_particle() -> None:
    assert t("models.deleted", language="en", title="Cats") == "“Cats” was deleted."
    assert particle("꽃", "을/를") == "을"
    assert fill("{name:이/가}", name="나무") == "나무가"


def test_an_unknown_key_is_a_bug() -> None:
    with pytest.raises(KeyError):
        t("models.nothing_of_the_kind", language="en")


@pytest.mark.parametrize(("count", "english"), [(1, "1 picture"), (2, "2 pictures"), (1200, "1,200 pictures")])
def test_plural_counts(count: int, english: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ui.language.current", lambda: "en")
    assert plural("panel.seen", count) == english
