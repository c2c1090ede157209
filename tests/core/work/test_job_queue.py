"""The queue outlives whatever a job does, and answers for its jobs when the disk does not."""

from __future__ import annotations

import errno
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import ClassVar

import pytest
from lesson_tools import until

from core.storage.locks import ProcessLock
from core.work import job_queue, journal
from core.work.job_process import Outcome
from core.work.job_queue import JobQueue
from core.work.journal import Job, Record, State


class Process:
    """A job that ends when it is told to, in the way that its title says."""

    running: ClassVar[list[str]] = []

    def __init__(self, folder: Path, job: Job) -> None:
        self.name, self.go_on = folder.name, threading.Event()
        if "start" in self.name:
            raise PermissionError("no more processes")
        if "hang" not in self.name:
            self.go_on.set()
        self.running.append(self.name)

    def wait(self) -> int:
        assert self.go_on.wait(30)
        if "wait" in self.name:
            raise RuntimeError("nobody thought of this")
        return 0

    def end(self) -> None:
        self.go_on.set()

    def outcome(self, code: int, wanted: State | None) -> Outcome:
        if "outcome" in self.name:
            raise ValueError("nobody thought of this either")
        return (wanted or "done"), None


@pytest.fixture(autouse=True)
def processes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Process, "running", [])
    monkeypatch.setattr(job_queue, "JobProcess", Process)


@pytest.fixture
def ends() -> list[tuple[str, State]]:
    """The jobs that have ended, and how."""
    return []


@pytest.fixture
def queue(ends: list[tuple[str, State]]) -> Iterator[JobQueue]:
    queue = JobQueue("test.lock", lambda folder, _job, state: ends.append((folder.name, state)))
    yield queue
    queue.clear()


@pytest.fixture
def put(queue: JobQueue, tmp_path: Path) -> Callable[[str], Path]:
    """Appends a job with a name; its folder."""

    def appended(name: str) -> Path:
        folder = tmp_path / "lessons" / name
        folder.mkdir(parents=True)
        queue.put(folder, Job("teach", tmp_path / "models" / f"{name}.teachlens", ()))
        return folder

    return appended


def state(queue: JobQueue, folder: Path) -> State | None:
    record = queue.record(folder) or journal.read(folder)
    return record.state if record else None


def full(*_: object) -> None:
    raise OSError(errno.ENOSPC, "No space left on device")


def is_free(cache: Path) -> bool:
    """Whether no app on the machine runs jobs."""
    lock = ProcessLock(cache / "test.lock")
    free = lock.acquire()
    lock.release()
    return free


@pytest.mark.parametrize("name", ["start", "wait", "outcome"])
def test_a_job_that_fails_in_a_way_nobody_thought_of_is_failed_and_the_next_one_runs(
    queue: JobQueue, put: Callable[[str], Path], ends: list[tuple[str, State]], cache: Path, name: str
) -> None:
    folders = [put(f"0 {name}"), put("1")]
    until(lambda: len(ends) == 2)
    assert [state(queue, folder) for folder in folders] == ["failed", "done"]
    assert (journal.read(folders[0]) or Record("done")).error == ("lesson.failed", {})
    until(lambda: is_free(cache))


def test_on_a_full_disk_jobs_run_and_how_they_ended_is_held_until_there_is_room(
    queue: JobQueue,
    put: Callable[[str], Path],
    ends: list[tuple[str, State]],
    cache: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    with monkeypatch.context() as patch:
        patch.setattr(journal, "write", full)
        folders = [put("0"), put("1")]
        until(lambda: len(ends) == 2)
        assert [state(queue, folder) for folder in folders] == ["done", "done"]
        assert [journal.read(folder) for folder in folders] == [None, None]
        until(lambda: is_free(cache))
        assert Process.running == ["0", "1"]
    assert state(queue, folders[0]) == "done"
    assert [(journal.read(folder) or Record("failed")).state for folder in folders] == ["done", "done"]
    assert queue.record(folders[0]) is None  # its folder tells


def test_what_comes_after_a_job_may_fail(tmp_path: Path, cache: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    heard: list[str] = []

    def fail(folder: Path, _job: Job, _state: State) -> None:
        heard.append(folder.name)
        full()

    monkeypatch.setattr(journal, "remove_leftovers", full)
    queue = JobQueue("test.lock", fail)
    for name in ("0", "1"):
        (tmp_path / name).mkdir()
        queue.put(tmp_path / name, Job("teach", tmp_path / "model", ()))
    until(lambda: heard == ["0", "1"])
    assert state(queue, tmp_path / "1") == "done"
    until(lambda: is_free(cache))


def test_the_thread_outlives_an_error_of_the_queue_itself(
    queue: JobQueue,
    put: Callable[[str], Path],
    ends: list[tuple[str, State]],
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    monkeypatch.setattr(job_queue, "_RETRY_SECONDS", 0.01)
    start, errors = queue._start_next, iter([RuntimeError("a bug")])

    def broken_once(machine: ProcessLock) -> object:
        for error in errors:
            raise error
        return start(machine)

    monkeypatch.setattr(queue, "_start_next", broken_once)
    put("0")
    until(lambda: ends == [("0", "done")])
    assert "a bug" in caplog.text


def test_jobs_know_how_many_are_before_them_and_end_wherever_they_are(
    queue: JobQueue, put: Callable[[str], Path], ends: list[tuple[str, State]]
) -> None:
    first, second, third = put("0 hang"), put("1"), put("2")
    until(lambda: Process.running == ["0 hang"])
    records = [queue.record(folder) for folder in (first, second, third)]
    assert [(record.state, record.position) for record in records if record] == [
        ("running", 0),
        ("waiting", 1),
        ("waiting", 2),
    ]
    assert journal.read(third) == records[2]
    queue.end(second)
    assert state(queue, second) == "cancelled" and (queue.record(third) or Record("done")).position == 1
    queue.end(first)
    until(lambda: len(ends) == 3)
    assert ends == [("1", "cancelled"), ("0 hang", "cancelled"), ("2", "done")]
    queue.end(third)
    assert state(queue, third) == "done"


def test_a_job_whose_folder_is_gone_is_not_made_anew(
    queue: JobQueue, put: Callable[[str], Path], ends: list[tuple[str, State]], tmp_path: Path
) -> None:
    folder = put("0 hang")
    until(lambda: Process.running == ["0 hang"])
    for path in folder.iterdir():
        path.unlink()
    folder.rmdir()
    queue.end(folder)
    until(lambda: len(ends) == 1)
    assert not folder.exists() and queue.record(folder) is None


def test_a_job_that_could_not_be_appended_says_why(queue: JobQueue, tmp_path: Path) -> None:
    queue.refuse(tmp_path / "gone", OSError(errno.ENOSPC, "No space left on device"))
    assert queue.record(tmp_path / "gone") is None  # nowhere to tell of it
    (tmp_path / "there").mkdir()
    queue.refuse(tmp_path / "there", OSError(errno.ENOSPC, "No space left on device"))
    record = journal.read(tmp_path / "there")
    assert record is not None and record.error == ("lesson.no_room", {})
