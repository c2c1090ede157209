"""The members of a model file's zips: JSON and arrays, written in a fixed way, read with every size and shape checked
before a byte is unpacked."""

from __future__ import annotations

import json
import math
import re
import struct
import zipfile
import zlib
from copy import copy
from typing import Any

import numpy as np
from numpy.typing import NDArray

from core.errors import ModelError

MOMENT = (1980, 1, 1, 0, 0, 0)  # of every member, so that equal models are equal files
_ROWS = 1024  # of an array, written at a time
_BLOCK = 2**20  # bytes copied at a time
_MAX_HEADER = 2**12  # bytes before the numbers of an array
_JSON_STRING = re.compile(rb'"(?:[^"\\]++|\\.)*+"', re.DOTALL)

# What zipfile raises for bytes that are not as they should be: also of names that are no UTF-8 (ValueError), of
# numbers that do not fit (OverflowError), of times that are none.
BROKEN = (
    zipfile.BadZipFile,
    zipfile.LargeZipFile,
    zlib.error,
    struct.error,
    EOFError,
    OSError,
    NotImplementedError,
    RuntimeError,
    ValueError,
    OverflowError,
)


def require(condition: bool) -> None:
    """Raises ModelError where something is not as a model file has it."""
    if not condition:
        raise ModelError("model.damaged")


def member(name: str, compression: int = zipfile.ZIP_DEFLATED) -> zipfile.ZipInfo:
    """A new member, the same at any time."""
    info = zipfile.ZipInfo(name, MOMENT)
    info.compress_type = compression
    return info


def write_json(archive: zipfile.ZipFile, name: str, value: Any) -> None:
    """Write `value` as the member `name`."""
    archive.writestr(member(name), json.dumps(value, ensure_ascii=False, indent=1, allow_nan=False))


def write_array(
    archive: zipfile.ZipFile, name: str, array: NDArray[Any], compression: int = zipfile.ZIP_DEFLATED
) -> None:
    """Write an array as the member `name`."""
    header = {"descr": np.lib.format.dtype_to_descr(array.dtype), "fortran_order": False, "shape": array.shape}
    with archive.open(member(name, compression), "w", force_zip64=True) as target:
        np.lib.format.write_array_header_1_0(target, header)
        for start in range(0, len(array), _ROWS):  # no copy of an array that lies on the disk is ever whole in memory
            target.write(array[start : start + _ROWS].tobytes())


def copy_members(source: zipfile.ZipFile, target: zipfile.ZipFile, leave_out: str) -> None:
    """Append all members of `source` but one to `target`, byte by byte as they are packed. Another member must have
    been written to `target` before. Raises ModelError."""
    assert source.fp and target.fp and target.filelist
    for info in source.infolist():
        if info.filename == leave_out:
            continue
        remaining = _data_start(source, info) - info.header_offset + info.compress_size
        copied = copy(info)
        copied.header_offset = target.start_dir
        source.fp.seek(info.header_offset)
        target.fp.seek(target.start_dir)
        while remaining:
            block = source.fp.read(min(remaining, _BLOCK))
            require(bool(block))
            target.fp.write(block)
            remaining -= len(block)
        target.start_dir = target.fp.tell()
        target.filelist.append(copied)
        target.NameToInfo[copied.filename] = copied


def read(archive: zipfile.ZipFile, name: str, limit: int) -> bytes:
    """The bytes of the member `name`, which are no more than `limit`, their checksum checked. Raises ModelError."""
    try:
        require(archive.getinfo(name).file_size <= limit)
        content = archive.read(name)
    except (KeyError, *BROKEN) as error:
        raise ModelError("model.damaged") from error
    require(len(content) <= limit)
    return content


def read_json(archive: zipfile.ZipFile, name: str, limit: int, values: int) -> Any:
    """What the member `name` holds: no more than `limit` bytes and `values` values, which is told before any is made,
    as a value of two bytes takes 64 in memory. Raises ModelError."""
    return parse_json(read(archive, name, limit), values)


