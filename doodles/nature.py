"""Sun, tree, fish and cat: parts in a box from -1 to 1 (y downwards), different each time."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from doodles.hand import Points, curve, doubled, ellipse, path
from doodles.parts import Chance, Part, area, choose, dot, face, line, maybe, ring, sprinkled

# Where a fish's scales are, the height as a share of its girth.
_SCALES = ((-0.22, -0.38), (-0.22, 0.12), (-0.22, 0.57), (0.0, -0.38), (0.0, 0.12), (0.2, -0.38), (0.2, 0.12))


def sun(r: Chance) -> list[Part]:
    """A disc with rays, often with a face; now and then a spiral."""
    colour, size = choose(r, ("yellow", "yellow", "orange", "red")), r.uniform(0.4, 0.52)
    parts = []
    if maybe(r, 0.12):
        turns = np.linspace(0, r.uniform(2.6, 3.6), 90)
        angle = turns * 2 * np.pi
        spiral = np.stack([np.cos(angle), np.sin(angle)], axis=1) * (turns / turns[-1] * size)[:, None]
        parts.append(line(spiral.astype(np.float32), colour))
    else:
        parts.append(area(ellipse(0, 0, size, size * r.uniform(0.94, 1.06)), colour))
        if maybe(r, 0.5):
            parts += face(r, 0, 0, size)
    style = choose(r, ("lines", "lines", "lines", "triangles", "waves", "long and short"))
    count = int(r.integers(8, 15))
    inner, outer, first = size + r.uniform(0.07, 0.14), r.uniform(0.88, 1.0), r.uniform(0, 6.28)
    rays = choose(r, (colour, colour, "orange"))
    for i in range(count):
        towards = first + 2 * np.pi * (i + r.uniform(-0.12, 0.12)) / count
        end = outer * r.uniform(0.92, 1.05) - (0.14 if style == "long and short" and i % 2 else 0)
        along, across = np.array([np.cos(towards), np.sin(towards)]), np.array([-np.sin(towards), np.cos(towards)])
        if style == "triangles":
            half = 0.55 * np.pi * inner / count
            tip = (inner * along - half * across, end * along, inner * along + half * across)
            parts.append(area(np.array(tip, np.float32), rays))
        elif style == "waves":
            t = np.linspace(0, 1, 14)[:, None]
            wave = along * (inner + (end - inner) * t) + across * 0.05 * np.sin(t * 7)
            parts.append(line(wave.astype(np.float32), rays))
        else:
            parts.append(line(np.array((inner * along, end * along), np.float32), rays))
    return parts


def tree(r: Chance) -> list[Part]:
    """A trunk under a cloud of leaves, sometimes with apples."""
    green = choose(r, ("green", "green", "green", "leaf", "leaf", "orange"))
    foot, w = r.uniform(0.82, 0.95), r.uniform(0.1, 0.16)
    y, rx, ry = r.uniform(-0.36, -0.26), r.uniform(0.56, 0.78), r.uniform(0.5, 0.6)
    low = y + ry * 0.86
    side = path((-w, low), (-w * 0.9, (low + foot) / 2), (-w * r.uniform(1.2, 1.9), foot))
    trunk = area(curve(doubled(side, over=(-1, 1))), "brown")
    crown = area(ellipse(0, y, rx, ry) if maybe(r, 0.25) else _cloud(r, 0, y, rx, ry), green)
    parts = [trunk, crown]
    extra = r.random()
    if extra < 0.35:
        apples = sprinkled(r, int(r.integers(4, 8)), (rx * 0.72, ry * 0.7), 0.24, y)
        parts += [ring(px, py, 0.08, "red") for px, py in apples]
    elif extra < 0.6:
        leaves = sprinkled(r, 4, (rx * 0.65, ry * 0.6), 0.3, y)
        parts += [line(ellipse(px, py, 0.1, 0.08, (200, 340)), green) for px, py in leaves]
    if maybe(r, 0.3):
        parts.append(line(path((0, low + 0.05), (0.02, low + 0.25)), "brown", 0.7))
    if maybe(r, 0.45):
        parts.append(line(path((-0.8, foot), (-0.3, foot + 0.02), (0.8, foot - 0.01)), "green"))
    return parts


def _cloud(r: Chance, x: float, y: float, rx: float, ry: float) -> Points:
    angle = np.linspace(0, 2 * np.pi, 140, endpoint=False)
    bumps = int(r.integers(7, 12))
    far = 0.86 + 0.17 * np.abs(np.sin(angle * bumps / 2 + r.uniform(0, 3)))
    return np.stack([x + rx * far * np.cos(angle), y + ry * far * np.sin(angle)], axis=1).astype(np.float32)


def fish(r: Chance) -> list[Part]:
    """A body with a tail, an eye and fins, looking left or right; scales, stripes, bubbles."""
    h, nose, tail = r.uniform(0.36, 0.54), r.uniform(-0.92, -0.8), r.uniform(0.36, 0.48)
    colour = choose(r, ("orange", "blue", "sky", "red", "purple", "yellow", "pink", "leaf"))
    fins = choose(r, (colour, "orange", "yellow", "blue"))
    wide = r.uniform(0.28, 0.42)
    x = np.linspace(nose, tail, 40)
    back = np.stack([x, [-_girth(float(at), h, nose, tail) for at in x]], axis=1).astype(np.float32)
    body = area(doubled(back, over=(1, -1)), colour)
    parts = []
    if maybe(r, 0.18):  # in one stroke: two arcs that cross and end as the tail
        arc = path((0.92, -wide), (0.45, 0.05), (0.05, h), (-0.5, h * 0.8), (nose, 0.08))
        end = path((0.92, -wide), (0.9, wide))
        parts += [replace(body, outlined=False), line(curve(doubled(arc, over=(1, -1))), colour), line(end, colour)]
    else:
        if maybe(r, 0.7):
            parts.append(area(curve([(-0.3, -h * 0.9), (-0.05, -h - 0.26), (0.2, -h * 0.72)]), fins))
        if maybe(r, 0.4):
            parts.append(area(curve([(-0.12, h * 0.94), (0.08, h + 0.2), (0.2, h * 0.7)]), fins))
        notch = 0.95 - r.uniform(0.06, 0.2)
        fan = path((tail - 0.06, -0.03), (0.72, -wide), (0.95, -wide * 1.05), (notch, -0.02))
        parts += [area(curve(doubled(fan, over=(1, -1))), fins), body]
    return _turned(r, parts + _fish_features(r, h, (nose, tail), (colour, fins)))


def _fish_features(r: Chance, h: float, ends: tuple[float, float], colours: tuple[str, str]) -> list[Part]:
    nose, tail = ends
    colour, fins = colours
    eye = (nose + 0.28, -h * 0.28)
    parts = [line(ellipse(nose + 0.06, h * 0.12, 0.14, 0.13, (20, 100)), weight=0.8)]
    if maybe(r, 0.6):
        parts += [Part(ellipse(*eye, 0.1, 0.1), "bare", weight=0.8), dot(eye[0] - 0.02, eye[1] + 0.01, 0.04)]
    else:
        parts.append(dot(*eye, 0.05))
    pattern = r.random()
    if pattern < 0.35:
        parts += [line(ellipse(px, py * h, 0.08, 0.1, (-80, 80)), colour, 0.8) for px, py in _SCALES]
    elif pattern < 0.65:
        for at in (-0.32, -0.08, 0.14)[int(r.integers(0, 2)) :]:
            high = 0.9 * _girth(at, h, nose, tail)
            parts.append(line(curve([(at, -high), (at + 0.1, 0), (at, high)]), fins))
    else:
        parts.append(line(ellipse(nose + 0.36, 0, 0.14, h * 0.62, (-75, 75))))
    if maybe(r, 0.5):
        for i, size in enumerate((0.05, 0.075, 0.1)[: int(r.integers(2, 4))]):
            bubble = ellipse(nose - 0.02 - 0.05 * i, -h * 0.5 - 0.24 * i, size, size)
            parts.append(Part(bubble, "sky", weight=0.8))
    return parts


def _turned(r: Chance, parts: list[Part]) -> list[Part]:
    """Looking one way or the other."""
    if maybe(r, 0.5):
        return parts
    return [replace(part, points=part.points * np.array((-1, 1), np.float32)) for part in parts]


def _girth(at: float, h: float, nose: float, tail: float) -> float:
    """Half the height of a fish's body somewhere between nose and tail."""
    along = min(1.0, max(0.0, (at - nose) / (tail - nose)))
    return float(h * max(0.0, np.sin(np.pi * along**0.85)) ** 0.85)


