"""A head on the features of a frozen backbone: seconds."""

from __future__ import annotations

from core.learning.progress import STAGES, Stage
from core.learning.recipe import Fitted, Lesson, Recipe, view_count
from core.machine import cores

_LOOK_SECONDS = 0.004  # a view, on one core, before the pace is known
_FLOPS = 2e10  # a second in fits, on one core
_EVALUATIONS = 100  # of the loss in a fit
_FEATURES = 2_000


def estimate(pictures: int, classes: int) -> dict[Stage, float]:
    """Seconds for each stage."""
    fits = 4 * _EVALUATIONS * pictures * _FEATURES * classes / _FLOPS / cores()
    look = 0.5 + pictures * view_count(pictures, classes) * _LOOK_SECONDS
    return {"read": 0.1, "look": look, "learn": 0.5 + fits, "test": 0.1, "save": 0.2}


def fit(lesson: Lesson) -> Fitted:
    """See `core.learning.quick.fit`."""
    from core.learning import quick

    return quick.fit(lesson)


RECIPE = Recipe(name="quick", summary="seconds", stages=STAGES, estimate=estimate, fit=fit)
