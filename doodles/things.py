"""House and cup: parts in a box from -1 to 1 (y downwards), different each time."""

from __future__ import annotations

import numpy as np

from doodles.hand import Points, curve, doubled, ellipse, path
from doodles.parts import Chance, Part, area, choose, dot, line, maybe, ring


def house(r: Chance) -> list[Part]:
    """Walls, a roof, a door and windows; sometimes a chimney that smokes."""
    w, top, floor, peak = r.uniform(0.6, 0.74), r.uniform(-0.2, 0.0), r.uniform(0.72, 0.85), r.uniform(-0.92, -0.75)
    over = w + r.uniform(0.08, 0.2)
    flat = r.uniform(0.2, 0.4) if maybe(r, 0.2) else 0.0
    parts = [] if flat or maybe(r, 0.4) else _chimney(r, peak, (top - peak) / over)
    parts.append(area(_box((-w, top), (w, floor)), choose(r, ("yellow", "sky", "pink", "orange", "bare"))))
    tip = [(-flat, peak), (flat, peak)] if flat else [(r.uniform(-0.08, 0.08), peak)]
    parts.append(area(path((-over, top), *tip, (over, top)), choose(r, ("red", "brown", "blue", "orange", "purple"))))
    if maybe(r, 0.25):
        parts.append(ring(0, (peak + 2 * top) / 3, 0.1, "sky"))
    middle, wide, high = r.uniform(-0.12, 0.12) * w, r.uniform(0.12, 0.17), floor - r.uniform(0.38, 0.5)
    door = _box((middle - wide, high), (middle + wide, floor))
    if maybe(r, 0.35):
        door = np.concatenate([ellipse(middle, high + 0.1, wide, wide, (180, 360)), door[2:]])
    parts.append(area(door, choose(r, ("brown", "red", "green", "blue"))))
    parts.append(dot(middle + wide * 0.55, (high + floor) / 2, 0.028))
    for side in (-1, 1):
        wall, jamb = side * w, middle + side * wide
        half = min(0.16, abs(wall - jamb) / 2 - 0.06)
        if side < 0 or maybe(r, 0.9):
            parts += _window(r, (wall + jamb) / 2, top + 0.28, half)
    if maybe(r, 0.4):
        parts.append(line(path((-0.98, floor + 0.01), (0.98, floor + r.uniform(-0.02, 0.03))), "green"))
    return parts


def _chimney(r: Chance, peak: float, slope: float) -> list[Part]:
    x, side, high = r.uniform(0.25, 0.36), 1 if maybe(r, 0.5) else -1, peak + r.uniform(-0.02, 0.1)
    stack = path((x, peak + slope * x), (x, high), (x + 0.16, high), (x + 0.16, peak + slope * (x + 0.16)))
    mirror = np.array((side, 1), np.float32)
    parts = [area(stack * mirror, choose(r, ("brown", "red", "grey")))]
    if maybe(r, 0.7):
        t = np.linspace(0, 1, 40)
        smoke = (x + 0.08 + 0.25 * t + 0.09 * np.sin(t * 13), high - 0.06 - 0.2 * t + 0.06 * np.cos(t * 13))
        parts.append(line(np.stack(smoke, axis=1).astype(np.float32) * mirror, "grey"))
    return parts


def _window(r: Chance, x: float, y: float, half: float) -> list[Part]:
    pane = area(_box((x - half, y - half), (x + half, y + half)), "sky")
    cross = [line(path((x - half, y), (x + half, y)), weight=0.6), line(path((x, y - half), (x, y + half)), weight=0.6)]
    return [pane, *(cross if maybe(r, 0.75) else [])]


def _box(corner: tuple[float, float], other: tuple[float, float]) -> Points:
    """A rectangle from its upper left to its lower right corner."""
    return path(corner, (other[0], corner[1]), other, (corner[0], other[1]))


def cup(r: Chance) -> list[Part]:
    """A cup with a handle, often steaming. Not among the sample's classes."""
    w, top, floor = r.uniform(0.46, 0.56), r.uniform(-0.36, -0.2), r.uniform(0.62, 0.8)
    foot, side = w * r.uniform(0.66, 0.95), 1 if maybe(r, 0.6) else -1
    colour = choose(r, ("sky", "red", "green", "purple", "orange", "bare"))
    wall = path((-w, top), (-w * 0.97, (top + floor) / 2), (-foot, floor - 0.05), (-foot * 0.8, floor))
    handles = (_handle(w, top, 0.3), _handle(w, top + 0.1, 0.18))[: int(r.integers(1, 3))]
    parts = [line(handle * np.array((side, 1), np.float32), colour) for handle in handles]
    parts.append(area(curve(doubled(wall, over=(-1, 1))), colour))
    parts.append(area(ellipse(0, top, w, r.uniform(0.07, 0.14)), choose(r, ("brown", "brown", "bare"))))
    if maybe(r, 0.7):
        t = np.linspace(0, 1, 20)
        for x in (-0.24, 0.0, 0.24)[: int(r.integers(2, 4))]:
            wave = np.stack([x + 0.06 * np.sin(t * 7), top - 0.18 - 0.42 * t], axis=1)
            parts.append(line(wave.astype(np.float32), "grey", 0.8))
    if maybe(r, 0.5):
        for share in (0.4, 0.6)[: int(r.integers(1, 3))]:
            at = top + (floor - top) * share
            parts.append(line(curve([(-w * 0.96, at), (0, at + 0.06), (w * 0.96, at)]), colour))
    return parts


def _handle(w: float, top: float, reach: float) -> Points:
    low = top + 0.26 + 1.2 * reach
    return curve([(w - 0.03, top + 0.2), (w + reach, top + 0.19), (w + reach, low - 0.16), (w - 0.06, low)])
