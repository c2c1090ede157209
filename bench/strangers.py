"""How many pictures of other sets a model takes for nothing like what it was taught: all pairs of the sets."""

from __future__ import annotations

from pathlib import Path
from statistics import fmean

import numpy as np

from bench.accuracy import SETS, splits
from bench.measure import Line
from core.learning.near_duplicates import group_near_duplicates
from core.learning.out_of_distribution import ID_RECALL, fit_ood_detector
from core.pictures import archive

_REFUSED_SHARE = 0.9  # the goal
_SEED = 0


def lines(shared: Path) -> list[Line]:
    """What is kept of each set's own held-out pictures, and refused of the other sets'."""
    looked = {name: splits(archive.find([shared / "data" / "classification" / f"{name}.zip"])) for name in SETS}
    kept, refused = [], []
    for name, (features, masks) in looked.items():
        held, vectors = masks[_SEED], np.asarray(features.vectors[:, 0], np.float32)
        groups = group_near_duplicates(features.entries, vectors, features.perceptual_hashes)
        rule = fit_ood_detector(vectors[~held], features.targets[~held], groups[~held], _SEED)
        kept.append(fmean(rule.is_in_distribution(vector) for vector in vectors[held]))
        for other, (strange, _) in looked.items():
            if other != name:
                others = np.asarray(strange.vectors[:, 0], np.float32)
                refused.append(fmean(not rule.is_in_distribution(vector) for vector in others))
    pairs = f"{len(refused)} pairs of sets, the worst {min(refused):.3f}"
    return [
        Line("kept as familiar: held-out pictures of what was taught", f"{fmean(kept):.3f}", f"{ID_RECALL:.2f}", ""),
        Line(f"refused as strange: {pairs}", f"{fmean(refused):.3f}", f"{_REFUSED_SHARE:.2f}", ""),
    ]
