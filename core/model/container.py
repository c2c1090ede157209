"""A model file as a container: one zip, and a small zip behind it for every correction that was appended.

A file grows at its end alone: the bytes before a correction are never touched, so that whoever dies while appending
leaves the state before. Each appended zip says in its end record's comment how long it is, from which the states before
it are found. Names and sizes of all members are checked before any is unpacked.
"""

from __future__ import annotations

import io
import os
import re
import struct
import zipfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO, TypeVar

from core import settings
from core.errors import ModelError, StorageError
from core.model.members import BROKEN, require

_Result = TypeVar("_Result")
Stamp = tuple[int, int, int]  # tells whether a file is the one it was, and unchanged
MAX_APPENDED = 1_000  # zips behind the first; they are merged long before
MAX_APPENDED_BYTES = 128 * 2**20  # of one of them, and of what a broken one may leave: 6,000 pictures take 95 MB
_ATTEMPTS = 5  # at reading a file that is changed meanwhile
_BLOCK = 2**20  # bytes copied or searched at a time
_MAX_UNPACKED = 2 * settings.MAX_MODEL_BYTES  # of all members together, as they declare it
_MAX_DIRECTORY = 2**24  # bytes: 100,000 thumbnails take 8 MB
_MAX_APPENDED_DIRECTORY = 2**20
# PKWARE's APPNOTE 4.3.16: signature, disks, entries here and in all, size and offset of the directory, comment's length
_END = struct.Struct("<4s4H2LH")
_END_SIGNATURE, _ENTRY_SIGNATURE, _LOCATOR_SIGNATURE = b"PK\x05\x06", b"PK\x01\x02", b"PK\x06\x07"
_COMMENT = struct.Struct("<12sQ")  # of an appended zip: what it is, and its length in bytes
_COMMENT_MARK = b"TeachLens +\0"
_LOCATOR, _END64 = struct.Struct("<4sLQL"), struct.Struct("<4sQ2H2L4Q")  # 4.3.15 and 4.3.14


@dataclass(frozen=True)
class Container:
    """A model file that is open for reading."""

    file: io.FileIO
    first: zipfile.ZipFile
    first_end: int  # bytes of the file up to the end of the first zip
    appended: tuple[zipfile.ZipFile, ...]  # oldest first
    ends: tuple[int, ...]  # bytes of the file up to the end of each of them

    @property
    def archives(self) -> tuple[zipfile.ZipFile, ...]:
        """All zips, oldest first."""
        return (self.first, *self.appended)

    @property
    def stamp(self) -> Stamp:
        """Of the file as it is now."""
        return _stamp_of(os.fstat(self.file.fileno()))

    @property
    def end(self) -> int:
        """Bytes of the file up to the end of the last whole zip; what follows was left by a writer that died."""
        return self.ends[-1] if self.ends else self.first_end

    @property
    def end_before(self) -> int:
        """The same without the zip that was appended last."""
        return self.ends[-2] if len(self.ends) > 1 else self.first_end

    def copy_appended(self, target: BinaryIO) -> None:
        """Write the appended zips to the end of `target`, as they are."""
        target.seek(0, os.SEEK_END)
        self.file.seek(self.first_end)
        for start in range(self.first_end, self.end, _BLOCK):
            target.write(self.file.read(min(_BLOCK, self.end - start)))


def read_file(
    path: Path, names: re.Pattern[str], appended_names: re.Pattern[str], function: Callable[[Container], _Result]
) -> _Result:
    """What `function` makes of the model file at `path`, all sizes checked; no member may have a name that `names` does
    not match as a whole, in what was appended `appended_names`. Asked again where the file was changed meanwhile.
    Raises ModelError."""
    for _ in range(_ATTEMPTS):
        before = _stamp(path)
        try:
            with _opened(path, names, appended_names) as container:
                return function(container)
        except ModelError:
            if _stamp(path) == before:
                raise
    with _opened(path, names, appended_names) as container:
        return function(container)


