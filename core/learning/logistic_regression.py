"""The head: multinomial logistic regression on standardised feature vectors, fitted by L-BFGS."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np
from numpy.typing import NDArray

from core.backbones.card import Block
from core.learning.minimise import lbfgs
from core.model.model import FloatArray, IntArray

C_CANDIDATES = (3e-2, 1e-1, 3e-1)  # candidates for C, on standardised features: of more, the fits take longer
# How far each feature's variance is drawn to the mean of its block (a shrunk diagonal, Ledoit and Wolf 2004): of a few
# pictures, its own is mostly chance. On our sets 2, 5, 20 and all pictures a class gain 11, 5, 1 and 1 points by it.
_POOLED = 0.9
_CHUNK = 2048  # rows brought to float32 at a time: bounds memory, and BLAS is no faster with more
_IN_MEMORY = 8192  # rows: up to so many are kept as float32, which is faster
_ITERATIONS = 600
_JITTER = 2e-6  # of the norm of a Gram matrix, added to its diagonal: what float32 rounds, twice
_LEAST_WEIGHT = 1e-6  # of features that have no part in a head: their part is beyond float32's digits
# When a fit ends: no component of the gradient above this share of the largest at zero, or a step that gains less than
# this share of the loss. On five sets, none of 2,317 held-out answers is another than that of a fit 500 times tighter,
# and the probabilities are within 0.015; a fifth of this takes 1.6 times as long, and twice changes an answer.
_GRADIENT_TOLERANCE = 5e-5
_LOSS_TOLERANCE = 5e-8
# The same of a refit, which begins near its end: against a far tighter one (1e-7, 1e-11), the probabilities after four
# corrections of two models are the same to four digits, in a quarter to a half of the time.
_REFIT_GRADIENT_TOLERANCE, _REFIT_LOSS_TOLERANCE = 1e-4, 1e-7

_Residual = Callable[[slice, FloatArray], FloatArray]  # (which rows, their logits) -> slope of the loss in the logits


@dataclass(frozen=True)
class Linear:
    """logits = vectors @ weights + bias."""

    weights: FloatArray  # (features, classes)
    bias: FloatArray  # (classes,)

    def logits(self, vectors: NDArray[Any]) -> FloatArray:
        """(n, features) of any float type -> (n, classes) float32, in chunks."""
        logits = np.empty((len(vectors), len(self.bias)), np.float32)
        for start in range(0, len(vectors), _CHUNK):
            logits[start : start + _CHUNK] = np.asarray(vectors[start : start + _CHUNK], np.float32) @ self.weights
        logits += self.bias
        return logits


def balanced_sample_weight(targets: IntArray, classes: int) -> FloatArray:
    """(n,) weights with which every class counts the same; their mean is 1 (King and Zeng 2001)."""
    counts = np.bincount(targets, minlength=classes)
    present = max(1, np.count_nonzero(counts))
    weights: FloatArray = (len(targets) / (present * np.maximum(counts, 1))).astype(np.float32)
    return weights[targets]


def fit_path(
    vectors: NDArray[Any],
    rows: IntArray,
    targets: IntArray,
    classes: int,
    Cs: tuple[float, ...],
    blocks: tuple[Block, ...] = (),
    level_weights: tuple[float, ...] = (1.0,),
) -> list[Linear]:
    """The regularisation path: a head for each of `Cs` (rising), fitted with balanced classes on the `rows` of
    (n, features) `vectors`; `targets` (rows,) are theirs. The L2 penalty is on the weights of the standardised
    features. Each fit starts from the one before.

    `blocks` say which features belong to one map; standardised, those of intermediate levels are multiplied by a
    weight: the path for each of `level_weights`, one path after the other.

    >>> weak, strong = fit_path(vectors, np.arange(len(vectors), dtype=np.int32), targets, 3, (0.01, 0.1))
    """
    blocks = blocks or (Block(vectors.shape[1], is_level=False),)
    mean, deviation = _moments(vectors, rows, blocks)
    deviations = [deviation / _scale(blocks, weight) for weight in level_weights]
    if len(rows) <= min(vectors.shape[1], _IN_MEMORY):
        standard = _standardised(vectors, rows, mean, deviation)
        fits = _fits_in_span(standard, targets, classes, Cs, blocks, level_weights)
    else:
        sample_weight, fits = balanced_sample_weight(targets, classes), []
        for scaled in deviations:
            if len(rows) <= _IN_MEMORY:
                data: _Dense | _Chunked = _Dense(_standardised(vectors, rows, mean, scaled))
            else:
                data = _Chunked(vectors, rows, mean, scaled)
            fits += _fits(data, targets, classes, Cs, sample_weight)
    each = (scaled for scaled in deviations for _ in Cs)
    return [_unstandardised(*fit, mean, scaled) for fit, scaled in zip(fits, each, strict=True)]


def _fits_in_span(
    standard: FloatArray,
    targets: IntArray,
    classes: int,
    Cs: tuple[float, ...],
    blocks: tuple[Block, ...],
    level_weights: tuple[float, ...],
) -> list[tuple[FloatArray, FloatArray]]:
    """Weights and bias of each fit of `fit_path` on all `standard` rows, where these are fewer than the features; the
    weights are of the features times `_scale`.

    The solution lies in the rows' span (the representer theorem: Schölkopf et al. 2001, "A generalized representer
    theorem", theorem 1), in which there are fewer numbers to find. The rows' coordinates in an orthonormal basis of it
    are the Cholesky factor of their Gram matrix: a sum over the blocks, whose own are made once for all weights.
    """
    grams = np.zeros((2, len(standard), len(standard)), np.float32)  # of the final maps' features, and of the levels'
    ends = np.cumsum([block.width for block in blocks])
    for block, end in zip(blocks, ends, strict=True):
        part = standard[:, end - block.width : end]
        grams[int(block.is_level)] += part @ part.T
    sample_weight = balanced_sample_weight(targets, classes)
    solutions = []
    for weight in level_weights:
        gram = grams[0] + np.float32(weight) ** 2 * grams[1]
        gram[np.diag_indices_from(gram)] += _JITTER * np.linalg.norm(gram)
        coordinates = np.linalg.cholesky(gram.astype(np.float64)).astype(np.float32)
        fits = _fits(_Dense(coordinates), targets, classes, Cs, sample_weight)
        combined = np.linalg.solve(coordinates.T, np.concatenate([weights for weights, _ in fits], axis=1))
        weights = (standard.T @ combined) * _scale(blocks, weight)[:, None]
        biases = [bias for _, bias in fits]
        solutions += list(zip(np.split(weights, len(Cs), axis=1), biases, strict=True))
    return solutions


def _scale(blocks: tuple[Block, ...], level_weight: float) -> FloatArray:
    """(features,) what the standardised features are multiplied by: never quite 0, so that they can be divided by."""
    weights = [max(level_weight, _LEAST_WEIGHT) if block.is_level else 1.0 for block in blocks]
    return np.repeat(np.array(weights, np.float32), [block.width for block in blocks])


def fit_path_on_views(
    vectors: NDArray[Any],
    pictures: IntArray,
    views: int,
    targets: IntArray,
    classes: int,
    Cs: tuple[float, ...],
    blocks: tuple[Block, ...] = (),
    level_weights: tuple[float, ...] = (1.0,),
) -> list[Linear]:
    """As `fit_path`, fitted on the first so many views of some pictures; `vectors` are (n, views or more, features),
    `targets` (n,) belong to all pictures."""
    count, available, features = vectors.shape
    rows = (pictures[:, None] * available + np.arange(views)).ravel().astype(np.int32)
    flat = vectors.reshape(count * available, features)
    return fit_path(flat, rows, np.repeat(targets[pictures], views), classes, Cs, blocks, level_weights)


def refit_near(
    start: Linear,
    vectors: NDArray[Any],
    targets: IntArray,
    sample_weight: FloatArray,
    C: float,
    blocks: tuple[Block, ...] = (),
    level_weight: float = 1.0,
) -> Linear:
    """Refit on (n, features) `vectors` with an L2 penalty on the change of the standardised weights from those of
    `start`: the smaller C, the nearer to it. `targets` and `sample_weight` are (n,); `blocks` and `level_weight` as in
    `fit_path`."""
    rows = np.arange(len(vectors), dtype=np.int32)
    blocks = blocks or (Block(vectors.shape[1], is_level=False),)
    mean, deviation = _moments(vectors, rows, blocks)
    deviation /= _scale(blocks, level_weight)
    standard = _standardised(vectors, rows, mean, deviation)
    offset = start.logits(vectors)
    tolerance = _REFIT_GRADIENT_TOLERANCE, _REFIT_LOSS_TOLERANCE
    ((weights, bias),) = _fits(_Dense(standard), targets, len(start.bias), (C,), sample_weight, offset, tolerance)
    change = _unstandardised(weights, bias, mean, deviation)
    return Linear(start.weights + change.weights, start.bias + change.bias)


class _Dense:
    """Standardised rows, in memory."""

    def __init__(self, rows: FloatArray) -> None:
        self.shape = rows.shape
        self._rows = rows

    def gradient(self, weights: FloatArray, bias: FloatArray, residual: _Residual) -> tuple[FloatArray, FloatArray]:
        """Sums over the rows of the loss's slope: for weights (features, classes) and for the bias (classes,)."""
        error = residual(slice(None), self._rows @ weights + bias)
        return self._rows.T @ error, error.sum(axis=0)


