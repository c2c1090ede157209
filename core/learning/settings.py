"""What can be chosen of a lesson; light to import, for those who only ask for one."""

from __future__ import annotations

from dataclasses import dataclass

# Backbones as people choose them. A picture takes 1.0, 4.2 and 7.2 times as long on two cores (8 ms the first); of
# pictures held out of six sets, 0.913, 0.919 and 0.927 are right.
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