def appendable(write: Callable[[zipfile.ZipFile], None]) -> bytes:
    """The bytes of a zip with what `write` writes, to be appended."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        write(archive)
        archive.comment = _COMMENT.pack(_COMMENT_MARK, 0)
    content = bytearray(buffer.getvalue())
    content[-_COMMENT.size :] = _COMMENT.pack(_COMMENT_MARK, len(content))
    return bytes(content)


def append(path: Path, stamp: Stamp, end: int, content: bytes) -> None:
    """Write `content` behind the first `end` bytes of the file, through to the disk; what stands there was left by a
    writer that died. On any error the file ends at `end` again. Raises OSError, and as `cut` does."""
    with _unchanged(path, stamp) as file:
        try:
            file.truncate(end)
            file.seek(end)
            rest = memoryview(content)
            while rest:
                rest = rest[file.write(rest) :]
            os.fsync(file.fileno())
        except BaseException:
            file.truncate(end)
            raise


def cut(path: Path, stamp: Stamp, end: int) -> None:
    """Take away what stands behind the first `end` bytes of the file. Raises OSError; StorageError where the file is
    not the one that had that `stamp` when it was read, ModelError where there is none."""
    with _unchanged(path, stamp) as file:
        file.truncate(end)
        os.fsync(file.fileno())


@contextmanager
def _unchanged(path: Path, stamp: Stamp) -> Iterator[io.FileIO]:
    try:
        file = path.open("r+b", buffering=0)
    except FileNotFoundError as error:
        raise ModelError("model.missing", name=path.name) from error
    with file:
        if _stamp_of(os.fstat(file.fileno())) != stamp:  # somebody changed it without the lock
            raise StorageError("storage.busy", name=path.name)
        yield file


class _Part(io.RawIOBase):
    """The bytes of a file from `start` to `end`, read only."""

    def __init__(self, file: io.FileIO, start: int, end: int) -> None:
        self._file, self._start, self._size, self._position = file, start, end - start, 0

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def tell(self) -> int:
        return self._position

    def seek(self, offset: int, whence: int = os.SEEK_SET) -> int:
        position = offset + {os.SEEK_SET: 0, os.SEEK_CUR: self._position, os.SEEK_END: self._size}[whence]
        if position < 0:
            raise OSError("before the start")
        self._position = position
        return position

    def readinto(self, buffer: Any) -> int:
        wanted = max(0, min(len(buffer), self._size - self._position))
        self._file.seek(self._start + self._position)
        content = self._file.read(wanted)
        buffer[: len(content)] = content
        self._position += len(content)
        return len(content)


@contextmanager
def _opened(path: Path, names: re.Pattern[str], appended_names: re.Pattern[str]) -> Iterator[Container]:
    try:
        file = path.open("rb", buffering=0)
    except FileNotFoundError as error:
        raise ModelError("model.missing", name=path.name) from error
    except OSError as error:
        raise ModelError("model.unreadable", name=path.name) from error
    with file:
        try:
            ends = _ends(file)
            archives = [
                _archive(file, start, end, appended_names if start else names)
                for start, end in zip([0, *ends[:-1]], ends, strict=True)
            ]
        except ModelError as error:
            raise ModelError(error.key, name=path.name) from error
        except BROKEN as error:
            raise ModelError("model.unreadable", name=path.name) from error
        require(sum(info.file_size for archive in archives for info in archive.infolist()) <= _MAX_UNPACKED)
        yield Container(file, archives[0], ends[0], tuple(archives[1:]), tuple(ends[1:]))


def _stamp(path: Path) -> Stamp | None:
    try:
        return _stamp_of(path.stat())
    except OSError:
        return None


def _stamp_of(stat: os.stat_result) -> Stamp:
    return stat.st_ino, stat.st_size, stat.st_mtime_ns


def _archive(file: io.FileIO, start: int, end: int, names: re.Pattern[str]) -> zipfile.ZipFile:
    """The zip from `start` to `end`, its directory checked."""
    # Rows are read one here, one there: a larger buffer would read what lies between.
    archive = zipfile.ZipFile(io.BufferedReader(_Part(file, start, end), 2**13))
    infos = archive.infolist()
    require(len(infos) == len(archive.NameToInfo))  # no name twice
    require(all(names.fullmatch(info.filename) for info in infos))
    require(all(info.compress_type in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED) for info in infos))
    require(not any(info.flag_bits & 1 for info in infos))  # encrypted
    return archive


def _ends(file: io.FileIO) -> list[int]:
    """Where each zip of the file ends, the first one first."""
    end = _last_end(file, file.seek(0, os.SEEK_END))
    ends = [end]
    while length := _appended_length(file, ends[-1]):
        require(len(ends) <= MAX_APPENDED and length < ends[-1])
        ends.append(ends[-1] - length)
    require(_is_end(file, ends[-1] - _END.size))
    return ends[::-1]


def _last_end(file: io.FileIO, size: int) -> int:
    """Where the last whole zip of the file ends: searched for backwards where a writer died. Raises BadZipFile."""
    if _appended_length(file, size) or _is_end(file, size - _END.size):
        return size
    position, window = size, b""
    while position > max(0, size - MAX_APPENDED_BYTES):
        start = max(0, position - _BLOCK)
        file.seek(start)
        window = file.read(position - start) + window[: _END.size]
        at = window.rfind(_END_SIGNATURE)
        while at >= 0:
            comment = int.from_bytes(window[at + 20 : at + 22], "little")
            end = start + at + _END.size + comment
            if end <= size and (_appended_length(file, end) if comment else _is_end(file, start + at)):
                return end
            at = window.rfind(_END_SIGNATURE, 0, at)
        position = start
    raise zipfile.BadZipFile("no end of a zip")


def _appended_length(file: io.FileIO, end: int) -> int:
    """Bytes of the appended zip that ends at `end`; 0 where none does."""
    start = end - _END.size - _COMMENT.size
    if start < 0:
        return 0
    file.seek(start)
    content = file.read(_END.size + _COMMENT.size)
    if len(content) < _END.size + _COMMENT.size:
        return 0
    *_, directory, offset, comment = _END.unpack_from(content)
    mark, length = _COMMENT.unpack_from(content, _END.size)
    whole = (
        directory + offset + _END.size + _COMMENT.size == length <= MAX_APPENDED_BYTES
        and directory <= _MAX_APPENDED_DIRECTORY
    )
    ours = content[:4] == _END_SIGNATURE and comment == _COMMENT.size and mark == _COMMENT_MARK
    return int(length) if ours and whole else 0


def _is_end(file: io.FileIO, position: int) -> bool:
    """Whether the end record of a zip that begins with the file, and has no comment, stands at `position`. Raises
    ModelError where its directory is larger than any."""
    if position < 0:
        return False
    file.seek(max(0, position - _LOCATOR.size - _END64.size))
    before = file.read(min(position, _LOCATOR.size + _END64.size))
    content = file.read(_END.size)
    if len(content) < _END.size or content[:4] != _END_SIGNATURE:
        return False
    *_, entries, directory, offset, comment = _END.unpack(content)
    end = position
    if before[-_LOCATOR.size :][:4] == _LOCATOR_SIGNATURE and len(before) == _LOCATOR.size + _END64.size:
        *_, entries, directory, offset = _END64.unpack_from(before)
        end -= _LOCATOR.size + _END64.size
    if comment or offset + directory != end:
        return False
    require(directory <= _MAX_DIRECTORY and entries <= directory // 46)
    file.seek(offset)
    return not directory or file.read(4) == _ENTRY_SIGNATURE
