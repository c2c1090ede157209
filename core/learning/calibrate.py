"""Probabilities that mean what they say."""

from __future__ import annotations

import numpy as np

from core.learning.minimise import golden_section
from core.model.model import FloatArray, IntArray

SURE_SHARE = 0.95  # of the right answers stay "sure"
LOWEST_THRESHOLD, HIGHEST_THRESHOLD = 0.5, 0.9  # below one half an answer is more likely wrong than right
BINS = 15  # of the expected calibration error, as in Guo et al. 2017
_PRIOR = 20  # pictures: how many would have to speak against a temperature of 1 as loudly as the prior speaks for it


def log_probabilities(logits: FloatArray) -> FloatArray:
    """(n, classes) -> the same shape, log of the softmax."""
    shifted = logits - logits.max(axis=1, keepdims=True)
    return np.asarray(shifted - np.log(np.exp(shifted).sum(axis=1, keepdims=True)), np.float32)


def cross_entropy(logits: FloatArray, targets: IntArray) -> float:
    """Mean of -log p(label), in nats."""
    return float(-log_probabilities(logits)[np.arange(len(targets)), targets].mean())


def temperature(logits: FloatArray, targets: IntArray) -> float:
    """The temperature that makes out-of-fold logits (n, classes) most probable (Guo et al. 2017, section 4.2), drawn
    towards 1 where there are few pictures. 1 where there are none."""
    if not len(targets):
        return 1.0

    def loss(log_temperature: float) -> float:
        fit = cross_entropy(logits / np.float32(np.exp(log_temperature)), targets)
        return fit * len(targets) + _PRIOR * log_temperature**2 / 2

    return float(np.exp(golden_section(loss, -2.5, 2.5, 1e-3)))


def threshold(probabilities: FloatArray, right: np.ndarray) -> float:
    """Below this best probability an answer is "not sure": as high as keeps `SURE_SHARE` of the right answers."""
    if not right.any():
        return LOWEST_THRESHOLD
    kept = float(np.quantile(probabilities[right], 1 - SURE_SHARE))
    return float(np.clip(kept, LOWEST_THRESHOLD, HIGHEST_THRESHOLD))


def calibration_error(probabilities: FloatArray, right: np.ndarray) -> float:
    """Expected calibration error: over `BINS` equal bins, the mean distance of probability from share of right
    answers."""
    if not len(right):
        return 0.0
    bins = np.minimum((probabilities * BINS).astype(int), BINS - 1)
    counts = np.bincount(bins, minlength=BINS)
    gaps = np.abs(np.bincount(bins, right, BINS) - np.bincount(bins, probabilities, BINS))
    return float(gaps[counts > 0].sum() / len(right))
