"""The shelf: what stands there, what is thrown away and brought back, and what is refused at the door."""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from core import settings
from core.errors import ModelError
from core.learning.report import report
from core.messages import say
from core.model import store
from core.model.file import load, load_examples, save
from core.model.model import Examples, Head, Model, ModelCard

Place = Callable[..., Path]


@pytest.fixture
def place(tmp_path: Path) -> Place:
    """Writes a small model of two labels."""

    def placed(name: str, title: str = "Fruit", made: str = "2026-01-02T03:04:05+00:00", below: str = "models") -> Path:
        rows = np.arange(4, dtype=np.int32)
        labels = np.array([0, 0, 1, 1], np.int32)
        logits = np.array([[2, 0], [2, 0], [0, 2], [2, 0]], np.float32)
        model = Model(
            labels=("사과", "pear"),
            backbone="efficientnet-lite0",
            backbone_sha256="ab" * 32,
            head=Head(np.eye(1280, 2, dtype=np.float32), np.zeros(2, np.float32), 1.0),
            threshold=0.6,
            card=ModelCard(title, made, "0.1.0", {"사과": 2, "pear": 2}, 0, 0, 1.0),
            report=report("cross-validation", logits, 1.0, labels, rows),
        )
        examples = Examples(tuple("abcd"), labels, np.zeros((4, 1280), np.float16), rows)
        path = tmp_path / below / f"{name}.teachlens"
        save(path, model, examples, [b"jpeg"] * 4)
        return path

    return placed


def titles(area: Path) -> list[str]:
    return [one.title for one in store.listing(area)]


def test_models_are_listed_newest_first_with_what_people_ask_of_them(tmp_path: Path, place: Place) -> None:
    place("a", "old", "2025-12-31T23:59:59+00:00")
    newest = place("b", "new", "2026-02-01T00:00:00+00:00")
    place("c", "middle", "2026-01-15T00:00:00+00:00")
    assert titles(tmp_path) == ["new", "middle", "old"]
    first = store.listing(tmp_path)[0]
    assert (first.path, first.labels, first.made) == (newest, ("사과", "pear"), "2026-02-01T00:00:00+00:00")
    assert (first.score.right, first.score.total) == (3, 4)
    assert not first.sample


def test_an_area_without_models_has_an_empty_shelf(tmp_path: Path) -> None:
    assert store.listing(tmp_path / "nobody") == []


def test_what_is_no_model_does_not_stand_on_the_shelf(tmp_path: Path, place: Place) -> None:
    whole = place("whole")
    (whole.parent / "cut.teachlens").write_bytes(whole.read_bytes()[:300])
    (whole.parent / ".whole.teachlens.1.part").write_bytes(b"half")
    (whole.parent / "notes.txt").write_text("x")
    assert [one.path for one in store.listing(tmp_path)] == [whole]


def test_a_model_that_is_replaced_is_read_again(tmp_path: Path, place: Place) -> None:
    place("a", "before")
    assert titles(tmp_path) == ["before"]
    place("a", "afterwards")
    assert titles(tmp_path) == ["afterwards"]


def test_a_new_title_goes_into_the_file_itself(tmp_path: Path, place: Place) -> None:
    path = place("a", "before")
    store.rename(path, "  우리\n집   과일 ")
    assert titles(tmp_path) == ["우리 집 과일"]
    assert load(path).card.title == "우리 집 과일"
    assert load_examples(path).names == tuple("abcd")
    copy = store.add(tmp_path / "elsewhere", path.read_bytes(), "download.teachlens")
    assert load(copy).card.title == "우리 집 과일"


def test_a_title_is_cut_where_it_is_endless(place: Place) -> None:
    path = place("a")
    store.rename(path, "x" * 500)
    assert load(path).card.title == "x" * settings.MAX_LABEL_LENGTH


def test_what_is_thrown_away_can_be_brought_back(tmp_path: Path, place: Place) -> None:
    path = place("a", "dear")
    content = path.read_bytes()
    thrown = store.remove(path)
    assert titles(tmp_path) == [] and not path.exists()
    assert store.restore(thrown) == path
    assert titles(tmp_path) == ["dear"] and path.read_bytes() == content
    with pytest.raises(ModelError) as caught:
        store.restore(thrown)
    assert caught.value.key == "model.missing"


def test_a_model_that_is_gone_cannot_be_thrown_away(tmp_path: Path) -> None:
    with pytest.raises(ModelError) as caught:
        store.remove(tmp_path / "models" / "gone.teachlens")
    assert caught.value.key == "model.missing"


def test_the_bin_keeps_an_old_model_for_a_day_after_it_was_thrown_away(tmp_path: Path, place: Place) -> None:
    old, other = place("old"), place("other")
    os.utime(old, (1, 1))  # taught long ago
    thrown = store.remove(old)
    store.empty_bin(tmp_path)
    assert thrown.exists()
    yesterday = time.time() - 25 * 3600
    os.utime(thrown, (yesterday, yesterday))
    kept = store.remove(other)
    assert not thrown.exists() and kept.exists()


def test_a_model_file_is_opened_from_bytes_and_from_a_file(tmp_path: Path, place: Place) -> None:
    path = place("given", "given", below="downloads")
    first = store.add(tmp_path, path.read_bytes(), "given.teachlens")
    second = store.add(tmp_path, path, "given.teachlens")
    assert first != second and path.exists()
    assert titles(tmp_path) == ["given", "given"]
    assert {one.path for one in store.listing(tmp_path)} == {first, second}


@pytest.mark.parametrize("content", [b"", b"not a zip", b"PK\x03\x04 cut"])
def test_a_bad_file_is_refused_by_its_own_name_and_leaves_nothing(tmp_path: Path, content: bytes) -> None:
    with pytest.raises(ModelError) as caught:
        store.add(tmp_path, content, "고양이.teachlens")
    assert caught.value.key == "model.unreadable"
    assert "고양이.teachlens" in str(caught.value) and ".part" not in str(caught.value)
    assert list((tmp_path / "models").iterdir()) == []


def test_a_file_that_is_too_large_is_refused_unread(
    tmp_path: Path, place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = place("given", below="downloads")
    monkeypatch.setattr(settings, "MAX_MODEL_BYTES", path.stat().st_size - 1)
    for content in (path, path.read_bytes()):
        with pytest.raises(ModelError) as caught:
            store.add(tmp_path, content, "big.teachlens")
        assert caught.value.key == "model.too_large"
        assert "big.teachlens" in say("model.too_large", "ko", **caught.value.values)
    assert not (tmp_path / "models").exists()


def test_samples_are_marked_and_stay_as_they_are(tmp_path: Path, place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(store, "SAMPLES", tmp_path / "samples")
    path = place("doodles", "Doodles", below="samples")
    (sample,) = store.listing_of(store.SAMPLES)
    assert sample.sample
    with pytest.raises(ModelError) as caught:
        store.rename(path, "Mine")
    assert caught.value.key == "model.sample"
    with pytest.raises(ModelError) as caught:
        store.remove(path)
    assert caught.value.key == "model.sample"
    assert load(path).card.title == "Doodles"
