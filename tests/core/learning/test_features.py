"""The pass over the pictures: in order, a few at a time, and not twice."""

from __future__ import annotations

import errno
import os
import shutil
import threading
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest
from drawn import blots, encoded, painted, zipped

from core.backbones import Backbone, card, cards, ensure
from core.errors import BackboneError, TeachLensError
from core.learning import features
from core.learning.feature_cache import CachedFeatures
from core.learning.features import (
    THUMBNAIL,
    Features,
    Thumbnails,
    difference_hash,
    extract,
    extract_one,
    load,
    save,
    thumbnail,
)
from core.machine import cores
from core.pictures import archive
from core.pictures.dataset import Dataset, Entry
from core.pictures.picture import to_model_input
from core.storage import atomic

NAME = cards()[0].name


@pytest.fixture
def own_cache(tmp_path: Path, cache: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A cache with the LiteRT file and no features."""
    ensure(NAME)
    shutil.copytree(cache / "backbones", tmp_path / "cache" / "backbones", copy_function=os.link)
    monkeypatch.setenv("TEACHLENS_CACHE", str(tmp_path / "cache"))
    return tmp_path / "cache"


def no_progress(done: int, total: int) -> None:
    """Hears how far it is, and does nothing."""


def pictures(path: Path, count: int, **more: bytes) -> Dataset:
    files = {f"{paint}/{n}.png": painted(paint, n) for paint in ("red", "blue") for n in range(count)}
    return archive.find([zipped(path, files | {name.replace("__", "/"): data for name, data in more.items()})])


def test_features_stand_in_the_order_of_the_source(tmp_path: Path) -> None:
    dataset = pictures(tmp_path / "a.zip", 5)
    calls: list[tuple[int, int]] = []
    extracted = extract(dataset, NAME, 2, lambda done, total: calls.append((done, total)))
    assert extracted.entries == dataset.entries and extracted.skipped == ()
    assert extracted.labels == ("blue", "red") and extracted.targets.tolist() == [1] * 5 + [0] * 5
    assert extracted.vectors.shape == (10, 2, card(NAME).features) and extracted.vectors.dtype == np.float16
    assert extracted.perceptual_hashes.shape == (10, 32) and len(extracted.thumbnails) == 10
    assert calls == [(done, 10) for done in range(1, 11)]
    backbone = Backbone(NAME, threads=1)
    for number, (vectors, perceptual_hash) in enumerate(
        zip(extracted.vectors, extracted.perceptual_hashes, strict=True)
    ):
        entry = extracted.entries[number]
        expected = extract_one(archive.read_one(entry), backbone, 2)
        assert np.abs(vectors.astype(np.float32) - expected.vectors).max() < 0.01
        assert perceptual_hash.tobytes() == expected.perceptual_hash


def test_the_views_are_the_picture_and_its_mirror_image() -> None:
    backbone = Backbone(NAME, threads=1)
    picture = blots("red", 5, 300)
    extracted = extract_one(encoded(picture), backbone, 2)
    straight = backbone.vector(to_model_input(picture, backbone.card.size))
    mirrored = backbone.vector(to_model_input(np.ascontiguousarray(picture[:, ::-1]), backbone.card.size))
    assert np.abs(extracted.vectors - np.stack([straight, mirrored])).max() < 0.01
    assert extract_one(encoded(picture), backbone, 1).vectors.shape == (1, card(NAME).features)


def test_pictures_that_cannot_be_read_are_named_and_the_rest_goes_on(tmp_path: Path) -> None:
    bad = {"red__cut.png": painted("red", 9)[:100], "blue__none.png": b"", "blue__page.jpg": b"<html></html>"}
    dataset = pictures(tmp_path / "a.zip", 3, **bad, notes_txt=b"x")
    calls: list[int] = []
    extracted = extract(dataset, NAME, 1, lambda done, _: calls.append(done))
    assert {one.name: one.key for one in extracted.skipped} == {
        "notes_txt": "layout.no_picture",
        "red/cut.png": "picture.broken",
        "blue/none.png": "picture.empty",
        "blue/page.jpg": "picture.html",
    }
    assert len(extracted.entries) == len(extracted.targets) == len(extracted.vectors) == len(extracted.thumbnails) == 6
    assert calls == list(range(1, 10))


def test_an_entry_that_cannot_be_fetched_is_named(tmp_path: Path) -> None:
    dataset = pictures(tmp_path / "a.zip", 2)
    gone = Entry(tmp_path / "gone.zip", 0, "red/1.png", "red")
    extracted = extract(Dataset((*dataset.entries, gone)), NAME, 1, no_progress)
    assert [(one.name, one.key) for one in extracted.skipped] == [("red/1.png", "archive.gone")]
    assert len(extracted.entries) == 4


def test_reading_never_runs_far_ahead(tmp_path: Path, own_cache: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Only a few pictures are in memory at a time, however slow the backbone is."""
    dataset = pictures(tmp_path / "a.zip", 30)
    fetched = 0
    really = archive.read

    def counted(entries: Iterable[Entry]) -> Iterator[Any]:
        nonlocal fetched
        for extracted in really(entries):
            fetched += 1
            yield extracted

    ahead: list[int] = []
    monkeypatch.setattr(features.archive, "read", counted)
    extract(dataset, NAME, 1, lambda done, _: ahead.append(fetched - done))
    assert fetched == 60 and max(ahead) <= 3 * cores() + 1


def test_a_bug_in_a_worker_is_not_hidden_and_ends_the_pass(
    tmp_path: Path, own_cache: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object) -> CachedFeatures:
        raise ZeroDivisionError

    monkeypatch.setattr(features, "extract_one", broken)
    with pytest.raises(ZeroDivisionError):
        extract(pictures(tmp_path / "a.zip", 10), NAME, 1, no_progress)
    assert not [thread for thread in threading.enumerate() if thread.name.startswith("extract_one")]


def test_an_unknown_backbone_is_refused_before_anything_is_read() -> None:
    with pytest.raises(BackboneError):
        extract(Dataset((Entry(Path("gone.zip"), 0, "1.png", "cat"),)), "dragonfly", 1, no_progress)


# --- Perceptual hashes and thumbnails ---------------------------------------------------------------------------


def bits_apart(one: np.ndarray, other: np.ndarray) -> int:
    perceptual_hashes = [
        np.frombuffer(difference_hash(to_model_input(picture, 224)), np.uint8) for picture in (one, other)
    ]
    return int(np.unpackbits(perceptual_hashes[0] ^ perceptual_hashes[1]).sum())


def test_the_perceptual_hash_of_a_picture_hardly_changes_with_light_size_and_packing() -> None:
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
    before = {path.name for path in own_cache.iterdir()} | {"features"}
    extracted = extract(pictures(tmp_path / "a.zip", 2), NAME, 1, no_progress)
    assert {path.name for path in own_cache.iterdir()} <= before  # not even while they are in use
    assert len(extracted.vectors) == 4


def test_an_error_in_a_worker_is_the_persons_own() -> None:
    with pytest.raises(TeachLensError):
        extract_one(b"", Backbone(NAME, threads=1), 1)


# --- Kept in a folder -------------------------------------------------------------------------------------------


def saved(tmp_path: Path, **more: bytes) -> tuple[Features, Path]:
    """Features of a few pictures, and the folder in which they are kept."""
    features = extract(pictures(tmp_path / "a.zip", 3, **more), NAME, 2, no_progress)
    save(features, tmp_path / "kept")
    return features, tmp_path / "kept"


def assert_equal(one: Features, other: Features) -> None:
    assert (one.entries, one.skipped, one.labels) == (other.entries, other.skipped, other.labels)
    for name in ("targets", "vectors", "perceptual_hashes"):
        array, again = getattr(one, name), getattr(other, name)
        assert array.dtype == again.dtype and array.shape == again.shape and np.array_equal(array, again)
    assert list(one.thumbnails) == list(other.thumbnails)


def test_kept_features_come_back_as_they_were(tmp_path: Path) -> None:
    features, folder = saved(tmp_path, red__cut=painted("red", 9)[:100])
    again = load(folder)
    assert again is not None
    assert_equal(features, again)
    assert isinstance(again.vectors, np.memmap)
    save(again, folder)  # onto itself
    twice = load(folder)
    assert twice is not None
    assert_equal(features, twice)


def test_features_of_loose_pictures_with_any_names_come_back(tmp_path: Path) -> None:
    for name in ("a/1.png", "a/2.png", "\ud55c\uae00/\u0041\u030a 1.png", "\ud55c\uae00/2.png"):
        path = tmp_path / "pictures" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(painted("red", len(name)))
    features = extract(archive.find([tmp_path / "pictures"]), NAME, 1, no_progress)
    save(features, tmp_path / "kept")
    again = load(tmp_path / "kept")
    assert again is not None and len(again.entries) == 4
    assert_equal(features, again)


def test_features_of_nothing_come_back(tmp_path: Path) -> None:
    nothing = extract(Dataset(()), NAME, 2, no_progress)
    save(nothing, tmp_path)
    again = load(tmp_path)
    assert again is not None
    assert_equal(nothing, again)


def test_where_nothing_is_kept_there_are_none(tmp_path: Path) -> None:
    assert load(tmp_path / "none") is None
    (tmp_path / "file").write_text("in the way")
    assert load(tmp_path / "file") is None


def test_kept_features_with_any_file_missing_cut_or_changed_are_none(tmp_path: Path) -> None:
    _, folder = saved(tmp_path)
    files = sorted(folder.iterdir())
    assert len(files) == 6  # and no parts
    for path in files:
        content = path.read_bytes()
        middle = len(content) // 2
        for harm in (
            b"",
            content[:middle],
            content[:-1],
            content + b"x",
            content[:middle] + b"~" + content[middle + 1 :],
        ):
            path.write_bytes(harm)
            assert load(folder) is None, (path.name, len(harm))
        path.unlink()
        assert load(folder) is None
        path.write_bytes(content)
        assert load(folder) is not None


def test_kept_features_of_a_source_that_has_changed_are_none(tmp_path: Path) -> None:
    _, folder = saved(tmp_path)
    source = tmp_path / "a.zip"
    before, content = source.stat(), source.read_bytes()
    os.utime(source, ns=(before.st_atime_ns, before.st_mtime_ns + 1_000_000_000))
    assert load(folder) is None
    source.write_bytes(content + b"x")
    os.utime(source, ns=(before.st_atime_ns, before.st_mtime_ns))
    assert load(folder) is None
    source.write_bytes(content)
    os.utime(source, ns=(before.st_atime_ns, before.st_mtime_ns))
    assert load(folder) is not None
    source.unlink()
    assert load(folder) is None


@pytest.mark.parametrize("writes", range(6))
def test_a_save_that_is_cut_short_leaves_nothing_to_load(
    tmp_path: Path, writes: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Also in place of features that were kept before: never some of these and some of those."""
    kept, folder = saved(tmp_path)
    really, done = atomic.replace, 0

    def full(source: Path, target: Path) -> None:
        nonlocal done
        if done == writes:
            raise OSError(errno.ENOSPC, "full")
        done += 1
        really(source, target)

    monkeypatch.setattr(atomic, "replace", full)
    with pytest.raises(OSError, match="full"):
        save(kept, folder)
    assert load(folder) is None
    assert not list(folder.glob(".*"))
