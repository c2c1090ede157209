"""Progress of a lesson: its stages, events, and the time left."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Literal

# What a recipe's stages may be: "look" computes features, "learn" fits heads, "vary" computes augmented views, "train"
# trains a network.
Stage = Literal["read", "look", "learn", "vary", "train", "test", "save"]
STAGES: tuple[Stage, ...] = ("read", "look", "learn", "test", "save")  # of the default recipe, in their order


@dataclass(frozen=True, slots=True)
class Epoch:
    """How a network does after one more epoch; losses are cross-entropies in nats."""

    loss: float  # on the training pictures
    accuracy: float  # on them, 0..1
    held_out_loss: float  # on the validation pictures
    held_out_accuracy: float


@dataclass(frozen=True, slots=True)
class Progress:
    """One event of a lesson."""

    stage: Stage
    done: int
    total: int  # of the stage's own units: pictures in read, look, vary and test, fits in learn, batches in train
    share: float  # of the whole lesson, 0 to 1, never falling; 1 with the last event
    seconds_left: float | None = None  # of the whole lesson; None until it can be known
    message: str | None = None  # a key of `core.messages` that needs no values, or None
    epochs: tuple[Epoch, ...] = ()  # in train: all so far


Listener = Callable[[Progress], None]

_SETTLED = 0.7  # seconds into a stage before its pace is believed


class Clock:
    """Turns what is done into events with a share and the time left: what the present stage's pace says, plus what the
    later stages are expected to take.

    >>> clock = Clock(print, {"read": 0.1, "look": 2.0})
    >>> clock.update("look", 3, 100)
    """

    def __init__(self, listen: Listener, expected: Mapping[Stage, float]) -> None:
        """`expected` are seconds for each stage, in their order; a stage's own pace replaces them once it is known."""
        self._listen = listen
        self._expected = expected
        self._stages = list(expected)
        self._began = self._stage_began = time.monotonic()
        self._settled = 0
        self._stage = self._stages[0]
        self._share = 0.0

    def update(self, stage: Stage, done: int, total: int, epochs: tuple[Epoch, ...] = ()) -> None:
        """`done` of `total` units of `stage` are done."""
        now = time.monotonic()
        if stage != self._stage:
            self._stage, self._stage_began, self._settled = stage, now, 0
        spent = now - self._stage_began
        known = done > self._settled and spent > _SETTLED
        pace = spent / (done - self._settled) if known else self._expected[stage] / max(total, 1)
        earlier = self._stages[: self._stages.index(stage)]
        later = self._stages[len(earlier) + 1 :]
        left = pace * (total - done) + sum(self._expected[other] for other in later)
        elapsed = now - self._began
        self._share = max(self._share, elapsed / max(elapsed + left, 1e-6))
        trusted = known or "look" in earlier
        if not later and done == total:
            self._share, left, trusted = 1.0, 0.0, True
        self._listen(Progress(stage, done, total, self._share, left if trusted else None, epochs=epochs))

    def settle(self, done: int) -> None:
        """What is done of this stage by now took longer than what follows will: its pace counts from here."""
        self._stage_began, self._settled = time.monotonic(), done
