"""The models of a visit: what is listed, thrown away and brought back, and what is refused."""

from __future__ import annotations

import errno
import os
import threading
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
from core.storage.area import VisitArea
from core.storage.locks import exclusive

Place = Callable[..., Path]


@pytest.fixture
def area(tmp_path: Path) -> VisitArea:
    return VisitArea(tmp_path)


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


def titles(area: VisitArea) -> list[str]:
    return [one.title for one in store.listing(area)]


def test_models_are_listed_newest_first_with_what_people_ask_of_them(area: VisitArea, place: Place) -> None:
    place("a", "old", "2025-12-31T23:59:59+00:00")
    newest = place("b", "new", "2026-02-01T00:00:00+00:00")
    place("c", "middle", "2026-01-15T00:00:00+00:00")
    assert titles(area) == ["new", "middle", "old"]
    first = store.listing(area)[0]
    assert (first.path, first.labels, first.made) == (newest, ("사과", "pear"), "2026-02-01T00:00:00+00:00")
    assert (first.score.right, first.score.total) == (3, 4)
    assert not first.sample


def test_an_area_without_models_has_an_empty_list(tmp_path: Path) -> None:
    assert store.listing(VisitArea(tmp_path / "nobody")) == []


def test_what_is_no_model_is_not_listed(area: VisitArea, place: Place) -> None:
    whole = place("whole")
    (whole.parent / "cut.teachlens").write_bytes(whole.read_bytes()[:300])
    (whole.parent / ".whole.teachlens.1.part").write_bytes(b"half")
    (whole.parent / "notes.txt").write_text("x")
    assert [one.path for one in store.listing(area)] == [whole]


def test_a_model_that_is_replaced_is_read_again(area: VisitArea, place: Place) -> None:
    place("a", "before")
    assert titles(area) == ["before"]
    place("a", "afterwards")
    assert titles(area) == ["afterwards"]


def test_a_new_title_goes_into_the_file_itself(area: VisitArea, place: Place) -> None:
    path = place("a", "before")
    store.rename(path, "  우리\n집   과일 ")
    assert titles(area) == ["우리 집 과일"]
    assert load(path).card.title == "우리 집 과일"
    assert load_examples(path).names == tuple("abcd")
    copy = store.add(VisitArea(area.root / "elsewhere"), path.read_bytes(), "download.teachlens")
    assert load(copy).card.title == "우리 집 과일"


def test_a_title_is_cut_where_it_is_endless(place: Place) -> None:
    path = place("a")
    store.rename(path, "x" * 500)
    assert load(path).card.title == "x" * settings.MAX_LABEL_LENGTH


def test_what_is_thrown_away_can_be_brought_back(area: VisitArea, place: Place) -> None:
    path = place("a", "dear")
    content = path.read_bytes()
    thrown = store.remove(area, path)
    assert titles(area) == [] and not path.exists()
    assert store.restore(area, thrown) == path
    assert titles(area) == ["dear"] and path.read_bytes() == content
    with pytest.raises(ModelError) as caught:
        store.restore(area, thrown)
    assert caught.value.key == "model.missing"


def test_a_model_that_is_gone_cannot_be_thrown_away(area: VisitArea) -> None:
    with pytest.raises(ModelError) as caught:
        store.remove(area, area.models / "gone.teachlens")
    assert caught.value.key == "model.missing"


def test_the_bin_keeps_an_old_model_for_a_day_after_it_was_thrown_away(area: VisitArea, place: Place) -> None:
    old, other = place("old"), place("other")
    os.utime(old, (1, 1))  # taught long ago
    thrown = store.remove(area, old)
    store.empty_bin(area, time.time())
    assert thrown.exists()
    yesterday = time.time() - 25 * 3600
    os.utime(thrown, (yesterday, yesterday))
    kept = store.remove(area, other)
    assert not thrown.exists() and kept.exists()


def test_a_model_file_is_opened_from_bytes_and_from_a_file(area: VisitArea, place: Place) -> None:
    path = place("given", "given", below="downloads")
    first = store.add(area, path.read_bytes(), "given.teachlens")
    second = store.add(area, path, "given.teachlens")
    assert first != second and path.exists()
    assert titles(area) == ["given", "given"]
    assert {one.path for one in store.listing(area)} == {first, second}


@pytest.mark.parametrize("content", [b"", b"not a zip", b"PK\x03\x04 cut"])
def test_a_bad_file_is_refused_by_its_own_name_and_leaves_nothing(area: VisitArea, content: bytes) -> None:
    with pytest.raises(ModelError) as caught:
        store.add(area, content, "고양이.teachlens")
    assert caught.value.key == "model.unreadable"
    assert "고양이.teachlens" in str(caught.value) and ".part" not in str(caught.value)
    assert list(area.models.iterdir()) == []


