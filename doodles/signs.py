"""Star and heart: parts in a box from -1 to 1 (y downwards), different each time."""

from __future__ import annotations

import numpy as np

from doodles.hand import Points, curve, path
from doodles.parts import Chance, Part, area, choose, face, line, maybe, sparkles


def star(r: Chance) -> list[Part]:
    """Five points: an outline, or drawn in one stroke; sometimes rounded, with a face or a twinkle."""
    colour = choose(r, ("yellow", "yellow", "yellow", "orange", "blue", "pink", "red"))
    points = spikes(5, 1.0, r.uniform(0.38, 0.5)) * r.uniform(0.8, 0.92)
    points += r.normal(0, 0.025, points.shape).astype(np.float32)
    style, parts = r.random(), []
    if style < 0.22:
        tips = points[::2]
        parts.append(Part(tips[[0, 2, 4, 1, 3]], colour))
    elif style < 0.36:
        parts.append(area(curve(points, closed=True), colour))
    else:
        parts.append(area(points, colour))
        if maybe(r, 0.12):
            parts.append(Part(points * 0.6, colour, weight=0.8))
    if style >= 0.22 and maybe(r, 0.3):
        parts += face(r, 0, 0.03, 0.42)
    if maybe(r, 0.3):
        parts += sparkles(r, 0.98, 3, colour)
    return parts


def spikes(count: int, outer: float, inner: float) -> Points:
    """A star's outline: tips and notches in turn, the first tip at the top."""
    angle = np.arange(2 * count) * np.pi / count - np.pi / 2
    far = np.where(np.arange(2 * count) % 2, inner, outer)
    return np.stack([far * np.cos(angle), far * np.sin(angle)], axis=1).astype(np.float32)


def heart(r: Chance) -> list[Part]:
    """A heart: plain, doubled, pierced by an arrow, smiling, or with little ones around."""
    colour = choose(r, ("red", "red", "red", "pink", "pink", "purple", "orange"))
    outline = _heart(r.uniform(0.88, 1.05), r.uniform(0.85, 1.0)) * r.uniform(0.78, 0.9)
    parts = [area(outline, colour)]
    extra = r.random()
    if extra < 0.14:
        parts.append(Part(outline * 0.66 + np.array((0, -0.03), np.float32), colour, weight=0.8))
    elif extra < 0.3:
        parts += face(r, 0, -0.08, 0.46)
    elif extra < 0.42:
        arrow = (((-0.98, 0.42), (-0.52, 0.2)), ((0.5, -0.26), (0.95, -0.5)))
        tips = (((0.78, -0.54), (0.96, -0.5), (0.86, -0.33)), ((-0.98, 0.3), (-0.88, 0.37), (-0.9, 0.5)))
        parts += [line(path(*each)) for each in (*arrow, *tips)]
    elif extra < 0.6:
        for x, y in ((-0.78, -0.72), (0.82, 0.55), (0.8, -0.8))[: int(r.integers(1, 4))]:
            parts.append(area(_heart(1, 0.9) * 0.17 + np.array((x, y), np.float32), choose(r, (colour, "pink"))))
    elif extra < 0.72:
        parts += sparkles(r, 1.0, 4, colour)
    return parts


def _heart(wide: float, high: float) -> Points:
    t = np.linspace(0, 2 * np.pi, 90, endpoint=False)
    x = np.sin(t) ** 3
    y = -(13 * np.cos(t) - 5 * np.cos(2 * t) - 2 * np.cos(3 * t) - np.cos(4 * t)) / 15
    return np.stack([wide * x, high * y], axis=1).astype(np.float32)
