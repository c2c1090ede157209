"""Lessons of a visit: start, watch, cancel, find again after a reload, start again after a crash.

A thorough lesson is a quick one first; then its model is improved, in a queue of its own, so that nobody's quick lesson
waits for that. The sources are the caller's, and stay.

>>> lesson = start(area, [Path("fruit.zip")], {}, Settings())
>>> status(area, lesson).state
'running'
"""

from __future__ import annotations

import atexit
import secrets
import shutil
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from core.errors import LessonError
from core.learning import recipes
from core.learning.progress import Progress, Stage
from core.model import store
from core.storage.area import KEPT_LESSONS, VisitArea
from core.storage.clock import steady_time
from core.work import draft, events, journal
from core.work.job_queue import JobQueue
from core.work.journal import Job, Problem, State

if TYPE_CHECKING:
    from core.learning.settings import Settings


@dataclass(frozen=True)
class Status:
    """How a lesson, or the improvement of its model, stands."""

    state: State
    position: int = 0  # how many lessons are before it, where it waits
    progress: Mapping[Stage, Progress] = field(default_factory=dict)  # the latest of each stage that has begun
    started: float = 0.0  # seconds since the epoch: when it was asked for, then when it began
    seconds_left: float | None = None  # None until it can be known
    error: Problem | None = None  # key and values of `core.messages`, where it failed
    model: Path | None = None  # where it is done, and the model still exists


def start(area: VisitArea, sources: Sequence[Path], edits: Mapping[str, str | None], settings: Settings) -> str:
    """Append a lesson to the queue; its id. `edits` are those of `Dataset.edited`. Raises OSError."""
    return _append(area, tuple(source.absolute() for source in sources), dict(edits), asdict(settings))


def restart(area: VisitArea, lesson: str) -> str:
    """Append a lesson once more, with what was asked then; its new id. Raises LessonError, OSError."""
    area = _absolute(area)
    job = journal.read_job(area.lesson(lesson))
    if job is None:
        raise LessonError("lesson.unknown")
    return _append(area, job.sources, job.edits, job.settings)


def status(area: VisitArea, lesson: str) -> Status:
    """How a lesson stands, whichever process teaches it. Raises LessonError for one that never was."""
    area = _absolute(area)
    known = _status(area, area.lesson(lesson), _lessons)
    if known is None:
        raise LessonError("lesson.unknown")
    return known


def improvement(area: VisitArea, lesson: str) -> Status | None:
    """How the improvement of a lesson's model stands; None where there was none."""
    area = _absolute(area)
    return _status(area, area.improvement(lesson), _improvements)


def cancel(area: VisitArea, lesson: str) -> None:
    """End a lesson that runs or waits here; returns when nothing of it is left. One that has ended stays as it is."""
    _lessons.end(_absolute(area).lesson(lesson))


def finish_improvement(area: VisitArea, lesson: str) -> None:
    """Let the improvement of a lesson's model come to an end soon, with the best that it has by now."""
    with suppress(FileNotFoundError):  # its folder is gone, and so is what was to be finished
        (_absolute(area).improvement(lesson) / journal.STOP).touch()


def cancel_improvement(area: VisitArea, lesson: str) -> None:
    """End the improvement of a lesson's model at once; the model stays as it is."""
    _improvements.end(_absolute(area).improvement(lesson))


def latest(area: VisitArea) -> str | None:
    """The id of the lesson that was asked for last, however it stands."""
    return max((folder.name for folder in _folders(_absolute(area).lessons) if journal.exists(folder)), default=None)


def recover(home: Path) -> None:
    """At the start of the app: lessons of a process that is gone are interrupted, and what they left half-written is
    removed. Lessons of living processes are left alone."""
    for area in VisitArea.all(home.absolute()):
        for parent, queue in ((area.lessons, _lessons), (area.improvements, _improvements)):
            for folder in _folders(parent):
                if queue.record(folder) is None:
                    journal.recover(folder, journal.read_job(folder))


