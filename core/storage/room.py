"""Whether there is room on a disk, and what is said where there is none."""

from __future__ import annotations

import errno
import shutil
from pathlib import Path

from core.errors import StorageError

NO_ROOM = frozenset(getattr(errno, name) for name in ("ENOSPC", "EDQUOT", "EFBIG") if hasattr(errno, name))
RESERVE_BYTES = 64 * 2**20  # left free for everybody else's small files: states, drafts, logs


def is_no_room(error: BaseException) -> bool:
    """Whether an exception says that the disk, or one's share of it, is full."""
    return isinstance(error, OSError) and error.errno in NO_ROOM


def no_room_error(error: BaseException) -> StorageError | None:
    """What is said of an exception that comes from a full disk; None for any other."""
    return StorageError("storage.no_room") if is_no_room(error) else None


def require_room(folder: Path, size: int) -> None:
    """Raises StorageError where `size` bytes more would fill the disk that `folder` lies on, but for a reserve."""
    existing = next(parent for parent in (folder, *folder.absolute().parents) if parent.exists())
    if shutil.disk_usage(existing).free < size + RESERVE_BYTES:
        raise StorageError("storage.no_room")
