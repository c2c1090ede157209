"""Archives as other systems and packers make them just work."""

from __future__ import annotations

import struct
import sys
import unicodedata
import zipfile
import zlib
from pathlib import Path

import pytest
from drawn import corners, encoded, raw_zip, zipped

from core.errors import ArchiveError
from core.pictures import archive
from core.pictures.dataset import Dataset

PICTURE = encoded(corners())


def two_classes(path: Path) -> Path:
    return zipped(path, {"cat/1.png": PICTURE, "dog/1.png": PICTURE})


def first_error(dataset: Dataset) -> str | None:
    """What reading the pictures one after the other stumbles over first."""
    for _, content in archive.read(dataset.entries):
        if isinstance(content, ArchiveError):
            return content.key
    return None


# --- Names as other systems write them --------------------------------------------------------------------------


def test_korean_names_of_windows_without_the_utf8_flag(tmp_path: Path) -> None:
    names = ["고양이/한글 사진.png", "강아지/똠방각하.png"]
    dataset = archive.find([raw_zip(tmp_path / "w.zip", [name.encode("cp949") for name in names], PICTURE)])
    assert [entry.name for entry in dataset.entries] == names
    assert dataset.labels == ("강아지", "고양이")
    assert first_error(dataset) is None


def test_korean_names_of_macos_without_the_utf8_flag_come_composed(tmp_path: Path) -> None:
    names = ["고양이/사진.png", "강아지/사진.png"]
    raw = [unicodedata.normalize("NFD", name).encode() for name in names]
    dataset = archive.find([raw_zip(tmp_path / "m.zip", raw, PICTURE)])
    assert [entry.name for entry in dataset.entries] == names
    assert dataset.labels == ("강아지", "고양이")
    assert first_error(dataset) is None


def test_names_with_the_utf8_flag_decomposed_come_composed(tmp_path: Path) -> None:
    name = "고양이/사진 é.png"
    path = zipped(tmp_path / "u.zip", {unicodedata.normalize("NFD", name): PICTURE, "dog/1.png": PICTURE})
    assert archive.find([path]).entries[0].name == name


def test_backslashes_between_folders(tmp_path: Path) -> None:
    path = raw_zip(tmp_path / "b.zip", [b"set\\cat\\1.png", b"set\\dog\\1.png"], PICTURE)
    assert archive.find([path]).counts == {"cat": 1, "dog": 1}


def test_backslashes_in_the_directory_alone(tmp_path: Path) -> None:
    path = raw_zip(tmp_path / "b.zip", [b"cat\\1.png", b"dog\\1.png"], PICTURE)
    data = path.read_bytes()
    directory = data.index(b"PK\1\2")
    entries = data[:directory].replace(b"cat\\", b"cat/").replace(b"dog\\", b"dog/")
    path.write_bytes(entries + data[directory:])
    dataset = archive.find([path])
    assert dataset.counts == {"cat": 1, "dog": 1} and first_error(dataset) is None


def test_a_name_that_ends_in_a_null_byte_is_cut_there(tmp_path: Path) -> None:
    dataset = archive.find([raw_zip(tmp_path / "n.zip", [b"cat/1.png\0.exe", b"dog/1.png"], PICTURE)])
    assert [entry.name for entry in dataset.entries] == ["cat/1.png", "dog/1.png"]


# --- Zips of an unusual make ------------------------------------------------------------------------------------


def found_and_read(path: Path) -> bool:
    dataset = archive.find([path])
    return dataset.counts == {"cat": 1, "dog": 1} and first_error(dataset) is None


def test_a_zip_behind_a_program_that_unpacks_it(tmp_path: Path) -> None:
    path = two_classes(tmp_path / "exe.zip")
    path.write_bytes(b"PK\7\x08" + b"MZ and so on" * 99 + path.read_bytes())
    assert found_and_read(path)


def test_a_zip_with_a_comment_and_something_behind(tmp_path: Path) -> None:
    path = two_classes(tmp_path / "comment.zip")
    with zipfile.ZipFile(path, "a") as packed:
        packed.comment = "사진 모음".encode()
    path.write_bytes(path.read_bytes() + b"\r\n")
    assert found_and_read(path)


