"""Progress of a lesson, as it is told to whoever watches."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

Stage = Literal["read", "look", "learn", "vary", "train", "test", "save"]
STAGES: tuple[Stage, ...] = ("read", "look", "learn", "test", "save")  # of a quick lesson, in their order
CLASSIC: tuple[Stage, ...] = ("read", "look", "train", "test", "save")


@dataclass(frozen=True, slots=True)
class Epoch:
    """How a network does after it has gone through all its pictures once more; losses are cross-entropies in nats."""

    loss: float  # on the pictures it learns from
    accuracy: float  # on them, 0..1
    held_out_loss: float
    held_out_accuracy: float


@dataclass(frozen=True, slots=True)
class Progress:
    """One event of a lesson."""

    stage: Stage
    done: int
    total: int  # of the stage's own units: pictures in read, look, vary and test, fits in learn, batches in train
    share: float  # of the whole lesson, 0 to 1, never falling
    seconds_left: float | None = None  # of the whole lesson; None until it can be known
    message: str | None = None  # a key of `core.messages` that needs no values, or None
    epochs: tuple[Epoch, ...] = ()  # in train: all that are behind us


Listener = Callable[[Progress], None]

_SETTLED = 0.7  # seconds into a stage before its pace is believed


class Clock:
    """Tells a listener how far a lesson is. What is left is what the present stage's pace says, plus what the later
    stages are expected to take."""

    def __init__(self, listen: Listener, expected: dict[Stage, float]) -> None:
        """`expected` are seconds for each stage, in their order; a stage's own pace replaces them once it is known."""
        self._listen = listen
        self._expected = expected
        self._stages = list(expected)
        self._began = self._stage_began = time.monotonic()
        self._settled = 0
        self._stage = self._stages[0]
        self._share = 0.0

    def tell(self, stage: Stage, done: int, total: int, epochs: tuple[Epoch, ...] = ()) -> None:
        """`done` of `total` units of `stage` are behind us."""
        now = time.monotonic()
        if stage != self._stage:
            self._stage, self._stage_began, self._settled = stage, now, 0
        spent = now - self._stage_began
        known = done > self._settled and spent > _SETTLED
        pace = spent / (done - self._settled) if known else self._expected[stage] / max(total, 1)
        here = pace * (total - done)
        behind = self._stages[: self._stages.index(stage)]
        later = sum(self._expected[other] for other in self._stages[len(behind) + 1 :])
        left = here + later
        elapsed = now - self._began
        self._share = max(self._share, elapsed / max(elapsed + left, 1e-6))
        trusted = known or "look" in behind
        if stage == "save" and done == total:
            self._share, left = 1.0, 0.0
        self._listen(Progress(stage, done, total, self._share, left if trusted else None, epochs=epochs))

    def settle(self, done: int) -> None:
        """What is behind in this stage took longer than what follows will: its pace counts from here."""
        self._stage_began, self._settled = time.monotonic(), done
