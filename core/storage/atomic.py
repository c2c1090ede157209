"""Replacing a file whole or not at all, however many threads and processes write it at once."""

from __future__ import annotations

import glob
import json
import os
import re
import secrets
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, BinaryIO

ABANDONED_SECONDS = 600  # a part that nobody has written to for so long was left by a process that died
_ATTEMPTS, _PAUSE = 50, 0.01  # seconds: Windows does not replace a file while somebody reads it, which takes no time
_PART = re.compile(r"\.[0-9a-f]{16}\.part")
_STEM_BYTES = 200  # of the file's own name in its part's: file systems take 255 in all


@contextmanager
def replacing(path: Path) -> Iterator[BinaryIO]:
    """A new file, open for reading and writing, that takes the place of `path` once the block ends well and all of it
    is on the disk. On any error `path` stays as it was and nothing is left beside it.

    Every call writes a part with a name of its own, so that two threads or processes never share one: the last to end
    wins, whole. The folder is made where there is none. Raises OSError, also where the disk is full.

    >>> with replacing(folder / "labels.csv") as file:
    ...     file.write(b"filename,label\\n")
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    remove_parts(path, idle_seconds=ABANDONED_SECONDS)
    part = path.with_name(f".{_stem(path)}.{secrets.token_hex(8)}.part")
    try:
        with part.open("xb+") as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        replace(part, path)
        _sync_folder(path.parent)
    finally:
        with suppress(OSError):
            part.unlink(missing_ok=True)


def write_bytes(path: Path, content: bytes | memoryview) -> None:
    """Replace `path` by a file with this content, as `replacing` does. Raises OSError."""
    with replacing(path) as file:
        file.write(content)


def write_text(path: Path, text: str) -> None:
    """Replace `path` by a file with this text in UTF-8, line ends as they are. Raises OSError."""
    write_bytes(path, text.encode("utf-8"))


def write_json(path: Path, value: Any) -> None:
    """Replace `path` by a file with this value as JSON. Raises OSError."""
    write_text(path, json.dumps(value, ensure_ascii=False))


def replace(source: Path, target: Path) -> None:
    """Rename `source` to `target`, in place of what stands there; tried again for a moment where somebody has that open
    on Windows. Raises OSError."""
    for _ in range(_ATTEMPTS):
        try:
            source.replace(target)
            return
        except PermissionError:
            if sys.platform != "win32":
                raise
            time.sleep(_PAUSE)
    source.replace(target)


def remove_parts(path: Path, *, idle_seconds: float = 0.0) -> None:
    """Remove what writers of `path` that died left beside it: parts not written to for `idle_seconds`."""
    prefix = f".{_stem(path)}"
    for part in path.parent.glob(f"{glob.escape(prefix)}.*.part"):
        with suppress(OSError):
            ours = _PART.fullmatch(part.name.removeprefix(prefix))
            if ours and time.time() - part.stat().st_mtime >= idle_seconds:
                part.unlink()


def _stem(path: Path) -> str:
    return os.fsdecode(os.fsencode(path.name)[:_STEM_BYTES]) if sys.platform != "win32" else path.name[:100]


def _sync_folder(folder: Path) -> None:
    """Bring the rename itself to the disk, where the system lets a folder be opened."""
    if sys.platform == "win32":
        return
    with suppress(OSError):
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)
