"""The container: a zip, what is appended to it, and what is left where a writer dies."""

from __future__ import annotations

import struct
import zipfile
from itertools import pairwise
from pathlib import Path

import pytest
from model_files import join, members, packed, saved

from core.errors import ModelError, StorageError
from core.model.container import append, appendable, cut
from core.model.file import load, load_examples, load_sampled, retitle, take_back_correction, thumbnails


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return saved(tmp_path / "fruit.teachlens")


def stamp(path: Path) -> tuple[int, int, int]:
    stat = path.stat()
    return stat.st_ino, stat.st_size, stat.st_mtime_ns


def corrections(path: Path) -> tuple[int, ...]:
    assert len(load_examples(path).names) == 6 + load(path).card.corrected_pictures
    return load(path).card.corrections


def test_what_was_there_is_never_touched_by_what_is_appended(path: Path) -> None:
    states = [path.read_bytes()]
    for number in range(3):
        join(path, f"label {number}", number + 1)
        states.append(path.read_bytes())
    assert all(after.startswith(before) for before, after in pairwise(states))
    assert corrections(path) == (1, 2, 3)
    assert thumbnails(path, [0, 6, 11, 12]) == [b"jpeg 0", b"small", b"small", b""]
    for before in states[2::-1]:
        assert take_back_correction(path, load_sampled(path, lambda labels: labels[:0]))
        assert path.read_bytes() == before
    assert not take_back_correction(path, load_sampled(path, lambda labels: labels[:0]))


def test_bytes_of_a_correction_do_not_grow_with_the_examples(tmp_path: Path) -> None:
    sizes = []
    for count in (6, 600):
        path = saved(tmp_path / f"{count}.teachlens", count)
        before = path.stat().st_size
        join(path, pictures=2)
        sizes.append(path.stat().st_size - before)
    assert abs(sizes[1] - sizes[0]) < 50  # digits of the thumbnails' numbers, and of the group


def test_a_writer_that_dies_at_any_byte_leaves_the_state_before(path: Path) -> None:
    join(path)
    before = path.read_bytes()
    join(path, "another", 2)
    whole = path.read_bytes()
    added = len(whole) - len(before)
    for length in (1, 21, 22, 100, 4_000, added // 2, added - 43, added - 42, added - 21, added - 1):
        path.write_bytes(whole[: len(before) + length])
        assert corrections(path) == (1,), length
    retitle(path, "other")  # and whoever changes it then takes what is left away
    join(path, "third")
    assert corrections(path) == (1, 1) and load(path).labels[-1] == "third"


def test_what_a_writer_left_is_taken_away_by_the_next(path: Path) -> None:
    before = path.read_bytes()
    path.write_bytes(before + b"PK\x03\x04 half of something" + bytes(3_000_000))
    join(path)
    after = path.read_bytes()
    assert after.startswith(before) and len(after) < len(before) + 100_000
    assert corrections(path) == (1,)


def test_a_full_disk_leaves_the_file_as_it_was(path: Path) -> None:
    resource = pytest.importorskip("resource", reason="Windows limits no file's size")
    before = path.read_bytes()
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    try:
        resource.setrlimit(resource.RLIMIT_FSIZE, (len(before) + 500, limits[1]))
        with pytest.raises(OSError):
            join(path)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)
    assert path.read_bytes() == before
    join(path)
    assert corrections(path) == (1,)


def test_a_cut_goes_back_to_the_bytes_before(path: Path) -> None:
    before = path.read_bytes()
    append(path, stamp(path), len(before), appendable(lambda archive: archive.writestr("model.json", "{}")))
    cut(path, stamp(path), len(before))
    assert path.read_bytes() == before


def test_a_file_that_somebody_changed_without_the_lock_is_not_cut(path: Path) -> None:
    read = stamp(path)
    path.write_bytes(path.read_bytes() + b"more")
    before = path.read_bytes()
    with pytest.raises(StorageError):
        append(path, read, 100, b"x")
    with pytest.raises(StorageError):
        cut(path, read, 100)
    assert path.read_bytes() == before
    path.unlink()
    with pytest.raises(ModelError) as refused:
        append(path, read, 100, b"x")
    assert refused.value.key == "model.missing" and not path.exists()


@pytest.mark.parametrize("compression", [zipfile.ZIP_LZMA, zipfile.ZIP_BZIP2])
@pytest.mark.parametrize("damaged", [False, True])
def test_only_what_a_model_file_is_packed_with_is_unpacked(path: Path, compression: int, damaged: bool) -> None:
    content = bytearray(packed(members(path.read_bytes()), compression))
    if damaged:
        content[60:80] = bytes(20)
    path.write_bytes(content)
    with pytest.raises(ModelError):
        load(path)


def test_a_name_twice_is_refused(path: Path) -> None:
    with zipfile.ZipFile(path, "a") as archive, pytest.warns(UserWarning):
        archive.writestr("model.json", "{}")
    with pytest.raises(ModelError) as refused:
        load(path)
    assert refused.value.key == "model.damaged"


def test_a_name_that_is_no_text_is_refused(path: Path) -> None:
    content = path.read_bytes()
    start = content.rindex(b"PK\x01\x02")
    entry = bytearray(content[start:])
    entry[9] |= 8  # UTF-8, it says
    entry[46:48] = b"\xff\xfe"
    path.write_bytes(content[:start] + entry)
    with pytest.raises(ModelError):
        load(path)


@pytest.mark.parametrize("name", ["model.json", "head/weights.npy", "thumbnails/3.jpg"])
def test_members_that_say_they_are_too_large_are_refused_before_any_is_unpacked(
    path: Path, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    content = bytearray(path.read_bytes())
    start = content.rindex(name.encode()) - 46
    content[start + 24 : start + 28] = struct.pack("<I", 2**31)
    path.write_bytes(content)
    unpacked: list[str] = []
    monkeypatch.setattr("zipfile.ZipFile.open", lambda _, name, *rest, **more: unpacked.append(name))
    with pytest.raises(ModelError):
        load(path)
    assert not unpacked


def test_a_comment_or_bytes_before_the_zip_are_no_model_file(path: Path) -> None:
    content = path.read_bytes()
    with zipfile.ZipFile(path, "a") as archive:
        archive.comment = b"TeachLens"
    with pytest.raises(ModelError):
        load(path)
    path.write_bytes(b"#!/bin/sh\n" + content)
    with pytest.raises(ModelError):
        load(path)


def test_a_chain_without_a_beginning_is_refused(path: Path) -> None:
    end = appendable(lambda archive: archive.writestr("model.json", "{}"))
    path.write_bytes(end * 2000)
    with pytest.raises(ModelError):
        load(path)
