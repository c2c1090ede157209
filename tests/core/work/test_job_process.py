"""What the end of a job's process says of the job."""

from __future__ import annotations

import errno
import signal
from pathlib import Path

import pytest

from core.errors import DatasetError
from core.work import DONE, ENDED, FAILED, NO_ROOM, job_process, journal, process
from core.work.events import EventWriter
from core.work.job_process import JobProcess, failure
from core.work.journal import Job, Kind, State


class Ended:
    """A process that has ended."""

    stdin = None


@pytest.fixture(autouse=True)
def started(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(process, "start_module", lambda *_, **__: Ended())


def job_in(folder: Path, kind: Kind = "teach") -> JobProcess:
    return JobProcess(folder, Job(kind, folder / "a.teachlens", ()))


@pytest.mark.parametrize(
    ("code", "wanted", "outcome"),
    [
        (DONE, None, ("done", None)),
        (DONE, "cancelled", ("done", None)),
        (ENDED, "cancelled", ("cancelled", None)),
        (-9, "interrupted", ("interrupted", None)),
        (ENDED, None, ("interrupted", None)),
        (-signal.SIGTERM, None, ("interrupted", None)),
        (NO_ROOM, None, ("failed", ("lesson.no_room", {}))),
        (-9, None, ("failed", ("lesson.killed", {}))),
        (1, None, ("failed", ("lesson.failed", {}))),
    ],
)
def test_how_a_job_ended(tmp_path: Path, code: int, wanted: State | None, outcome: object) -> None:
    assert job_in(tmp_path).outcome(code, wanted) == outcome


def test_an_error_that_was_told_is_what_is_said(tmp_path: Path) -> None:
    with EventWriter(tmp_path / journal.EVENTS) as writer:
        writer.error(DatasetError("dataset.one_class", label="cat"))
    assert job_in(tmp_path).outcome(FAILED, None) == ("failed", ("dataset.one_class", {"label": "cat"}))


def test_a_model_that_exists_is_what_a_lesson_was_for(tmp_path: Path) -> None:
    (tmp_path / "a.teachlens").touch()
    assert job_in(tmp_path).outcome(-9, "cancelled") == ("done", None)
    assert job_in(tmp_path, "improve").outcome(-9, "cancelled") == ("cancelled", None)


def test_an_unexpected_end_is_logged_with_the_end_of_its_own_log(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    process = job_in(tmp_path)
    (tmp_path / journal.LOG).write_text("x" * 2 * job_process._LOG_CHARACTERS + "the trace")
    process.outcome(1, None)
    assert "the trace" in caplog.text and len(caplog.text) < 2 * job_process._LOG_CHARACTERS


def test_a_job_that_could_not_be_started_says_whether_the_disk_is_full() -> None:
    assert failure(OSError(errno.ENOSPC, "full")) == ("failed", ("lesson.no_room", {}))
    assert failure(PermissionError("no")) == ("failed", ("lesson.failed", {}))
