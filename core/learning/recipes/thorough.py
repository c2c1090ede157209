"""The quick recipe, and then the backbone's last blocks learn too: minutes, behind a model that is there already."""

from __future__ import annotations

from core import machine, settings
from core.learning.progress import Stage
from core.learning.recipe import Fitted, Improvement, Lesson, Obstacle, Recipe, Stop
from core.learning.recipes import quick

# Of fewer pictures, too few can be held out to tell whether it is better; more need more of the disk than anybody
# expects.
MIN_PICTURES, MAX_PICTURES = 250, 20_000
MIN_MEMORY = 1_600 * 10**6  # bytes, the app beside it
_VARY_SECONDS, _TRAIN_SECONDS = 0.03, 0.25  # a picture, before the pace is known


def _estimate(pictures: int, classes: int) -> dict[Stage, float]:
    vary, train = (seconds * pictures for seconds in (_VARY_SECONDS, _TRAIN_SECONDS))
    return {"read": 0.1, "look": 1.0, "vary": vary, "train": 8 + train, "save": 1.0}


def _improve(lesson: Lesson, stop: Stop) -> Fitted | None:
    from core.learning import thorough

    return thorough.fit(lesson, stop)


def _obstacle() -> Obstacle | None:
    there = machine.memory()
    if there < MIN_MEMORY:
        return "recipe.improve_memory", {"needed": f"{MIN_MEMORY / 1e9:.1f}", "there": f"{there / 1e9:.1f}"}
    return None if settings.tuning() else ("recipe.improve_off", {})


RECIPE = Recipe(
    name="thorough",
    summary="a quick lesson, then minutes in which the network's last blocks learn, kept if better",
    title="recipe.thorough",
    note="recipe.thorough_note",
    stages=quick.RECIPE.stages,
    estimate=quick.estimate,
    fit=quick.fit,
    improvement=Improvement(
        stages=("read", "look", "vary", "train", "save"),
        estimate=_estimate,
        fit=_improve,
        obstacle=_obstacle,
        min_pictures=MIN_PICTURES,
        max_pictures=MAX_PICTURES,
    ),
)
