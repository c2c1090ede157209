"""Zip archives that just work, whatever made them, and that do no harm, whoever made them."""

from __future__ import annotations

import re
import stat
import unicodedata
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from core import settings
from core.errors import ArchiveError

_UTF8_FLAG, _ENCRYPTED_FLAG = 0x800, 0x1
_WORTH_A_RATIO = 2**20  # bytes: what is smaller unpacked does no harm, however well it is packed
_DAMAGED = (zipfile.BadZipFile, zlib.error, EOFError, OSError, ValueError)


def is_zip(path: Path) -> bool:
    """Does the content say so?"""
    with path.open("rb") as file:
        return file.read(4) in (b"PK\x03\x04", b"PK\x05\x06", b"PK\x07\x08") or zipfile.is_zipfile(path)


@contextmanager
def opened(path: Path) -> Iterator[zipfile.ZipFile]:
    """The archive at `path`. Raises ArchiveError where there is none."""
    try:
        archive = zipfile.ZipFile(path)
    except FileNotFoundError as error:
        raise ArchiveError("archive.gone", archive=path.name) from error
    except (*_DAMAGED, NotImplementedError) as error:
        with path.open("rb") as file:
            cut = file.read(2) == b"PK"
        raise ArchiveError("archive.cut_off" if cut else "archive.no_zip", archive=path.name) from error
    with archive:
        yield archive


def checked(archive: zipfile.ZipFile, name: str) -> list[tuple[int, str, zipfile.ZipInfo]]:
    """Every file of the archive called `name`: its position in the directory, its path as its maker wrote it (NFC,
    forward slashes), and what the directory says. Raises ArchiveError, naming the entry, for an archive that might do
    harm."""
    infos = archive.infolist()
    if len(infos) > settings.MAX_ENTRIES:
        raise ArchiveError("archive.too_many", archive=name, count=len(infos), limit=settings.MAX_ENTRIES)
    total = sum(info.file_size for info in infos)
    if total > settings.MAX_TOTAL_BYTES:
        values = {"size": total // 2**30, "limit": settings.MAX_TOTAL_BYTES // 2**30}
        raise ArchiveError("archive.too_large", archive=name, **values)
    found = []
    for position, info in enumerate(infos):
        path = path_of(info)
        _refuse_harm(info, path, name)
        if not path.endswith("/"):
            found.append((position, path, info))
    return found


def _refuse_harm(info: zipfile.ZipInfo, path: str, archive: str) -> None:
    if path.startswith("/") or re.match(r"[A-Za-z]:", path) or ".." in path.split("/"):
        raise ArchiveError("archive.outside", archive=archive, entry=path)
    if stat.S_ISLNK(info.external_attr >> 16):
        raise ArchiveError("archive.link", archive=archive, entry=path)
    if info.flag_bits & _ENCRYPTED_FLAG:
        raise ArchiveError("archive.encrypted", archive=archive, entry=path)
    large = info.file_size > settings.MAX_ENTRY_BYTES
    swollen = info.file_size > _WORTH_A_RATIO and info.file_size > settings.MAX_RATIO * max(1, info.compress_size)
    if large or swollen:
        raise ArchiveError("archive.bomb", archive=archive, entry=path, size=info.file_size // 2**20)


def path_of(info: zipfile.ZipInfo) -> str:
    """The path as its maker wrote it. Without the UTF-8 flag Python reads CP437; it is UTF-8 all the same where macOS
    packed, and CP949 where Korean Windows did. Decomposed Hangul is composed."""
    name = info.orig_filename
    if not info.flag_bits & _UTF8_FLAG:
        raw = name.encode("cp437", errors="replace")
        for encoding in ("utf-8", "cp949"):
            try:
                name = raw.decode(encoding)
                break
            except UnicodeDecodeError:
                continue
    name = name.partition("\0")[0]
    if "/" not in name:
        name = name.replace("\\", "/")
    return unicodedata.normalize("NFC", name)


def content(archive: zipfile.ZipFile, info: zipfile.ZipInfo, entry: str) -> bytes:
    """The bytes of one entry, never more than allowed, whatever the directory claims. Raises ArchiveError."""
    try:
        with archive.open(info) as file:
            found = file.read(settings.MAX_ENTRY_BYTES + 1)
    except RuntimeError as error:  # NotImplementedError, a way of packing that Python does not know, is one of these
        raise ArchiveError("archive.method", entry=entry) from error
    except _DAMAGED as error:
        raise ArchiveError("archive.entry_damaged", entry=entry) from error
    if len(found) > settings.MAX_ENTRY_BYTES:
        raise ArchiveError("archive.entry_damaged", entry=entry)
    return found
