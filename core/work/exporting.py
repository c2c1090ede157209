"""Taking models away from pages that come and go: a process of its own for each export, one at a time.

The child is the command line itself, `python -m core export … --json`: whatever it takes goes with it.
"""

from __future__ import annotations

import atexit
import json
import logging
import subprocess
import tempfile
import threading
import time
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Literal

from core.messages import Language
from core.storage.area import VisitArea
from core.storage.room import no_room_error
from core.work import process
from core.work.journal import Problem

logger = logging.getLogger("teachlens")
KEPT_SECONDS = 24 * 3600  # what was written stays for a day
_POLL_SECONDS = 0.2
_GRACE_SECONDS = 3.0  # for ending in good order
_LOG_CHARACTERS = 4_000  # of what it printed that go into the app's log
_KILLED = (-9, -6, 137)  # exit codes: by the system, or by itself when it got no memory
_ENVIRONMENT = {"TF_CPP_MIN_LOG_LEVEL": "3", "CUDA_VISIBLE_DEVICES": "-1", "KERAS_BACKEND": "tensorflow"}


@dataclass(frozen=True)
class Status:
    """How an export stands."""

    state: Literal["running", "done", "failed", "cancelled"]
    stage: str = "wait"  # or one of `core.export.exporting.STAGES`
    done: int = 0
    total: int = 1
    sentences: tuple[str, ...] = ()  # what is known of what was written, in the language it was asked for
    proved: bool = False  # whether the first of them is a proof
    error: Problem | None = None  # key and values of `core.messages`, where it failed


def target(area: VisitArea, model: Path, format_name: str, language: Language) -> Path:
    """Where the zip of a model lies that is taken away in that format, its README in that language."""
    return area.exports / f"{model.stem}-{format_name}.{language}.zip"


def start(area: VisitArea, model: Path, format_name: str, language: Language) -> None:
    """Begin to take the model file away, unless that is under way; what older exports left is removed. Raises
    OSError."""
    zip_file = target(area, model, format_name, language)
    zip_file.parent.mkdir(parents=True, exist_ok=True)
    for old in zip_file.parent.glob("*.zip"):
        with suppress(OSError):
            if time.time() - old.stat().st_mtime > KEPT_SECONDS:
                old.unlink()
    with _guard:
        if (known := _jobs.get(zip_file)) is None or known.status.state != "running":
            _jobs[zip_file] = _Job(
                model, [str(model), "--format", format_name, "-o", str(zip_file), "--language", language]
            )


def status(area: VisitArea, model: Path, format_name: str, language: Language) -> Status | None:
    """How the export stands that was begun in this process; None where there was none, or what it wrote is gone, or
    is of the model as it was before somebody put it right or renamed it."""
    zip_file = target(area, model, format_name, language)
    job = _jobs.get(zip_file)
    if job is None or (job.status.state == "done" and not (zip_file.exists() and job.stamp == _stamp(model))):
        return None
    return job.status


def forget(area: VisitArea, model: Path, format_name: str, language: Language) -> None:
    """End the export, where it is under way; nothing of it is left but what was written before."""
    with _guard:
        job = _jobs.pop(target(area, model, format_name, language), None)
    if job:
        job.cancel()


def shutdown() -> None:
    """At the end of the app: nothing goes on that was begun here."""
    jobs = list(_jobs.values())
    for job in jobs:
        job.cancel()
    for job in jobs:
        job.thread.join(_GRACE_SECONDS)
    _jobs.clear()


def _stamp(model: Path) -> tuple[int, int] | None:
    """By which a model file that was changed is told from what it was; None where it is gone."""
    try:
        state = model.stat()
    except OSError:
        return None
    return state.st_mtime_ns, state.st_size


class _Job:
    """A thread that waits for its turn and then for its child."""

    def __init__(self, model: Path, arguments: list[str]) -> None:
        self.status = Status("running")
        self.stamp = _stamp(model)  # of what is taken away
        self._arguments, self._stop = arguments, threading.Event()
        self.thread = threading.Thread(target=self._work, name="teachlens-exporting", daemon=True)
        self.thread.start()

    def cancel(self) -> None:
        self._stop.set()
        if self.status.state == "running":
            self.status = Status("cancelled")

    def _work(self) -> None:
        try:
            while not _turn.acquire(timeout=_POLL_SECONDS):
                if self._stop.is_set():
                    return
            try:
                ended = self._run()
            finally:
                _turn.release()
        except Exception as problem:
            no_room = no_room_error(problem)
            if no_room is None:
                logger.exception("an export could not be started")
            error = (no_room.key, no_room.values) if no_room else ("export.failed", {})
            ended = Status("failed", error=error)
        if not self._stop.is_set():
            self.status = ended

    def _run(self) -> Status:
        # Whatever happens to the child, all that it has written but the result goes with this folder.
        with tempfile.TemporaryDirectory(prefix="teachlens-", ignore_cleanup_errors=True) as folder:
            lines = Path(folder, "lines.txt")
            temporary = dict.fromkeys(("TMPDIR", "TEMP", "TMP"), folder)
            with lines.open("wb") as output:
                child = process.start_module(
                    "core",
                    ["export", *self._arguments, "--json"],
                    stdin=subprocess.DEVNULL,
                    output=output,
                    environment={**_ENVIRONMENT, **temporary},
                )
            try:
                while child.poll() is None and not self._stop.is_set():
                    self._hear(_read(lines))
                    with suppress(subprocess.TimeoutExpired):
                        child.wait(_POLL_SECONDS)
            finally:
                if child.poll() is None:
                    child.terminate()
                    with suppress(subprocess.TimeoutExpired):
                        child.wait(_GRACE_SECONDS)
                if child.poll() is None:
                    child.kill()
                    child.wait()
            return _outcome(child.returncode, _read(lines), lines)

    def _hear(self, said: dict[str, Any]) -> None:
        progress = said.get("progress")
        if progress and not self._stop.is_set():
            self.status = replace(
                self.status, stage=progress["stage"], done=progress["done"], total=max(1, progress["total"])
            )


def _outcome(code: int, said: dict[str, Any], lines: Path) -> Status:
    if "result" in said:
        result = said["result"]
        return Status("done", sentences=tuple(result["sentences"]), proved=result["proof"] is not None)
    if "error" in said and said["error"]["key"] != "command.bug":
        return Status("failed", error=(said["error"]["key"], said["error"]["values"]))
    logger.error("an export ended with code %d\n%s", code, lines.read_text("utf-8", "replace")[-_LOG_CHARACTERS:])
    return Status("failed", error=("export.killed" if code in _KILLED else "export.failed", {}))


def _read(lines: Path) -> dict[str, Any]:
    """The last of each kind of line of JSON that the child printed; what libraries print between is passed over."""
    said: dict[str, Any] = {}
    for line in lines.read_text("utf-8", "replace").splitlines():
        if line.startswith("{"):
            with suppress(ValueError):
                said |= json.loads(line)
    return said


_jobs: dict[Path, _Job] = {}
_guard = threading.Lock()
_turn = threading.Lock()  # one at a time: some take a gigabyte
atexit.register(shutdown)
