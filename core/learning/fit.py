"""The head: multinomial logistic regression on standardised feature vectors, fitted by L-BFGS."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize

from core.model.model import FloatArray, IntArray

STRENGTHS = (3e-4, 1e-3, 3e-3, 1e-2, 3e-2)  # candidates for C, on standardised features
_CHUNK = 2048  # rows brought to float32 at a time: bounds memory, and BLAS is no faster with more
_ITERATIONS = 200
_TOLERANCE = 1e-3  # of the gradient, as a share of what it is at zero: more digits change no answer


@dataclass(frozen=True)
class Linear:
    """logits = vectors @ weights + bias."""

    weights: FloatArray  # (features, classes)
    bias: FloatArray  # (classes,)

    def logits(self, vectors: NDArray[Any]) -> FloatArray:
        """(n, features) of any float type -> (n, classes) float32, in chunks."""
        found = np.empty((len(vectors), len(self.bias)), np.float32)
        for start in range(0, len(vectors), _CHUNK):
            found[start : start + _CHUNK] = np.asarray(vectors[start : start + _CHUNK], np.float32) @ self.weights
        return found + self.bias


def balanced(targets: IntArray, classes: int) -> FloatArray:
    """(n,) weights with which every class counts the same; their mean is 1 (King and Zeng 2001)."""
    counts = np.bincount(targets, minlength=classes)
    present = max(1, np.count_nonzero(counts))
    return (len(targets) / (present * np.maximum(counts, 1)))[targets].astype(np.float32)


def path(vectors: NDArray[Any], rows: IntArray, targets: IntArray, classes: int, strengths: tuple[float, ...]) -> list[Linear]:
    """One head for each of `strengths` (C, rising), fitted on some rows of (n, features) `vectors`; `targets` (m,) belong
    to the rows. Each fit starts from the one before. The penalty is on the weights of the standardised features."""
    mean, deviation = _moments(vectors, rows)
    features = vectors.shape[1]
    if len(rows) < features:  # the rows span fewer directions than there are features: fit in their span, the fit is the same
        standard = (np.asarray(vectors[rows], np.float32) - mean) / deviation
        basis, _ = np.linalg.qr(standard.T)
        fitted = _fits(_Dense(standard @ basis), targets, classes, strengths)
        fitted = [(basis @ weights, bias) for weights, bias in fitted]
    else:
        fitted = _fits(_Chunked(vectors, rows, mean, deviation), targets, classes, strengths)
    return [_unstandardised(weights, bias, mean, deviation) for weights, bias in fitted]


class _Dense:
    """Rows in memory."""

    def __init__(self, rows: FloatArray) -> None:
        self.shape = rows.shape
        self._rows = rows

    def __iter__(self) -> Any:
        yield slice(None), self._rows


class _Chunked:
    """Rows gathered and standardised a chunk at a time, so that no second copy of all vectors is ever made."""

    def __init__(self, vectors: NDArray[Any], rows: IntArray, mean: FloatArray, deviation: FloatArray) -> None:
        self.shape = (len(rows), vectors.shape[1])
        self._vectors, self._rows, self._mean, self._deviation = vectors, rows, mean, deviation

    def __iter__(self) -> Any:
        for start in range(0, len(self._rows), _CHUNK):
            chunk = np.asarray(self._vectors[self._rows[start : start + _CHUNK]], np.float32)
            chunk -= self._mean
            chunk /= self._deviation
            yield slice(start, start + len(chunk)), chunk


def _moments(vectors: NDArray[Any], rows: IntArray) -> tuple[FloatArray, FloatArray]:
    total = np.zeros(vectors.shape[1])
    squares = np.zeros(vectors.shape[1])
    for start in range(0, len(rows), _CHUNK):
        chunk = np.asarray(vectors[rows[start : start + _CHUNK]], np.float32)
        total += chunk.sum(axis=0, dtype=np.float64)
        squares += np.einsum("ij,ij->j", chunk, chunk, dtype=np.float64)
    mean = total / len(rows)
    deviation = np.sqrt(np.maximum(squares / len(rows) - mean**2, 0))
    deviation[deviation < 1e-4] = 1.0  # a feature that never changes says nothing; it must not blow up either
    return mean.astype(np.float32), deviation.astype(np.float32)


def _fits(
    rows: _Dense | _Chunked, targets: IntArray, classes: int, strengths: tuple[float, ...]
) -> list[tuple[FloatArray, FloatArray]]:
    count, features = rows.shape
    weights_of_rows = balanced(targets, classes)
    size = features * classes

    def loss(parameters: NDArray[np.float64], strength: float) -> tuple[float, NDArray[np.float64]]:
        """Mean weighted cross-entropy plus |weights|² / (2 C n), and its gradient."""
        weights = parameters[:size].reshape(features, classes).astype(np.float32)
        bias = parameters[size:].astype(np.float32)
        value, slope, slope_bias = 0.0, np.zeros_like(weights), np.zeros(classes)
        for part, chunk in rows:
            logits = chunk @ weights + bias
            logits -= logits.max(axis=1, keepdims=True)
            wanted, importance = targets[part], weights_of_rows[part]
            at = np.arange(len(chunk)), wanted
            chosen = logits[at]
            np.exp(logits, out=logits)
            sums = logits.sum(axis=1, keepdims=True)
            value += float(((np.log(sums[:, 0]) - chosen) * importance).sum(dtype=np.float64))
            logits /= sums
            logits[at] -= 1
            logits *= importance[:, None]
            slope += chunk.T @ logits
            slope_bias += logits.sum(axis=0, dtype=np.float64)
        penalty = 1 / (strength * count)
        value = value / count + penalty / 2 * float(np.vdot(weights, weights))
        slope = slope / count + penalty * weights
        return value, np.concatenate([slope.ravel().astype(np.float64), slope_bias / count])

    found = []
    parameters = np.zeros(size + classes)
    tolerance = _TOLERANCE * float(np.abs(loss(parameters, 1.0)[1]).max())
    for strength in strengths:
        options = {"maxiter": _ITERATIONS, "gtol": tolerance, "ftol": 1e-7, "maxcor": 10}
        parameters = minimize(loss, parameters, (strength,), "L-BFGS-B", jac=True, options=options).x
        weights = parameters[:size].reshape(features, classes).astype(np.float32)
        found.append((weights, parameters[size:].astype(np.float32)))
    return found


def _unstandardised(weights: FloatArray, bias: FloatArray, mean: FloatArray, deviation: FloatArray) -> Linear:
    scaled = weights / deviation[:, None]
    return Linear(scaled, bias - mean @ scaled)
