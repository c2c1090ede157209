"""The quick recipe: a head on frozen features, tested by nested cross-validation.

Its C and how much intermediate levels count are found by cross-validation: candidates are weighed by their loss, and
the head is the mean of theirs.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from functools import partial
from itertools import product

import numpy as np

from core.backbones import card
from core.backbones.card import Block
from core.backbones.catalogue import feature_blocks
from core.learning import calibrate
from core.learning.features import Features, final_vectors
from core.learning.flip_sensitivity import is_flip_sensitive
from core.learning.logistic_regression import C_CANDIDATES, Linear, fit_path_on_views
from core.learning.out_of_distribution import fit_ood_detector
from core.learning.recipe import FEW_PICTURES, Fitted, Lesson
from core.learning.split import MAX_CROSS_VALIDATED, Plan, stratified_group_folds, stratified_sample
from core.machine import cores
from core.model.model import FloatArray, Head, IntArray, OutOfDistributionDetector

_OnProgress = Callable[[int, int], None]  # (done, total)
_Candidate = tuple[float, float]  # (weight of the levels, C)
_FITS_BYTES = 40 * 2**20  # of standardised features and their Gram matrices in fits at the same time
# Candidates for the weight of intermediate levels beside the final features, both standardised.
LEVEL_WEIGHTS = (0.0, 0.5, 1.0, 1.5)
_MAX_WEIGHED = 1_000  # pictures that the weight is chosen on
_LOSS_SCALE = 0.1  # a candidate whose loss is by this share above the best's counts 1/e of it
_LEAST_LOSS = 0.01  # nats: of things that are never mixed up, losses are as good as the same
_LEAST_WEIGHT = 0.02  # with less, a candidate is not worth its fit


@dataclass(frozen=True)
class Learned:
    """What `learn` gives."""

    head: Head  # with a temperature of 1
    level_weight: float  # of the intermediate levels in its fit
    test: IntArray  # (tested,) positions of the test pictures
    logits: FloatArray  # (tested, classes) of them, from heads that learned from none of their fold


def fit(lesson: Lesson) -> Fitted:
    """A head on the lesson's features, calibrated on the logits of its test pictures."""
    features, clock = lesson.features, lesson.clock
    learned = learn(
        features,
        feature_blocks(card(lesson.settings.backbone)),
        lesson.groups,
        lesson.plan,
        lesson.settings.seed,
        partial(clock.update, "learn"),
    )
    test = learned.test
    clock.update("test", 0, len(test))
    refitted = lesson.plan.method == "cross-validation"
    temperature = calibrate.temperature(learned.logits, features.targets[test], refitted=refitted)
    ood_detector = frozen_ood_detector(lesson)
    clock.update("test", len(test), len(test))
    return Fitted(
        backbone=lesson.settings.backbone,
        head=replace(learned.head, temperature=temperature),
        level_weight=learned.level_weight,
        vectors=features.vectors[:, 0],
        test=test,
        logits=learned.logits,
        method=lesson.plan.method,
        ood_detector=ood_detector,
    )


def frozen_ood_detector(lesson: Lesson) -> OutOfDistributionDetector:
    """The detector on the final features of the frozen network, or of the first one where several are joined: no lesson
    tunes it, and it is enough."""
    vectors = final_vectors(lesson.features, lesson.settings.backbone)
    return fit_ood_detector(vectors, lesson.features.targets, lesson.groups, lesson.settings.seed)


