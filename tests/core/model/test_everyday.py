"""Everyday things: the table of names, the model that is made of it, and what it says of real photographs."""

from __future__ import annotations

import re
import time
import zipfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest

from core.backbones import Backbone
from core.errors import BackboneError, ModelError
from core.messages import LANGUAGES, Language
from core.model import everyday, store
from core.model.answer import Answer
from core.model.file import load, load_examples
from core.model.model import CLEAR, Subclasses
from core.model.recognise import Recogniser
from core.storage.area import VisitArea
from doodles.samples import HELD_OUT, KINDS, draw

pytestmark = pytest.mark.slow  # together they take long

ROWS = [line.split("\t") for line in everyday.TABLE.read_text("utf-8").splitlines()]


# --- The table --------------------------------------------------------------------------------------------------------


def test_every_class_of_imagenet_has_a_name_in_both_languages() -> None:
    assert ROWS[0] == ["english", "korean", "english precise", "korean precise"]
    assert len(ROWS) == 1001 and {len(row) for row in ROWS} == {4}
    for english, korean, finer, finer_korean in ROWS[1:]:
        assert re.search("[a-zA-Z]", english) and re.search("[가-힣]", korean) and not re.search("[가-힣]", english)
        assert bool(finer) == bool(finer_korean), english
        assert finer != english and finer_korean != korean
        assert [name for name in (english, korean, finer, finer_korean) if name != name.strip()] == []


def test_a_plain_name_has_one_translation_and_a_finer_name_one_class() -> None:
    plain = {(row[0], row[1]) for row in ROWS[1:]}
    assert len(plain) == len({english for english, _ in plain}) == len({korean for _, korean in plain}) == 672
    for column in (2, 3):
        finer = [row[column] for row in ROWS[1:] if row[column]]
        assert len(finer) == len(set(finer)) > 400
    for column in (0, 1):  # classes that share a plain name are told apart by finer ones, but for one of them
        alone = [row[column] for row in ROWS[1:] if not row[2]]
        assert sorted(name for name in set(alone) if alone.count(name) > 1) == []


@pytest.mark.parametrize(
    ("number", "english", "korean"),
    [
        (0, "tench", "텐치"),
        (1, "goldfish", "금붕어"),
        (207, "golden retriever", "골든리트리버"),
        (281, "tabby cat", "태비고양이"),
        (388, "panda", "판다"),
        (409, "analog clock", "아날로그시계"),
        (574, "golf ball", "골프공"),
        (701, "parachute", "낙하산"),
        (817, "sports car", "스포츠카"),
        (954, "banana", "바나나"),
        (963, "pizza", "피자"),
        (999, "toilet paper", "두루마리 휴지"),
    ],
)
def test_the_names_stand_in_the_order_of_imagenet(number: int, english: str, korean: str) -> None:
    for language, name in zip(LANGUAGES, (english, korean), strict=True):
        plain, finer = everyday.names(language)
        assert (finer[number] or plain[number]) == name


# --- The model --------------------------------------------------------------------------------------------------------


def test_probabilities_of_classes_that_share_a_name_add_up() -> None:
    fine = Subclasses(("tabby", "siamese", "", "lynx"), np.array([1, 1, 0, 2], np.int32))
    summed = fine.summed(np.array([[0.3, 0.2, 0.4, 0.1], [0.1, 0.1, 0.1, 0.7]], np.float32))
    assert summed == pytest.approx(np.array([[0.4, 0.5, 0.1], [0.1, 0.2, 0.7]]))
    model = everyday.model("en")
    vectors = np.random.default_rng(0).gamma(0.5, 1, (5, 1280)).astype(np.float32)
    classes, labels = model.head.probabilities(vectors), model.probabilities(vectors)
    assert classes.shape == (5, 1000) and labels.shape == (5, 672)
    assert labels.sum(axis=1) == pytest.approx(np.ones(5), abs=1e-5)
    dogs = [number for number, row in enumerate(ROWS[1:]) if row[0] == "dog"]
    assert len(dogs) == 118
    assert labels[:, model.labels.index("dog")] == pytest.approx(classes[:, dogs].sum(axis=1), rel=1e-4)


def test_a_finer_name_is_said_where_it_stands_out_among_its_like() -> None:
    fine = Subclasses(("tabby", "siamese", "", "lynx"), np.array([1, 1, 0, 2], np.int32))
    assert fine.name(np.array([0.4 * CLEAR + 0.01, 0.4 * (1 - CLEAR) - 0.01, 0.3, 0.3], np.float32), 1) == "tabby"
    assert fine.name(np.array([0.4 * CLEAR - 0.01, 0.4 * (1 - CLEAR) + 0.01, 0.3, 0.3], np.float32), 1) == ""
    assert fine.name(np.array([0.0, 0.0, 0.1, 0.9], np.float32), 2) == ""  # it was weighed against nothing


