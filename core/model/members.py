"""The members of a model file: JSON and arrays, written in a fixed way, read with every size and shape checked."""

from __future__ import annotations

import json
import math
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from core.errors import ModelError

_ROWS = 1024  # of an array, written at a time
MOMENT = (1980, 1, 1, 0, 0, 0)  # of every member, so that equal models are equal files


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


def read(archive: zipfile.ZipFile, name: str, limit: int) -> bytes:
    """The bytes of the member `name`, which are no more than `limit`. Raises ModelError."""
    try:
        with archive.open(name) as source:
            content = source.read(limit + 1)
    except KeyError as error:
        raise ModelError("model.damaged") from error
    require(len(content) <= limit)
    return content


def read_json(archive: zipfile.ZipFile, name: str) -> Any:
    """What the member `name` holds. Raises ModelError."""
    try:
        return json.loads(read(archive, name, 2**26))
    except (ValueError, RecursionError) as error:
        raise ModelError("model.damaged") from error


def read_array(archive: zipfile.ZipFile, name: str, shape: tuple[int, ...], dtype: type) -> NDArray[Any]:
    """The array `name`, which must have just this shape and type; its numbers are finite. Raises
    ModelError."""
    expected = np.dtype(dtype).newbyteorder("<")
    wanted = math.prod(shape) * expected.itemsize
    content = read(archive, name, wanted + 2**12)
    require(content[:8] == b"\x93NUMPY\x01\x00")  # the format of numpy.lib.format, version 1.0
    start = 10 + int.from_bytes(content[8:10], "little")
    require(len(content) == start + wanted)
    header = content[10:start].decode("latin-1")
    require(f"'descr': '{expected.str}'" in header and f"'shape': {shape}" in header and "_order': False" in header)
    array: NDArray[Any] = np.frombuffer(content, expected, offset=start).reshape(shape).astype(dtype, copy=False)
    require(not np.issubdtype(dtype, np.floating) or bool(np.isfinite(array).all()))
    return array


@contextmanager
def opened(path: Path) -> Iterator[zipfile.ZipFile]:
    """The model file at `path`, open for reading. Raises ModelError."""
    try:
        with zipfile.ZipFile(path) as archive:
            yield archive
    except FileNotFoundError as error:
        raise ModelError("model.missing", name=path.name) from error
    except (
        zipfile.BadZipFile,
        zipfile.LargeZipFile,
        EOFError,
        NotImplementedError,
        RuntimeError,
        OSError,
        zlib.error,
    ) as error:
        raise ModelError("model.unreadable", name=path.name) from error
