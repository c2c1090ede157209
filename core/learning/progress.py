"""Progress of a lesson, as it is told to whoever watches."""

from __future__ import annotations

import time
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
    total: int  # of the stage's own units: pictures in read, look and test, fits in learn, files in save
    share: float  # of the whole lesson, 0 to 1, never falling
    seconds_left: float | None = None  # of the whole lesson; None until it can be known
    message: str | None = None  # a key of `core.messages` that needs no values, or None


Listener = Callable[[Progress], None]

_SETTLED = 0.7  # seconds into a stage before its pace is believed


class Clock:
    """Tells a listener how far a lesson is. What is left is what the present stage's pace says, plus what the later
    stages are expected to take."""

    def __init__(self, listen: Listener, expected: dict[Stage, float]) -> None:
        """`expected` are seconds for each stage; a stage's own pace replaces them once it is known."""
        self._listen = listen
        self._expected = expected
        self._began = self._stage_began = time.monotonic()
        self._stage: Stage = STAGES[0]
        self._share = 0.0

    def tell(self, stage: Stage, done: int, total: int) -> None:
        """`done` of `total` units of `stage` are behind us."""
        now = time.monotonic()
        if stage != self._stage:
            self._stage, self._stage_began = stage, now
        spent = now - self._stage_began
        known = done > 0 and spent > _SETTLED
        here = spent / done * (total - done) if known else self._expected[stage] * (1 - done / max(total, 1))
        later = sum(self._expected[other] for other in STAGES[STAGES.index(stage) + 1 :])
        left = here + later
        elapsed = now - self._began
        self._share = max(self._share, elapsed / max(elapsed + left, 1e-6))
        trusted = known or STAGES.index(stage) > STAGES.index("look")
        if stage == "save" and done == total:
            self._share, left = 1.0, 0.0
        self._listen(Progress(stage, done, total, self._share, left if trusted else None))
