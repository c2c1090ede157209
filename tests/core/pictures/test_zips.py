"""Archives that were made to do harm are refused, by the name of the entry; those of other systems just work."""

from __future__ import annotations

import struct
import sys
import tracemalloc
import unicodedata
import zipfile
import zlib
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from drawn import corners, encoded, raw_zip, zipped

from core import settings
from core.errors import ArchiveError
from core.pictures import archive
from core.pictures.dataset import Dataset

PICTURE = encoded(corners())


def refused(path: Path) -> ArchiveError:
    with pytest.raises(ArchiveError) as caught:
        archive.find([path])
    for language in ("en", "ko"):
        assert path.name in caught.value.say(language)
    return caught.value


def two_classes(path: Path, **more: bytes) -> Path:
    return zipped(path, {"cat/1.png": PICTURE, "dog/1.png": PICTURE, **more})


def first_error(dataset: Dataset) -> str | None:
    """What reading the pictures one after the other stumbles over first."""
    for _, content in archive.read(dataset.entries):
        if isinstance(content, ArchiveError):
            return content.key
    return None


# --- Bombs ------------------------------------------------------------------------------------------------------


def test_a_bomb_by_its_total_size_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(settings, "MAX_TOTAL_BYTES", 2 * len(PICTURE) - 1)
    assert refused(two_classes(tmp_path / "total.zip")).key == "archive.too_large"


def test_a_bomb_by_one_entry_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(settings, "MAX_ENTRY_BYTES", 10_000)
    error = refused(two_classes(tmp_path / "entry.zip", **{"dog/huge.png": bytes(10_001)}))
    assert error.key == "archive.bomb" and "dog/huge.png" in error.say("ko")


def test_a_bomb_by_its_ratio_is_refused(tmp_path: Path) -> None:
    path = zipped(tmp_path / "ratio.zip", {"cat/zeros.png": bytes(9 * 2**20)}, zipfile.ZIP_DEFLATED)
    assert path.stat().st_size < 20_000
    error = refused(path)
    assert error.key == "archive.bomb" and "cat/zeros.png" in error.say("en")


def test_a_plain_picture_that_packs_well_is_no_bomb(tmp_path: Path) -> None:
    white = encoded(np.full((648, 1152, 3), 255, np.uint8), "BMP")
    path = zipped(tmp_path / "bmp.zip", {"cat/1.bmp": white, "dog/1.bmp": white}, zipfile.ZIP_DEFLATED)
    with zipfile.ZipFile(path) as packed:
        assert packed.infolist()[0].compress_size * settings.MAX_RATIO < len(white)
    assert archive.find([path]).counts == {"cat": 1, "dog": 1}


def test_a_bomb_by_its_number_of_entries_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(settings, "MAX_ENTRIES", 5)
    error = refused(zipped(tmp_path / "many.zip", {f"cat/{n}.png": PICTURE for n in range(6)}))
    assert error.key == "archive.too_many" and error.values["count"] == 6


def test_a_folder_with_too_many_files_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(settings, "MAX_ENTRIES", 5)
    (tmp_path / "many").mkdir()
    for number in range(6):
        (tmp_path / "many" / f"{number}.png").write_bytes(PICTURE)
    assert refused(tmp_path / "many").key == "archive.too_many"


