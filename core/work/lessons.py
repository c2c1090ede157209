"""Lessons of a visit: start, watch, cancel, find again after a reload, begin anew after a crash.

Below the visit's `area`: lessons/<id>/ (see `core.work.journal`), and models/<id>.teachlens, the result. The sources
are the caller's, and stay. A thorough lesson is a quick one first; then its model is improved
(improvements/<id>/), in a line of its own, so that nobody's quick lesson waits for that.
"""

from __future__ import annotations

import atexit
import secrets
import shutil
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from core.errors import LessonError
from core.learning import recipes
from core.learning.progress import Progress, Stage
from core.model import store
from core.work import events, journal
from core.work.job_queue import JobQueue
from core.work.journal import Job, Problem, State

if TYPE_CHECKING:
    from core.learning.settings import Settings

_KEPT = 10  # lessons of a visit whose folders stay


@dataclass(frozen=True)
class Status:
    """How a lesson stands."""

    state: State
    place: int = 0  # how many lessons are before it, where it waits
    progress: Mapping[Stage, Progress] = field(default_factory=dict)  # the latest of each stage that has begun
    started: float = 0.0  # seconds since the epoch: when it was asked for, then when it began
    seconds_left: float | None = None  # None until it can be known
    error: Problem | None = None  # key and values of `core.messages`, where it failed
    model: Path | None = None  # where it is done, and still stands


def start(area: Path, sources: Sequence[Path], edits: Mapping[str, str | None], settings: Settings) -> str:
    """Stand a lesson in line; its id."""
    return _put(area, Job(tuple(str(source.absolute()) for source in sources), dict(edits), asdict(settings)))


def restart(area: Path, lesson: str) -> str:
    """Stand a lesson in line once more, with what was asked then; its new id. Raises LessonError."""
    job = journal.read_job(_folder(area, lesson))
    if job is None:
        raise LessonError("lesson.unknown")
    return _put(area, job)


def status(area: Path, lesson: str) -> Status:
    """How a lesson stands, whichever process teaches it. Raises LessonError for one that never was."""
    found = _status(_folder(area, lesson), _desk)
    if found is None:
        raise LessonError("lesson.unknown")
    return found


def improvement(area: Path, lesson: str) -> Status | None:
    """How the improving of a lesson's model stands; None where there was none."""
    return _status(_folder(area, lesson, journal.IMPROVEMENTS), _improving)


def _status(folder: Path, desk: JobQueue) -> Status | None:
    found = journal.read(folder)
    if found and found.state in ("waiting", "running") and not desk.has(folder):
        # Ended between the two looks, or on the desk of another process, or lost with it.
        found = journal.lost(folder) or journal.read(folder)
    if found is None:
        return None
    told = events.read_events(folder / journal.EVENTS)
    model = journal.target(folder)
    return Status(
        state=found.state,
        place=found.place,
        progress=told.progress,
        started=found.started,
        seconds_left=told.seconds_left(time.time()) if found.state == "running" else None,
        error=found.error,
        model=model if found.state == "done" and model.exists() else None,
    )


def cancel(area: Path, lesson: str) -> None:
    """End a lesson that runs or waits here; returns when nothing of it is left. One that has ended stays as it is."""
    _desk.end(_folder(area, lesson))


def stop(area: Path, lesson: str) -> None:
    """Let the improving of a lesson's model come to an end soon, with the best it has found so far."""
    (_folder(area, lesson, journal.IMPROVEMENTS) / journal.STOP).touch()


def forgo(area: Path, lesson: str) -> None:
    """End the improving of a lesson's model at once; the model stays as it is."""
    _improving.end(_folder(area, lesson, journal.IMPROVEMENTS))


def _improve(folder: Path) -> None:
    """After a lesson whose recipe improves its model, do so."""
    job = journal.read_job(folder)
    recipe = recipes.find(str(job.settings.get("mode"))) if job else None
    if job is None or recipe is None or recipe.improvement is None:
        return
    place = folder.parent.parent / journal.IMPROVEMENTS / folder.name
    place.mkdir(parents=True, exist_ok=True)
    journal.write_job(place, job)
    _improving.put(place)


def latest(area: Path) -> str | None:
    """The id of the lesson that was asked for last, however it stands."""
    return max((folder.name for folder in _folders(area) if (folder / "state.json").exists()), default=None)


def recover(home: Path) -> None:
    """At the start of the app: lessons of a process that is gone are interrupted, and what they left half-written is
    taken away. Lessons of living processes are left alone."""
    for area in (home / "local", *(home / "visits").glob("*")):
        for folder in _folders(area):
            if not _desk.has(folder):
                journal.lost(folder)
        for folder in _folders(area, journal.IMPROVEMENTS):
            if not _improving.has(folder):
                journal.lost(folder)
        store.empty_bin(area)


def shutdown() -> None:
    """At the end of the app: the running lesson and those in line are interrupted; `restart` begins them anew."""
    _desk.clear()
    _improving.clear()


def _put(area: Path, job: Job) -> str:
    lesson = f"{datetime.now(UTC):%Y%m%d-%H%M%S-%f}-{secrets.token_hex(2)}"
    folder = _folder(area, lesson)
    folder.mkdir(parents=True)
    journal.write_job(folder, job)
    _desk.put(folder)
    _tidy(area)
    return lesson


def _tidy(area: Path) -> None:
    """Remove the folders of the oldest lessons that have ended."""
    for folder in sorted(_folders(area))[:-_KEPT]:
        found = journal.read(folder)
        if found is None or found.state not in ("waiting", "running"):
            forgo(area, folder.name)
            for kind in (journal.LESSONS, journal.IMPROVEMENTS):
                shutil.rmtree(_folder(area, folder.name, kind), ignore_errors=True)


def _folders(area: Path, kind: str = journal.LESSONS) -> Iterator[Path]:
    return (folder for folder in (area.absolute() / kind).glob("*") if folder.is_dir())


def _folder(area: Path, lesson: str, kind: str = journal.LESSONS) -> Path:
    return area.absolute() / kind / Path(lesson).name


_improving = JobQueue("improving.lock")
_desk = JobQueue("teaching.lock", _improve)
atexit.register(shutdown)
