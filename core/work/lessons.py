"""Lessons of a visit: start, watch, cancel, find again after a reload, begin anew after a crash.

Below the visit's `area`: lessons/<id>/lesson.json (what was asked), state.json (how it stands), child.log (what went wrong);
models/<id>.teachlens, the result.
"""

from __future__ import annotations

import atexit
import json
import secrets
import shutil
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from core.errors import LessonError
from core.learning.progress import Progress, Stage
from core.model.file import ENDING
from core.work.desk import Desk, Ending, Ticket

if TYPE_CHECKING:
    from core.learning.teach import Settings

State = Literal["waiting", "running", "done", "failed", "cancelled", "interrupted"]
_KEPT = 10  # ended lessons of a visit whose folders stay


@dataclass(frozen=True)
class Status:
    """How a lesson stands."""

    state: State
    place: int = 0  # how many lessons are before it, where it waits
    progress: Mapping[Stage, Progress] = field(default_factory=dict)  # the latest of each stage that has begun
    started: float = 0.0  # seconds since the epoch
    seconds_left: float | None = None  # None until it can be known
    error: tuple[str, Mapping[str, Any]] | None = None  # key and values of `core.messages`, where it failed
    model: Path | None = None  # where it is done


def start(area: Path, sources: Sequence[Path], edits: Mapping[str, str | None], settings: Settings) -> str:
    """Stand a lesson in line; its id."""
    lesson = f"{datetime.now(UTC):%Y%m%d-%H%M%S-%f}-{secrets.token_hex(2)}"
    job = {"sources": [str(source) for source in sources], "edits": dict(edits), "settings": asdict(settings)}
    _put(area, lesson, job)
    return lesson


def restart(area: Path, lesson: str) -> str:
    """Stand a lesson in line once more, with what was asked then; its new id. Raises LessonError."""
    job = _read(_folder(area, lesson) / "lesson.json")
    if job is None:
        raise LessonError("lesson.unknown")
    again = f"{datetime.now(UTC):%Y%m%d-%H%M%S-%f}-{secrets.token_hex(2)}"
    _put(area, again, job)
    return again


def status(area: Path, lesson: str) -> Status:
    """How a lesson stands. Raises LessonError for one that never was."""
    folder = _folder(area, lesson)
    on_desk = _desk.find(folder)
    state = _read(folder / "state.json")
    if state is None:
        raise LessonError("lesson.unknown")
    if on_desk is None:
        state = _read(folder / "state.json") or state  # it may have ended between the two looks
        model = area / "models" / f"{lesson}{ENDING}"
        error = (state["error"]["key"], state["error"]["values"]) if state["error"] else None
        done = state["state"] == "done" and model.exists()
        return Status(state["state"], started=state["started"], error=error, model=model if done else None)
    place, ticket = on_desk
    progress = dict(ticket.progress)
    left = min((step.seconds_left for step in progress.values() if step.seconds_left is not None), default=None)
    if left is not None:
        left = max(0.0, left - (time.monotonic() - ticket.told))
    return Status("waiting" if place else "running", place, progress, state["started"], left)


def cancel(area: Path, lesson: str) -> None:
    """End a lesson that runs or waits; one that has ended stays as it is."""
    _desk.cancel(_folder(area, lesson))


def latest(area: Path) -> str | None:
    """The id of the lesson that was asked for last, however it stands."""
    return max((folder.name for folder in (area / "lessons").glob("*") if (folder / "state.json").exists()), default=None)


def recover(home: Path) -> None:
    """At the start of the app: lessons of a process that is gone are interrupted, and what they left is taken away."""
    for area in (home / "local", *(home / "visits").glob("*")):
        for folder in (area / "lessons").glob("*"):
            state = _read(folder / "state.json")
            if state and state["state"] in ("waiting", "running") and _desk.find(folder) is None:
                _write(folder / "state.json", {**state, "state": "interrupted"})
        for part in (area / "models").glob(".*.part"):
            part.unlink(missing_ok=True)


def shutdown() -> None:
    """At the end of the app: the running child and those in line are ended; `restart` begins them anew."""
    _desk.clear()


def _put(area: Path, lesson: str, job: Mapping[str, Any]) -> None:
    folder = _folder(area, lesson)
    folder.mkdir(parents=True)
    _write(folder / "lesson.json", dict(job))
    _write(folder / "state.json", {"state": "waiting", "started": time.time(), "error": None})
    target = area / "models" / f"{lesson}{ENDING}"
    _desk.put(Ticket(folder, {**job, "target": str(target)}))
    for old in sorted((area / "lessons").iterdir())[:-_KEPT]:
        if _desk.find(old) is None:
            shutil.rmtree(old, ignore_errors=True)


def _ended(ticket: Ticket, ending: Ending) -> None:
    """Take down how a lesson ended, and take away what a killed child may have left."""
    path = ticket.folder / "state.json"
    error = {"key": ending.error[0], "values": dict(ending.error[1])} if ending.error else None
    _write(path, {**(_read(path) or {"started": 0.0}), "state": ending.state, "error": error})
    target = Path(ticket.job["target"])
    for part in target.parent.glob(f".{target.name}.*.part"):
        part.unlink(missing_ok=True)


def _folder(area: Path, lesson: str) -> Path:
    return area / "lessons" / Path(lesson).name


def _read(path: Path) -> dict[str, Any] | None:
    try:
        return dict(json.loads(path.read_text("utf-8")))
    except (OSError, ValueError):
        return None


def _write(path: Path, value: Mapping[str, Any]) -> None:
    part = path.with_suffix(".part")
    with suppress(FileNotFoundError):  # the visit's folder was taken away meanwhile
        part.write_text(json.dumps(value, ensure_ascii=False), "utf-8")
        part.replace(path)


_desk = Desk(_ended)
atexit.register(shutdown)
