"""What can be chosen of a lesson; light to import, for those who only ask for one."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Settings:
    """What can be chosen of a lesson; nobody needs to."""

    backbone: str = "efficientnet-lite0"
    seed: int = 0
    title: str | None = None  # of the model; the source's name where None
