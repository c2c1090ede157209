"""Whether left and right matter: arrows do not survive a mirror, flowers do."""

from __future__ import annotations

import numpy as np

from core.learning import logistic_regression
from core.learning.features import Features
from core.learning.split import folded, sampled
from core.model.model import IntArray

_C = 0.1  # C of the head that is asked; only a large difference counts, so it need not be the best
_ENOUGH = 2_000  # pictures: more would say the same
_LOST = 0.15  # share of the right answers that the mirror must cost at least
_DEVIATIONS = 3.0  # and how far that must be beyond chance


def is_flip_sensitive(features: Features, groups: IntArray, seed: int) -> bool:
    """Whether a mirror image of a picture is something else. A head learns from the pictures as they are; where it
    recognises others as they are but not their mirror images, left and right matter. False where the features hold one
    view only, or there is too little to tell."""
    if features.vectors.shape[1] < 2:
        return False
    chosen = sampled(features.targets, _ENOUGH, seed).astype(np.int32)
    folds = folded(features.targets[chosen], groups[chosen], seed)
    held, learned = chosen[folds == 0], chosen[folds != 0]
    if not len(held) or len(np.unique(features.targets[learned])) < len(features.labels):
        return False
    (head,) = logistic_regression.path_of_views(
        features.vectors, learned, 1, features.targets, len(features.labels), (_C,)
    )
    right = [head.logits(features.vectors[held, view]).argmax(axis=1) == features.targets[held] for view in range(2)]
    lost = right[0].astype(float) - right[1]  # 1: only the mirror image is mistaken, -1: only the picture
    return bool(lost.mean() > max(_LOST, _DEVIATIONS * lost.std() / len(lost) ** 0.5))
