"""Locks between processes: a file that one living process holds. However that ends, the system lets the lock go."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import IO

if sys.platform == "win32":
    import msvcrt

    _TAKEN: type[OSError] = PermissionError

    def _lock(file: IO[bytes]) -> None:
        file.seek(0)
        msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)
else:
    import fcntl

    _TAKEN = BlockingIOError

    def _lock(file: IO[bytes]) -> None:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)


class Lock:
    """A lock that this process can hold. Where the file system knows no locks, everybody gets it."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._file: IO[bytes] | None = None

    def take(self) -> bool:
        """Hold it from now on, unless somebody else does; never waits."""
        if self._file is not None:
            return True
        try:
            self._path.parent.mkdir(parents=True, exist_ok=True)
            self._file = self._path.open("ab")
            _lock(self._file)
        except _TAKEN:
            self.release()
            return False
        except OSError:  # no locks here, or no place for the file: better two at once than none
            self.release()
        return True

    def release(self) -> None:
        """Let it go; harmless where it is not held."""
        if self._file is not None:
            self._file.close()
            self._file = None