def parse_json(content: bytes, values: int) -> Any:
    """What JSON holds: no more than `values` values, see `read_json`. Raises ModelError."""
    structure = _JSON_STRING.sub(b"", content)
    require(sum(map(structure.count, (b"[", b"{", b",", b":"))) <= values)
    try:
        return json.loads(content)
    except (ValueError, RecursionError) as error:
        raise ModelError("model.damaged") from error


def read_array(
    archive: zipfile.ZipFile, name: str, shape: tuple[int, ...], dtype: type, *, most: float | None = None
) -> NDArray[Any]:
    """The array `name`, which must have just this shape and type; its numbers are finite, and no further from 0 than
    `most`. Raises ModelError."""
    expected = np.dtype(dtype).newbyteorder("<")
    wanted = math.prod(shape) * expected.itemsize
    content = read(archive, name, wanted + _MAX_HEADER)
    start = _numbers_start(content[:_MAX_HEADER], shape, expected)
    require(len(content) == start + wanted)
    array: NDArray[Any] = np.frombuffer(content, expected, offset=start).reshape(shape).astype(dtype, copy=False)
    _require_numbers(array, most)
    return array


def read_rows(
    archive: zipfile.ZipFile, name: str, shape: tuple[int, int], dtype: type, rows: NDArray[np.int32]
) -> NDArray[Any]:
    """Some rows, in rising order, of the array `name`, as `read_array` reads all: of one that is not packed, no others
    are read from the disk, and the checksum stays unchecked. Raises ModelError."""
    try:
        info = archive.getinfo(name)
    except KeyError as error:
        raise ModelError("model.damaged") from error
    if info.compress_type != zipfile.ZIP_STORED:
        return np.asarray(read_array(archive, name, shape, dtype)[rows])
    expected = np.dtype(dtype).newbyteorder("<")
    width = shape[1] * expected.itemsize
    file = archive.fp
    assert file
    try:
        start = _data_start(archive, info)
        file.seek(start)
        numbers = _numbers_start(file.read(min(_MAX_HEADER, info.file_size)), shape, expected)
        require(info.file_size == info.compress_size == numbers + shape[0] * width)
        content = bytearray()
        for row in rows.tolist():
            file.seek(start + numbers + row * width)
            content += file.read(width)
    except BROKEN as error:
        raise ModelError("model.damaged") from error
    require(len(content) == len(rows) * width)
    array: NDArray[Any] = np.frombuffer(content, expected).reshape(len(rows), shape[1]).astype(dtype, copy=False)
    _require_numbers(array, None)
    return array


def _numbers_start(content: bytes, shape: tuple[int, ...], dtype: np.dtype[Any]) -> int:
    """Where the numbers begin in a file of numpy.lib.format, version 1.0, which must say this shape and type."""
    require(content[:8] == b"\x93NUMPY\x01\x00")
    start = 10 + int.from_bytes(content[8:10], "little")
    header = content[10:start].decode("latin-1")
    require(f"'descr': '{dtype.str}'" in header and f"'shape': {shape}" in header and "_order': False" in header)
    return start


def _require_numbers(array: NDArray[Any], most: float | None) -> None:
    if np.issubdtype(array.dtype, np.floating):
        require(bool(np.isfinite(array).all()))
    if most is not None and array.size:
        require(-most <= float(array.min()) and float(array.max()) <= most)


def _data_start(archive: zipfile.ZipFile, info: zipfile.ZipInfo) -> int:
    """Where a member's bytes begin, behind its own header (APPNOTE 4.3.7). Raises ModelError."""
    assert archive.fp
    archive.fp.seek(info.header_offset)
    header = archive.fp.read(30)
    require(len(header) == 30 and header[:4] == b"PK\x03\x04")
    return int(info.header_offset + 30 + sum(struct.unpack("<2H", header[26:30])))
