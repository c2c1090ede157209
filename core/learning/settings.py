"""What can be chosen of a lesson; light to import, for those who only ask for one."""

from __future__ import annotations

from dataclasses import dataclass

# Backbones as people choose them, each named by what it costs: the time of a picture, where the first takes 1.
TIERS = {
    "quick": "efficientnet-lite0-levels",
    "balanced": "efficientnet-lite0-288-levels+efficientnet-lite1-288-levels",
    "strong": "efficientnet-lite0-288-levels+efficientnet-lite1-288-levels+efficientnet-lite2-320",
}


@dataclass(frozen=True)
class Settings:
    """What can be chosen of a lesson; nobody needs to."""

    backbone: str = TIERS["quick"]
    seed: int = 0
    title: str | None = None  # of the model; the source's name where None
    mode: str = "quick"  # the name of a recipe (`core.learning.recipes`)
    # Whether the model keeps its examples: names, small pictures and vectors. Without, the vectors that tell what is
    # like nothing it was taught stay (`core.model.model.OutOfDistributionDetector`), nameless.
    examples: bool = True
