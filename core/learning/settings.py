"""What can be chosen of a lesson; light to import, for those who only ask for one."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

# quick: a head on frozen features. thorough: that first, then the network's last blocks learn too, and it is kept if it
# is better. classic: the whole of a ResNet50, as this project's tutorial did it.
Mode = Literal["quick", "thorough", "classic"]
THOROUGH_MEMORY = 1_600 * 10**6  # bytes that a thorough lesson may take, the app beside it


@dataclass(frozen=True)
class Settings:
    """What can be chosen of a lesson; nobody needs to."""

    backbone: str = "efficientnet-lite0"
    seed: int = 0
    title: str | None = None  # of the model; the source's name where None
    mode: Mode = "quick"
