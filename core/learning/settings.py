"""What can be chosen of a lesson; light to import, for those who only ask for one."""

from __future__ import annotations

from dataclasses import dataclass

# Backbones as people choose them: of held-out pictures of six sets, 0.904, 0.920 and 0.924 are right, at about 5, 10
# and 21 ms a picture on two cores.
TIERS = {
    "quick": "efficientnet-lite0",
    "balanced": "efficientnet-lite0+efficientnet-lite1-192",
    "strong": "efficientnet-lite0+efficientnet-lite1-192+efficientnet-lite2",
}


@dataclass(frozen=True)
class Settings:
    """What can be chosen of a lesson; nobody needs to."""

    backbone: str = "efficientnet-lite0"
    seed: int = 0
    title: str | None = None  # of the model; the source's name where None
    mode: str = "quick"  # the name of a recipe (`core.learning.recipes`)
    # Whether the model keeps its examples: names, small pictures and vectors. Without, the vectors that tell what is
    # like nothing it was taught stay (`core.model.model.OutOfDistributionDetector`), nameless.
    examples: bool = True
