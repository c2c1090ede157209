"""Locks hold between threads and between processes, and go with whoever holds them."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from core.errors import StorageError
from core.settings import PROJECT
from core.storage.locks import ProcessLock, exclusive

ADDS = """
import sys; from pathlib import Path; from core.storage.locks import exclusive
path = Path(sys.argv[1])
for _ in range(50):
    with exclusive(path):
        path.write_text(str(int(path.read_text()) + 1))
"""


def names_in(folder: Path) -> list[str]:
    return [path.name for path in folder.iterdir()]


def test_one_holds_it_at_a_time_and_another_once_it_is_released(tmp_path: Path) -> None:
    one, other = ProcessLock(tmp_path / "a" / "lock"), ProcessLock(tmp_path / "a" / "lock")
    assert one.acquire() and one.acquire()
    assert not other.acquire()
    one.release()
    one.release()
    assert other.acquire()
    other.release()


def test_where_no_lock_can_be_made_everybody_goes_on(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    lock = ProcessLock(tmp_path / "file" / "lock")
    assert lock.acquire()
    lock.release()


def test_nothing_is_lost_between_threads_and_processes_however_the_path_is_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "count"
    path.write_text("0")
    monkeypatch.chdir(tmp_path)

    def add() -> None:
        for _ in range(50):
            with exclusive(Path("count")):
                path.write_text(str(int(path.read_text()) + 1))

    environment = {**os.environ, "PYTHONPATH": str(PROJECT)}
    children = [subprocess.Popen([sys.executable, "-c", ADDS, str(path)], env=environment) for _ in range(2)]
    threads = [threading.Thread(target=add) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [child.wait() for child in children] == [0, 0]
    assert path.read_text() == "200" and names_in(tmp_path) == ["count"]


def test_who_waits_too_long_is_told_so(tmp_path: Path) -> None:
    with exclusive(tmp_path / "x"), pytest.raises(StorageError) as told, exclusive(tmp_path / "x", wait_seconds=0.1):
        pass
    assert told.value.key == "storage.busy"
