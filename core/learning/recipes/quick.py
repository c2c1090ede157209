"""A head on the features of a frozen backbone: seconds."""

from __future__ import annotations

from core.learning.progress import STAGES, Stage
from core.learning.recipe import VIEWS, Fitted, Lesson, Recipe
from core.machine import cores

_LOOK_SECONDS = 0.004  # a view, on one core, before the pace is known
_FLOPS = 2e10  # a second in fits, on one core
_EVALUATIONS = 100  # of the loss in a fit


def estimate(pictures: int, classes: int) -> dict[Stage, float]:
    """Seconds for each stage."""
    fits = 4 * _EVALUATIONS * pictures * VIEWS * 1280 * classes / _FLOPS / cores()
    return {"read": 0.1, "look": 0.5 + pictures * VIEWS * _LOOK_SECONDS, "learn": 0.5 + fits, "test": 0.1, "save": 0.2}


def fit(lesson: Lesson) -> Fitted:
    """See `core.learning.quick.fit`."""
    from core.learning import quick

    return quick.fit(lesson)


RECIPE = Recipe(name="quick", summary="seconds", stages=STAGES, estimate=estimate, fit=fit)