def test_a_zip_of_the_large_kind(tmp_path: Path) -> None:
    path = tmp_path / "zip64.zip"
    with zipfile.ZipFile(path, "w") as packed:
        for name in ("cat/1.png", "dog/1.png"):
            with packed.open(zipfile.ZipInfo(name), "w", force_zip64=True) as entry:
                entry.write(PICTURE)
    data = bytearray(path.read_bytes())
    start, end = data.index(b"PK\1\2"), data.index(b"PK\5\6")
    directory = bytearray()
    at = start
    while at < end:  # sizes and places move to the field for large ones
        record = data[at : at + 46 + struct.unpack_from("<H", data, at + 28)[0]]
        packed_size, size = struct.unpack_from("<LL", record, 20)
        offset = struct.unpack_from("<L", record, 42)[0]
        at += 46 + sum(struct.unpack_from("<HHH", record, 28))
        struct.pack_into("<LL", record, 20, 0xFFFFFFFF, 0xFFFFFFFF)
        struct.pack_into("<L", record, 42, 0xFFFFFFFF)
        struct.pack_into("<HH", record, 30, 28, 0)
        directory += record + struct.pack("<HHQQQ", 1, 24, size, packed_size, offset)
    end64 = struct.pack("<4sQHHLLQQQQ", b"PK\6\6", 44, 45, 45, 0, 0, 2, 2, len(directory), start)
    locator = struct.pack("<4sLQL", b"PK\6\7", 0, start + len(directory), 1)
    last = struct.pack("<4sHHHHLLH", b"PK\5\6", 0, 0, 0xFFFF, 0xFFFF, 0xFFFFFFFF, 0xFFFFFFFF, 0)
    path.write_bytes(data[:start] + directory + end64 + locator + last)
    with zipfile.ZipFile(path) as packed:
        assert packed.testzip() is None
    assert found_and_read(path)


@pytest.mark.skipif(sys.platform == "win32", reason="writes a hole of 4 GiB, which takes no room elsewhere")
def test_a_zip_of_macos_whose_places_count_from_nothing_again(tmp_path: Path) -> None:
    """Above 4 GiB its packer drops the upper half of every offset."""
    path = two_classes(tmp_path / "mac.zip")
    data = path.read_bytes()
    second, directory = data.rindex(b"PK\3\4"), data.index(b"PK\1\2")
    with path.open("wb") as file:
        file.write(data[:second])
        file.seek(2**32 + second)
        file.write(data[second:])
    assert struct.unpack_from("<L", data, data.index(b"PK\5\6") + 16) == (directory,)
    assert found_and_read(path)


@pytest.mark.parametrize("packing", [zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED, zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_a_packed_picture_without_an_ending_is_known_by_its_content(tmp_path: Path, packing: int) -> None:
    files = {"cat/1": PICTURE, "dog/1": PICTURE, "dog/words": b"just some words " * 99}
    dataset = archive.find([zipped(tmp_path / "a.zip", files, packing)])
    assert dataset.counts == {"cat": 1, "dog": 1}


def test_western_names_without_the_utf8_flag_are_not_taken_for_korean(tmp_path: Path) -> None:
    names = ["été/Café 1.png", "Garçon/à.png"]
    dataset = archive.find([raw_zip(tmp_path / "f.zip", [name.encode("cp437") for name in names], PICTURE)])
    assert [entry.name for entry in dataset.entries] == names


def test_a_name_in_unicode_beside_the_name_goes_before_it(tmp_path: Path) -> None:
    raw, name = "고양이/1.png".encode("cp949"), "고양이/뷁 é.png"
    field = struct.pack("<BL", 1, zlib.crc32(raw)) + name.encode()
    path = tmp_path / "u.zip"
    with zipfile.ZipFile(path, "w") as packed:
        info = zipfile.ZipInfo("x" * len(raw))
        info.extra = struct.pack("<HH", 0x7075, len(field)) + field
        packed.writestr(info, PICTURE)
        packed.writestr("dog/1.png", PICTURE)
    path.write_bytes(path.read_bytes().replace(b"x" * len(raw), raw))
    dataset = archive.find([path])
    assert {entry.name for entry in dataset.entries} == {name, "dog/1.png"}
    assert first_error(dataset) is None
