"""A lesson's events, as lines of JSON in its folder: written by the lesson's own process, read by whoever watches.

{"at": 1767225600.5, "progress": {"stage": "look", "done": 40, "total": 465, …}}
{"at": 1767225601.0, "error": {"key": "dataset.one_class", "values": {"label": "cat"}}}
"""

from __future__ import annotations

import json
import threading
import time
from collections import OrderedDict
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from pathlib import Path
from types import TracebackType
from typing import IO, Any

from core.errors import TeachLensError
from core.learning.progress import Epoch, Progress, Stage
from core.storage.room import is_no_room

_PERIOD = 0.1  # seconds between events of one stage, as fast as anyone can see; the last of a stage is always written
_FOLLOWED = 64  # lessons whose reading position is remembered


class EventWriter:
    """Writes events; a `core.learning.progress.Listener`. Where the disk is full, an event waits for the next one: a
    lesson does not end because its progress cannot be seen."""

    def __init__(self, path: Path) -> None:
        """Raises OSError."""
        self._file: IO[str] = path.open("a", encoding="utf-8")
        self._latest: Progress | None = None
        self._written_at = 0.0
        self._held_back: Progress | None = None

    def __call__(self, progress: Progress) -> None:
        """Write how far the lesson is, not more often than every `_PERIOD`."""
        if self._held_back and self._held_back.stage != progress.stage:
            self._write_progress(self._held_back)
        new = self._latest is None or self._latest.stage != progress.stage
        if new or progress.done == progress.total or time.monotonic() - self._written_at >= _PERIOD:
            self._write_progress(progress)
        else:
            self._held_back = progress

    def error(self, error: TeachLensError) -> None:
        """Write why it cannot go on."""
        self._write(error={"key": error.key, "values": dict(error.values)})

    def __enter__(self) -> EventWriter:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, value: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._held_back:
            self._write_progress(self._held_back)
        with _room_or_not():
            self._file.close()

    def _write_progress(self, progress: Progress) -> None:
        self._latest, self._written_at, self._held_back = progress, time.monotonic(), None
        self._write(progress=asdict(progress))

    def _write(self, **event: Any) -> None:
        with _room_or_not():  # what could not be written stays in the file's buffer
            self._file.write(json.dumps({"at": time.time(), **event}, default=str) + "\n")
            self._file.flush()


@contextmanager
def _room_or_not() -> Iterator[None]:
    try:
        yield
    except OSError as error:
        if not is_no_room(error):
            raise


@dataclass
class Events:
    """What a lesson has written so far."""

    progress: dict[Stage, Progress] = field(default_factory=dict)  # the latest of each stage, in their order
    at: float = 0.0  # of the latest progress, seconds since the epoch
    error: tuple[str, Mapping[str, Any]] | None = None
    end: int = 0  # bytes of the file behind us

    def seconds_left(self, now: float) -> float | None:
        """Of the whole lesson, counted down since the latest event; None until it can be known."""
        latest = next(reversed(self.progress.values()), None)
        if latest is None or latest.seconds_left is None:
            return None
        return max(0.0, latest.seconds_left - max(0.0, now - self.at))


_followed: OrderedDict[Path, Events] = OrderedDict()
_lock = threading.Lock()


def read_events(path: Path) -> Events:
    """What the events at `path` say. Cheap to ask again and again: only what was added since is read."""
    with _lock:
        known = _followed.pop(path, None) or Events()
        try:
            with path.open("rb") as file:
                if file.seek(0, 2) < known.end:  # another file by now
                    known = Events()
                file.seek(known.end)
                added = file.read()
        except FileNotFoundError:
            return Events()
        for event in _whole_lines(added, known):
            if "progress" in event:
                epochs = tuple(Epoch(**epoch) for epoch in event["progress"].pop("epochs", ()))
                progress = Progress(**event["progress"], epochs=epochs)
                known.progress.pop(progress.stage, None)  # so that the latest stands last
                known.progress[progress.stage] = progress
                known.at = event["at"]
            if "error" in event:
                known.error = (event["error"]["key"], event["error"]["values"])
        _followed[path] = known
        while len(_followed) > _FOLLOWED:
            _followed.popitem(last=False)
        return Events(dict(known.progress), known.at, known.error, known.end)


def _whole_lines(added: bytes, known: Events) -> Iterator[dict[str, Any]]:
    """The events of the lines that are whole; one that is still being written is left for the next time, and one that a
    killed process left broken is passed over."""
    for line in added.splitlines(keepends=True):
        if not line.endswith(b"\n"):
            return
        known.end += len(line)
        try:
            event = json.loads(line)
        except ValueError:
            continue
        if isinstance(event, dict):
            yield event
