"""The share of pictures of other sets that a model takes for out-of-distribution: all pairs of the sets."""

from __future__ import annotations

from pathlib import Path
from statistics import fmean

import numpy as np

from bench.accuracy import BACKBONE, SETS, splits
from bench.measure import Line
from core.learning.features import final_vectors
from core.learning.near_duplicates import groups_of
from core.learning.out_of_distribution import ID_RECALL, fit_ood_detector
from core.pictures import archive

_REFUSED_SHARE = 0.9  # the goal
_SEED = 0


def lines(shared: Path) -> list[Line]:
    """Two lines: the share of each set's held-out pictures that is kept, and of the other sets' that is refused."""
    sets = {name: splits(archive.find([shared / "data" / "classification" / f"{name}.zip"])) for name in SETS}
    kept, refused = [], []
    for name, (features, masks) in sets.items():
        held, vectors = masks[_SEED], np.asarray(final_vectors(features, BACKBONE), np.float32)
        groups = groups_of(features, BACKBONE)
        detector = fit_ood_detector(vectors[~held], features.targets[~held], groups[~held], _SEED)
        kept.append(fmean(detector.is_in_distribution(vector) for vector in vectors[held]))
        for other, (other_features, _) in sets.items():
            if other != name:
                others = np.asarray(final_vectors(other_features, BACKBONE), np.float32)
                refused.append(fmean(not detector.is_in_distribution(vector) for vector in others))
    pairs = f"{len(refused)} pairs of sets, the worst {min(refused):.3f}"
    return [
        Line("kept as familiar: held-out pictures of what was taught", f"{fmean(kept):.3f}", f"{ID_RECALL:.2f}", ""),
        Line(f"refused as strange: {pairs}", f"{fmean(refused):.3f}", f"{_REFUSED_SHARE:.2f}", ""),
    ]
