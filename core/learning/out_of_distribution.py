"""What a model takes for something like what it was taught, fitted from the lesson's own features."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from core.learning.split import sampled
from core.model.model import NEIGHBOURS, IntArray, OutOfDistributionDetector, normalised

KEPT_SHARE = 0.95  # of the pictures it was taught on would be familiar, had it seen neither them nor their like
_MOST = 2_000  # pictures to compare with: more cost memory and time with every answer


def familiar(vectors: NDArray[Any], targets: IntArray, groups: IntArray, seed: int) -> OutOfDistributionDetector:
    """The rule for (n, features) `vectors` of a network that did not learn from these pictures: how near a picture's
    `NEIGHBOURS`-th neighbour must be (Sun et al. 2022, "Out-of-distribution detection with deep nearest neighbors").
    Pictures of one group, near-duplicates, are no neighbours here, so that it holds for pictures of another day."""
    chosen = sampled(targets, _MOST, seed)
    known = normalised(np.asarray(vectors[chosen], np.float32))
    likeness = known @ known.T
    likeness[groups[chosen][:, None] == groups[chosen]] = -np.inf
    min_similarity = -1.0  # where there is too little to tell, everything is familiar
    if len(chosen) > NEIGHBOURS:
        nearest = np.partition(likeness, -NEIGHBOURS, axis=1)[:, -NEIGHBOURS]
        if np.isfinite(nearest).any():
            min_similarity = float(np.quantile(nearest[np.isfinite(nearest)], 1 - KEPT_SHARE))
    return OutOfDistributionDetector(known, min_similarity)