def tidy(home: Path, now: float | None = None) -> None:
    """Remove for good, from every area, models that were thrown away a day ago and uploads that nobody knows of."""
    now = steady_time() if now is None else now
    for area in VisitArea.all(home.absolute()):
        store.empty_bin(area, now)
        draft.remove_orphans(area, _sources(area), now)


def shutdown() -> None:
    """At the end of the app: the running lesson and those in line are interrupted; `restart` begins them anew."""
    _lessons.clear()
    _improvements.clear()


def _append(
    area: VisitArea, sources: tuple[Path, ...], edits: Mapping[str, str | None], settings: Mapping[str, object]
) -> str:
    area = _absolute(area)
    lesson = f"{datetime.now(UTC):%Y%m%d-%H%M%S-%f}-{secrets.token_hex(2)}"
    folder = area.lesson(lesson)
    job = Job("teach", area.model_of(lesson), sources, edits, settings)
    if _is_improved(job):
        job = replace(job, features=folder / journal.FEATURES)
    try:
        folder.mkdir(parents=True)
        _lessons.put(folder, job)
    except OSError:
        shutil.rmtree(folder, ignore_errors=True)
        raise
    _remove_oldest(area)
    return lesson


def _status(area: VisitArea, folder: Path, queue: JobQueue) -> Status | None:
    job = journal.read_job(folder)
    record = queue.record(folder) or journal.read(folder)
    if record and not record.has_ended and queue.record(folder) is None:
        # Ended between the two questions, or in the queue of another process, or lost with it.
        record = journal.recover(folder, job) or journal.read(folder)
    if record is None:
        return None
    written = events.read_events(folder / journal.EVENTS)
    model = job.model if job else area.model_of(folder.name)
    return Status(
        state=record.state,
        position=record.position,
        progress=written.progress,
        started=record.started,
        seconds_left=written.seconds_left(time.time()) if record.state == "running" else None,
        error=record.error,
        model=model if record.state == "done" and model.exists() else None,
    )


def _after_teaching(folder: Path, job: Job, state: State) -> None:
    """Improve the model of a lesson whose recipe does so."""
    if state != "done" or not _is_improved(job):
        journal.remove_features(job)
        return
    target = VisitArea.of_job(folder).improvement(folder.name)
    try:
        target.mkdir(parents=True, exist_ok=True)
        _improvements.put(target, replace(job, kind="improve"))
    except OSError as error:
        journal.remove_features(job)
        _improvements.refuse(target, error)
        raise


def _is_improved(job: Job) -> bool:
    recipe = recipes.find(str(job.settings.get("mode")))
    return recipe is not None and recipe.improvement is not None


def _after_improving(_folder: Path, job: Job, _state: State) -> None:
    journal.remove_features(job)


def _remove_oldest(area: VisitArea) -> None:
    """Remove the folders of the oldest lessons that have ended."""
    for folder in sorted(_folders(area.lessons))[:-KEPT_LESSONS]:
        record = _lessons.record(folder) or journal.read(folder)
        if record is None or record.has_ended:
            cancel_improvement(area, folder.name)
            for old in (folder, area.improvement(folder.name)):
                shutil.rmtree(old, ignore_errors=True)


def _sources(area: VisitArea) -> set[Path]:
    """The sources of the lessons that have yet to end, or that were cut short and may be asked for once more."""
    sources: set[Path] = set()
    for folder in _folders(area.lessons):
        record = journal.read(folder)
        if record is not None and (not record.has_ended or record.state == "interrupted"):
            job = journal.read_job(folder)
            sources.update(job.sources if job else ())
    return sources


def _folders(parent: Path) -> Iterator[Path]:
    return (folder for folder in parent.glob("*") if folder.is_dir())


def _absolute(area: VisitArea) -> VisitArea:
    return VisitArea(area.root.absolute())


_improvements = JobQueue("improving.lock", _after_improving)
_lessons = JobQueue("teaching.lock", _after_teaching)
atexit.register(shutdown)
