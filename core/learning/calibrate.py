"""Calibration: the temperature of a head, the threshold of "not sure", and how far probabilities are off."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from core.learning.minimise import golden_section
from core.model.model import FloatArray, IntArray

SURE_RECALL = 0.95  # share of the right answers that stay "sure"
LOWEST_THRESHOLD, HIGHEST_THRESHOLD = 0.5, 0.9  # below one half an answer is more likely wrong than right
BINS = 15  # of the expected calibration error, as in Guo et al. 2017
_PRIOR = 20  # pictures: the weight of a normal prior on log T, with variance 1
# A head that learned from all pictures is surer, and rightly so, than the tested ones, which learned from a part: the
# mean of the prior is minus this share of the pictures a class. On six sets, 2, 3 and 5 pictures a class have a
# calibration error of 0.10, 0.09 and 0.07 by it instead of 0.19, 0.11 and 0.08; from 10 on it makes no difference.
_REFIT_SURER = 1.5


def log_probabilities(logits: FloatArray) -> FloatArray:
    """(n, classes) -> the same shape, log of the softmax."""
    shifted = logits - logits.max(axis=1, keepdims=True)
    return np.asarray(shifted - np.log(np.exp(shifted).sum(axis=1, keepdims=True)), np.float32)


def cross_entropy(logits: FloatArray, targets: IntArray) -> float:
    """Mean of -log p(label), in nats."""
    return float(-log_probabilities(logits)[np.arange(len(targets)), targets].mean())


def temperature(logits: FloatArray, targets: IntArray, *, refitted: bool = False) -> float:
    """The temperature with the lowest cross-entropy on held-out logits (n, classes) (Guo et al. 2017, section 4.2),
    drawn towards 1 where there are few pictures, or lower where the head whose temperature it is was `refitted` to all
    of them, and the logits are from others that were fitted on parts. 1 where there are none."""
    if not len(targets):
        return 1.0
    pictures_a_class = len(targets) / len(np.unique(targets))
    expected = -_REFIT_SURER / max(pictures_a_class, 2) if refitted else 0.0

    def loss(log_temperature: float) -> float:
        mean = cross_entropy(logits / np.float32(np.exp(log_temperature)), targets)
        return mean * len(targets) + _PRIOR * (log_temperature - expected) ** 2 / 2

    return float(np.exp(golden_section(loss, -2.5, 2.5, 1e-3)))


def threshold(probabilities: FloatArray, right: NDArray[np.bool_]) -> float:
    """Below this best probability an answer is "not sure": the highest that `SURE_RECALL` of the right answers reach,
    from `LOWEST_THRESHOLD` to `HIGHEST_THRESHOLD`. `probabilities` (n,) are those of the answers, `right` (n,) says
    which are."""
    if not right.any():
        return LOWEST_THRESHOLD
    quantile = float(np.quantile(probabilities[right], 1 - SURE_RECALL))
    return float(np.clip(quantile, LOWEST_THRESHOLD, HIGHEST_THRESHOLD))


def calibration_error(probabilities: FloatArray, right: NDArray[np.bool_]) -> float:
    """Expected calibration error (Guo et al. 2017, equation 3), 0..1: over `BINS` equal bins, the mean distance of
    confidence from accuracy. `probabilities` and `right` are as in `threshold`; 0 where there are none."""
    if not len(right):
        return 0.0
    bins = np.minimum((probabilities * BINS).astype(int), BINS - 1)
    counts = np.bincount(bins, minlength=BINS)
    gaps = np.abs(np.bincount(bins, right, BINS) - np.bincount(bins, probabilities, BINS))
    return float(gaps[counts > 0].sum() / len(right))
