"""The content of a zip's entry: unpacked with a limit, and checked."""

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
_OVERHEAD_BYTES = 2**16  # that packing may add to what does not shrink
_MAX_DICTIONARY = 2**26  # bytes that LZMA may look back, and takes from memory at once
_DAMAGED = (zlib.error, lzma.LZMAError, OSError, EOFError, ValueError, struct.error)


@dataclass(frozen=True, slots=True)
class Record:
    """The directory's record of one entry."""

    at: int  # byte offset of the record in the file
    name: bytes
    extra: bytes
    flags: int
    method: int  # of compression
    crc: int
    packed: int  # bytes
    size: int  # bytes, unpacked
    attributes: int
    offset: int  # byte offset of the entry, as the directory says; see `Zip._offsets`


def is_known(method: int) -> bool:
    """Whether this compression method is supported. (Deflate64, method 9, which Windows uses above 2 GB, is not.)"""
    return method in _METHODS


def read(file: BinaryIO, record: Record, offsets: Iterable[int], entry: str) -> bytes:
    """The bytes of an entry; `entry` is its name in messages. No more is unpacked than the directory says and the
    settings allow. Raises ArchiveError."""
    limit = min(record.size, settings.MAX_ENTRY_BYTES)
    unpack = _unpacker(record.method, entry)
    try:
        file.seek(_data_offset(file, record, offsets))
        if record.packed > limit + _OVERHEAD_BYTES:
            raise ValueError("packed to more than it was")
        content = unpack(file.read(record.packed), limit + 1)
    except _DAMAGED as error:
        raise ArchiveError("archive.entry_damaged", entry=entry) from error
    if len(content) != record.size or zlib.crc32(content) != record.crc:
        raise ArchiveError("archive.entry_damaged", entry=entry)
    return content


def read_prefix(file: BinaryIO, record: Record, offsets: Iterable[int], length: int) -> bytes:
    """The first `length` bytes of an entry, unchecked; fewer where it is shorter or damaged."""
    try:
        file.seek(_data_offset(file, record, offsets))
        return _unpacker(record.method, "")(file.read(min(record.packed, length + _OVERHEAD_BYTES)), length)
    except (*_DAMAGED, ArchiveError):
        return b""


def _data_offset(file: BinaryIO, record: Record, offsets: Iterable[int]) -> int:
    """The byte offset of the packed data: behind the first of the offsets at which an entry of that name begins. Some
    packers write backslashes in the directory and slashes here. Raises ValueError."""
    name = record.name.replace(b"\\", b"/")
    for offset in offsets:
        file.seek(offset)
        fixed = file.read(30)
        if len(fixed) == 30 and fixed.startswith(_LOCAL):
            name_length, extra_length = int.from_bytes(fixed[26:28], "little"), int.from_bytes(fixed[28:30], "little")
            if file.read(name_length).replace(b"\\", b"/") == name:
                return offset + 30 + name_length + extra_length
    raise ValueError("no entry of that name")


def _unpacker(method: int, entry: str) -> Callable[[bytes, int], bytes]:
    """A function of the packed bytes and the most bytes to return. Raises ArchiveError for an unsupported method."""
    if method not in _METHODS:
        raise ArchiveError("archive.method", entry=entry)
    return _METHODS[method]


def _inflate(packed: bytes, limit: int) -> bytes:
    return zlib.decompressobj(-zlib.MAX_WBITS).decompress(packed, limit)


def _unpack_bz2(packed: bytes, limit: int) -> bytes:
    return bz2.BZ2Decompressor().decompress(packed, limit)


def _unpack_lzma(packed: bytes, limit: int) -> bytes:
    """APPNOTE 5.8: two bytes of version, two that count the properties, those, then the stream."""
    (length,) = struct.unpack_from("<H", packed, 2)
    packing, dictionary = struct.unpack_from("<BL", packed, 4)
    if packing >= 225 or dictionary > _MAX_DICTIONARY:
        raise ValueError("more memory than a picture is worth")
    filters = {"id": lzma.FILTER_LZMA1, "dict_size": max(4096, dictionary)}
    filters |= {"lc": packing % 9, "lp": packing // 9 % 5, "pb": packing // 45}
    return lzma.LZMADecompressor(lzma.FORMAT_RAW, filters=[filters]).decompress(packed[4 + length :], limit)


_METHODS: dict[int, Callable[[bytes, int], bytes]] = {
    0: lambda packed, limit: packed[:limit],
    8: _inflate,
    12: _unpack_bz2,
    14: _unpack_lzma,
}
