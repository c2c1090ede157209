"""What can be chosen of a lesson; light to import, for those who only ask for one."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from core import settings
from core.machine import memory

# quick: a head on frozen features. thorough: that first, then the network's last blocks learn too, and it is kept if it
# is better. classic: the whole of a ResNet50, as this project's tutorial did it.
Mode = Literal["quick", "thorough", "classic"]
# Pictures that a thorough lesson takes: of fewer, too few can be held back to tell whether it is better; more need more
# of the disk than anybody expects.
THOROUGH_LEAST, THOROUGH_MOST = 250, 20_000
THOROUGH_MEMORY = 1_600 * 10**6  # bytes that a thorough lesson may take, the app beside it
CLASSIC_MEMORY = 7_000 * 10**6  # bytes that a classic lesson may take: 6.2 GB were measured, the app stands beside
# What a lesson looks with: of held-out pictures of six sets, 0.904, 0.920 and 0.924 are right, at about 5, 10 and 21 ms
# a picture on two cores.
TIERS = {
    "quick": "efficientnet-lite0",
    "balanced": "efficientnet-lite0+efficientnet-lite1-192",
    "strong": "efficientnet-lite0+efficientnet-lite1-192+efficientnet-lite2",
}


def can_be_classic() -> bool:
    """Whether this machine's memory suffices for the classic way."""
    return memory() >= CLASSIC_MEMORY


def can_improve() -> bool:
    """Whether lessons on this machine can be thorough: its memory suffices, and nobody has turned it off."""
    return settings.tuning() and memory() >= THOROUGH_MEMORY


@dataclass(frozen=True)
class Settings:
    """What can be chosen of a lesson; nobody needs to."""

    backbone: str = "efficientnet-lite0"
    seed: int = 0
    title: str | None = None  # of the model; the source's name where None
    mode: Mode = "quick"
    # Whether the model keeps its examples: names, small pictures and vectors. Without, the vectors that tell what is
    # like nothing it was taught stay (`core.model.model.Familiar`), nameless.
    examples: bool = True