class _Chunked:
    """Rows gathered a chunk at a time, so that no second copy of all vectors is ever made; standardised in the
    weights."""

    def __init__(self, vectors: NDArray[Any], rows: IntArray, mean: FloatArray, deviation: FloatArray) -> None:
        self.shape = (len(rows), vectors.shape[1])
        self._vectors, self._rows, self._mean, self._deviation = vectors, rows, mean, deviation

    def gradient(self, weights: FloatArray, bias: FloatArray, residual: _Residual) -> tuple[FloatArray, FloatArray]:
        """As in `_Dense`."""
        plain = _unstandardised(weights, bias, self._mean, self._deviation)
        slope, slope_bias = np.zeros_like(weights), np.zeros_like(bias)
        for start in range(0, len(self._rows), _CHUNK):
            chunk = np.asarray(self._vectors[self._rows[start : start + _CHUNK]], np.float32)
            error = residual(slice(start, start + len(chunk)), chunk @ plain.weights + plain.bias)
            slope += chunk.T @ error
            slope_bias += error.sum(axis=0)
        return (slope - np.outer(self._mean, slope_bias)) / self._deviation[:, None], slope_bias


def _standardised(vectors: NDArray[Any], rows: IntArray, mean: FloatArray, deviation: FloatArray) -> FloatArray:
    """(rows, features) float32, made in its place: copies of it would be what a lesson takes most memory for."""
    standard = np.empty((len(rows), vectors.shape[1]), np.float32)
    for start in range(0, len(rows), _CHUNK):
        standard[start : start + _CHUNK] = vectors[rows[start : start + _CHUNK]]
    standard -= mean
    standard /= deviation
    return standard


