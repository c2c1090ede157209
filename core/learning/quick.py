"""The quick recipe: a head on frozen features, its C chosen by cross-validation, tested by nested cross-validation."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from functools import partial
from typing import Any

import numpy as np
from numpy.typing import NDArray

from core.backbones import card
from core.learning import calibrate
from core.learning.features import Features
from core.learning.flip_sensitivity import is_flip_sensitive
from core.learning.logistic_regression import C_CANDIDATES, Linear, fit_path_on_views
from core.learning.out_of_distribution import fit_ood_detector
from core.learning.recipe import Fitted, Lesson
from core.learning.split import MAX_CROSS_VALIDATED, Plan, stratified_group_folds, stratified_sample
from core.machine import cores
from core.model.model import FloatArray, Head, IntArray, OutOfDistributionDetector

_OnProgress = Callable[[int, int], None]  # (done, total)
_FITS_BYTES = 96 * 2**20  # of standardised features in fits at the same time: 3,000 pictures take 31 MB in each


def fit(lesson: Lesson) -> Fitted:
    """A head on the lesson's features, calibrated on the logits of its test pictures."""
    features, clock = lesson.features, lesson.clock
    head, test, logits = learn(
        features, lesson.groups, lesson.plan, lesson.settings.seed, partial(clock.update, "learn")
    )
    clock.update("test", 0, len(test))
    refitted = lesson.plan.method == "cross-validation"
    head = replace(head, temperature=calibrate.temperature(logits, features.targets[test], refitted=refitted))
    ood_detector = frozen_ood_detector(lesson)
    clock.update("test", len(test), len(test))
    return Fitted(
        backbone=lesson.settings.backbone,
        head=head,
        vectors=features.vectors[:, 0],
        test=test,
        logits=logits,
        method=lesson.plan.method,
        ood_detector=ood_detector,
    )


def frozen_ood_detector(lesson: Lesson) -> OutOfDistributionDetector:
    """The detector on the features of the frozen network, or of the first one where several are joined: no lesson tunes
    it, and it is enough."""
    network = card(lesson.settings.backbone)
    first = card(network.parts[0]) if network.parts else network
    vectors: NDArray[Any] = lesson.features.vectors[:, 0, : first.features]
    return fit_ood_detector(vectors, lesson.features.targets, lesson.groups, lesson.settings.seed)


def learn(
    features: Features, groups: IntArray, plan: Plan, seed: int, on_progress: _OnProgress
) -> tuple[Head, IntArray, FloatArray]:
    """The head, with a temperature of 1, the positions of the test pictures, and their logits (tested, classes) from
    heads that were fitted on no picture of their fold. `on_progress` is called with the pictures fitted on, counted
    once for every fit, and their total."""
    views = 1 if is_flip_sensitive(features, groups, seed) else features.vectors.shape[1]
    fits = _Fits(features, views, on_progress)
    count = len(features.targets)
    everything = np.arange(count, dtype=np.int32)
    test = np.flatnonzero(plan.folds >= 0).astype(np.int32)
    if plan.method == "cross-validation" and count <= MAX_CROSS_VALIDATED:
        fits.expect(_fitted_on(plan.folds, C_CANDIDATES) + count * len(C_CANDIDATES))
        candidates = fits.out_of_fold(everything, plan.folds, C_CANDIDATES)[:, test]
        best = _best(candidates, features.targets[test])
        logits = _nested(candidates, features.targets[test], plan.folds[test])
    else:  # C is chosen on a sample, or apart from the source's own test pictures
        pool = everything if plan.method == "cross-validation" else np.flatnonzero(plan.folds < 0)
        sample = pool[stratified_sample(features.targets[pool], MAX_CROSS_VALIDATED, seed)].astype(np.int32)
        folds = stratified_group_folds(features.targets[sample], groups[sample], seed)
        own_split = plan.method == "own split"
        tests = 0 if own_split else _fitted_on(plan.folds, C_CANDIDATES[:1])
        fits.expect(_fitted_on(folds, C_CANDIDATES) + tests + len(plan.final))
        candidates = fits.out_of_fold(sample, folds, C_CANDIDATES)[:, folds >= 0]
        best = _best(candidates, features.targets[sample[folds >= 0]])
        if own_split:  # the head that is kept is the one that is tested
            head = fits.last(plan.final, _path_to(best, count))
            return _head(head), test, head.logits(features.vectors[test, 0])
        logits = fits.out_of_fold(everything, plan.folds, (C_CANDIDATES[best],))[0, test]
    return _head(fits.last(plan.final, _path_to(best, count))), test, logits