def test_a_file_that_is_too_large_is_refused_unread(
    area: VisitArea, place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = place("given", below="downloads")
    monkeypatch.setattr(settings, "MAX_MODEL_BYTES", path.stat().st_size - 1)
    for content in (path, path.read_bytes()):
        with pytest.raises(ModelError) as caught:
            store.add(area, content, "big.teachlens")
        assert caught.value.key == "model.too_large"
        assert "big.teachlens" in say("model.too_large", "ko", **caught.value.values)
    assert not area.models.exists()


def test_samples_are_marked_and_stay_as_they_are(
    area: VisitArea, place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(store, "SAMPLES", area.root / "samples")
    path = place("doodles", "Doodles", below="samples")
    (sample,) = store.listing_of(store.SAMPLES)
    assert sample.sample
    with pytest.raises(ModelError) as caught:
        store.rename(path, "Mine")
    assert caught.value.key == "model.sample"
    with pytest.raises(ModelError) as caught:
        store.remove(area, path)
    assert caught.value.key == "model.sample"
    assert load(path).card.title == "Doodles"


def samples_in(folder: Path, place: Place, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A sample model, where samples lie."""
    monkeypatch.setattr(store, "SAMPLES", folder / "samples")
    return place("doodles", "Doodles", below="samples")


@pytest.mark.parametrize("way", ["relative", "dots", "link to the folder", "link to the file"])
def test_a_sample_is_a_sample_however_its_path_is_written(
    area: VisitArea, place: Place, monkeypatch: pytest.MonkeyPatch, way: str
) -> None:
    path = samples_in(area.root, place, monkeypatch)
    content = path.read_bytes()
    monkeypatch.chdir(path.parent)
    area.models.mkdir()
    if way == "relative":
        other = Path(path.name)
    elif way == "dots":
        other = path.parent / ".." / "samples" / path.name
    elif way == "link to the folder":
        (area.root / "link").symlink_to(path.parent)
        other = area.root / "link" / path.name
    else:
        other = area.models / path.name
        other.symlink_to(path)
    for change in (lambda: store.rename(other, "Mine"), lambda: store.remove(area, other)):
        with pytest.raises(ModelError) as caught:
            change()
        assert caught.value.key == "model.sample"
    assert path.read_bytes() == content and store.is_bundled(other)


def test_only_models_of_the_visit_are_thrown_away(area: VisitArea, place: Place) -> None:
    other = place("theirs", below="elsewhere")
    with pytest.raises(ModelError) as caught:
        store.remove(area, other)
    assert caught.value.key == "model.missing" and other.exists()


def test_one_bad_model_never_hides_the_others_and_can_be_thrown_away(
    area: VisitArea, place: Place, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    good, bad, worse = place("good"), place("bad"), place("worse")
    bad.write_bytes(good.read_bytes()[:300])
    opened = store.load

    def load(path: Path, **more: bool) -> Model:
        if path == worse:
            raise OverflowError("date value out of range")  # whatever nobody thought of
        return opened(path, **more)

    monkeypatch.setattr(store, "load", load)
    for _ in range(2):
        assert [one.path for one in store.listing(area)] == [good]
    assert store.unreadable(area) == [bad, worse]
    assert len(caplog.records) == 2  # once each, however often pages ask
    store.remove(area, bad)
    assert store.unreadable(area) == [worse]


def test_a_file_that_is_out_of_reach_for_a_moment_is_asked_for_again(
    area: VisitArea, place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    path, opened = place("a"), store.load

    def busy(*_: object, **__: object) -> Model:
        raise PermissionError("in use")

    monkeypatch.setattr(store, "load", busy)
    assert store.listing(area) == []
    monkeypatch.setattr(store, "load", opened)
    assert [one.path for one in store.listing(area)] == [path]


def test_a_full_disk_keeps_nothing_of_a_model_that_is_opened(
    area: VisitArea, place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = place("given", below="downloads")

    def full(_file: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OSError, match="No space"):
        store.add(area, path, "given.teachlens")
    assert list(area.models.iterdir()) == []


def test_a_model_that_is_being_changed_is_thrown_away_afterwards(area: VisitArea, place: Place) -> None:
    path, steps = place("a"), []

    def remove() -> None:
        store.remove(area, path)
        steps.append("removed")

    with exclusive(path):
        thread = threading.Thread(target=remove)
        thread.start()
        thread.join(0.3)
        steps.append("changed")
    thread.join(30)
    assert steps == ["changed", "removed"] and not path.exists()
