"""One entry of a zip: its bytes, or why not."""

from __future__ import annotations

import zipfile
from io import BytesIO
from pathlib import Path

import pytest
from drawn import zipped

from core import settings
from core.errors import ArchiveError
from core.pictures import unzip, zips

WORDS = b"some words " * 99


@pytest.mark.parametrize("packing", [zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED, zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_an_entry_and_its_prefix_are_read(tmp_path: Path, packing: int) -> None:
    with zips.open_zip(zipped(tmp_path / "a.zip", {"a.txt": WORDS}, packing)) as archive:
        (member,) = archive.members()
        assert archive.content(member.record, "a.txt") == WORDS
        assert archive.read_prefix(member.record, 10) == WORDS[:10]


def test_the_methods_that_are_known() -> None:
    assert [method for method in range(100) if unzip.is_known(method)] == [0, 8, 12, 14]


def record(**changes: int) -> unzip.Record:
    fields = {"flags": 0, "method": 0, "crc": 0, "packed": 5, "size": 5, "attributes": 0, "offset": 0}
    return unzip.Record(at=0, name=b"a", extra=b"", **(fields | changes))


def test_an_entry_that_is_not_there_is_called_damaged_and_has_no_prefix() -> None:
    with pytest.raises(ArchiveError) as caught:
        unzip.read(BytesIO(b"nothing"), record(), [0], "a")
    assert caught.value.key == "archive.entry_damaged"
    assert unzip.read_prefix(BytesIO(b"nothing"), record(), [0], 5) == b""


def test_an_unknown_method_is_named_and_has_no_prefix() -> None:
    with pytest.raises(ArchiveError) as caught:
        unzip.read(BytesIO(), record(method=9), [0], "a.jpg")
    assert caught.value.key == "archive.method" and "a.jpg" in caught.value.say("en")
    assert unzip.read_prefix(BytesIO(), record(method=9), [0], 5) == b""


def test_no_more_is_unpacked_than_one_entry_may_have(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = zipped(tmp_path / "a.zip", {"a.txt": WORDS}, zipfile.ZIP_DEFLATED)
    monkeypatch.setattr(settings, "MAX_ENTRY_BYTES", 100)
    with zips.open_zip(path) as archive, pytest.raises(ArchiveError) as caught:
        archive.content(archive.members()[0].record, "a.txt")
    assert caught.value.key == "archive.entry_damaged"
