"""The process of one job: started, ended in good order or killed, and what its end says."""

from __future__ import annotations

import logging
import os
import signal
import subprocess
import sys
from contextlib import suppress
from pathlib import Path

from core.storage.room import is_no_room
from core.work import DONE, ENDED, NO_ROOM, events, journal, process
from core.work.journal import Job, Problem, State

logger = logging.getLogger("teachlens")
GRACE_SECONDS = 3.0  # that a job has for ending in good order before it is killed
_KILLED = (-9, -6, 137)  # exit codes: by the system, or by itself when it got no memory
_LOG_CHARACTERS = 4_000  # of a job's log that go into the app's
Outcome = tuple[State, Problem | None]


class JobProcess:
    """A job that runs in a process of its own."""

    def __init__(self, folder: Path, job: Job) -> None:
        """Start it. Raises OSError."""
        self._folder, self._job = folder, job
        with (folder / journal.LOG).open("wb") as log:
            self._process = process.start_module("core.work.child", [str(folder)], stdin=subprocess.PIPE, output=log)

    def wait(self) -> int:
        """Wait for its end; the exit code."""
        code = self._process.wait()
        self._close_pipe()
        return code

    def end(self) -> None:
        """Close the pipe, at which a job ends by itself; kill it and all of its session where that takes too long."""
        self._close_pipe()
        try:
            self._process.wait(GRACE_SECONDS)
        except subprocess.TimeoutExpired:
            if sys.platform == "win32":
                self._process.kill()
            else:
                with suppress(ProcessLookupError):
                    os.killpg(self._process.pid, signal.SIGKILL)
            self._process.wait()

    def outcome(self, code: int, wanted: State | None) -> Outcome:
        """How the job ended, from its exit code and what it left; `wanted` where somebody had ended it."""
        if code == DONE or (self._job.kind == "teach" and self._job.model.exists()):
            return "done", None  # even where it was to be cancelled a moment too late
        if wanted:
            return wanted, None
        if code == NO_ROOM:
            return "failed", ("lesson.no_room", {})
        if error := events.read_events(self._folder / journal.EVENTS).error:
            return "failed", error
        if code in (ENDED, -signal.SIGTERM):
            return "interrupted", None
        logger.error("job %s ended with code %d\n%s", self._folder.name, code, self._log())
        return "failed", ("lesson.killed" if code in _KILLED else "lesson.failed", {})

    def _close_pipe(self) -> None:
        with suppress(OSError):
            if self._process.stdin:
                self._process.stdin.close()

    def _log(self) -> str:
        try:
            return (self._folder / journal.LOG).read_text("utf-8", "replace")[-_LOG_CHARACTERS:]
        except OSError:
            return ""


def failure(error: Exception) -> Outcome:
    """What is said of a job that could not be started or waited for."""
    return "failed", ("lesson.no_room" if is_no_room(error) else "lesson.failed", {})
