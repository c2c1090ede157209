"""The report on a model: what its held-out pictures said."""

from __future__ import annotations

import math

import numpy as np

from core.learning.calibrate import calibration_error, log_probabilities
from core.model.model import FloatArray, IntArray, Method, Report, Score


def score(right: int, total: int) -> Score:
    """A share of right answers with its 95 % interval (Wilson 1927, "Probable inference", the score interval)."""
    if not total:
        return Score(0, 0, 0.0, 1.0)
    z = 1.959964
    share, z2 = right / total, z * z
    centre = (share + z2 / (2 * total)) / (1 + z2 / total)
    half_width = z / (1 + z2 / total) * math.sqrt(share * (1 - share) / total + z2 / (4 * total * total))
    return Score(right, total, max(0.0, centre - half_width), min(1.0, centre + half_width))


def report(method: Method, logits: FloatArray, temperature: float, targets: IntArray, example: IntArray) -> Report:
    """The report on held-out pictures: their logits (n, classes) from heads that had not learned from them, the
    positions of their labels (n,), and their positions in the examples (n,)."""
    classes = logits.shape[1]
    probabilities = np.exp(log_probabilities(logits / np.float32(temperature)))
    answer = probabilities.argmax(axis=1).astype(np.int32)
    confidence = probabilities[np.arange(len(answer)), answer].astype(np.float32)
    confusion = np.zeros((classes, classes), np.int32)
    np.add.at(confusion, (targets, answer), 1)
    right = answer == targets
    return Report(
        method=method,
        score=score(int(right.sum()), len(right)),
        per_class=tuple(score(int(confusion[k, k]), int(confusion[k].sum())) for k in range(classes)),
        confusion=confusion,
        calibration_error=calibration_error(confidence, right),
        example=example.astype(np.int32),
        answer=answer,
        probability=confidence,
    )
