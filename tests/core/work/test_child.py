"""A job's own process: what it says when the machine is at its limits, and that features are computed once."""

from __future__ import annotations

import errno
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from core.errors import ArchiveError
from core.learning import recipes, teach
from core.learning.recipe import Lesson
from core.learning.settings import Settings
from core.model import file
from core.pictures import archive
from core.pictures.dataset import Entry
from core.storage.area import VisitArea
from core.work import DONE, FAILED, NO_ROOM, child, events, journal
from core.work.events import EventWriter
from core.work.journal import Job

Draw = Callable[..., Path]
ID = "one"


def run(area: VisitArea, job: Job) -> int:
    """Run a job in this process; the exit code."""
    folder = area.lesson(ID)
    folder.mkdir(parents=True, exist_ok=True)
    with EventWriter(folder / journal.EVENTS) as writer:
        return child.run(job, folder, writer)


@pytest.mark.parametrize(
    ("problem", "code", "key"),
    [
        (MemoryError(), FAILED, "lesson.killed"),
        (ArchiveError("archive.gone", archive="a.zip"), FAILED, "archive.gone"),
        (OSError(errno.ENOSPC, "No space left on device"), NO_ROOM, None),
    ],
)
def test_a_machine_at_its_limits_is_told_in_words(
    area: VisitArea, draw: Draw, monkeypatch: pytest.MonkeyPatch, problem: Exception, code: int, key: str | None
) -> None:
    def fail(*_: object, **__: object) -> None:
        raise problem

    monkeypatch.setattr(teach, "teach", fail)
    assert run(area, Job("teach", area.model_of(ID), (draw(),))) == code
    error = events.read_events(area.lesson(ID) / journal.EVENTS).error
    assert (error[0] if error else None) == key


def test_an_error_that_nobody_foresaw_leaves_its_trace(
    area: VisitArea, draw: Draw, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object, **__: object) -> None:
        raise PermissionError("a bug")

    monkeypatch.setattr(teach, "teach", fail)
    with pytest.raises(PermissionError):
        run(area, Job("teach", area.model_of(ID), (draw(),)))


@pytest.mark.parametrize("examples", [True, False])
def test_the_improvement_reads_no_picture_again(
    area: VisitArea, draw: Draw, monkeypatch: pytest.MonkeyPatch, examples: bool
) -> None:
    read, seen, improved = archive.read, [], []

    def counted(entries: Iterable[Entry]) -> Iterator[Any]:
        for entry, data in read(entries):
            seen.append(entry.name)
            yield entry, data

    def fit(lesson: Lesson, _stop: object) -> None:
        improved.append(lesson.features)

    monkeypatch.setattr(archive, "read", counted)
    recipe = recipes.get("thorough")
    assert recipe.improvement is not None
    improvement = replace(recipe.improvement, min_pictures=4, fit=fit)
    monkeypatch.setitem(recipes._registered, "thorough", replace(recipe, improvement=improvement))
    settings = {"mode": "thorough", "examples": examples, "backbone": Settings().backbone}
    features = area.lesson(ID) / journal.FEATURES
    lesson = Job("teach", area.model_of(ID), (draw(),), {}, settings, features)
    assert run(area, lesson) == DONE
    assert len(seen) == 12 and features.is_dir()
    assert file.has_examples(lesson.model) is examples
    assert run(area, Job("improve", lesson.model, lesson.sources, {}, settings, features)) == DONE
    assert len(improved) == 1 and len(improved[0].entries) == 12
    assert len(seen) == 12
