"""Locks between threads and processes: however a holder ends, the system lets its lock go."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from core import settings
from core.errors import StorageError


class ProcessLock:
    """A lock file that one thread of one process holds at a time. Where the file system knows no locks, everybody gets
    it: two at once are better than none."""

    def __init__(self, path: Path) -> None:
        """`path` is the lock file; its folder is made."""
        from filelock import FileLock  # here, as whoever only answers does without its 20 ms

        self._lock = FileLock(path, timeout=0, thread_local=False)
        self._held = False

    def acquire(self) -> bool:
        """Hold it from now on, unless somebody else does; never waits. Whether it is held."""
        if self._held:
            return True
        from filelock import Timeout

        try:
            Path(self._lock.lock_file).parent.mkdir(parents=True, exist_ok=True)
            self._lock.acquire()
        except Timeout:
            return False
        except (OSError, NotImplementedError):  # no locks here, or no room for the file
            pass
        self._held = True
        return True

    def release(self) -> None:
        """Let it go; harmless where it is not held."""
        if self._held:
            self._held = False
            self._lock.release(force=True)


@contextmanager
def exclusive(path: Path, wait_seconds: float = 30.0) -> Iterator[None]:
    """Whoever changes the file `path` does it within this: one thread of one process at a time. The lock lies in the
    cache folder, so that nothing is left beside a person's own files; it is the same however the path is written.

    Raises StorageError where another holds it for longer than `wait_seconds`, OSError where no lock file can be made.

    >>> with exclusive(model_file):
    ...     save(model_file, changed(load(model_file)))
    """
    from filelock import FileLock, Timeout

    name = hashlib.sha256(os.path.normcase(path.resolve()).encode("utf-8", "surrogatepass")).hexdigest()[:32]
    lock_file = settings.cache_folder() / "locks" / f"{name}.lock"
    lock_file.parent.mkdir(parents=True, exist_ok=True)
    lock = FileLock(lock_file, thread_local=False)
    try:
        lock.acquire(timeout=wait_seconds)
    except Timeout as error:
        raise StorageError("storage.busy", name=path.name) from error
    try:
        yield
    finally:
        lock.release()
