"""The pass over the pictures: in order, a few at a time, and not twice."""

from __future__ import annotations

import shutil
import sqlite3
import threading
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest
from drawn import blots, encoded, painted, zipped

from core import settings
from core.backbones import Backbone, cards, ensure
from core.errors import BackboneError, TeachLensError
from core.learning import features
from core.learning.feature_cache import CachedFeatures, FeatureCache, content_hash
from core.learning.features import THUMBNAIL, Thumbnails, difference_hash, extract, look, thumbnail
from core.machine import cores
from core.pictures import archive
from core.pictures.dataset import Dataset, Entry
from core.pictures.picture import to_model_input

NAME = cards()[0].name


@pytest.fixture
def own_cache(tmp_path: Path, cache: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A cache with the LiteRT file and no looks."""
    ensure(NAME)
    shutil.copytree(cache / "backbones", tmp_path / "cache" / "backbones")
    monkeypatch.setenv("TEACHLENS_CACHE", str(tmp_path / "cache"))
    return tmp_path / "cache"


def nobody(done: int, total: int) -> None:
    """Hears how far it is, and does nothing."""


def pictures(path: Path, count: int, **more: bytes) -> Dataset:
    files = {f"{paint}/{n}.png": painted(paint, n) for paint in ("red", "blue") for n in range(count)}
    return archive.find([zipped(path, files | {name.replace("__", "/"): data for name, data in more.items()})])


def test_what_is_seen_stands_in_the_order_of_the_source(tmp_path: Path) -> None:
    dataset = pictures(tmp_path / "a.zip", 5)
    told: list[tuple[int, int]] = []
    found = extract(dataset, NAME, 2, lambda done, total: told.append((done, total)))
    assert found.entries == dataset.entries and found.skipped == ()
    assert found.labels == ("blue", "red") and found.targets.tolist() == [1] * 5 + [0] * 5
    assert found.vectors.shape == (10, 2, 1280) and found.vectors.dtype == np.float16
    assert found.perceptual_hashes.shape == (10, 32) and len(found.thumbnails) == 10
    assert told == [(done, 10) for done in range(1, 11)]
    backbone = Backbone(NAME, threads=1)
    for number, (vectors, print_) in enumerate(zip(found.vectors, found.perceptual_hashes, strict=True)):
        entry = found.entries[number]
        expected = look(archive.read_one(entry), backbone, 2)
        assert np.abs(vectors.astype(np.float32) - expected.vectors).max() < 0.01
        assert print_.tobytes() == expected.print


def test_a_look_is_the_picture_and_its_mirror_image() -> None:
    backbone = Backbone(NAME, threads=1)
    picture = blots("red", 5, 300)
    found = look(encoded(picture), backbone, 2)
    straight = backbone.vector(to_model_input(picture, backbone.card.size))
    mirrored = backbone.vector(to_model_input(np.ascontiguousarray(picture[:, ::-1]), backbone.card.size))
    assert np.abs(found.vectors - np.stack([straight, mirrored])).max() < 0.01
    assert look(encoded(picture), backbone, 1).vectors.shape == (1, 1280)


def test_pictures_that_cannot_be_read_are_named_and_the_rest_goes_on(tmp_path: Path) -> None:
    bad = {"red__cut.png": painted("red", 9)[:100], "blue__none.png": b"", "blue__page.jpg": b"<html></html>"}
    dataset = pictures(tmp_path / "a.zip", 3, **bad, notes_txt=b"x")
    told: list[int] = []
    found = extract(dataset, NAME, 1, lambda done, _: told.append(done))
    assert {one.name: one.key for one in found.skipped} == {
        "notes_txt": "layout.no_picture",
        "red/cut.png": "picture.broken",
        "blue/none.png": "picture.empty",
        "blue/page.jpg": "picture.html",
    }
    assert len(found.entries) == len(found.targets) == len(found.vectors) == len(found.thumbnails) == 6
    assert told == list(range(1, 10))


def test_an_entry_that_cannot_be_fetched_is_named(tmp_path: Path) -> None:
    dataset = pictures(tmp_path / "a.zip", 2)
    gone = Entry(tmp_path / "gone.zip", 0, "red/1.png", "red")
    found = extract(Dataset((*dataset.entries, gone)), NAME, 1, nobody)
    assert [(one.name, one.key) for one in found.skipped] == [("red/1.png", "archive.gone")]
    assert len(found.entries) == 4


def test_reading_never_runs_far_ahead(tmp_path: Path, own_cache: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Only a few pictures are in memory at a time, however slow looking is."""
    dataset = pictures(tmp_path / "a.zip", 30)
    fetched = 0
    really = archive.read

    def counted(entries: Iterable[Entry]) -> Iterator[Any]:
        nonlocal fetched
        for found in really(entries):
            fetched += 1
            yield found

    ahead: list[int] = []
    monkeypatch.setattr(features.archive, "read", counted)
    extract(dataset, NAME, 1, lambda done, _: ahead.append(fetched - done))
    assert fetched == 60 and max(ahead) <= 3 * cores() + 1


def test_a_bug_in_looking_is_not_hidden_and_ends_the_pass(
    tmp_path: Path, own_cache: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object) -> CachedFeatures:
        raise ZeroDivisionError

    monkeypatch.setattr(features, "look", broken)
    with pytest.raises(ZeroDivisionError):
        extract(pictures(tmp_path / "a.zip", 10), NAME, 1, nobody)
    assert not [thread for thread in threading.enumerate() if thread.name.startswith("look")]


def test_an_unknown_backbone_is_told_before_anything_is_read() -> None:
    with pytest.raises(BackboneError):
        extract(Dataset((Entry(Path("gone.zip"), 0, "1.png", "cat"),)), "dragonfly", 1, nobody)


# --- The cache --------------------------------------------------------------------------------------------------


def a_look(views: int = 2) -> CachedFeatures:
    vectors = np.random.default_rng(0).normal(size=(views, 8)).astype(np.float16)
    return CachedFeatures(vectors, bytes(range(32)), b"jpeg")


def test_a_look_is_kept_and_found_again(tmp_path: Path) -> None:
    cache = FeatureCache("ab" * 32, 8, tmp_path)
    assert cache.get(b"key", 2) is None
    cache.put(b"key", a_look())
    cache.close()
    again = FeatureCache("ab" * 32, 8, tmp_path)
    found = again.get(b"key", 2)
    assert found is not None and np.array_equal(found.vectors, a_look().vectors)
    assert (found.print, found.thumbnail) == (a_look().print, b"jpeg")
    fewer = again.get(b"key", 1)
    assert fewer is not None and np.array_equal(fewer.vectors, a_look().vectors[:1])
    assert again.get(b"other", 1) is None
    assert FeatureCache("cd" * 32, 8, tmp_path).get(b"key", 1) is None  # what another backbone saw


def test_a_look_with_too_few_views_is_no_help_and_is_replaced(tmp_path: Path) -> None:
    cache = FeatureCache("ab" * 32, 8, tmp_path)
    cache.put(b"key", a_look(1))
    assert cache.get(b"key", 2) is None
    cache.put(b"key", a_look(2))
    found = cache.get(b"key", 2)
    assert found is not None and len(found.vectors) == 2
    cache.close()


def test_the_key_is_the_content() -> None:
    assert content_hash(b"a") == content_hash(b"a") != content_hash(b"b")
    assert len(content_hash(b"")) == 16


@pytest.mark.parametrize("harm", [b"this is no database", b"", b"SQLite format 3\0" + bytes(200)])
def test_a_damaged_cache_stops_no_lesson(tmp_path: Path, own_cache: Path, harm: bytes) -> None:
    dataset = pictures(tmp_path / "a.zip", 2)
    first = extract(dataset, NAME, 1, nobody)
    (table,) = (own_cache / "looks").glob("*.sqlite")
    table.write_bytes(harm)
    again = extract(dataset, NAME, 1, nobody)
    assert np.array_equal(first.vectors, again.vectors)


@pytest.mark.parametrize("harm", ["vectors = x'0102030405'", "vectors = x'01020304'", "print = x''", "views = 7"])
def test_damaged_rows_of_the_cache_stop_no_lesson(tmp_path: Path, own_cache: Path, harm: str) -> None:
    dataset = pictures(tmp_path / "a.zip", 2)
    first = extract(dataset, NAME, 1, nobody)
    (table,) = (own_cache / "looks").glob("*.sqlite")
    connection = sqlite3.connect(table)
    connection.execute(f"update looks set {harm}")
    connection.commit()
    connection.close()
    again = extract(dataset, NAME, 1, nobody)
    assert np.array_equal(first.vectors, again.vectors)


def test_a_cache_that_another_process_holds_stops_no_lesson(tmp_path: Path) -> None:
    FeatureCache("ab" * 32, 8, tmp_path).close()
    (table,) = tmp_path.glob("*.sqlite")
    holder = sqlite3.connect(table, isolation_level=None)
    holder.execute("begin exclusive")
    cache = FeatureCache("ab" * 32, 8, tmp_path)
    if cache._table is not None:
        cache._table.execute("pragma busy_timeout=10")
    cache.put(b"key", a_look())
    cache.flush()
    cache.close()
    holder.rollback()
    holder.close()
    assert FeatureCache("ab" * 32, 8, tmp_path).get(b"other", 1) is None


def test_a_cache_without_a_place_keeps_nothing_and_harms_nothing(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    cache = FeatureCache("ab" * 32, 8, tmp_path / "file")
    cache.put(b"key", a_look())
    cache.flush()
    assert cache.get(b"key", 1) is None
    cache.close()


def test_a_cache_that_has_grown_too_large_begins_anew(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    cache = FeatureCache("ab" * 32, 8, tmp_path)
    cache.put(b"key", a_look())
    cache.close()
    monkeypatch.setattr(settings, "MAX_CACHE_BYTES", 10)
    assert FeatureCache("ab" * 32, 8, tmp_path).get(b"key", 1) is None


# --- Prints and thumbnails --------------------------------------------------------------------------------------


def bits_apart(one: np.ndarray, other: np.ndarray) -> int:
    perceptual_hashes = [
        np.frombuffer(difference_hash(to_model_input(picture, 224)), np.uint8) for picture in (one, other)
    ]
    return int(np.unpackbits(perceptual_hashes[0] ^ perceptual_hashes[1]).sum())


def test_the_print_of_a_picture_hardly_changes_with_light_size_and_packing() -> None:
    picture = blots("red", 3, 300)
    brighter = np.clip(picture.astype(int) + 12, 0, 255).astype(np.uint8)
    smaller = cv2.resize(picture, (120, 120), interpolation=cv2.INTER_AREA)
    packed = cv2.imdecode(cv2.imencode(".jpg", picture, [cv2.IMWRITE_JPEG_QUALITY, 50])[1], cv2.IMREAD_COLOR)
    for other in (brighter, smaller, np.asarray(packed)):
        assert bits_apart(picture, other) <= 20
    others = [bits_apart(picture, blots("red", seed, 300)) for seed in range(4, 14)]
    assert min(others) > 40
    assert len(difference_hash(to_model_input(picture, 224))) == 32


@pytest.mark.parametrize(("width", "height"), [(640, 480), (480, 640), (30, 20), (1, 1), (8000, 8)])
def test_a_thumbnail_shows_the_whole_picture_small(width: int, height: int) -> None:
    data = thumbnail(np.full((height, width, 3), (200, 60, 30), np.uint8))
    small = cv2.cvtColor(np.asarray(cv2.imdecode(np.frombuffer(data, np.uint8), cv2.IMREAD_COLOR)), cv2.COLOR_BGR2RGB)
    assert max(small.shape[:2]) == min(max(width, height), THUMBNAIL)
    if min(width, height) > 100:
        assert small.shape[1] / small.shape[0] == pytest.approx(width / height, rel=0.02)
    assert np.abs(small.astype(int) - (200, 60, 30)).max() < 8


def test_thumbnails_come_back_in_order_any_number_of_times() -> None:
    thumbnails = Thumbnails()
    for content in (b"one", b"", b"three"):
        thumbnails.append(content)
    assert len(thumbnails) == 3
    assert list(thumbnails) == list(thumbnails) == [b"one", b"", b"three"]


def test_thumbnails_and_vectors_leave_no_file(tmp_path: Path, own_cache: Path) -> None:
    before = {path.name for path in own_cache.iterdir()} | {"looks"}
    found = extract(pictures(tmp_path / "a.zip", 2), NAME, 1, nobody)
    assert {path.name for path in own_cache.iterdir()} <= before  # not even while they are in use
    assert len(found.vectors) == 4


def test_an_error_in_a_worker_is_the_persons_own() -> None:
    with pytest.raises(TeachLensError):
        look(b"", Backbone(NAME, threads=1), 1)
