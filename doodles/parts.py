"""The parts that drawings are made of, and small ones that several kinds share."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeVar

import numpy as np

from doodles.hand import Points, ellipse, path

Chance = np.random.Generator
T = TypeVar("T")


@dataclass(frozen=True)
class Part:
    """One line or area of a drawing."""

    points: Points
    colour: str = "black"  # of the pen that colours it in, or draws it where nothing is outlined in ink
    closed: bool = True
    filled: bool = False  # may be coloured in
    outlined: bool = True
    inked: bool = False  # filled with the outline's own pen, such as an eye
    weight: float = 1.0  # width of the line, times the pen's


def choose(r: Chance, of: Sequence[T]) -> T:
    """One of several, at random."""
    return of[int(r.integers(len(of)))]


def maybe(r: Chance, share: float) -> bool:
    """True in `share` of all cases."""
    return bool(r.random() < share)


def line(points: Points, colour: str = "black", weight: float = 1.0) -> Part:
    """An open line."""
    return Part(points, colour, closed=False, weight=weight)


def area(points: Points, colour: str) -> Part:
    """An outline that may be coloured in."""
    return Part(points, colour, filled=True)


def ring(x: float, y: float, radius: float, colour: str) -> Part:
    """A small circle that may be coloured in."""
    return Part(ellipse(x, y, radius, radius), colour, filled=True, weight=0.8)


def dot(x: float, y: float, radius: float) -> Part:
    """A dot of ink."""
    return Part(ellipse(x, y, radius, radius), inked=True, weight=0.7)


def face(r: Chance, x: float, y: float, size: float, *, mouth: bool = True) -> list[Part]:
    """Eyes, a smile, and sometimes cheeks, around a centre."""
    apart, high = size * r.uniform(0.34, 0.44), y - size * r.uniform(0.1, 0.24)
    parts = []
    style = r.random()
    for side in (-1, 1):
        if style < 0.6:
            parts.append(dot(x + side * apart, high, size * r.uniform(0.08, 0.12)))
        else:
            parts.append(line(ellipse(x + side * apart, high + size * 0.06, size * 0.15, size * 0.15, (200, 340))))
    if mouth:
        wide = size * r.uniform(0.26, 0.4)
        parts.append(line(ellipse(x, y + size * 0.12, wide, wide * r.uniform(0.6, 1.0), (15, 165))))
    if maybe(r, 0.4):
        for side in (-1, 1):
            cheek = ellipse(x + side * size * 0.62, y + size * 0.14, size * 0.14, size * 0.1)
            parts.append(Part(cheek, "pink", filled=True, outlined=False))
    return parts


def sparkles(r: Chance, radius: float, count: int, colour: str) -> list[Part]:
    """Short strokes that make something shine."""
    parts, first = [], r.uniform(0, 6.28)
    for i in range(count):
        angle = first + 2 * np.pi * i / count + r.uniform(-0.2, 0.2)
        x, y = radius * np.cos(angle), radius * np.sin(angle)
        s = r.uniform(0.06, 0.1)
        parts += [line(path((x - s, y), (x + s, y)), colour, 0.8), line(path((x, y - s), (x, y + s)), colour, 0.8)]
    return parts


def sprinkled(r: Chance, count: int, reach: tuple[float, float], apart: float, y: float) -> list[tuple[float, float]]:
    """Up to `count` points in an ellipse around (0, y), at least `apart` from each other."""
    points: list[tuple[float, float]] = []
    for _ in range(count * 6):
        angle, far = r.uniform(0, 6.28), r.random() ** 0.5
        point = (float(reach[0] * far * np.cos(angle)), float(y + reach[1] * far * np.sin(angle)))
        if all(np.hypot(point[0] - a, point[1] - b) > apart for a, b in points):
            points.append(point)
        if len(points) == count:
            break
    return points