def learn(
    features: Features, blocks: tuple[Block, ...], groups: IntArray, plan: Plan, seed: int, on_progress: _OnProgress
) -> Learned:
    """The head, and logits of the test pictures from heads that were fitted on no picture of their fold. `blocks` are
    those of the feature vectors. C and the weight of the intermediate levels are found by cross-validation; where
    pictures are few, the levels only hurt, and are left out. `on_progress` is called with the pictures fitted on,
    counted once for every fit, and their total."""
    views = 1 if is_flip_sensitive(features, groups, seed) else features.vectors.shape[1]
    fits = _Fits(features, blocks, views, on_progress)
    targets, count = features.targets, len(features.targets)
    everything = np.arange(count, dtype=np.int32)
    test = np.flatnonzero(plan.folds >= 0).astype(np.int32)
    pool = everything if plan.method == "cross-validation" else np.flatnonzero(plan.folds < 0)

    def sampled(most: int) -> tuple[IntArray, IntArray]:
        sample = pool[stratified_sample(targets[pool], most, seed)].astype(np.int32)
        return sample, stratified_group_folds(targets[sample], groups[sample], seed)

    level_weights = _level_weights(blocks, count, len(features.labels))
    if len(level_weights) > 1 and len(pool) > _MAX_WEIGHED:  # on fewer pictures than C, as it takes more fits
        sample, folds = sampled(_MAX_WEIGHED)
        candidates = list(product(level_weights, C_CANDIDATES))
        fits.expect(_fitted_on(folds, len(candidates)) + 2 * count * len(C_CANDIDATES))
        logits = fits.out_of_fold(sample, folds, level_weights, C_CANDIDATES)[:, folds >= 0]
        weights, _ = weigh(logits, targets[sample[folds >= 0]])
        level_weights = (candidates[int(weights.argmax())][0],)
    # Candidates are weighed by all test pictures, or on a sample; apart from the test pictures that the source has.
    own_split = plan.method == "own split"
    all_tested = plan.method == "cross-validation" and count <= MAX_CROSS_VALIDATED
    averaged = all_tested or (own_split and len(plan.final) <= MAX_CROSS_VALIDATED)
    sample, folds = (everything, plan.folds) if all_tested else sampled(MAX_CROSS_VALIDATED)
    candidates = list(product(level_weights, C_CANDIDATES))
    tests = 0 if all_tested or own_split else _fitted_on(plan.folds, 1)
    fits.expect(_fitted_on(folds, len(candidates)) + tests + len(plan.final) * (len(candidates) if averaged else 1))
    logits = fits.out_of_fold(sample, folds, level_weights, C_CANDIDATES)[:, folds >= 0]
    weights, factors = weigh(logits, targets[sample[folds >= 0]])
    if not averaged:  # of so many pictures the best is known, and others would cost memory
        candidates = [candidates[int(weights.argmax())]]
        weights = factors = np.ones(1, np.float32)
    if all_tested:
        logits = _nested(logits, targets[test], plan.folds[test])
    elif not own_split:
        ((level_weight, C),) = candidates
        logits = fits.out_of_fold(everything, plan.folds, (level_weight,), (C,))[0, test]
    head = fits.last(plan.final, candidates, factors)
    if own_split:  # the head that is kept is the one that is tested
        logits = Linear(head.weights, head.bias).logits(features.vectors[test, 0])
    return Learned(head, float(weights @ [level_weight for level_weight, _ in candidates]), test, logits)


def _level_weights(blocks: tuple[Block, ...], pictures: int, classes: int) -> tuple[float, ...]:
    """Candidates for the weight of the levels."""
    if pictures < FEW_PICTURES * classes or not any(block.is_level for block in blocks):
        return (0.0,)
    return LEVEL_WEIGHTS


