"""Finding the lowest point of a smooth convex function, with NumPy alone.

SciPy has both methods, and costs 50 MB and 0.4 s in every lesson; its own thread pool beside NumPy's makes the fits on
two cores three times slower.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

Vector = NDArray[Any]  # float32 or float64

_HISTORY = 20  # steps remembered: with 10, tight fits take a quarter more of them; with 40 their own cost is felt
_HISTORY_BYTES = 208 * 2**20  # of them at most: of a thousand classes, fewer are remembered
_SUFFICIENT = 1e-4  # share of the expected decrease that a step must bring (Armijo)
_HALVINGS = 20


def lbfgs(
    function: Callable[[Vector], tuple[float, Vector]],
    start: Vector,
    *,
    gradient: float,
    decrease: float,
    iterations: int,
) -> Vector:
    """The minimiser of a smooth convex function that returns (value, gradient), by L-BFGS with backtracking (Nocedal
    and Wright 2006, algorithms 7.4 and 3.1), in the dtype of `start`. Ends when no component of the gradient exceeds
    `gradient`, a step lowers the value by less than the share `decrease`, or after so many `iterations`."""
    point = start
    value, slope = function(point)
    remembered = max(5, min(_HISTORY, _HISTORY_BYTES // (2 * start.nbytes)))
    history: deque[tuple[Vector, Vector, float]] = deque(maxlen=remembered)
    for _ in range(iterations):
        if np.abs(slope).max() <= gradient:
            break
        direction = _direction(slope, history)
        descent = float(slope @ direction)
        step = 1.0 if history else min(1.0, 1.0 / float(np.abs(slope).sum()))
        for _ in range(_HALVINGS):
            candidate = point + step * direction
            value_there, slope_there = function(candidate)
            if value_there <= value + _SUFFICIENT * step * descent:
                break
            step /= 2
        else:
            break  # rounding hides what is left to gain
        move, change = candidate - point, slope_there - slope
        curvature = float(move @ change)
        if curvature > 1e-12 * float(change @ change):
            history.append((move, change, curvature))
        gained = value - value_there
        point, value, slope = candidate, value_there, slope_there
        if gained <= decrease * max(abs(value), 1e-12):
            break
    return point


def _direction(slope: Vector, history: deque[tuple[Vector, Vector, float]]) -> Vector:
    """Minus the inverse Hessian, as the last steps tell it, times the gradient (two-loop recursion)."""
    direction: Vector = -slope
    shares = []
    for move, change, curvature in reversed(history):
        share = float(move @ direction) / curvature
        direction -= share * change
        shares.append(share)
    if history:
        _, change, curvature = history[-1]
        direction *= curvature / float(change @ change)
    for (move, change, curvature), share in zip(history, reversed(shares), strict=True):
        direction += (share - float(change @ direction) / curvature) * move
    return direction


def golden_section(function: Callable[[float], float], low: float, high: float, tolerance: float) -> float:
    """The minimiser of a unimodal function of one number between `low` and `high` (Kiefer 1953)."""
    ratio = (5**0.5 - 1) / 2
    left, right = high - ratio * (high - low), low + ratio * (high - low)
    at_left, at_right = function(left), function(right)
    while high - low > tolerance:
        if at_left < at_right:
            high, right, at_right = right, left, at_left
            left = high - ratio * (high - low)
            at_left = function(left)
        else:
            low, left, at_left = left, right, at_right
            right = low + ratio * (high - low)
            at_right = function(right)
    return (low + high) / 2
