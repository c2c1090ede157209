"""The quick way: a head on frozen features, its strength chosen by cross-validation."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from core.learning import calibrate, logistic_regression
from core.learning.features import Features
from core.learning.flip_sensitivity import is_flip_sensitive
from core.learning.split import MAX_CROSS_VALIDATED, Plan, stratified_group_folds, stratified_sample
from core.model.model import FloatArray, Head, IntArray

_Tell = Callable[[int, int], None]


def learn(
    features: Features, groups: IntArray, plan: Plan, seed: int, tell: _Tell
) -> tuple[Head, IntArray, FloatArray]:
    """The head (its temperature still 1), the positions of the tested pictures, and their logits (tested, classes) from
    heads that learned from no picture of their fold. `tell` hears (done, total) in pictures learned from, over all
    fits."""
    epochs = _Rounds(features, 1 if is_flip_sensitive(features, groups, seed) else features.vectors.shape[1], tell)
    count = len(features.targets)
    everything = np.arange(count, dtype=np.int32)
    tested = np.flatnonzero(plan.folds >= 0).astype(np.int32)
    targets = features.targets[tested]
    if plan.method == "cross-validation" and count <= MAX_CROSS_VALIDATED:
        epochs.expect(
            _cost(plan.folds, len(logistic_regression.C_CANDIDATES)) + count * len(logistic_regression.C_CANDIDATES)
        )
        every = epochs.held_out(everything, plan.folds, logistic_regression.C_CANDIDATES)[:, tested]
        chosen = _best(every, targets)
        logits = _chosen_by_others(every, targets, plan.folds[tested])
    else:  # too many to fit with every strength: choose on some of those that every head may learn from
        free = everything if plan.method == "cross-validation" else np.flatnonzero(plan.folds < 0)
        sample = free[stratified_sample(features.targets[free], MAX_CROSS_VALIDATED, seed)].astype(np.int32)
        folds = stratified_group_folds(features.targets[sample], groups[sample], seed)
        last = _cost(plan.folds, 1) + len(plan.final)
        epochs.expect(_cost(folds, len(logistic_regression.C_CANDIDATES)) + last)
        trial = epochs.held_out(sample, folds, logistic_regression.C_CANDIDATES)[:, folds >= 0]
        chosen = _best(trial, features.targets[sample[folds >= 0]])
        logits = epochs.held_out(everything, plan.folds, (logistic_regression.C_CANDIDATES[chosen],))[0, tested]
    final = epochs.last(
        plan.final,
        logistic_regression.C_CANDIDATES[: chosen + 1]
        if count <= MAX_CROSS_VALIDATED
        else (logistic_regression.C_CANDIDATES[chosen],),
    )
    return Head(final[-1].weights, final[-1].bias, 1.0), tested, logits


class _Rounds:
    """Fits on parts of the features, counted."""

    def __init__(self, features: Features, views: int, tell: _Tell) -> None:
        """Pictures are learned from in so many of their views."""
        self._vectors, self._views = features.vectors, views
        self._targets = features.targets
        self._classes = len(features.labels)
        self._tell = tell
        self._done = self._total = 0

    def expect(self, total: int) -> None:
        """How many pictures will be learned from, counted once for every fit."""
        self._total = total
        self._tell(0, total)

    def fitted(self, pictures: IntArray, Cs: tuple[float, ...]) -> list[logistic_regression.Linear]:
        """One head for each strength, learned from the views of some pictures."""
        heads = logistic_regression.fit_path_on_views(
            self._vectors, pictures, self._views, self._targets, self._classes, Cs
        )
        self._done = min(self._total, self._done + len(pictures) * len(Cs))
        self._tell(self._done, self._total)
        return heads

    def last(self, pictures: IntArray, Cs: tuple[float, ...]) -> list[logistic_regression.Linear]:
        """As `fitted`, and with it all is done that was expected."""
        heads = self.fitted(pictures, Cs)
        self._tell(self._total, self._total)
        return heads

    def held_out(self, pictures: IntArray, folds: IntArray, Cs: tuple[float, ...]) -> FloatArray:
        """(strengths, pictures, classes) logits of every picture, from heads that learned from none of its fold; those
        of a picture in fold -1, which is always learned from, are 0."""
        logits = np.zeros((len(Cs), len(pictures), self._classes), np.float32)
        for fold in range(folds.max() + 1):
            held = pictures[folds == fold]
            heads = self.fitted(pictures[folds != fold], Cs)
            for number, head in enumerate(heads):
                logits[number, folds == fold] = head.logits(self._vectors[held, 0])
        return logits


def _cost(folds: IntArray, Cs: int) -> int:
    """Pictures learned from in one round over the folds, over all fits."""
    return sum(int((folds != fold).sum()) for fold in range(folds.max() + 1)) * Cs


def _best(logits: FloatArray, targets: IntArray) -> int:
    """Which strength's held-out logits (strengths, n, classes) say most of the labels."""
    if not len(targets):
        return len(logits) // 2
    return int(
        np.argmin([calibrate.cross_entropy(each / calibrate.temperature(each, targets), targets) for each in logits])
    )


def _chosen_by_others(logits: FloatArray, targets: IntArray, folds: IntArray) -> FloatArray:
    """(n, classes) each fold's logits at the strength that the other folds choose, so that no picture has a say in how
    it is tested."""
    found: FloatArray = np.empty_like(logits[0])
    for fold in np.unique(folds):
        here = folds == fold
        found[here] = logits[_best(logits[:, ~here], targets[~here]), here]
    return found
