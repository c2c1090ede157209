"""What a job leaves in its folder, area/lessons/<id>/ or area/improvements/<id>/, for any page and any process to read.

lesson.json    what was asked: see `Job`
state.json     how it stands: see `Record`; replaced as a whole at every change
events.jsonl   its progress and its error, a line each, written by `core.work.child`
log.txt        the trace of an unexpected error
stop           there where an improvement shall end with the best so far
queue.lock     held by the process in whose queue the job is
features/      of a lesson whose model is improved next: see `core.learning.features`
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal, cast

from core.errors import StorageError
from core.storage import atomic
from core.storage.area import VisitArea
from core.storage.locks import ProcessLock, exclusive

Kind = Literal["teach", "improve"]
State = Literal["waiting", "running", "done", "failed", "cancelled", "interrupted"]
Problem = tuple[str, Mapping[str, Any]]  # key and values of `core.messages`
LOG, EVENTS, STOP, FEATURES = "log.txt", "events.jsonl", "stop", "features"
_JOB, _STATE, _LOCK = "lesson.json", "state.json", "queue.lock"
_LOCK_SECONDS = 1.0  # to wait for somebody who is changing the model; then what was left stays for another time


@dataclass(frozen=True)
class Job:
    """What was asked."""

    kind: Kind
    model: Path  # where the model is to be written, or is improved
    sources: tuple[Path, ...]  # absolute
    edits: Mapping[str, str | None] = field(default_factory=dict)  # of the labels, see `Dataset.edited`
    settings: Mapping[str, Any] = field(default_factory=dict)  # fields of `core.learning.settings.Settings`
    features: Path | None = None  # folder in which a lesson hands its features to the improvement


@dataclass(frozen=True)
class Record:
    """How a job stands."""

    state: State
    position: int = 0  # how many jobs are before it, where it waits
    started: float = 0.0  # seconds since the epoch: when it was asked for, then when it began
    error: Problem | None = None  # why it failed

    @property
    def has_ended(self) -> bool:
        """Whether it neither waits nor runs."""
        return self.state not in ("waiting", "running")


def exists(folder: Path) -> bool:
    """Whether a job was ever put into a queue from this folder."""
    return (folder / _STATE).exists()


def queue_lock(folder: Path) -> ProcessLock:
    """The lock that says whether a living process has this job in its queue."""
    return ProcessLock(folder / _LOCK)


def write_job(folder: Path, job: Job) -> None:
    """Write down what was asked, in a folder that is made. Raises OSError."""
    described = {
        "kind": job.kind,
        "model": str(job.model),
        "sources": [str(source) for source in job.sources],
        "edits": dict(job.edits),
        "settings": dict(job.settings),
        "features": str(job.features) if job.features else None,
    }
    atomic.write_json(folder / _JOB, described)


def read_job(folder: Path) -> Job | None:
    """What was asked; None where that cannot be read."""
    described = _read(folder / _JOB)
    if described is None:
        return None
    try:
        if "kind" not in described:  # written before jobs had one
            described |= _before_kinds(folder)
        kind, model = described["kind"], described["model"]
        if kind not in ("teach", "improve"):
            return None
        features = described.get("features")
        return Job(
            kind=cast(Kind, kind),
            model=Path(model),
            sources=tuple(map(Path, described["sources"])),
            edits=dict(described["edits"]),
            settings=dict(described["settings"]),
            features=Path(features) if features else None,
        )
    except (KeyError, TypeError, ValueError):
        return None


def _before_kinds(folder: Path) -> dict[str, str]:
    """Kind and model of a job, as its folder lies in the area."""
    area = VisitArea.of_job(folder)
    kind = "improve" if folder == area.improvement(folder.name) else "teach"
    return {"kind": kind, "model": str(area.model_of(folder.name))}


def write(folder: Path, record: Record) -> None:
    """Write down how a job stands; nothing where its folder is gone, as with a visit that was removed. Raises
    OSError."""
    if folder.is_dir():
        error = [record.error[0], dict(record.error[1])] if record.error else None
        described = {"state": record.state, "position": record.position, "started": record.started, "error": error}
        atomic.write_json(folder / _STATE, described)


def read(folder: Path) -> Record | None:
    """How a job stands, as was written down last; None where there is no such job."""
    described = _read(folder / _STATE)
    if described is None:
        return None
    try:
        error = described.get("error")
        problem = (str(error[0]), dict(error[1])) if error else None
        position = int(described.get("position", 0))
        return Record(cast(State, described["state"]), position, float(described["started"]), problem)
    except (KeyError, TypeError, ValueError, IndexError):
        return None


def remove_leftovers(folder: Path, job: Job | None) -> None:
    """Remove what a job's process may have left half-written when it was killed."""
    for name in (_JOB, _STATE):
        atomic.remove_parts(folder / name)
    if job is not None and job.model.parent.is_dir():
        with suppress(StorageError, OSError), exclusive(job.model, _LOCK_SECONDS):  # the app may be renaming it
            atomic.remove_parts(job.model)


def remove_features(job: Job | None) -> None:
    """Remove the features that a lesson left for its improvement."""
    if job is not None and job.features is not None:
        shutil.rmtree(job.features, ignore_errors=True)


def recover(folder: Path, job: Job | None) -> Record | None:
    """The record of a job whose process is gone, put right: done where a lesson's model exists, else interrupted. None
    where the job has ended, or a living process has it."""
    lock = queue_lock(folder)
    if not lock.acquire():
        return None
    try:
        record = read(folder)  # with the lock in hand, nobody changes it any more
        if record is None or record.has_ended:
            return None
        done = job is not None and job.kind == "teach" and job.model.exists()
        record = Record("done" if done else "interrupted", 0, record.started)
        remove_leftovers(folder, job)
        remove_features(job)
        with suppress(OSError):  # no room: the next who asks finds the same
            write(folder, record)
        return record
    finally:
        lock.release()


def _read(path: Path) -> dict[str, Any] | None:
    try:
        described = json.loads(path.read_text("utf-8"))
    except (OSError, ValueError):
        return None
    return described if isinstance(described, dict) else None