class _Fits:
    """Fits heads on some of the pictures, and counts them for the progress."""

    def __init__(self, features: Features, views: int, on_progress: _OnProgress) -> None:
        """On the first so many views of each picture."""
        self._vectors, self._views = features.vectors, views
        self._targets = features.targets
        self._classes = len(features.labels)
        self._on_progress = on_progress
        self._done = self._total = 0

    def expect(self, total: int) -> None:
        """How many pictures will be fitted on, counted once for every fit."""
        self._total = total
        self._on_progress(0, total)

    def path(self, pictures: IntArray, Cs: tuple[float, ...]) -> list[Linear]:
        """The regularisation path on some pictures, a head for each C."""
        heads = self._fit(pictures, Cs)
        self._count(pictures, Cs)
        return heads

    def last(self, pictures: IntArray, Cs: tuple[float, ...]) -> Linear:
        """The head for the last of `Cs`; with it, everything that was expected is done."""
        head = self.path(pictures, Cs)[-1]
        self._on_progress(self._total, self._total)
        return head

    def out_of_fold(self, pictures: IntArray, folds: IntArray, Cs: tuple[float, ...]) -> FloatArray:
        """(Cs, pictures, classes) logits of every picture from heads that were fitted on none of its fold; 0 for those
        in fold -1, on which every head is fitted."""
        logits = np.zeros((len(Cs), len(pictures), self._classes), np.float32)
        parts = [pictures[folds != fold] for fold in range(folds.max() + 1)]
        # A lesson's linear algebra keeps to one core each, so that folds can be fitted side by side.
        with ThreadPoolExecutor(self._workers(len(pictures)), thread_name_prefix="fit") as pool:
            for fold, heads in enumerate(pool.map(lambda part: self._fit(part, Cs), parts)):
                held_out = pictures[folds == fold]
                for number, head in enumerate(heads):
                    logits[number, folds == fold] = head.logits(self._vectors[held_out, 0])
                self._count(parts[fold], Cs)
        return logits

    def _fit(self, pictures: IntArray, Cs: tuple[float, ...]) -> list[Linear]:
        return fit_path_on_views(self._vectors, pictures, self._views, self._targets, self._classes, Cs)

    def _count(self, pictures: IntArray, Cs: tuple[float, ...]) -> None:
        self._done = min(self._total, self._done + len(pictures) * len(Cs))
        self._on_progress(self._done, self._total)

    def _workers(self, pictures: int) -> int:
        """How many fits there may be at the same time: one a core, as far as memory allows."""
        fit_bytes = 4 * pictures * self._views * self._vectors.shape[2]
        return max(1, min(cores(), int(_FITS_BYTES // max(fit_bytes, 1))))


def _head(linear: Linear) -> Head:
    return Head(linear.weights, linear.bias, 1.0)


def _path_to(best: int, count: int) -> tuple[float, ...]:
    """The values of C to fit for the best one: a path is the faster way to it, but costs memory with many pictures."""
    return C_CANDIDATES[: best + 1] if count <= MAX_CROSS_VALIDATED else (C_CANDIDATES[best],)


def _fitted_on(folds: IntArray, Cs: tuple[float, ...]) -> int:
    """Pictures fitted on in a cross-validation, over all fits."""
    return sum(int((folds != fold).sum()) for fold in range(folds.max() + 1)) * len(Cs)


def _best(candidates: FloatArray, targets: IntArray) -> int:
    """The position of the C with the lowest calibrated cross-entropy of out-of-fold logits (Cs, n, classes)."""
    if not len(targets):
        return len(candidates) // 2
    losses = [
        calibrate.cross_entropy(logits / calibrate.temperature(logits, targets), targets) for logits in candidates
    ]
    return int(np.argmin(losses))


def _nested(candidates: FloatArray, targets: IntArray, folds: IntArray) -> FloatArray:
    """(n, classes) logits of each fold at the C that the other folds choose: nested cross-validation (Varma and Simon
    2006, "Bias in error estimation when using cross-validation for model selection")."""
    logits: FloatArray = np.empty_like(candidates[0])
    for fold in np.unique(folds):
        here = folds == fold
        logits[here] = candidates[_best(candidates[:, ~here], targets[~here]), here]
    return logits
