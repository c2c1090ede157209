"""The entries of zip archives, whatever program packed them, and safely, whoever made them.

The directory is read record by record, by this module: Python's `zipfile` would take the whole of it into memory
before its length can be judged, and again for every single picture. Layout: PKWARE, APPNOTE 6.3.10, 4.3 and 4.5.
"""

from __future__ import annotations

import stat
import struct
import unicodedata
import zlib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from string import ascii_letters
from typing import Any, BinaryIO

from core import settings
from core.errors import ArchiveError
from core.pictures import unzip
from core.pictures.unzip import Record

RECORD = b"PK\1\2"  # begins a record of the directory
_STARTS = (b"PK\3\4", b"PK\5\6", b"PK\7\x08")
_END, _END64, _LOCATOR64 = b"PK\5\6", b"PK\6\6", b"PK\6\7"
_UTF8_FLAG, _ENCRYPTED_FLAG = 0x800, 0x1
_UNICODE_PATH, _ZIP64 = 0x7075, 0x1  # kinds of extra field
_FIELDS = struct.Struct("<4s4xHH4xLLLHHH4xLL")
_IN_ZIP64 = 0xFFFFFFFF  # stands for a number that needs more than 32 bits
_WRAPPED = 2**32  # macOS packs more than 4 GiB as if there were no zip64: offsets count from 0 again


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why an entry is left out: the key of a sentence of `core.messages`, and its values."""

    key: str
    values: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Member:
    """A file of an archive."""

    path: str  # as its maker wrote it: NFC, forward slashes
    record: int  # byte offset of its record in the file
    size: int  # bytes, unpacked, as the directory says
    refusal: Refusal | None = None  # for an entry that is not to be read


class Zip:
    """An open archive. Not to be shared by threads."""

    def __init__(self, file: BinaryIO, name: str) -> None:
        """Raises ArchiveError where the end of the archive, and with it the directory, cannot be found."""
        self._file = file
        self._name = name
        self._length = file.seek(0, 2)
        self._start, self._size, self._shift, self._count = self._directory()

    def members(self) -> list[Member]:
        """Every file of the archive, in the order of its directory; what must not or cannot be read, with its refusal.
        Raises ArchiveError for an archive that does harm as a whole."""
        members: list[Member] = []
        undecoded: list[tuple[int, Record]] = []  # names in an undeclared encoding
        total = packed = 0
        for record in self._records():
            path = _path(record)
            if path is None:
                undecoded.append((len(members), record))
            members.append(Member(path or "", record.at, record.size, _refusal(record, path or "")))
            total += record.size if record.size <= settings.MAX_ENTRY_BYTES else 0  # what is larger is never unpacked
            packed += record.packed
        if undecoded:
            encoding = _encoding([record.name for _, record in undecoded])
            for number, record in undecoded:
                path = _normalized(record.name.decode(encoding, errors="replace"))
                members[number] = Member(path, record.at, record.size, _refusal(record, path))
        if total > settings.MAX_TOTAL_BYTES:
            values = {"size": total // 2**30, "limit": settings.MAX_TOTAL_BYTES // 2**30}
            raise ArchiveError("archive.too_large", archive=self._name, **values)
        if packed > self._length:
            raise ArchiveError("archive.overlap", archive=self._name)
        return [member for member in members if not member.path.endswith("/")]

    def content(self, at: int, entry: str) -> bytes:
        """The bytes of the entry whose record is at byte `at`, never more than the settings allow; `entry` is its name
        in messages. Raises ArchiveError."""
        record = self._record(at)
        return unzip.read(self._file, record, self._offsets(record), entry)

    def read_prefix(self, at: int, length: int) -> bytes:
        """The first `length` bytes of the entry whose record is at byte `at`; fewer where it is shorter or damaged.
        Raises ArchiveError."""
        record = self._record(at)
        return unzip.read_prefix(self._file, record, self._offsets(record), length)

    def _directory(self) -> tuple[int, int, int, int]:
        """Of the directory: byte offset, bytes, how far offsets are shifted because something precedes the archive, and
        the declared number of entries. Raises ArchiveError."""
        begin = max(0, self._length - 22 - 0xFFFF)
        self._file.seek(begin)
        end_of_file = self._file.read()
        at = end_of_file.rfind(_END)
        if at < 0 or at + 22 > len(end_of_file):
            raise self._unusable()
        disk, disk_of_start, _, count, size, offset = struct.unpack_from("<HHHHLL", end_of_file, at + 4)
        end = begin + at
        if end_of_file[max(0, at - 20) : at].startswith(_LOCATOR64):
            end -= 20 + 56
            self._file.seek(max(0, end))
            fields = self._file.read(56)
            if not fields.startswith(_END64):
                raise self._unusable()
            disk, disk_of_start, _, count, size, offset = struct.unpack_from("<LLQQQQ", fields, 16)
        elif disk or disk_of_start:
            raise ArchiveError("archive.part", archive=self._name)
        start = end - size
        if start < offset:
            raise self._unusable()
        return start, size, start - offset, count

    def _unusable(self) -> ArchiveError:
        self._file.seek(0)
        return ArchiveError("archive.cut_off" if self._file.read(2) == b"PK" else "archive.no_zip", archive=self._name)

    def _records(self) -> Iterator[Record]:
        at, end, limit = self._start, self._start + self._size, settings.MAX_ENTRIES
        count = 0
        self._file.seek(at)
        while at < end:
            if count == limit:
                raise ArchiveError(
                    "archive.too_many", archive=self._name, count=max(self._count, limit + 1), limit=limit
                )
            record, at = self._read(at)
            if record is None:
                raise self._unusable()
            count += 1
            yield record

    def _record(self, at: int) -> Record:
        self._file.seek(at)
        record, _ = self._read(at)
        if record is None:
            raise ArchiveError("archive.changed", archive=self._name)
        return record

    def _read(self, at: int) -> tuple[Record | None, int]:
        """The record at byte `at`, the file's position, or None; and the byte offset of the next one."""
        fixed = self._file.read(46)
        if len(fixed) < 46 or not fixed.startswith(RECORD):
            return None, at
        _, flags, method, crc, packed, size, name_bytes, extra_bytes, comment, attributes, offset = _FIELDS.unpack(
            fixed
        )
        more = self._file.read(name_bytes + extra_bytes + comment)
        name, extra = more[:name_bytes], more[name_bytes : name_bytes + extra_bytes]
        if len(more) < name_bytes + extra_bytes + comment:
            return None, at
        if _IN_ZIP64 in (packed, size, offset):
            size, packed, offset = _zip64_numbers(extra, size, packed, offset)
        record = Record(at, name, extra, flags, method, crc, packed, size, attributes, offset)
        return record, at + 46 + len(more)

    def _offsets(self, record: Record) -> Iterator[int]:
        """Byte offsets at which the entry may begin."""
        if self._shift % _WRAPPED:
            yield record.offset + self._shift
        else:
            yield from range(record.offset, record.offset + self._shift + 1, _WRAPPED)


