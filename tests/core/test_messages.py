"""Every sentence is there in both languages, says all it is given, and is used."""

from __future__ import annotations

import ast
import pickle
import re
import string
from collections.abc import Iterator
from typing import get_args

import pytest

from core import errors, settings
from core.export import FORMATS
from core.export.exporting import STAGES
from core.learning.progress import Stage
from core.messages import LANGUAGES, MESSAGES, fill, particle, percent, plural_key, say
from core.work import exporting, fetching

CORE = settings.PROJECT / "core"
ROOMS = {key.partition(".")[0] for key in MESSAGES}
FILES = (".json", ".keras", ".onnx", ".tflite", ".zip")  # what ends so looks like a key and is the name of a file
BUILT = {f"command.stage.{stage}" for stage in get_args(Stage)}  # keys that are put together
BUILT |= {f"command.fetching.{stage}" for stage in get_args(fetching.Stage)}
BUILT |= {f"export.stage.{stage}" for stage in (exporting.Status("running").stage, *STAGES)}
BUILT |= {f"export.use.{name}" for name in FORMATS}
HANGUL = re.compile("[가-힣]")


def sources(*rooms: str) -> Iterator[tuple[str, ast.Module]]:
    for room in rooms:
        for path in sorted((settings.PROJECT / room).rglob("*.py")):
            if CORE / "messages" not in path.parents:
                yield str(path.relative_to(settings.PROJECT)), ast.parse(path.read_text("utf-8"))


def keys_in(tree: ast.AST) -> set[str]:
    """Strings that look like keys."""
    texts = {node.value for node in ast.walk(tree) if isinstance(node, ast.Constant) and isinstance(node.value, str)}
    likely = re.compile(rf"({'|'.join(ROOMS)})(\.[a-z_0-9]+)+")
    keys = {text for text in texts if likely.fullmatch(text) and not text.endswith(FILES)}
    counted = {key for key in keys if f"{key}.one" in MESSAGES}  # for `plural_key`
    return keys - counted | {plural_key(key, count) for key in counted for count in (1, 2)}


def places(sentence: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(sentence) if name is not None}


def test_every_key_that_is_used_has_its_sentence() -> None:
    used = {(where, key) for where, tree in sources("core", "server") for key in keys_in(tree)}
    assert len(used) > 60
    assert not {(where, key) for where, key in used if key not in MESSAGES}


def test_every_sentence_is_used() -> None:
    used = {key for _, tree in sources("core", "server", "ui", "pages") for key in keys_in(tree)} | BUILT
    assert set(MESSAGES) <= used


def given(call: ast.Call) -> tuple[str, set[str]] | None:
    """The key of a call of an error, and the values that it brings; None where that cannot be told from the code."""
    name = call.func.attr if isinstance(call.func, ast.Attribute) else getattr(call.func, "id", "")
    if not name.endswith("Error") or not call.args or not isinstance(call.args[0], ast.Constant):
        return None
    key, names = call.args[0].value, {keyword.arg for keyword in call.keywords}
    return (key, {name for name in names if name}) if key in MESSAGES and None not in names else None


def test_every_error_brings_what_its_sentence_says() -> None:
    checked = 0
    for where, tree in sources("core", "server"):
        for node in ast.walk(tree):
            if isinstance(node, ast.Call) and (found := given(node)):
                key, values = found
                assert places(MESSAGES[key][0]) == values, f"{where}:{node.lineno} {key}"
                checked += 1
    assert checked > 30


@pytest.mark.parametrize("key", MESSAGES)
def test_a_sentence_is_whole_in_both_languages(key: str) -> None:
    english, korean = MESSAGES[key]
    assert places(english) == places(korean)
    plain = [re.sub(r"{[^}]*}", "", sentence) for sentence in (english, korean)]
    assert not HANGUL.search(english)
    assert HANGUL.search(korean) or not re.search("[A-Za-z]", plain[0])
    for sentence in (english, korean):
        assert sentence.strip(" ") and "  " not in sentence.strip(" ") and not sentence.endswith(" ")
        assert not re.search(r"[은는이가을를와과로]\([은는이가을를와과으로]+\)", sentence), "a particle left open"
    for language in LANGUAGES:
        values = dict.fromkeys(places(english), "고양이 3.zip")
        said = say(key, language, **values)
        assert "{" not in said and "/가" not in said and "/를" not in said


@pytest.mark.parametrize(
    ("word", "pair", "expected"),
    [
        ("고양이", "을/를", "를"),
        ("강아지들", "을/를", "을"),
        ("사과", "이/가", "가"),
        ("귤", "이/가", "이"),
        ("나무", "은/는", "는"),
        ("곰", "과/와", "과"),
        ("서울", "으로/로", "로"),
        ("부산", "으로/로", "으로"),
        ("바다", "으로/로", "로"),
        ("2", "이/가", "가"),
        ("3", "이/가", "이"),
        ("7", "으로/로", "로"),
        ("6", "으로/로", "으로"),
        ("10", "을/를", "을"),
        ("apple", "은/는", "는"),
        ("animal", "으로/로", "로"),
        ("lion", "을/를", "을"),
        ("photo.zip", "은/는", "는"),
        ("(고양이)", "이/가", "가"),
        ("곰 ", "이/가", "이"),
        ("", "을/를", "를"),
        ("🙂", "을/를", "를"),
    ],
)
def test_a_particle_fits_the_last_sound(word: str, pair: str, expected: str) -> None:
    assert particle(word, pair) == expected


def test_places_are_filled_with_and_without_particles() -> None:
    assert fill("{label:을/를} {answer:으로/로} {share:.0%}", label="곰", answer="달", share=0.5) == "곰을 달로 50%"
    assert fill("{name}", name="{curly}") == "{curly}"


def test_an_unknown_key_is_a_bug() -> None:
    with pytest.raises(KeyError):
        say("nobody.wrote_this", "en")


@pytest.mark.parametrize(
    "kind", [kind for kind in vars(errors).values() if isinstance(kind, type) and issubclass(kind, Exception)]
)
def test_an_error_survives_the_way_between_processes(kind: type[errors.TeachLensError]) -> None:
    error = kind("archive.link", archive="a.zip", entry="고양이.png")
    back = pickle.loads(pickle.dumps(error))
    assert type(back) is kind and (back.key, back.values) == (error.key, error.values)
    assert str(back) == error.say("en") and "고양이.png" in back.say("ko")


@pytest.mark.parametrize(
    ("share", "written"),
    [(1.0, "100%"), (0.9996, "100%"), (0.997, "99%"), (0.5, "50%"), (0.004, "<1%"), (0.0, "0%"), (0.125, "12%")],
)
def test_per_cent_is_whole_and_claims_no_certainty(share: float, written: str) -> None:
    assert percent(share) == written


def test_particles_are_written_in_the_order_in_which_they_are_chosen() -> None:
    """The one after a consonant first: any other pair would be said the wrong way round."""
    pairs = {"을/를", "이/가", "은/는", "과/와", "으로/로", "이라고/라고", "이라는/라는", "이에요/예요"}
    written: set[str] = set()
    for room in ("core/messages", "ui/texts"):
        for path in (settings.PROJECT / room).glob("*.py"):
            written |= set(re.findall(r"{[a-z_]+:([^}]+/[^}]+)}", path.read_text("utf-8")))
    assert written and written <= pairs
