"""Lines as a hand draws them. Points are float32 (n, 2), x to the right and y downwards."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

Points = NDArray[np.float32]


def ellipse(x: float, y: float, rx: float, ry: float, span: tuple[float, float] = (0, 360)) -> Points:
    """Points on an ellipse over a span in degrees, clockwise as seen; 0 is to the right."""
    angle = np.radians(np.linspace(*span, 49))
    return np.stack([x + rx * np.cos(angle), y + ry * np.sin(angle)], axis=1).astype(np.float32)


def path(*corners: tuple[float, float]) -> Points:
    """Corners as points."""
    return np.array(corners, np.float32)


def curve(corners: Sequence[tuple[float, float]] | Points, *, closed: bool = False) -> Points:
    """A smooth curve through the corners (Catmull and Rom 1974)."""
    p = np.asarray(corners, np.float32)
    p = np.concatenate([p[-1:], p, p[:2]]) if closed else np.concatenate([p[:1], p, p[-1:]])
    t = np.linspace(0, 1, 12, endpoint=False, dtype=np.float32)[None, :, None]
    a, b, c, d = (p[i : len(p) - 3 + i, None] for i in range(4))
    smooth = 0.5 * (2 * b + (c - a) * t + (2 * a - 5 * b + 4 * c - d) * t**2 + (3 * b - a - 3 * c + d) * t**3)
    return np.concatenate([smooth.reshape(-1, 2), p[-2:-1]])


def doubled(half: Points, *, over: tuple[int, int]) -> Points:
    """Half of an outline, and its mirror image walked back: `over` is (-1, 1) for left and right, (1, -1) for up and
    down."""
    return np.concatenate([half, (half * np.array(over, np.float32))[::-1]])


def spaced(points: Points, step: float, *, closed: bool = False) -> Points:
    """The same line with points every `step`."""
    if closed:
        points = np.concatenate([points, points[:1]])
    along = np.concatenate([[0.0], np.cumsum(np.hypot(*np.diff(points, axis=0).T))])
    at = np.linspace(0, along[-1], max(3, int(along[-1] / step) + 1))
    return np.stack([np.interp(at, along, points[:, 0]), np.interp(at, along, points[:, 1])], axis=1).astype(np.float32)


def wobbled(points: Points, step: float, amount: float, period: float, r: np.random.Generator) -> Points:
    """Points that lie `step` apart, led astray by up to about `amount` in waves of about `period`."""
    along = np.arange(len(points))[:, None] * step
    astray = np.zeros((len(points), 2))
    for share in (1.0, 0.5, 0.25):
        length = period * share * r.uniform(0.7, 1.4, 2)
        astray += amount * share * 0.6 * np.sin(along * (2 * np.pi / length) + r.uniform(0, 2 * np.pi, 2))
    return (points + astray).astype(np.float32)


def unclosed(points: Points, slip: float, r: np.random.Generator) -> Points:
    """A closed line as a hand closes it: begun anywhere, drifting by up to `slip`, and run a little past its start."""
    points = np.roll(points, -int(r.integers(len(points))), axis=0)
    past = int(len(points) * r.uniform(0.0, 0.06)) + 1
    points = np.concatenate([points, points[:past]])
    drift = np.linspace(0, 1, len(points), dtype=np.float32)[:, None] * r.uniform(-slip, slip, 2)
    return (points + drift).astype(np.float32)


def zigzag(outline: Points, spacing: float, angle: float, r: np.random.Generator) -> list[Points]:
    """Back-and-forth strokes that colour in a closed outline, lines `spacing` apart at `angle` radians."""
    rotation = np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]], np.float32)
    p = outline @ rotation
    q = np.roll(p, -1, axis=0)
    strokes: list[Points] = []
    run: list[tuple[float, float]] = []
    y = float(p[:, 1].min()) + spacing * float(r.uniform(0.2, 0.7))
    bottom = float(p[:, 1].max())
    forth = True
    while y < bottom:
        crossing = (p[:, 1] <= y) != (q[:, 1] <= y)
        a, b = p[crossing], q[crossing]
        x = np.sort(a[:, 0] + (y - a[:, 1]) / (b[:, 1] - a[:, 1]) * (b[:, 0] - a[:, 0]))
        ends = [(float(x[i]), float(x[i + 1])) for i in range(0, len(x) - 1, 2)]
        if len(ends) != 1 and len(run) > 1:  # the shape forks: lift the pen
            strokes.append(np.array(run, np.float32))
            run = []
        for left, right in ends:
            slack = spacing * 0.5 * r.uniform(-1.0, 0.6, 4)
            pair = [(left + slack[0], y + slack[1] * 0.5), (right - slack[2], y + spacing * 0.45 + slack[3] * 0.5)]
            if len(ends) == 1:
                run += pair if forth else [(pair[1][0], pair[0][1]), (pair[0][0], pair[1][1])]
            else:
                strokes.append(np.array(pair, np.float32))
        forth = not forth
        y += spacing * float(r.uniform(0.85, 1.2))
    if len(run) > 1:
        strokes.append(np.array(run, np.float32))
    return [stroke @ rotation.T for stroke in strokes]
