"""Joined backbones: several networks as one."""

from __future__ import annotations

import hashlib
from dataclasses import replace

from core.backbones.card import Card
from core.backbones.networks.efficientnet_lite import (
    LITE0,
    LITE0_288_LEVELS,
    LITE1_192,
    LITE1_288_LEVELS,
    LITE2,
    LITE2_320,
)

_VERSION = "2"  # of the definition: each part makes its input from the decoded picture


def joined(*parts: Card, through_largest: bool = False) -> Card:
    """Several backbones as one: the vectors of `parts` one after the other. Of the first, the last blocks may be tuned.

    With `through_largest` as they were first defined. Model files tell the definitions apart by their sha256.
    """
    definition = "".join(f"{part.name} {part.sha256} " for part in parts) + ("" if through_largest else _VERSION)
    return replace(
        parts[0],
        name="+".join(part.name for part in parts),
        title=" + ".join(part.title for part in parts),
        size=max(part.size for part in parts),
        features=sum(part.features for part in parts),
        source="; ".join(part.source for part in parts),
        sha256=hashlib.sha256(definition.encode()).hexdigest(),
        parts=tuple(part.name for part in parts),
        weights=None,
        layers=None,
        levels=(),
        level_widths=(),
        through_largest=through_largest,
    )


BALANCED = joined(LITE0_288_LEVELS, LITE1_288_LEVELS)
STRONG = joined(LITE0_288_LEVELS, LITE1_288_LEVELS, LITE2_320)
# For models that were taught with them: the tiers of 0.1.0, and those as they were first defined.
_FORMER = ((LITE0, LITE1_192), (LITE0, LITE1_192, LITE2))
CARDS = (BALANCED, STRONG, *(replace(joined(*parts), superseded=True) for parts in _FORMER))
EARLIER = tuple(replace(joined(*parts, through_largest=True), superseded=True) for parts in _FORMER)
