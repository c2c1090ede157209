"""Lines that lead from one network's features to those of another that is nearly the same, feature by feature."""

from __future__ import annotations

from dataclasses import replace

from core.model.model import FloatArray, Head

_SHRINKAGE = 0.01  # of the mean variance: a feature that hardly varies keeps a slope of 1


def feature_lines(x: FloatArray, y: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Slopes and offsets (features,) with which `x * slope + offset` is nearest to `y`, both (pictures, features) of
    the same pictures: least squares, the slopes drawn to 1."""
    variance, covariance = x.var(axis=0), ((x - x.mean(axis=0)) * (y - y.mean(axis=0))).mean(axis=0)
    shrunk = _SHRINKAGE * float(variance.mean()) + 1e-9
    slope = (covariance + shrunk) / (variance + shrunk)
    return slope, y.mean(axis=0) - slope * x.mean(axis=0)


def moved(head: Head, slope: FloatArray, offset: FloatArray) -> Head:
    """The head for features x that the lines lead to those it was fitted on."""
    return replace(head, weights=head.weights * slope[:, None], bias=head.bias + offset @ head.weights)
