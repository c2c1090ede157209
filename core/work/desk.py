"""The desk where lessons wait in line: one at a time in this process, in the order of asking, each as a child process."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
import time
from collections import deque
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from core import settings
from core.learning.progress import Progress, Stage

_PATIENCE = 6.0  # seconds that a child has for tidying up before it is killed
_LOG = "child.log"


@dataclass
class Ticket:
    """A lesson on the desk."""

    folder: Path  # of the lesson
    job: Mapping[str, Any]  # what `core.work.child` reads
    progress: dict[Stage, Progress] = field(default_factory=dict)
    told: float = 0.0  # when the last progress came, time.monotonic
    cancelled: bool = False
    stopped: bool = False  # by the end of the app, not by a person
    child: subprocess.Popen[str] | None = None


@dataclass(frozen=True)
class Ending:
    """How a child ended."""

    state: str  # "done", "failed", "cancelled", "interrupted"
    error: tuple[str, Mapping[str, Any]] | None = None


class Desk:
    """Runs tickets one after the other in a thread; `ended` is told how each of them ended."""

    def __init__(self, ended: Any) -> None:
        self._ended = ended
        self._line: deque[Ticket] = deque()  # the first one is running
        self._lock = threading.Lock()
        self._thread: threading.Thread | None = None

    def put(self, ticket: Ticket) -> None:
        """Stand in line."""
        with self._lock:
            self._line.append(ticket)
            if self._thread is None:
                self._thread = threading.Thread(target=self._work, name="desk", daemon=True)
                self._thread.start()

    def find(self, folder: Path) -> tuple[int, Ticket] | None:
        """A lesson's place in line (0: running) and its ticket; None where it is not on the desk."""
        with self._lock:
            return next(((place, ticket) for place, ticket in enumerate(self._line) if ticket.folder == folder), None)

    def cancel(self, folder: Path, *, stopped: bool = False) -> None:
        """End a lesson, running or waiting; returns when nothing of it is left."""
        with self._lock:
            ticket = next((ticket for ticket in self._line if ticket.folder == folder), None)
            if ticket is None:
                return
            ticket.cancelled, ticket.stopped = True, stopped
            child = ticket.child
            if ticket is not self._line[0]:
                self._line.remove(ticket)
                self._ended(ticket, Ending("interrupted" if stopped else "cancelled"))
                return
        if child is not None:
            _end(child)

    def clear(self) -> None:
        """End everything, for the end of the app."""
        with self._lock:
            folders = [ticket.folder for ticket in reversed(self._line)]
        for folder in folders:
            self.cancel(folder, stopped=True)
        if self._thread is not None:
            self._thread.join(_PATIENCE)

    def _work(self) -> None:
        while True:
            with self._lock:
                if not self._line:
                    self._thread = None
                    return
                ticket = self._line[0]
            try:
                ending = _run(ticket)
            except Exception as error:  # no child could be started: no memory, no file handles
                (ticket.folder / _LOG).write_text(repr(error))
                ending = Ending("failed", ("lesson.failed", {}))
            self._ended(ticket, ending)
            with self._lock:
                self._line.popleft()


def _run(ticket: Ticket) -> Ending:
    """Run a ticket's child to its end, taking down what it says."""
    if ticket.cancelled:
        return Ending("interrupted" if ticket.stopped else "cancelled")
    said: dict[str, Any] = {}
    with (ticket.folder / _LOG).open("w") as log:
        ticket.child = child = subprocess.Popen(
            [sys.executable, "-m", "core.work.child"],
            cwd=settings.PROJECT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=log,
            text=True,
            encoding="utf-8",
            env={**os.environ, "PYTHONPATH": str(settings.PROJECT), "PYTHONIOENCODING": "utf-8"},
            start_new_session=True,  # Ctrl-C in the terminal is for the app, which ends its children itself
        )
        assert child.stdin and child.stdout
        with suppress(OSError):
            child.stdin.write(json.dumps(dict(ticket.job)) + "\n")
            child.stdin.flush()
        if ticket.cancelled:  # between the look above and the start
            threading.Thread(target=_end, args=(child,), daemon=True).start()
        for line in child.stdout:
            said = json.loads(line)
            if "progress" in said:
                progress = Progress(**said["progress"])
                ticket.told = time.monotonic()
                ticket.progress[progress.stage] = progress
        code = child.wait()
        with suppress(OSError):
            child.stdin.close()
    if "done" in said:
        return Ending("done")
    if ticket.cancelled:
        return Ending("interrupted" if ticket.stopped else "cancelled")
    if "error" in said:
        return Ending("failed", (said["error"]["key"], said["error"]["values"]))
    return Ending("failed", ("lesson.killed" if code in (-9, 137) else "lesson.failed", {}))


def _end(child: subprocess.Popen[str]) -> None:
    """Close the pipe, which ends the child; kill it where it takes too long."""
    with suppress(OSError):
        if child.stdin:
            child.stdin.close()
    try:
        child.wait(_PATIENCE)
    except subprocess.TimeoutExpired:
        child.kill()
        child.wait()
