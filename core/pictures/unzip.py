"""What an entry of a zip holds: unpacked, checked, and never more of it than allowed."""

from __future__ import annotations

import bz2
import lzma
import struct
import zlib
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import BinaryIO

from core import settings
from core.errors import ArchiveError

_LOCAL = b"PK\3\4"  # begins an entry; 30 bytes and two texts stand before what is packed
_ROOM = 2**16  # bytes that packing may add to what does not shrink
_MAX_DICTIONARY = 2**26  # bytes that LZMA may look back, and takes from memory at once
_DAMAGED = (zlib.error, lzma.LZMAError, OSError, EOFError, ValueError, struct.error)


@dataclass(frozen=True, slots=True)
class Record:
    """What the directory says of one entry."""

    at: int  # where the record lies, in bytes from the archive's beginning
    name: bytes
    extra: bytes
    flags: int
    method: int  # how it is packed
    crc: int
    packed: int  # bytes
    size: int  # bytes, unpacked
    attributes: int
    offset: int  # where the entry lies; see `Zip.places`


def content(file: BinaryIO, record: Record, places: Iterable[int], entry: str) -> bytes:
    """The bytes of an entry, called `entry` where it must be named. Its claims are not trusted: no more is unpacked
    than its directory says and the settings allow. Raises ArchiveError."""
    limit = min(record.size, settings.MAX_ENTRY_BYTES)
    unpack = _unpacker(record.method, entry)
    try:
        file.seek(_begin(file, record, places))
        if record.packed > limit + _ROOM:
            raise ValueError("packed to more than it was")
        found = unpack(file.read(record.packed), limit + 1)
    except _DAMAGED as error:
        raise ArchiveError("archive.entry_damaged", entry=entry) from error
    if len(found) != record.size or zlib.crc32(found) != record.crc:
        raise ArchiveError("archive.entry_damaged", entry=entry)
    return found


def beginning(file: BinaryIO, record: Record, places: Iterable[int], length: int) -> bytes:
    """The first `length` bytes of an entry, unchecked; fewer where it is shorter or damaged."""
    try:
        file.seek(_begin(file, record, places))
        return _unpacker(record.method, "")(file.read(min(record.packed, length + _ROOM)), length)
    except (*_DAMAGED, ArchiveError):
        return b""


def _begin(file: BinaryIO, record: Record, places: Iterable[int]) -> int:
    """Where the packed bytes begin: at the first of the places where an entry of that name does. Raises ValueError."""
    for place in places:
        file.seek(place)
        fixed = file.read(30)
        if len(fixed) == 30 and fixed.startswith(_LOCAL):
            name, extra = int.from_bytes(fixed[26:28], "little"), int.from_bytes(fixed[28:30], "little")
            if file.read(name) == record.name:
                return place + 30 + name + extra
    raise ValueError("no entry of that name")


def _unpacker(method: int, entry: str) -> Callable[[bytes, int], bytes]:
    """What unpacks so many bytes at most. Raises ArchiveError for a way of packing that is not known."""
    if method not in _WAYS:
        raise ArchiveError("archive.method", entry=entry)
    return _WAYS[method]


def _inflated(packed: bytes, limit: int) -> bytes:
    return zlib.decompressobj(-zlib.MAX_WBITS).decompress(packed, limit)


def _from_bz2(packed: bytes, limit: int) -> bytes:
    return bz2.BZ2Decompressor().decompress(packed, limit)


def _from_lzma(packed: bytes, limit: int) -> bytes:
    """APPNOTE 5.8: two bytes of version, two that count the properties, those, then the stream."""
    (length,) = struct.unpack_from("<H", packed, 2)
    packing, dictionary = struct.unpack_from("<BL", packed, 4)
    if packing >= 225 or dictionary > _MAX_DICTIONARY:
        raise ValueError("more memory than a picture is worth")
    filters = {"id": lzma.FILTER_LZMA1, "dict_size": max(4096, dictionary)}
    filters |= {"lc": packing % 9, "lp": packing // 9 % 5, "pb": packing // 45}
    return lzma.LZMADecompressor(lzma.FORMAT_RAW, filters=[filters]).decompress(packed[4 + length :], limit)


_WAYS: dict[int, Callable[[bytes, int], bytes]] = {
    0: lambda packed, limit: packed[:limit],
    8: _inflated,
    12: _from_bz2,
    14: _from_lzma,
}
