"""Whether one model does better than another on the same pictures, beyond chance."""

from __future__ import annotations

import numpy as np

from core.model.model import FloatArray, IntArray


def is_clearly_lower(losses: FloatArray, baseline: FloatArray, groups: IntArray, standard_errors: float) -> bool:
    """Whether the mean of `losses` (n,) is below that of `baseline` (n,) by more than so many standard errors of the
    paired difference. Near-duplicates, which share a number in `groups` (n,), are one observation (cluster-robust:
    Cameron and Miller 2015, "A practitioner's guide to cluster-robust inference", section II). False where there is
    only one of these."""
    gain = baseline.astype(np.float64) - losses
    _, clusters = np.unique(groups, return_inverse=True)
    deviations = np.bincount(clusters, gain - gain.mean())
    count = len(deviations)
    if count < 2:
        return False
    standard_error = np.sqrt((deviations**2).sum() * count / (count - 1)) / len(gain)
    return bool(gain.mean() > standard_errors * standard_error)
