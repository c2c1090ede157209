"""What a lesson leaves in its folder, area/lessons/<id>/, for any page and any process to read; and what the improving
of its model leaves in area/improvements/<id>/.

lesson.json    what was asked: sources, edits, settings
state.json     how it stands, replaced as a whole at every change
events.jsonl   its progress and its error, a line each, written by `core.work.child`
log.txt        what went wrong where nobody expected it
stop           there where an improvement shall end with the best so far
desk.lock      held by the process on whose desk the lesson lies
"""

from __future__ import annotations

import json
import os
import time
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Literal, cast

from core.model.file import ENDING
from core.work.locks import Lock

State = Literal["waiting", "running", "done", "failed", "cancelled", "interrupted"]
Problem = tuple[str, Mapping[str, Any]]  # key and values of `core.messages`
LESSONS, IMPROVEMENTS = "lessons", "improvements"
LOG, EVENTS, STOP = "log.txt", "events.jsonl", "stop"
_ATTEMPTS = 20  # Windows does not replace a file while somebody reads it, which takes no time


@dataclass(frozen=True)
class Job:
    """What was asked."""

    sources: tuple[str, ...]  # absolute paths
    edits: Mapping[str, str | None]  # of the labels, see `Dataset.edited`
    settings: Mapping[str, Any]  # fields of `core.learning.teach.Settings`


@dataclass(frozen=True)
class Record:
    """How a lesson stands."""

    state: State
    place: int  # how many lessons are before it, where it waits
    started: float  # seconds since the epoch: when it was asked for, then when it began
    error: Problem | None = None  # why it failed


def improves(folder: Path) -> bool:
    """Whether this is no lesson of its own, but the improving of one's model."""
    return folder.parent.name == IMPROVEMENTS


def target(folder: Path) -> Path:
    """Where the model of the lesson in `folder` will stand; or stands, where it is improved."""
    return folder.parent.parent / "models" / f"{folder.name}{ENDING}"


def queue_lock(folder: Path) -> Path:
    """The lock file that says whether a living process has this lesson on its desk."""
    return folder / "desk.lock"


def write_job(folder: Path, job: Job) -> None:
    """Take down what was asked."""
    _write(folder / "lesson.json", asdict(job))


def read_job(folder: Path) -> Job | None:
    """What was asked; None where that cannot be read."""
    found = _read(folder / "lesson.json")
    try:
        return Job(tuple(found["sources"]), dict(found["edits"]), dict(found["settings"])) if found else None
    except (KeyError, TypeError, ValueError):
        return None


def write(folder: Path, record: Record) -> None:
    """Take down how the lesson stands; nothing where its folder is gone, as with a visit that was removed."""
    _write(folder / "state.json", asdict(record))


def read(folder: Path) -> Record | None:
    """How the lesson stands, as was taken down last; None where there is no such lesson."""
    found = _read(folder / "state.json")
    try:
        if not found:
            return None
        error = (str(found["error"][0]), dict(found["error"][1])) if found["error"] else None
        return Record(cast(State, found["state"]), int(found["place"]), float(found["started"]), error)
    except (KeyError, TypeError, ValueError, IndexError):
        return None


def sweep(folder: Path) -> None:
    """Take away what a lesson's process may have left half-written when it was killed."""
    model = target(folder)
    for part in (*model.parent.glob(f".{model.name}.*"), *folder.glob(".*.part")):
        with suppress(OSError):
            part.unlink()


def lost(folder: Path) -> Record | None:
    """The record of a lesson whose process is gone, put right: done where its model stands, else interrupted. None
    where the lesson has ended, or a living process has it."""
    lock = Lock(queue_lock(folder))
    if not lock.take():
        return None
    try:
        record = read(folder)  # with the lock in hand, nobody changes it any more
        if record is None or record.state not in ("waiting", "running"):
            return None
        done = target(folder).exists() and not improves(folder)
        record = Record("done" if done else "interrupted", 0, record.started)
        sweep(folder)
        write(folder, record)
        return record
    finally:
        lock.release()


def _read(path: Path) -> dict[str, Any] | None:
    try:
        found = json.loads(path.read_text("utf-8"))
    except (OSError, ValueError):
        return None
    return found if isinstance(found, dict) else None


def _write(path: Path, value: Mapping[str, Any]) -> None:
    part = path.with_name(f".{path.name}.{os.getpid()}.part")
    with suppress(FileNotFoundError):
        part.write_text(json.dumps(value, ensure_ascii=False), "utf-8")
        for _ in range(_ATTEMPTS):
            try:
                part.replace(path)
                return
            except PermissionError:
                time.sleep(0.01)
        part.replace(path)
