"""Which pictures are learned from and which are tested on; groups of near-duplicates are never divided."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from core.learning.features import Features
from core.model.model import IntArray, Method

FOLDS = 5
MIN_HELD_OUT = 30  # pictures: a class with fewer is tested by cross-validation, whatever it costs
# Pictures: up to so many all are tested, each by a head that has not seen it; above, one in five.
MAX_CROSS_VALIDATED = 3_000


@dataclass(frozen=True)
class Plan:
    """Which pictures are tested, each by a head that learned from none of its fold, and which the model learns from."""

    method: Method
    folds: IntArray  # (n,) the fold in which a picture is tested; -1: never
    final: IntArray  # positions of the pictures that the model itself learns from


def plan_split(features: Features, groups: IntArray, seed: int) -> Plan:
    """The source's own test (or else validation) pictures where it has some, and the model does not learn from them;
    else all pictures by cross-validation, or one in five of many. Where the source leaves a class nothing to learn
    from, its split is not used."""
    splits = np.array([entry.split or "train" for entry in features.entries])
    everything = np.arange(len(splits), dtype=np.int32)
    for name in ("test", "validation"):
        held_out = splits == name
        if held_out.any() and len(np.unique(features.targets[~held_out])) == len(features.labels):
            return Plan("own split", np.where(held_out, 0, -1).astype(np.int32), everything[~held_out])
    folds = stratified_group_folds(features.targets, groups, seed)
    small = np.bincount(features.targets).min() < MIN_HELD_OUT
    if small or len(splits) <= MAX_CROSS_VALIDATED:
        return Plan("cross-validation", folds, everything)
    return Plan("held out", np.where(folds == 0, 0, -1).astype(np.int32), everything)


def stratified_group_folds(targets: IntArray, groups: IntArray, seed: int, folds: int = FOLDS) -> IntArray:
    """(n,) int32, the fold in which each picture is tested, 0..folds-1, as scikit-learn's StratifiedGroupKFold: groups
    stay whole and every class is spread as evenly as they allow, largest groups first. -1 for a class that is a single
    group: tested apart from it, nothing would be left to learn it from."""
    generator = np.random.default_rng(seed)
    groups = np.unique(groups, return_inverse=True)[1].astype(np.int32)
    classes, count = int(targets.max()) + 1, int(groups.max()) + 1
    members: list[list[int]] = [[] for _ in range(count)]
    for picture, group in enumerate(groups.tolist()):
        members[group].append(picture)
    groups_of_class = np.zeros(classes, int)
    for rows in members:
        groups_of_class[np.unique(targets[rows])] += 1
    order = generator.permutation(count)
    order = order[np.argsort([-len(members[group]) for group in order], kind="stable")]
    class_sizes = np.zeros((classes, folds))  # pictures of a class in a fold
    fold_sizes = np.zeros(folds)
    fold_of = np.full(len(targets), -1, np.int32)
    for group in order:
        rows = members[group]
        present = np.unique(targets[rows])
        if (groups_of_class[present] < 2).any():
            continue
        fold = int(np.lexsort((generator.random(folds), fold_sizes, class_sizes[present].sum(axis=0)))[0])
        fold_of[rows] = fold
        class_sizes[:, fold] += np.bincount(targets[rows], minlength=classes)
        fold_sizes[fold] += len(rows)
    return fold_of


def stratified_sample(targets: IntArray, count: int, seed: int) -> IntArray:
    """Positions of about `count` pictures, int32 in rising order: of every class equally many, or all that it has."""
    order = np.random.default_rng(seed).permutation(len(targets))
    order = order[np.argsort(targets[order], kind="stable")]  # class by class, mixed within
    starts = np.searchsorted(targets[order], targets[order])
    rank = np.arange(len(order)) - starts
    return np.sort(order[np.argsort(rank, kind="stable")[:count]]).astype(np.int32)
