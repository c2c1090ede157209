"""The files of a source, by what they are."""

from __future__ import annotations

import struct
import zipfile
from pathlib import Path

import pytest
from drawn import corners, encoded, raw_zip, zipped

from core import settings
from core.errors import ArchiveError
from core.pictures.sources import is_label_table, list_source

PICTURE = encoded(corners())
FILES = {
    "cat/1.png": PICTURE,
    "cat/no_ending": PICTURE,
    "labels.csv": b"1.png,cat\n",
    "words.txt": b"words",
    "raw.dng": b"II*\0",
    "more.zip": b"PK",
    ".hidden.png": PICTURE,
    "__MACOSX/cat/1.png": PICTURE,
}


@pytest.mark.parametrize("kind", ["zip", "folder"])
def test_a_zip_and_its_folder_give_the_same(tmp_path: Path, kind: str) -> None:
    source = zipped(tmp_path / "a.zip", FILES)
    if kind == "folder":
        with zipfile.ZipFile(source) as packed:
            packed.extractall(source := tmp_path / "a")
    listing = list_source(source)
    assert sorted(file.path for file in listing.pictures) == ["cat/1.png", "cat/no_ending"]
    assert [file.path for file in listing.tables if is_label_table(file)] == ["labels.csv"]
    assert {one.name: one.key for one in listing.skipped} == {
        "words.txt": "layout.no_picture",
        "raw.dng": "picture.raw",
        "more.zip": "archive.nested",
    }
    assert {file.size for file in listing.pictures} == {len(PICTURE)} and not listing.is_single_file


def test_a_loose_picture_is_alone_and_may_be_too_large(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "a.png").write_bytes(PICTURE)
    assert list_source(tmp_path / "a.png").is_single_file
    monkeypatch.setattr(settings, "MAX_ENTRY_BYTES", len(PICTURE) - 1)
    with pytest.raises(ArchiveError) as caught:
        list_source(tmp_path / "a.png")
    assert caught.value.key == "archive.entry_large" and "a.png" in caught.value.say("ko")


def test_what_is_no_picture_is_not_refused_for_another_reason(tmp_path: Path) -> None:
    path = raw_zip(tmp_path / "a.zip", [b"a.txt", b"b/1.png"], PICTURE, flags=0x1)
    data = bytearray(path.read_bytes())
    at = data.rindex(b"PK\1\2")
    struct.pack_into("<H", data, at + 8, 0)  # the picture is not encrypted
    path.write_bytes(data)
    listing = list_source(path)
    assert [file.path for file in listing.pictures] == ["b/1.png"]
    assert [(one.name, one.key) for one in listing.skipped] == [("a.txt", "layout.no_picture")]


def test_pictures_refused_for_several_reasons_are_each_named(tmp_path: Path) -> None:
    path = raw_zip(tmp_path / "a.zip", [b"cat/1.png", b"../1.png"], PICTURE, flags=0x1)
    listing = list_source(path)
    assert not listing.pictures
    keys = {one.name: one.key for one in listing.skipped}
    assert keys == {"cat/1.png": "archive.entry_encrypted", "../1.png": "archive.entry_outside"}
