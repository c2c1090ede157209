"""Room on the disk is asked for before it is taken, and a full disk is known by any of its names."""

from __future__ import annotations

import errno
from pathlib import Path

import pytest

from core.errors import StorageError
from core.storage.room import is_no_room, no_room_error, require_room


def test_a_full_disk_is_known() -> None:
    assert is_no_room(OSError(errno.ENOSPC, "")) and is_no_room(OSError(errno.EDQUOT, ""))
    assert not is_no_room(OSError(errno.EACCES, "")) and not is_no_room(ValueError())


def test_a_full_disk_has_a_sentence_and_other_errors_have_none() -> None:
    error = no_room_error(OSError(errno.ENOSPC, ""))
    assert error is not None and "disk is full" in error.say("en") and "디스크" in error.say("ko")
    assert no_room_error(PermissionError()) is None and no_room_error(ValueError()) is None


def test_what_would_fill_the_disk_is_refused_in_words(tmp_path: Path) -> None:
    require_room(tmp_path / "not" / "there yet", 1)
    with pytest.raises(StorageError) as told:
        require_room(tmp_path, 2**60)
    assert told.value.key == "storage.no_room"