@contextmanager
def open_zip(path: Path) -> Iterator[Zip]:
    """The archive at `path`. Raises ArchiveError where there is none."""
    try:
        file = path.open("rb")
    except OSError as error:
        raise ArchiveError("archive.gone", archive=path.name) from error
    with file:
        yield Zip(file, path.name)


def is_zip(path: Path) -> bool:
    """Whether the file begins like a zip. Raises OSError."""
    with path.open("rb") as file:
        return file.read(4) in _STARTS


def _refusal(record: Record, path: str) -> Refusal | None:
    """Why an entry is not read; None where it is. Nothing is ever unpacked to a path, so one entry can be left out."""
    is_outside = path.startswith("/") or (".." in path and ".." in path.split("/"))
    has_drive = path[1:2] == ":" and path[0] in ascii_letters
    if is_outside or has_drive:
        return Refusal("archive.entry_outside")
    if stat.S_ISLNK(record.attributes >> 16):
        return Refusal("archive.entry_link")
    if record.flags & _ENCRYPTED_FLAG:
        return Refusal("archive.entry_encrypted")
    return _unpacking_refusal(record, path)


def _unpacking_refusal(record: Record, path: str) -> Refusal | None:
    if record.size > settings.MAX_ENTRY_BYTES:
        return Refusal("archive.entry_large", {"entry": path, "limit": settings.MAX_ENTRY_BYTES // 2**20})
    if record.size > max(settings.RATIO_FROM_BYTES, settings.MAX_RATIO * record.packed):
        return Refusal("archive.entry_bomb", {"size": record.size // 2**20})
    if not unzip.is_known(record.method):
        return Refusal("archive.method", {"entry": path})
    return None


def _path(record: Record) -> str | None:
    """The path as its maker wrote it; None where nothing says in which encoding that is."""
    raw = record.name
    if raw.isascii():
        return _normalized(raw.decode("ascii"))
    if not record.flags & _UTF8_FLAG:
        raw = _unicode_path(record) or raw
    try:
        return _normalized(raw.decode("utf-8"))  # macOS forgets the flag
    except UnicodeDecodeError:
        return None


def _normalized(path: str) -> str:
    path = path.partition("\0")[0].replace("\\", "/")
    return path if path.isascii() else unicodedata.normalize("NFC", path)


def _encoding(names: list[bytes]) -> str:
    """Korean Windows writes CP949, western packers CP437: CP949 where that gives mostly everyday Hangul. (Nearly all
    pairs of bytes are some syllable in CP949, but only 2,350 of 11,172 are in EUC-KR, those that people write.)"""
    text = b"".join(names).decode("cp949", errors="replace")
    foreign = [letter for letter in text if not letter.isascii()]
    hangul = sum("가" <= letter <= "힣" and len(letter.encode("euc-kr", errors="ignore")) == 2 for letter in foreign)
    return "cp949" if 2 * hangul >= len(foreign) else "cp437"


def _extra_fields(extra: bytes) -> Iterator[tuple[int, bytes]]:
    while len(extra) >= 4:
        kind, length = struct.unpack_from("<HH", extra)
        yield kind, extra[4 : 4 + length]
        extra = extra[4 + length :]


def _unicode_path(record: Record) -> bytes | None:
    """The name in UTF-8 that some packers add, where it still belongs to the name beside it (APPNOTE 4.6.9)."""
    for kind, value in _extra_fields(record.extra):
        if kind == _UNICODE_PATH and len(value) > 5 and value[1:5] == struct.pack("<L", zlib.crc32(record.name)):
            return value[5:]
    return None


def _zip64_numbers(extra: bytes, *numbers: int) -> tuple[int, ...]:
    """The numbers, those that did not fit into 32 bits taken from the zip64 field (APPNOTE 4.5.3)."""
    value = next((value for kind, value in _extra_fields(extra) if kind == _ZIP64), b"")
    large = iter(struct.unpack_from(f"<{len(value) // 8}Q", value))
    return tuple(next(large, number) if number == _IN_ZIP64 else number for number in numbers)
