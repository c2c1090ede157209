"""The whole of a ResNet50 learns, as the tutorial does it that this project comes from: hours."""

from __future__ import annotations

from core import settings
from core.backbones import pretrained, resnet
from core.learning.progress import Stage
from core.learning.recipe import Fitted, Lesson, Recipe
from core.machine import cores

EPOCHS, BATCH = 10, 32
MIN_MEMORY = 7_000 * 10**6  # bytes: 6.2 GB were measured, the app stands beside
# Seconds a picture on one core, before the pace is known: to train on it, to test it.
_TRAIN_SECONDS, _TEST_SECONDS = 0.4, 0.15
_BUILD_SECONDS = 40  # before the first batch


def _estimate(pictures: int, classes: int) -> dict[Stage, float]:
    train, test = (pictures * seconds / cores() for seconds in (_TRAIN_SECONDS, _TEST_SECONDS))
    training = _BUILD_SECONDS + EPOCHS * (0.8 * train + 0.2 * test)
    return {"read": 0.1, "look": 0.5 + pictures * 0.004, "train": training, "test": 1 + test, "save": 1.0}


def _fit(lesson: Lesson) -> Fitted:
    from core.learning import classic

    return classic.fit(lesson)


def _starting_point() -> str:
    return "classic.will_imagenet" if pretrained.is_there() else "classic.will_scratch"


RECIPE = Recipe(
    name="classic",
    summary="the whole of a ResNet50 learns, as the tutorial does it: hours, 7 GB",
    title="recipe.classic",
    note="recipe.classic_note",
    stages=("read", "look", "train", "test", "save"),
    estimate=_estimate,
    fit=_fit,
    backbone=resnet.NAME,
    views=lambda pictures, classes: 1,  # they only tell near-duplicates
    min_memory=MIN_MEMORY,
    memory_obstacle="classic.memory",
    starting_point=_starting_point,
    walkthrough=settings.PROJECT / "core" / "learning" / "classic_recipe.py",  # a test runs these very lines
)