def cat(r: Chance) -> list[Part]:
    """A cat's face with ears and whiskers. Not among the sample's classes."""
    w, h, ear = r.uniform(0.66, 0.78), r.uniform(0.54, 0.64), r.uniform(0.5, 0.64)
    colour = choose(r, ("orange", "grey", "brown", "yellow", "bare"))
    cheek = ellipse(0, 0.15, w, h, (90, 218))
    x = float(cheek[-1, 0])
    half = np.concatenate([cheek, path((x - 0.06, -ear - 0.3), (x + 0.38, -0.36))])
    parts = [area(doubled(half, over=(-1, 1)), colour), *face(r, 0, 0.12, 0.5, mouth=False)]
    parts.append(area(path((-0.07, 0.24), (0.07, 0.24), (0, 0.33)), "pink"))
    parts += [line(ellipse(-0.1, 0.36, 0.1, 0.1, (0, 160))), line(ellipse(0.1, 0.36, 0.1, 0.1, (20, 180)))]
    for side in (-1, 1):
        for lift in (-0.1, 0.02, 0.14)[: int(r.integers(2, 4))]:
            parts.append(line(path((side * 0.32, 0.32 + lift * 0.4), (side * 0.95, 0.3 + lift * 1.6)), weight=0.8))
    return parts
