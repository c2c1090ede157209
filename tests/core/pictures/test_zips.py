"""Entries that would do harm are left out by name, archives that would as a whole refused; all are read as a stream."""

from __future__ import annotations

import struct
import tracemalloc
import zipfile
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from drawn import corners, encoded, raw_zip, zipped
from packing import skipped

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


@pytest.mark.parametrize("kind", ["zip", "folder"])
def test_one_entry_that_is_too_large_is_left_out_and_the_rest_goes_on(
    kind: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(settings, "MAX_ENTRY_BYTES", 10_000)
    path = two_classes(tmp_path / "entry.zip", **{"dog/huge.png": bytes(10_001)})
    if kind == "folder":
        with zipfile.ZipFile(path) as packed:
            packed.extractall(path := tmp_path / "entry")
    dataset = archive.find([path])
    assert dataset.counts == {"cat": 1, "dog": 1} and first_error(dataset) is None
    assert skipped(dataset) == {"dog/huge.png": "archive.entry_large"}


def test_pictures_that_are_all_too_large_are_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(settings, "MAX_ENTRY_BYTES", 10)
    with pytest.raises(ArchiveError) as caught:
        archive.find([two_classes(tmp_path / "all.zip")])
    assert caught.value.key == "archive.entry_large" and "cat/1.png" in caught.value.say("ko")


def test_what_is_never_unpacked_does_not_count_for_the_total(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(settings, "MAX_ENTRY_BYTES", 10_000)
    monkeypatch.setattr(settings, "MAX_TOTAL_BYTES", 15_000)
    dataset = archive.find([two_classes(tmp_path / "film.zip", **{"film.mp4": bytes(20_000)})])
    assert dataset.counts == {"cat": 1, "dog": 1}


def test_a_bomb_by_its_ratio_is_refused(tmp_path: Path) -> None:
    path = zipped(tmp_path / "ratio.zip", {"cat/zeros.png": bytes(9 * 2**20)}, zipfile.ZIP_DEFLATED)
    assert path.stat().st_size < 20_000
    error = refused(path)
    assert error.key == "archive.bomb" and "cat/zeros.png" in error.say("en")


def test_a_bomb_beside_pictures_is_left_out(tmp_path: Path) -> None:
    files = {"cat/1.png": PICTURE, "dog/1.png": PICTURE, "cat/zeros.png": bytes(9 * 2**20)}
    dataset = archive.find([zipped(tmp_path / "ratio.zip", files, zipfile.ZIP_DEFLATED)])
    assert dataset.counts == {"cat": 1, "dog": 1}
    assert skipped(dataset) == {"cat/zeros.png": "archive.entry_bomb"}


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
def test_a_path_out_of_the_archive_is_left_out_and_the_rest_goes_on(tmp_path: Path, name: str) -> None:
    dataset = archive.find([raw_zip(tmp_path / "out.zip", [name.encode(), b"cat/1.png"], PICTURE)])
    assert [entry.name for entry in dataset.entries] == ["cat/1.png"]
    assert skipped(dataset) == {name.replace("\\", "/"): "archive.entry_outside"}


def test_an_archive_of_nothing_but_paths_out_of_it_is_refused_by_name(tmp_path: Path) -> None:
    error = refused(raw_zip(tmp_path / "out.zip", [b"/set/cat/1.png", b"/set/dog/1.png"], PICTURE))
    assert error.key == "archive.outside" and "/set/cat/1.png" in error.say("en")


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
    with zipfile.ZipFile(path, "a") as packed:
        packed.writestr("cat/1.png", PICTURE)
        packed.writestr("dog/1.png", PICTURE)
    dataset = archive.find([path])
    assert dataset.counts == {"cat": 1, "dog": 1}
    assert skipped(dataset) == {"cat/secret.png": "archive.entry_link"}


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
    dataset = archive.find([tmp_path / "set"])
    assert dataset.counts == {"cat": 1, "dog": 1}
    assert skipped(dataset) == {"cat/2.png": "archive.entry_link", "elsewhere": "archive.entry_link"}


# --- What is no archive that can be opened ----------------------------------------------------------------------


def test_an_encrypted_archive_is_refused_by_name(tmp_path: Path) -> None:
    error = refused(raw_zip(tmp_path / "locked.zip", [b"cat/1.png"], PICTURE, flags=0x1))
    assert error.key == "archive.encrypted" and "cat/1.png" in error.say("ko")


def test_one_encrypted_entry_is_left_out(tmp_path: Path) -> None:
    path = two_classes(tmp_path / "one.zip", **{"dog/locked.png": PICTURE})
    data = bytearray(path.read_bytes())
    struct.pack_into("<H", data, data.rindex(b"PK\1\2") + 8, 0x1)
    path.write_bytes(data)
    dataset = archive.find([path])
    assert dataset.counts == {"cat": 1, "dog": 1}
    assert skipped(dataset) == {"dog/locked.png": "archive.entry_encrypted"}


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


def test_an_unknown_way_of_packing_is_told_when_the_archive_is_listed(tmp_path: Path) -> None:
    path = two_classes(tmp_path / "odd.zip", **{"dog/2.png": PICTURE})
    data = bytearray(path.read_bytes())
    struct.pack_into("<H", data, data.rindex(b"PK\1\2") + 10, 9)  # Deflate64, as Windows packs what is very large
    path.write_bytes(data)
    dataset = archive.find([path])
    assert dataset.counts == {"cat": 1, "dog": 1} and first_error(dataset) is None
    assert skipped(dataset) == {"dog/2.png": "archive.method"}
    at = -1
    while (at := data.find(b"PK\1\2", at + 1)) >= 0:
        struct.pack_into("<H", data, at + 10, 9)
    path.write_bytes(data)
    with pytest.raises(ArchiveError) as caught:
        archive.find([path])
    assert caught.value.key == "archive.method" and "cat/1.png" in caught.value.say("en")


@pytest.mark.parametrize("packing", [zipfile.ZIP_DEFLATED, zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_every_way_of_packing_that_python_knows_is_read(tmp_path: Path, packing: int) -> None:
    path = zipped(tmp_path / "packed.zip", {"cat/1.png": PICTURE, "dog/1.png": PICTURE}, packing)
    assert [content for _, content in archive.read(archive.find([path]).entries)] == [PICTURE, PICTURE]


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
