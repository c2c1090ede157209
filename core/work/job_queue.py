"""Jobs wait in line: one at a time, in the order of asking, each in a process of its own.

How each job stands is written down in its folder (`core.work.journal`). What cannot be written, as the disk is full, is
held here in memory, so that whoever asks gets an answer; whatever a job does, the next one runs.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from core import settings
from core.storage.locks import ProcessLock
from core.work import journal
from core.work.job_process import GRACE_SECONDS, JobProcess, Outcome, failure
from core.work.journal import Job, Record, State

logger = logging.getLogger("teachlens")
_RETRY_SECONDS = 0.5  # while another app on this machine teaches, and after an error that nobody foresaw


@dataclass(eq=False)
class _Entry:
    """A job in the queue."""

    folder: Path
    job: Job
    lock: ProcessLock
    asked: float  # seconds since the epoch
    began: float | None = None
    process: JobProcess | None = None
    wanted: State | None = None  # "cancelled" or "interrupted", where somebody wants it to end
    written: Record | None = None  # what the disk says
    ended: threading.Event = field(default_factory=threading.Event)

    def record(self, position: int) -> Record:
        return Record("waiting" if position else "running", position, self.began or self.asked)


class JobQueue:
    """A line of jobs and the thread that runs them. All of it may be called from any thread."""

    def __init__(self, lock_name: str, on_end: Callable[[Path, Job, State], None] = lambda *_: None) -> None:
        """Of all apps on the machine, one at a time runs the jobs of its queue with this `lock_name`. `on_end` hears
        of each job that has ended, and how."""
        self._lock_name, self._on_end = lock_name, on_end
        self._line: list[_Entry] = []  # the first one is running, or about to
        self._unwritten: dict[Path, Record] = {}  # of jobs that have ended
        self._others = 0  # jobs of another app that go before all of these
        self._lock = threading.RLock()
        self._changed = threading.Condition(self._lock)
        self._thread: threading.Thread | None = None

    def put(self, folder: Path, job: Job) -> None:
        """Append a job, which is written down in its folder. Raises OSError where that has no room."""
        journal.write_job(folder, job)
        with self._lock:
            entry = _Entry(folder, job, journal.queue_lock(folder), time.time())
            entry.lock.acquire()
            self._line.append(entry)
            self._write_positions()
            if self._thread is None:
                self._thread = threading.Thread(target=self._work, name="teachlens-queue", daemon=True)
                self._thread.start()

    def refuse(self, folder: Path, error: Exception) -> None:
        """Let a job that could not be appended stand as failed."""
        with self._lock:
            state, problem = failure(error)
            self._unwritten[folder] = Record(state, 0, time.time(), problem)
            self._write_ended()

    def record(self, folder: Path) -> Record | None:
        """How a job of this queue stands; None for one that is not here, of which its folder tells."""
        with self._lock:
            for position, entry in enumerate(self._line, start=self._others):
                if entry.folder == folder:
                    return entry.record(position)
            record = self._unwritten.get(folder)
            self._write_ended()
            return record

    def end(self, folder: Path, state: State = "cancelled") -> None:
        """End a job, running or waiting; returns when nothing of it is left. One that is not here stays as it is."""
        with self._lock:
            entry = next((entry for entry in self._line if entry.folder == folder), None)
            if entry is None:
                return
            entry.wanted = entry.wanted or state
            process = entry.process
        if process is None:
            self._finish(entry, (state, None))
        else:
            process.end()
            entry.ended.wait(GRACE_SECONDS)

    def clear(self) -> None:
        """End everything, for the end of the app: those that wait first, so that none of them begins."""
        with self._lock:
            folders = [entry.folder for entry in reversed(self._line)]
            thread = self._thread
        for folder in folders:
            self.end(folder, "interrupted")
        if thread is not None:
            thread.join(GRACE_SECONDS)

    def _work(self) -> None:
        """Run the jobs until none is left; nothing that a job does ends this thread."""
        machine = ProcessLock(settings.cache_folder() / self._lock_name)
        try:
            while True:
                try:
                    entry = self._start_next(machine)
                    if entry is None:
                        return
                    self._finish(entry, _outcome(entry))
                except Exception:
                    logger.exception("the queue of jobs goes on after an error")
                    time.sleep(_RETRY_SECONDS)
        finally:
            machine.release()

    def _start_next(self, machine: ProcessLock) -> _Entry | None:
        """The next job, its process started unless that failed; None, and the thread is over, when nobody waits."""
        with self._lock:
            while self._line:
                if not machine.acquire():
                    self._others = 1
                    self._write_positions()
                    self._changed.wait(_RETRY_SECONDS)
                    continue
                self._others = 0
                entry = self._line[0]
                entry.began = time.time()
                try:
                    entry.process = JobProcess(entry.folder, entry.job)
                except Exception as error:  # no memory, no more processes, no room, the folder is gone
                    logger.exception("job %s could not begin", entry.folder.name)
                    self._finish(entry, failure(error))
                    continue
                self._write_positions()
                return entry
            self._others = 0
            machine.release()  # before another thread may begin
            self._thread = None
            return None

    def _finish(self, entry: _Entry, outcome: Outcome) -> None:
        """Take a job out of the line and tell how it ended; once, whoever was first."""
        state, error = outcome
        with self._lock:
            if entry not in self._line:
                return
            self._line.remove(entry)
            self._unwritten[entry.folder] = Record(state, 0, entry.began or entry.asked, error)
            _attempt(lambda: journal.remove_leftovers(entry.folder, entry.job), entry.folder)
            self._write_ended()
            _attempt(entry.lock.release, entry.folder)
            self._write_positions()
            self._changed.notify_all()
        _attempt(lambda: self._on_end(entry.folder, entry.job, state), entry.folder)
        entry.ended.set()

    def _write_positions(self) -> None:
        """Write down how everybody in the line stands, as far as there is room."""
        for position, entry in enumerate(self._line, start=self._others):
            record = entry.record(position)
            if record != entry.written and self._write(entry.folder, record):
                entry.written = record

    def _write_ended(self) -> None:
        """Write down how the jobs ended that could not be written down before."""
        for folder, record in list(self._unwritten.items()):
            if self._write(folder, record):
                del self._unwritten[folder]

    def _write(self, folder: Path, record: Record) -> bool:
        try:
            journal.write(folder, record)
        except Exception as error:
            logger.warning("how job %s stands cannot be written: %s", folder.name, error)
            return False
        return True


def _outcome(entry: _Entry) -> Outcome:
    """Wait for a job's end."""
    try:
        assert entry.process is not None
        return entry.process.outcome(entry.process.wait(), entry.wanted)
    except Exception as error:
        logger.exception("job %s", entry.folder.name)
        return failure(error)


def _attempt(step: Callable[[], None], folder: Path) -> None:
    """Do what may fail without harm to the jobs that follow."""
    try:
        step()
    except Exception:
        logger.exception("after job %s", folder.name)
