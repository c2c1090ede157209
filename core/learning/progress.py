"""Progress of a lesson, as it is told to whoever watches."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

Stage = Literal["read", "look", "learn", "test", "save"]
STAGES: tuple[Stage, ...] = ("read", "look", "learn", "test", "save")


@dataclass(frozen=True, slots=True)
class Progress:
    """One event of a lesson."""

    stage: Stage
    done: int
    total: int  # of the stage's own units: pictures in read and look, fits in learn and test, files in save
    share: float  # of the whole lesson, 0 to 1, never falling
    seconds_left: float | None = None  # of the whole lesson; None until it can be known
    message: str | None = None  # a key of `core.messages` that needs no values, or None


Listener = Callable[[Progress], None]