@pytest.mark.parametrize("language", LANGUAGES)
def test_it_is_an_ordinary_file_made_at_first_use(language: Language, tmp_path: Path, own_cache: Path) -> None:
    began = time.monotonic()
    path = everyday.ensure(language)
    assert time.monotonic() - began < 5  # under one second on an idle machine
    assert path.name == f"everyday.{language}.teachlens" and own_cache in path.parents
    model = load(path)
    assert model.labels == everyday.model(language).labels
    assert model.card.title == ("일상 사물" if language == "ko" else "Everyday things")
    assert model.report.score.total == 0 and len(load_examples(path).names) == 0
    before = path.stat().st_mtime_ns
    assert everyday.ensure(language) == path and path.stat().st_mtime_ns == before
    copy = store.add(VisitArea(tmp_path), path, "everyday.teachlens")
    (there,) = store.listing(VisitArea(tmp_path))
    assert there.path == copy and there.taught == 0 and not there.sample


@pytest.fixture
def own_cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A cache that nothing was written to yet."""
    monkeypatch.setenv("TEACHLENS_CACHE", str(tmp_path / "empty"))
    return tmp_path / "empty"


def test_a_damaged_or_outdated_file_is_made_again(own_cache: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = everyday.ensure("en")
    path.write_bytes(path.read_bytes()[:1000])
    assert everyday.ensure("en") == path and len(load(path).labels) == 672
    monkeypatch.setattr(everyday, "_edition", lambda: "another")
    assert everyday.ensure("en") != path


def test_visits_that_ask_at_once_get_the_same_whole_file(own_cache: Path) -> None:
    with ThreadPoolExecutor(4) as pool:
        paths = set(pool.map(lambda _: everyday.ensure("en"), range(4)))
    (path,) = paths
    assert len(load(path).labels) == 672
    assert [one.name for one in path.parent.iterdir()] == [path.name]


def test_a_cache_that_cannot_be_written_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "file").write_text("x")
    monkeypatch.setenv("TEACHLENS_CACHE", str(tmp_path / "file"))
    with pytest.raises(BackboneError) as caught:
        everyday.ensure("ko")
    assert caught.value.key == "backbone.no_cache"


def test_it_stands_on_the_shelf_and_stays_as_it_is() -> None:
    ready = store.ready("en")
    assert ready.sample and ready.taught == 0 and ready.score.total == 0 and ready.title == "Everyday things"
    for change in (lambda: store.rename(ready.path, "Mine"), lambda: store.remove(VisitArea.local(), ready.path)):
        with pytest.raises(ModelError) as caught:
            change()
        assert caught.value.key == "model.sample"


# --- What it says -----------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def recogniser(cache: Path) -> Recogniser:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("TEACHLENS_CACHE", str(cache))
        return Recogniser(everyday.model("en"), backbone=Backbone("efficientnet-lite0"))


def answers(recogniser: Recogniser, source: Path, label: str) -> list[Answer]:
    with zipfile.ZipFile(source) as archive:
        names = sorted(name for name in archive.namelist() if name.startswith(f"{label}/") and not name.endswith("/"))
        return [recogniser.recognise_bytes(archive.read(name)) for name in names]


@pytest.mark.parametrize(
    ("source", "folder", "label", "first", "among_five"),  # the shares are some points below what was measured
    [
        ("grocery_fruit", "Banana", "banana", 0.9, 0.95),
        ("grocery_fruit", "Lemon", "lemon", 0.8, 0.9),
        ("grocery_fruit", "Orange", "orange", 0.5, 0.9),
        ("grocery_fruit", "Pineapple", "pineapple", 0.9, 0.95),
        ("flowers", "daisy", "daisy", 0.8, 0.9),
        ("hand_tools", "screwdrivers", "screwdriver", 0.8, 0.9),
        ("hand_tools", "drills", "power drill", 0.85, 0.95),
    ],
)
def test_real_photographs_are_named(
    recogniser: Recogniser, shared: Path, source: str, folder: str, label: str, first: float, among_five: float
) -> None:
    given = answers(recogniser, shared / "data" / "classification" / f"{source}.zip", folder)
    assert np.mean([answer.labels[0] == label for answer in given]) >= first
    assert np.mean([label in answer.labels[:5] for answer in given]) >= among_five
    sure = [answer.labels[0] == label for answer in given if answer.sure]
    assert np.mean(sure) >= np.mean([answer.labels[0] == label for answer in given])


def test_of_what_it_cannot_know_it_is_mostly_not_sure(recogniser: Recogniser) -> None:
    given = [recogniser.recognise(draw(kind, HELD_OUT + number)) for kind in KINDS for number in range(4)]
    assert np.mean([answer.sure for answer in given]) < 0.5


def test_both_languages_give_the_same_answer(recogniser: Recogniser) -> None:
    korean = Recogniser(everyday.model("ko"), backbone=recogniser.backbone)
    translated = {row[0]: row[1] for row in ROWS[1:]}
    picture = draw("fish", HELD_OUT)
    one, other = recogniser.recognise(picture), korean.recognise(picture)
    assert [translated[label] for label in one.labels[:20]] == list(other.labels[:20])
    assert one.probabilities == pytest.approx(other.probabilities, abs=1e-6)