def test_an_entry_larger_than_its_header_says_is_cut_short_and_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The directory claims 100 bytes; what is packed would unpack to 30 MB."""
    monkeypatch.setattr(settings, "MAX_ENTRY_BYTES", 2**20)
    path = zipped(tmp_path / "liar.zip", {"cat/1.png": bytes(30 * 2**20), "dog/1.png": PICTURE}, zipfile.ZIP_DEFLATED)
    data = bytearray(path.read_bytes())
    at = data.index(b"PK\x01\x02")
    assert struct.unpack_from("<I", data, at + 24) == (30 * 2**20,)
    struct.pack_into("<I", data, at + 24, 100)
    path.write_bytes(data)
    dataset = archive.find([path])
    tracemalloc.start()
    contents = {entry.name: content for entry, content in archive.read(dataset.entries)}
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    error = contents["cat/1.png"]
    assert isinstance(error, ArchiveError) and "cat/1.png" in error.say("en")
    assert contents["dog/1.png"] == PICTURE
    assert peak < 4 * 2**20


def test_entries_that_lie_over_one_another_are_not_read(tmp_path: Path) -> None:
    """Many entries of the directory share one body (Fifield 2019, "A better zip bomb")."""
    path = zipped(tmp_path / "overlap.zip", {f"cat/{n}.png": bytes(10_000) for n in range(9)}, zipfile.ZIP_DEFLATED)
    data = bytearray(path.read_bytes())
    at = -1
    while (at := data.find(b"PK\x01\x02", at + 1)) >= 0:
        struct.pack_into("<I", data, at + 42, 0)  # every entry begins where the first one does
    path.write_bytes(data)
    contents = [content for _, content in archive.read(archive.find([path]).entries)]
    assert sum(isinstance(content, bytes) for content in contents) <= 1


def test_a_directory_that_claims_more_than_there_is(tmp_path: Path) -> None:
    path = two_classes(tmp_path / "claims.zip")
    data = bytearray(path.read_bytes())
    at = data.rindex(b"PK\x05\x06")
    struct.pack_into("<I", data, at + 12, 2**31)  # bytes of the directory
    path.write_bytes(data)
    assert refused(path).key in ("archive.cut_off", "archive.no_zip")


# --- Ways out of the archive ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "name",
    [
        *("/etc/passwd.png", "//server/share/1.png", "\\windows\\1.png"),
        *("../1.png", "cat/../../1.png", "cat/..", "..\\..\\1.png"),
        *("C:/1.png", "c:1.png", "C:\\cat\\1.png"),
    ],
)
def test_a_path_out_of_the_archive_is_refused_by_name(tmp_path: Path, name: str) -> None:
    error = refused(raw_zip(tmp_path / "out.zip", [name.encode(), b"cat/1.png"], PICTURE))
    assert error.key == "archive.outside"
    assert name.replace("\\", "/") in error.say("en") and name.replace("\\", "/") in error.say("ko")


def test_two_dots_within_a_name_are_just_a_name(tmp_path: Path) -> None:
    path = zipped(tmp_path / "dots.zip", {"cat..s/a..b.png": PICTURE, "dog/1.png": PICTURE})
    assert archive.find([path]).counts == {"cat..s": 1, "dog": 1}


def test_a_link_is_refused_by_name(tmp_path: Path) -> None:
    path = tmp_path / "link.zip"
    link = zipfile.ZipInfo("cat/secret.png")
    link.create_system = 3
    link.external_attr = 0o120777 << 16
    with zipfile.ZipFile(path, "w") as packed:
        packed.writestr(link, "/etc/passwd")
    error = refused(path)
    assert error.key == "archive.link" and "cat/secret.png" in error.say("en")


def test_a_link_in_a_folder_is_not_followed(tmp_path: Path) -> None:
    secret = tmp_path / "secret.png"
    secret.write_bytes(PICTURE)
    for label in ("cat", "dog"):
        (tmp_path / "set" / label).mkdir(parents=True)
        (tmp_path / "set" / label / "1.png").write_bytes(PICTURE)
    try:
        (tmp_path / "set" / "cat" / "2.png").symlink_to(secret)
        (tmp_path / "set" / "elsewhere").symlink_to(tmp_path, target_is_directory=True)
    except OSError:
        pytest.skip("no links on this system")
    assert archive.find([tmp_path / "set"]).counts == {"cat": 1, "dog": 1}


# --- What is no archive that can be opened ----------------------------------------------------------------------


def test_an_encrypted_archive_is_refused_by_name(tmp_path: Path) -> None:
    error = refused(raw_zip(tmp_path / "locked.zip", [b"cat/1.png"], PICTURE, flags=0x1))
    assert error.key == "archive.encrypted" and "cat/1.png" in error.say("ko")


@pytest.mark.parametrize("share", [0.1, 0.5, 0.9, 0.99])
def test_a_truncated_archive_is_refused(tmp_path: Path, share: float) -> None:
    whole = two_classes(tmp_path / "cut.zip").read_bytes()
    (tmp_path / "cut.zip").write_bytes(whole[: int(len(whole) * share)])
    assert refused(tmp_path / "cut.zip").key == "archive.cut_off"


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("words.zip", b"this is not a zip"),
        ("empty.zip", b""),
        ("rar.zip", b"Rar!\x1a\x07\x01\x00" + bytes(500)),
        ("pictures.rar", b"Rar!\x1a\x07\x01\x00" + bytes(500)),
        ("pictures.7z", b"7z\xbc\xaf\x27\x1c" + bytes(500)),
        ("사진.alz", b"ALZ\x01" + bytes(500)),
    ],
)
def test_what_is_no_zip_is_refused_whatever_its_name(tmp_path: Path, name: str, content: bytes) -> None:
    (tmp_path / name).write_bytes(content)
    error = refused(tmp_path / name)
    assert error.key == "archive.no_zip" and "zip" in error.say("ko")


def test_a_zip_by_another_name_is_opened(tmp_path: Path) -> None:
    path = two_classes(tmp_path / "download")
    assert archive.find([path]).counts == {"cat": 1, "dog": 1}


def test_an_archive_that_is_not_there_is_named(tmp_path: Path) -> None:
    assert refused(tmp_path / "gone.zip").key == "archive.gone"


def test_an_archive_that_goes_away_while_it_is_read_is_an_error_of_each_entry(tmp_path: Path) -> None:
    dataset = archive.find([two_classes(tmp_path / "going.zip")])
    (tmp_path / "going.zip").unlink()
    errors = [content for _, content in archive.read(dataset.entries)]
    assert [error.key for error in errors if isinstance(error, ArchiveError)] == ["archive.gone"] * 2


def test_an_empty_archive_holds_nothing(tmp_path: Path) -> None:
    assert archive.find([zipped(tmp_path / "empty.zip", {})]) == Dataset(())


def test_a_zip_in_a_zip_is_named_and_the_rest_goes_on(tmp_path: Path) -> None:
    inner = two_classes(tmp_path / "inner.zip").read_bytes()
    dataset = archive.find([two_classes(tmp_path / "outer.zip", **{"cat/inner.ZIP": inner, "more.rar": b"Rar!"})])
    assert dataset.counts == {"cat": 1, "dog": 1}
    assert [(one.name, one.key) for one in dataset.skipped] == [
        ("cat/inner.ZIP", "archive.nested"),
        ("more.rar", "archive.nested"),
    ]


def test_a_damaged_entry_is_named_and_the_rest_is_read(tmp_path: Path) -> None:
    path = two_classes(tmp_path / "damaged.zip")
    data = bytearray(path.read_bytes())
    data[data.index(b"IDAT") + 20] ^= 0xFF  # its checksum no longer fits
    path.write_bytes(data)
    contents = {entry.name: content for entry, content in archive.read(archive.find([path]).entries)}
    error = contents["cat/1.png"]
    assert isinstance(error, ArchiveError)
    assert error.key == "archive.entry_damaged" and "cat/1.png" in error.say("en")
    assert contents["dog/1.png"] == PICTURE


def test_a_way_of_packing_that_python_does_not_know_is_named(tmp_path: Path) -> None:
    path = two_classes(tmp_path / "odd.zip")
    data = bytearray(path.read_bytes())
    at = -1
    while (at := data.find(b"PK\x01\x02", at + 1)) >= 0:
        struct.pack_into("<H", data, at + 10, 9)  # Deflate64, as Windows packs what is very large
    path.write_bytes(data)
    assert first_error(archive.find([path])) == "archive.method"


@pytest.mark.parametrize("packing", [zipfile.ZIP_DEFLATED, zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_every_way_of_packing_that_python_knows_is_read(tmp_path: Path, packing: int) -> None:
    path = zipped(tmp_path / "packed.zip", {"cat/1.png": PICTURE, "dog/1.png": PICTURE}, packing)
    assert [content for _, content in archive.read(archive.find([path]).entries)] == [PICTURE, PICTURE]


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


def test_a_name_that_ends_in_a_null_byte_is_cut_there(tmp_path: Path) -> None:
    dataset = archive.find([raw_zip(tmp_path / "n.zip", [b"cat/1.png\0.exe", b"dog/1.png"], PICTURE)])
    assert [entry.name for entry in dataset.entries] == ["cat/1.png", "dog/1.png"]


# --- Streaming --------------------------------------------------------------------------------------------------


def test_an_archive_is_read_one_picture_at_a_time(tmp_path: Path) -> None:
    large = PICTURE + bytes(2**20)
    path = zipped(tmp_path / "large.zip", {f"{label}/{n}.png": large for label in ("cat", "dog") for n in range(20)})
    assert path.stat().st_size > 40 * 2**20
    before = sorted(tmp_path.rglob("*"))
    tracemalloc.start()
    dataset = archive.find([path])
    seen = 0
    for _, content in archive.read(dataset.entries):
        assert isinstance(content, bytes)
        seen += len(content)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert seen == 40 * len(large)
    assert peak < 5 * 2**20  # two pictures, and the way zipfile reads
    assert sorted(tmp_path.rglob("*")) == before  # nothing was unpacked to the disk


def test_finding_pictures_reads_none_of_them(tmp_path: Path) -> None:
    path = zipped(tmp_path / "quick.zip", {f"{label}/{n}.png": PICTURE for label in "ab" for n in range(50)})
    data = path.read_bytes()
    directory = data.index(b"PK\1\2")
    path.write_bytes(data[:4] + bytes(directory - 4) + data[directory:])  # nothing but the directory is left
    dataset = archive.find([path])
    assert dataset.counts == {"a": 50, "b": 50}
    assert first_error(dataset) == "archive.entry_damaged"


def test_each_archive_is_opened_once_for_all_its_pictures(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    paths = [two_classes(tmp_path / name) for name in ("one.zip", "two.zip")]
    dataset = archive.find(paths)
    opened: list[Path] = []
    real = Path.open

    def counted(self: Path, *arguments: Any, **named: Any) -> Any:
        opened.append(self)
        return real(self, *arguments, **named)

    monkeypatch.setattr(Path, "open", counted)
    assert first_error(dataset) is None
    assert opened == paths


def test_one_picture_is_read_without_the_rest_of_the_directory(tmp_path: Path) -> None:
    path = two_classes(tmp_path / "one.zip")
    entry = archive.find([path]).entries[0]
    data = bytearray(path.read_bytes())
    broken = data.rindex(b"PK\1\2")
    data[broken : broken + 4] = b"????"  # the record of the other one
    path.write_bytes(data)
    assert archive.read_one(entry) == PICTURE


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
        place = struct.unpack_from("<L", record, 42)[0]
        at += 46 + sum(struct.unpack_from("<HHH", record, 28))
        struct.pack_into("<LL", record, 20, 0xFFFFFFFF, 0xFFFFFFFF)
        struct.pack_into("<L", record, 42, 0xFFFFFFFF)
        struct.pack_into("<HH", record, 30, 28, 0)
        directory += record + struct.pack("<HHQQQ", 1, 24, size, packed_size, place)
    end64 = struct.pack("<4sQHHLLQQQQ", b"PK\6\6", 44, 45, 45, 0, 0, 2, 2, len(directory), start)
    locator = struct.pack("<4sLQL", b"PK\6\7", 0, start + len(directory), 1)
    last = struct.pack("<4sHHHHLLH", b"PK\5\6", 0, 0, 0xFFFF, 0xFFFF, 0xFFFFFFFF, 0xFFFFFFFF, 0)
    path.write_bytes(data[:start] + directory + end64 + locator + last)
    with zipfile.ZipFile(path) as packed:
        assert packed.testzip() is None
    assert found_and_read(path)


@pytest.mark.skipif(sys.platform == "win32", reason="writes a hole of 4 GiB, which takes no room elsewhere")
def test_a_zip_of_macos_whose_places_count_from_nothing_again(tmp_path: Path) -> None:
    """Above 4 GiB its packer drops the upper half of every place."""
    path = two_classes(tmp_path / "mac.zip")
    data = path.read_bytes()
    second, directory = data.rindex(b"PK\3\4"), data.index(b"PK\1\2")
    with path.open("wb") as file:
        file.write(data[:second])
        file.seek(2**32 + second)
        file.write(data[second:])
    assert struct.unpack_from("<L", data, data.index(b"PK\5\6") + 16) == (directory,)
    assert found_and_read(path)


def test_one_part_of_several_is_refused(tmp_path: Path) -> None:
    path = two_classes(tmp_path / "part.zip")
    data = bytearray(path.read_bytes())
    struct.pack_into("<HH", data, data.rindex(b"PK\5\6") + 4, 3, 3)
    path.write_bytes(data)
    assert refused(path).key == "archive.part"


def test_more_packed_bytes_than_the_archive_has_are_refused(tmp_path: Path) -> None:
    """Entries that quote one another multiply without looking like a bomb one by one (Fifield 2019)."""
    path = zipped(tmp_path / "quotes.zip", {f"cat/{n}.png": PICTURE * 20 for n in range(9)})
    data = bytearray(path.read_bytes())
    end = data.index(b"PK\1\2", data.index(b"PK\1\2") + 1)
    first = data.index(b"PK\3\4", 1)
    body = data[:first] + data[data.index(b"PK\1\2") : end] * 9
    last = struct.pack("<4sHHHHLLH", b"PK\5\6", 0, 0, 9, 9, len(body) - first, first, 0)
    path.write_bytes(body + last)
    with zipfile.ZipFile(path) as packed:
        assert len(packed.infolist()) == 9
    assert refused(path).key == "archive.overlap"


def test_an_archive_that_was_replaced_meanwhile_is_told(tmp_path: Path) -> None:
    path = two_classes(tmp_path / "a.zip")
    entries = archive.find([path]).entries
    zipped(path, {"something/else.png": PICTURE})
    with pytest.raises(ArchiveError) as caught:
        archive.read_one(entries[1])
    assert caught.value.key == "archive.changed"


def test_an_entry_that_asks_for_much_memory_is_not_unpacked(tmp_path: Path) -> None:
    path = zipped(tmp_path / "lzma.zip", {"cat/1.png": PICTURE, "dog/1.png": PICTURE}, zipfile.ZIP_LZMA)
    data = bytearray(path.read_bytes())
    at = 30 + len("cat/1.png") + 4 + 1
    struct.pack_into("<L", data, at, 2**32 - 1)  # bytes that it wants to look back
    path.write_bytes(data)
    dataset = archive.find([path])
    assert first_error(dataset) == "archive.entry_damaged"
    assert archive.read_one(dataset.entries[1]) == PICTURE


def test_a_large_film_beside_the_pictures_is_left_out(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(settings, "MAX_ENTRY_BYTES", 10_000)
    dataset = archive.find([two_classes(tmp_path / "film.zip", **{"film.mp4": bytes(10_001)})])
    assert dataset.counts == {"cat": 1, "dog": 1}
    assert [(one.name, one.key) for one in dataset.skipped] == [("film.mp4", "layout.no_picture")]


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


def test_garbled_archives_never_crash(tmp_path: Path) -> None:
    path = two_classes(tmp_path / "g.zip", **{"labels.csv": b"1.png,cat\n"})
    whole = np.frombuffer(path.read_bytes(), np.uint8)
    chance = np.random.default_rng(0)
    ends = 0
    for _ in range(300):
        garbled = whole.copy()
        garbled[chance.integers(0, len(whole), 4)] = chance.integers(0, 256, 4)
        path.write_bytes(garbled.tobytes())
        try:
            for _, content in archive.read(archive.find([path]).entries):
                assert isinstance(content, bytes) or content.say("ko")
        except ArchiveError as error:
            assert error.say("en")
            ends += 1
    assert 0 < ends < 300