def _moments(vectors: NDArray[Any], rows: IntArray, blocks: tuple[Block, ...]) -> tuple[FloatArray, FloatArray]:
    """(features,) means and (features,) standard deviations of the variances, pooled in each block."""
    total = np.zeros(vectors.shape[1])
    squares = np.zeros(vectors.shape[1])
    for start in range(0, len(rows), _CHUNK):
        chunk = np.asarray(vectors[rows[start : start + _CHUNK]], np.float32)
        total += chunk.sum(axis=0, dtype=np.float64)
        squares += np.einsum("ij,ij->j", chunk, chunk, dtype=np.float64)
    mean = total / len(rows)
    variance = np.maximum(squares / len(rows) - mean**2, 0)
    widths = [block.width for block in blocks]
    block_means = np.add.reduceat(variance, np.cumsum([0, *widths[:-1]])) / widths
    deviation = np.sqrt((1 - _POOLED) * variance + _POOLED * np.repeat(block_means, widths))
    deviation[deviation < 1e-4] = 1.0  # where pictures are all the same
    return mean.astype(np.float32), deviation.astype(np.float32)


def _fits(
    rows: _Dense | _Chunked,
    targets: IntArray,
    classes: int,
    Cs: tuple[float, ...],
    sample_weight: FloatArray,
    offset: FloatArray | float = 0.0,
    tolerance: tuple[float, float] = (_GRADIENT_TOLERANCE, _LOSS_TOLERANCE),
) -> list[tuple[FloatArray, FloatArray]]:
    """Weights (features, classes) and bias (classes,) for each C; `offset` (n, classes) is added to their logits;
    `tolerance` is that of the gradient and of the loss."""
    count, features = rows.shape
    offsets = np.broadcast_to(offset, (count, classes))
    size = features * classes

    def loss(C: float, parameters: FloatArray) -> tuple[float, FloatArray]:
        """Mean weighted cross-entropy plus |weights|² / (2 C n), and its gradient."""
        weights, bias = parameters[:size].reshape(features, classes), parameters[size:]
        value = 0.0

        def residual(part: slice, logits: FloatArray) -> FloatArray:
            nonlocal value
            logits += offsets[part]
            logits -= logits.max(axis=1, keepdims=True)
            weight = sample_weight[part]
            at = np.arange(len(logits)), targets[part]
            chosen = logits[at]
            np.exp(logits, out=logits)
            sums = logits.sum(axis=1, keepdims=True)
            value += float(((np.log(sums[:, 0]) - chosen) * weight).sum(dtype=np.float64))
            logits /= sums
            logits[at] -= 1
            logits *= weight[:, None]
            return logits

        slope, slope_bias = rows.gradient(weights, bias, residual)
        penalty = 1 / (C * count)
        value = value / count + penalty / 2 * float(np.vdot(weights, weights))
        slope = slope / count + penalty * weights
        return value, np.concatenate([slope.ravel(), slope_bias / count]).astype(np.float32)

    fits = []
    parameters = np.zeros(size + classes, np.float32)
    gradient = tolerance[0] * float(np.abs(loss(1.0, parameters)[1]).max())
    for C in Cs:
        parameters = lbfgs(
            partial(loss, C), parameters, gradient=gradient, decrease=tolerance[1], iterations=_ITERATIONS
        )
        fits.append((parameters[:size].reshape(features, classes), parameters[size:]))
    return fits


def _unstandardised(weights: FloatArray, bias: FloatArray, mean: FloatArray, deviation: FloatArray) -> Linear:
    scaled = weights / deviation[:, None]
    return Linear(scaled, bias - mean @ scaled)
