"""The desk where lessons wait in line: one at a time, in the order of asking, each in a process of its own.

Nothing is remembered here that a page needs: how each lesson stands is taken down in its folder (`core.work.journal`).
"""

from __future__ import annotations

import logging
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from core import settings
from core.work import DONE, ENDED, events, journal, process
from core.work.journal import Problem, Record, State
from core.work.locks import Lock

logger = logging.getLogger("teachlens")
_PATIENCE = 3.0  # seconds that a lesson has for ending in good order before it is killed
_LOOK_AGAIN = 0.5  # seconds, while another app on this machine teaches
_KILLED = (-9, -6, 137)  # by the system, or by itself when it got no memory
_LOG_SHOWN = 4_000  # characters of a lesson's log that go into the app's


@dataclass(eq=False)
class _Ticket:
    """A lesson on the desk."""

    folder: Path
    lock: Lock
    asked: float  # seconds since the epoch
    began: float | None = None
    child: subprocess.Popen[bytes] | None = None
    wanted: State | None = None  # "cancelled" or "interrupted", where somebody wants it to end
    over: threading.Event = field(default_factory=threading.Event)


class JobQueue:
    """A line of lessons and the thread that works it off. All of it may be called from any thread."""

    def __init__(self, lock: str, then: Callable[[Path], None] = lambda folder: None) -> None:
        """Of all apps on the machine, one at a time works off its line that goes by the name `lock`. `then` hears of
        the folder of a lesson that is done."""
        self._lock_name, self._then = lock, then
        self._line: list[_Ticket] = []  # the first one is running, or about to
        self._lock = threading.RLock()
        self._changed = threading.Condition(self._lock)
        self._thread: threading.Thread | None = None
        self._turn: Lock | None = None  # of the machine's apps, one teaches at a time

    def put(self, folder: Path) -> None:
        """Stand the lesson in `folder` in line."""
        with self._lock:
            ticket = _Ticket(folder, Lock(journal.queue_lock(folder)), time.time())
            ticket.lock.take()
            self._line.append(ticket)
            self._tell_places()
            if self._thread is None:
                self._thread = threading.Thread(target=self._work, name="teachlens-desk", daemon=True)
                self._thread.start()

    def has(self, folder: Path) -> bool:
        """Is this lesson on the desk, running or waiting?"""
        return self._find(folder) is not None

    def end(self, folder: Path, state: State = "cancelled") -> None:
        """End a lesson, running or waiting; returns when nothing of it is left. One that is not here stays as it is."""
        with self._lock:
            ticket = self._find(folder)
            if ticket is None:
                return
            ticket.wanted = ticket.wanted or state
            if ticket.child is None:
                self._line.remove(ticket)
                self._finish(ticket, state)
                self._tell_places()
                self._changed.notify_all()
                return
        _end(ticket.child)
        ticket.over.wait(_PATIENCE)

    def clear(self) -> None:
        """End everything, for the end of the app: those that wait first, so that none of them begins."""
        with self._lock:
            folders = [ticket.folder for ticket in reversed(self._line)]
            thread = self._thread
        for folder in folders:
            self.end(folder, "interrupted")
        if thread is not None:
            thread.join(_PATIENCE)

    def _find(self, folder: Path) -> _Ticket | None:
        with self._lock:
            return next((ticket for ticket in self._line if ticket.folder == folder), None)

    def _work(self) -> None:
        while (ticket := self._next()) is not None:
            state: State = "failed"
            error: Problem | None = ("lesson.failed", {})
            try:
                assert ticket.child is not None
                state, error = _ending(ticket, ticket.child.wait())
            except Exception:
                logger.exception("lesson %s", ticket.folder.name)
            with self._lock:
                self._line.remove(ticket)
                self._finish(ticket, state, error)
                self._tell_places()
            if state == "done":
                self._then(ticket.folder)

    def _next(self) -> _Ticket | None:
        """The next lesson, begun; None, and the thread is over, when nobody waits."""
        with self._lock:
            while self._line:
                if self._turn is None:
                    self._turn = Lock(settings.cache_folder() / self._lock_name)
                if not self._turn.take():
                    self._tell_places(others=1)
                    self._changed.wait(_LOOK_AGAIN)
                    continue
                ticket = self._line[0]
                try:
                    ticket.began = time.time()
                    ticket.child = _begin(ticket.folder)
                except OSError:  # no memory, no more processes, the folder is gone
                    logger.exception("lesson %s could not begin", ticket.folder.name)
                    self._line.remove(ticket)
                    self._finish(ticket, "failed", ("lesson.failed", {}))
                    continue
                self._tell_places()
                return ticket
            if self._turn is not None:
                self._turn.release()
            self._turn = self._thread = None
            return None

    def _tell_places(self, others: int = 0) -> None:
        """Take down where everybody stands; `others` are lessons of other apps that go before all of these."""
        for place, ticket in enumerate(self._line, start=others):
            told = Record("waiting" if place else "running", place, ticket.began or ticket.asked)
            if journal.read(ticket.folder) != told:
                journal.write(ticket.folder, told)

    def _finish(self, ticket: _Ticket, state: State, error: Problem | None = None) -> None:
        """Take down how a lesson ended, and take away what a killed process may have left."""
        journal.sweep(ticket.folder)
        journal.write(ticket.folder, Record(state, 0, ticket.began or ticket.asked, error))
        ticket.lock.release()
        ticket.over.set()


def _begin(folder: Path) -> subprocess.Popen[bytes]:
    """Start the process of a lesson."""
    with (folder / journal.LOG).open("wb") as log:
        return process.begin("core.work.child", [str(folder)], stdin=subprocess.PIPE, heard=log)


def _end(child: subprocess.Popen[bytes]) -> None:
    """Close the pipe, at which a lesson ends by itself; kill it and all of its session where it takes too long."""
    with suppress(OSError):
        if child.stdin:
            child.stdin.close()
    try:
        child.wait(_PATIENCE)
    except subprocess.TimeoutExpired:
        if sys.platform == "win32":
            child.kill()
        else:
            with suppress(ProcessLookupError):
                os.killpg(child.pid, signal.SIGKILL)
        child.wait()


def _ending(ticket: _Ticket, code: int) -> tuple[State, Problem | None]:
    """How a lesson ended, from what its process left."""
    if ticket.child and ticket.child.stdin:
        with suppress(OSError):
            ticket.child.stdin.close()
    if code == DONE or (journal.target(ticket.folder).exists() and not journal.improves(ticket.folder)):
        return "done", None  # even where it was to be cancelled a moment too late
    if ticket.wanted:
        return ticket.wanted, None
    if error := events.read_events(ticket.folder / journal.EVENTS).error:
        return "failed", error
    if code in (ENDED, -signal.SIGTERM):
        return "interrupted", None
    logger.error("lesson %s ended with code %d\n%s", ticket.folder.name, code, _log(ticket.folder))
    return "failed", ("lesson.killed" if code in _KILLED else "lesson.failed", {})


def _log(folder: Path) -> str:
    try:
        return (folder / journal.LOG).read_text("utf-8", "replace")[-_LOG_SHOWN:]
    except OSError:
        return ""