class _Fits:
    """Fits heads on some of the pictures, and counts them for the progress."""

    def __init__(self, features: Features, blocks: tuple[Block, ...], views: int, on_progress: _OnProgress) -> None:
        """On the first so many views of each picture."""
        self._vectors, self._blocks, self._views = features.vectors, blocks, views
        self._targets = features.targets
        self._classes = len(features.labels)
        self._on_progress = on_progress
        self._done = self._total = 0

    def expect(self, more: int) -> None:
        """How many more pictures will be fitted on, counted once for every fit."""
        self._total = self._done + more
        self._on_progress(self._done, self._total)

    def last(self, pictures: IntArray, candidates: list[_Candidate], factors: FloatArray) -> Head:
        """The sum of the candidates' heads, each times its factor, with a temperature of 1; with it, all that was
        expected is done."""
        linear = combined(partial(self._fit, pictures), candidates, factors, (self._vectors.shape[2], self._classes))
        self._on_progress(self._total, self._total)
        return Head(linear.weights, linear.bias, 1.0)

    def out_of_fold(
        self, pictures: IntArray, folds: IntArray, level_weights: tuple[float, ...], Cs: tuple[float, ...]
    ) -> FloatArray:
        """(candidates, pictures, classes) logits of every picture from heads that were fitted on none of its fold; 0
        for those in fold -1, on which every head is fitted."""
        candidates = len(level_weights) * len(Cs)
        logits = np.zeros((candidates, len(pictures), self._classes), np.float32)
        parts = [pictures[folds != fold] for fold in range(folds.max() + 1)]
        # A lesson's linear algebra keeps to one core each, so that folds can be fitted side by side.
        with ThreadPoolExecutor(self._workers(len(pictures)), thread_name_prefix="fit") as pool:
            for fold, heads in enumerate(pool.map(lambda part: self._fit(part, level_weights, Cs), parts)):
                held_out = pictures[folds == fold]
                for number, head in enumerate(heads):
                    logits[number, folds == fold] = head.logits(self._vectors[held_out, 0])
                self._done = min(self._total, self._done + len(parts[fold]) * candidates)
                self._on_progress(self._done, self._total)
        return logits

    def _fit(self, pictures: IntArray, level_weights: tuple[float, ...], Cs: tuple[float, ...]) -> list[Linear]:
        return fit_path_on_views(
            self._vectors, pictures, self._views, self._targets, self._classes, Cs, self._blocks, level_weights
        )

    def _workers(self, pictures: int) -> int:
        """How many fits there may be at the same time: one a core, as far as memory allows."""
        rows = pictures * self._views
        grams = 4 * min(rows, self._vectors.shape[2])  # of the rows, in float32 and float64, and what they are made of
        fit_bytes = 4 * rows * (self._vectors.shape[2] + grams)
        return max(1, min(cores(), int(_FITS_BYTES // max(fit_bytes, 1))))


def _fitted_on(folds: IntArray, candidates: int) -> int:
    """Pictures fitted on in a cross-validation of so many candidates, over all fits."""
    return sum(int((folds != fold).sum()) for fold in range(folds.max() + 1)) * candidates


def combined(
    fit: Callable[[tuple[float, ...], tuple[float, ...]], list[Linear]],
    candidates: Sequence[_Candidate],
    factors: FloatArray,
    shape: tuple[int, int],
) -> Linear:
    """The sum of the candidates' heads, (features, classes) of that shape, each times its factor; one whose factor is 0
    is not fitted. `fit` gives the path for weights of the levels and rising Cs."""
    weights, bias = np.zeros(shape, np.float32), np.zeros(shape[1], np.float32)
    wanted = {candidate: factor for candidate, factor in zip(candidates, factors.tolist(), strict=True) if factor}
    for level_weight in sorted({candidate[0] for candidate in wanted}):
        Cs = tuple(sorted(C for weight, C in wanted if weight == level_weight))
        for C, linear in zip(Cs, fit((level_weight,), Cs), strict=True):
            weights += wanted[level_weight, C] * linear.weights
            bias += wanted[level_weight, C] * linear.bias
    return Linear(weights, bias)


def weigh(candidates: FloatArray, targets: IntArray) -> tuple[FloatArray, FloatArray]:
    """(candidates,) weights, which add up to 1 and fall with the calibrated cross-entropy of the out-of-fold logits
    (candidates, n, classes), and (candidates,) factors: what the logits are multiplied by in their mean, the weights
    times what brings all to one temperature. All the same where nothing was tested.

    The mean of linear heads is a linear head, and does not hang on which is the best by chance (Breiman 1996, "Stacked
    regressions", weighs models by cross-validation too). On six sets it is worth 0.4 points."""
    if not len(targets):
        equal = np.full(len(candidates), 1 / len(candidates), np.float32)
        return equal, equal
    temperatures = np.array([calibrate.temperature(logits, targets) for logits in candidates])
    calibrated = zip(candidates, temperatures, strict=True)
    losses = np.array([calibrate.cross_entropy(logits / np.float32(T), targets) for logits, T in calibrated])
    weights = np.exp((losses.min() - losses) / (_LOSS_SCALE * max(float(losses.min()), _LEAST_LOSS)))
    weights[weights < _LEAST_WEIGHT * weights.sum()] = 0
    weights /= weights.sum()
    common = np.exp(weights @ np.log(temperatures))
    return weights.astype(np.float32), (weights * common / temperatures).astype(np.float32)


def _nested(candidates: FloatArray, targets: IntArray, folds: IntArray) -> FloatArray:
    """(n, classes) logits of each fold, from the candidates as the other folds weigh them: nested cross-validation
    (Varma and Simon 2006, "Bias in error estimation when using cross-validation for model selection")."""
    logits: FloatArray = np.empty_like(candidates[0])
    for fold in np.unique(folds):
        here = folds == fold
        _, factors = weigh(candidates[:, ~here], targets[~here])
        logits[here] = np.einsum("k,knc->nc", factors, candidates[:, here])
    return logits
