"""Whether left and right matter: arrows do not survive a mirror, flowers do."""

from __future__ import annotations

import numpy as np

from core.learning import logistic_regression
from core.learning.features import Features, extract
from core.learning.split import stratified_group_folds, stratified_sample
from core.model.model import IntArray
from core.pictures.dataset import Dataset

_C = 0.1  # C of the head that is asked; only a large difference counts, so it need not be the best
_MAX_PICTURES = 2_000  # more would say the same
_MAX_READ = 500  # of pictures that have to be read again: seconds
_MIN_LOSS = 0.15  # in accuracy, that the mirror must cost
_MIN_DEVIATIONS = 3.0  # standard errors that this must be beyond chance


def is_source_flip_sensitive(features: Features, groups: IntArray, backbone: str, seed: int) -> bool:
    """As `is_flip_sensitive`, for features that may hold one view only: some of the pictures are read once more, and
    looked at together with their mirror images. Raises BackboneError."""
    if features.vectors.shape[1] > 1:
        return is_flip_sensitive(features, groups, seed)
    sample = stratified_sample(features.targets, _MAX_READ, seed)
    group_of = {features.entries[position]: groups[position] for position in sample}
    entries = tuple(group_of)
    viewed = extract(Dataset(entries), backbone, 2, lambda done, total: None, keep=False)
    return is_flip_sensitive(viewed, np.array([group_of[entry] for entry in viewed.entries], np.int32), seed)


def is_flip_sensitive(features: Features, groups: IntArray, seed: int) -> bool:
    """Whether a mirror image of a picture is something else. A head learns from the pictures as they are; where it
    recognises held-out ones as they are but not their mirror images, left and right matter. False where the features
    hold one view only, or there is too little to tell."""
    if features.vectors.shape[1] < 2:
        return False
    sample = stratified_sample(features.targets, _MAX_PICTURES, seed).astype(np.int32)
    folds = stratified_group_folds(features.targets[sample], groups[sample], seed)
    test, train = sample[folds == 0], sample[folds != 0]
    if not len(test) or len(np.unique(features.targets[train])) < len(features.labels):
        return False
    (head,) = logistic_regression.fit_path_on_views(
        features.vectors, train, 1, features.targets, len(features.labels), (_C,)
    )
    right = [head.logits(features.vectors[test, view]).argmax(axis=1) == features.targets[test] for view in range(2)]
    loss = right[0].astype(float) - right[1]  # 1: only the mirror image is mistaken, -1: only the picture
    return bool(loss.mean() > max(_MIN_LOSS, _MIN_DEVIATIONS * loss.std() / len(loss) ** 0.5))
