"""What a recipe, a way of teaching, is made of: what pages and the command line ask of it, and its fit.

Light to import: what a fit needs is imported when it is called.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from core import machine
from core.backbones.weights import NO_TUNED_WEIGHTS, TunedWeights
from core.learning.progress import Clock, Stage
from core.learning.settings import Settings

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from core.learning.features import Features
    from core.learning.split import Plan
    from core.model.model import FloatArray, Head, IntArray, Method, OutOfDistributionDetector
    from core.pictures.dataset import Dataset

FEW_PICTURES = 8  # a class, on average: of fewer, a second look pays, and intermediate levels do not

Obstacle = tuple[str, Mapping[str, Any]]  # why something cannot be done here: key and values of `core.messages`
Estimate = Callable[[int, int], dict[Stage, float]]  # (pictures, classes) -> seconds for each stage, in order
Views = Callable[[int, int], int]  # (pictures, classes) -> views of each picture in the lesson's features
Stop = Callable[[], bool]  # asked again and again: whether to end soon, with the best so far


def view_count(pictures: int, classes: int) -> int:
    """One for each picture; two, at its mirror image too, where pictures are few. On six sets, 2, 3 and 5 pictures a
    class are worth 0.3 points more by it; 10 and more, nothing."""
    return 2 if pictures < FEW_PICTURES * classes else 1


@dataclass(frozen=True)
class Lesson:
    """What a fit is given."""

    dataset: Dataset  # the pictures that can be read, in the order of the features
    features: Features
    groups: IntArray  # (n,) near-duplicates share a number
    plan: Plan
    settings: Settings
    clock: Clock  # to be updated with the progress

    @property
    def held_out_method(self) -> Method:
        """The method of a report on the first fold alone."""
        return self.plan.method if self.plan.method == "own split" else "held out"


@dataclass(frozen=True)
class Fitted:
    """What a fit gives: the parts of a model, and what its report is made from."""

    backbone: str
    head: Head  # with its temperature
    vectors: NDArray[np.float16]  # (n, features) of all pictures, as the head takes them
    test: IntArray  # (tested,) positions of the pictures that are reported on
    logits: FloatArray  # (tested, classes) from heads that were fitted on none of them, without a temperature
    method: Method
    ood_detector: OutOfDistributionDetector | None
    tuned_weights: TunedWeights = field(default_factory=lambda: NO_TUNED_WEIGHTS)
    level_weight: float = 1.0  # of intermediate levels in the head's fit
    notes: tuple[str, ...] = ()  # keys of `core.messages` that need no values
    baseline_right: int | None = None  # of an improvement: how many test pictures are right without it


@dataclass(frozen=True)
class Improvement:
    """What a recipe does after its model is there; it needs Keras, and runs in a process of its own."""

    stages: tuple[Stage, ...]
    estimate: Estimate
    fit: Callable[[Lesson, Stop], Fitted | None]  # None: not better
    obstacle: Callable[[], Obstacle | None]  # why this machine cannot, or None
    min_pictures: int
    max_pictures: int


@dataclass(frozen=True)
class Recipe:
    """A way of teaching.

    >>> recipes.get("quick").stages
    ('read', 'look', 'learn', 'test', 'save')
    """

    name: str  # of `Settings.mode` and the command line's --mode
    summary: str  # a line for the command line's --help
    stages: tuple[Stage, ...]
    estimate: Estimate
    fit: Callable[[Lesson], Fitted]  # updates the clock in every stage between "look" and "save"
    title: str = ""  # key of `core.messages`: the choice as pages offer it; empty for the one that needs no choosing
    note: str = ""  # key: what it does and costs
    backbone: str | None = None  # of its models; None: as the settings say
    views: Views = view_count
    min_memory: int = 0  # bytes that it takes
    memory_obstacle: str = ""  # key with {needed} and {there}, both in GB: why this machine cannot
    starting_point: Callable[[], str] | None = None  # key: which weights it begins from, said before a lesson
    walkthrough: Path | None = None  # a Python file that does the same in a few lines, for showing
    improvement: Improvement | None = None

    @property
    def obstacle(self) -> Obstacle | None:
        """Why this machine cannot teach so; None where it can."""
        there = machine.memory()
        if there >= self.min_memory:
            return None
        return self.memory_obstacle, {"needed": f"{self.min_memory / 1e9:.0f}", "there": f"{there / 1e9:.1f}"}
