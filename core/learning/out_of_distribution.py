"""The out-of-distribution detector of a model, fitted from the lesson's own features."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from core.learning.split import stratified_sample
from core.model.model import NEIGHBOURS, OOD_VECTORS, IntArray, OutOfDistributionDetector, normalised

ID_RECALL = 0.95  # share of in-distribution pictures that are accepted: the customary operating point, FPR at 95 % TPR


def fit_ood_detector(
    vectors: NDArray[Any], targets: IntArray, groups: IntArray, seed: int
) -> OutOfDistributionDetector:
    """The k-nearest-neighbour detector (Sun et al. 2022, "Out-of-distribution detection with deep nearest neighbors")
    on (n, features) `vectors` of a network that did not learn from these pictures. Its threshold is the similarity to
    the `NEIGHBOURS`-th neighbour that `ID_RECALL` of the pictures reach; pictures of one group, near-duplicates, are no
    neighbours here, so that it holds for pictures of another day. `targets` and `groups` are (n,)."""
    sample = stratified_sample(targets, OOD_VECTORS, seed)
    known = normalised(np.asarray(vectors[sample], np.float32))
    similarity = known @ known.T
    similarity[groups[sample][:, None] == groups[sample]] = -np.inf
    min_similarity = -1.0  # where there is too little to tell, everything is in distribution
    if len(sample) > NEIGHBOURS:
        nearest = np.partition(similarity, -NEIGHBOURS, axis=1)[:, -NEIGHBOURS]
        if np.isfinite(nearest).any():
            min_similarity = float(np.quantile(nearest[np.isfinite(nearest)], 1 - ID_RECALL))
    return OutOfDistributionDetector(known, min_similarity)
