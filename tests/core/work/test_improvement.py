"""Improving the model of a lesson: behind it, in a line of its own, and without ever harming it."""

from __future__ import annotations

import errno
from collections.abc import Callable
from pathlib import Path

import pytest
from lesson_tools import children, until

from core.learning.recipes.thorough import MIN_PICTURES
from core.learning.settings import Settings
from core.model.file import load
from core.storage.area import VisitArea
from core.work import journal, lessons
from core.work.lessons import Status

pytestmark = pytest.mark.slow  # every test fine-tunes in Keras

THOROUGH = Settings(mode="thorough")
Draw = Callable[..., Path]


def taught(area: VisitArea, source: Path, settings: Settings = THOROUGH) -> tuple[str, Path]:
    """A lesson that is done, and its model."""
    lesson = lessons.start(area, [source], {}, settings)
    until(lambda: lessons.status(area, lesson).state not in ("waiting", "running"))
    status = lessons.status(area, lesson)
    assert status.state == "done" and status.model is not None
    return lesson, status.model


def improvement(area: VisitArea, lesson: str) -> Status:
    found = lessons.improvement(area, lesson)
    assert found is not None
    return found


def over(area: VisitArea, lesson: str) -> bool:
    return improvement(area, lesson).state not in ("waiting", "running")


def test_a_quick_lesson_is_left_as_it_is(area: VisitArea, draw: Draw) -> None:
    lesson, _ = taught(area, draw(), Settings())
    until(lambda: not children())
    assert lessons.improvement(area, lesson) is None


def features(area: VisitArea) -> list[Path]:
    """What lessons keep of their features."""
    return list(area.root.rglob("features"))


def test_of_a_lesson_that_ends_badly_no_features_are_left(area: VisitArea, draw: Draw) -> None:
    lesson = lessons.start(area, [draw(labels=("blue",))], {}, THOROUGH)
    folder = area.lesson(lesson) / journal.FEATURES
    folder.mkdir(exist_ok=True)
    (folder / "vectors.npy").touch()
    until(lambda: lessons.status(area, lesson).state == "failed")
    until(lambda: features(area) == [])
    assert lessons.improvement(area, lesson) is None


def test_an_improvement_for_which_there_is_no_room_says_so(
    area: VisitArea, draw: Draw, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(lessons._improvements, "put", full)
    lesson, _ = taught(area, draw())
    until(lambda: lessons.improvement(area, lesson) is not None)
    assert improvement(area, lesson).error == ("lesson.no_room", {})
    assert features(area) == []


def test_a_thorough_lesson_is_a_quick_one_whose_model_is_then_improved(area: VisitArea, draw: Draw) -> None:
    lesson, model = taught(area, draw())
    content = model.read_bytes()
    until(lambda: lessons.improvement(area, lesson) is not None and over(area, lesson))
    status = improvement(area, lesson)
    assert status.state == "failed" and status.error is not None and status.error[0] == "lesson.too_few"
    assert lessons.status(area, lesson).state == "done" and lessons.latest(area) == lesson
    assert model.read_bytes() == content
    until(lambda: features(area) == [])


@pytest.fixture
def improving(area: VisitArea, draw: Draw) -> tuple[str, Path]:
    """A lesson whose model is being improved by now."""
    lesson, model = taught(area, draw(MIN_PICTURES // 2))
    until(lambda: lessons.improvement(area, lesson) is not None)
    until(lambda: "vary" in improvement(area, lesson).progress)
    assert features(area)  # those of the lesson
    return lesson, model


def test_it_can_be_ended_at_once_and_nothing_is_left_of_it(
    area: VisitArea, improving: tuple[str, Path], draw: Draw
) -> None:
    lesson, model = improving
    content = model.read_bytes()
    _, other = taught(area, draw(), Settings())  # nobody's quick lesson waits for it
    assert other != model and not over(area, lesson)
    lessons.cancel_improvement(area, lesson)
    assert improvement(area, lesson).state == "cancelled" and not children()
    assert model.read_bytes() == content and not list(area.root.rglob("*.part")) and features(area) == []


def test_stopped_while_it_trains_it_ends_well_with_what_it_has(area: VisitArea, improving: tuple[str, Path]) -> None:
    lesson, model = improving
    until(lambda: "train" in improvement(area, lesson).progress, 120)
    lessons.finish_improvement(area, lesson)
    until(lambda: over(area, lesson), 120)
    until(lambda: features(area) == [])
    assert improvement(area, lesson).state == "done"
    assert load(model).labels == ("blue", "빨강") and not list(area.root.rglob("*.part"))


def test_lost_with_its_app_it_is_over_and_the_model_stays(area: VisitArea, improving: tuple[str, Path]) -> None:
    lesson, model = improving
    lessons.shutdown()
    assert features(area) == []
    assert improvement(area, lesson).state == "interrupted" and load(model).tuned_weights == {}
    folder = area.improvement(lesson)
    journal.write(folder, journal.Record("running", 0, 1.0))  # as a process leaves it that was killed
    lessons.recover(area.root.parent)
    assert improvement(area, lesson).state == "interrupted" and lessons.status(area, lesson).state == "done"
