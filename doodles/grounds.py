"""What a sheet of paper lies on, or is held up before."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np

from doodles.parts import Chance, choose, maybe
from doodles.textures import Image, cloth, cut, fibre, wood

_WOODS = ((0.72, 0.54, 0.37), (0.82, 0.68, 0.5), (0.46, 0.31, 0.21), (0.88, 0.8, 0.7), (0.6, 0.42, 0.3))
_PLAIN = ((0.85, 0.85, 0.83), (0.3, 0.33, 0.37), (0.62, 0.66, 0.66), (0.76, 0.7, 0.62), (0.35, 0.43, 0.46))


@dataclass(frozen=True)
class Ground:
    """What is behind a sheet."""

    image: Image  # (size, size, 3) RGB 0..1
    held: bool  # the sheet is held up in a room, rather than lying on something


def some_ground(size: int, r: Chance) -> Ground:
    """A desk, a cloth, a cutting mat, or a room out of focus."""
    kind = choose(r, ("wood", "wood", "wood", "plain", "cloth", "mat", "room", "room"))
    if kind == "room":
        return Ground(_room(size, r), True)
    return Ground(_surface(kind, size, r), False)


def _surface(kind: str, size: int, r: Chance) -> Image:
    zoom = size / 320 * r.uniform(0.8, 1.3)
    if kind == "mat":
        return _mat(size, r)
    if kind == "wood":
        grain = cut(wood(int(r.integers(3))), size, size, r, zoom)
        colour, relief = choose(r, _WOODS), grain if maybe(r, 0.5) else grain.T
    elif kind == "cloth":
        colour, relief = choose(r, _PLAIN), cut(cloth(), size, size, r, zoom)
    else:
        colour, relief = choose(r, _PLAIN), 1 + 0.01 * cut(fibre(), size, size, r, zoom)
    return np.asarray(relief[..., None] * np.array(colour, np.float32), np.float32)


def _mat(size: int, r: Chance) -> Image:
    """A cutting mat with its grid."""
    colour = np.array(choose(r, ((0.14, 0.36, 0.33), (0.2, 0.3, 0.4), (0.27, 0.28, 0.3))), np.float32)
    image = np.asarray(colour * (1 + 0.02 * cut(fibre(), size, size, r, size / 320))[..., None], np.float32)
    gap = size * r.uniform(0.06, 0.1)
    for number, at in enumerate(np.arange(gap * r.random(), size, gap).astype(int)):
        strength = 0.16 if number % 5 == 0 else 0.07
        image[at : at + 1] += strength
        image[:, at : at + 1] += strength
    return image


def _room(size: int, r: Chance) -> Image:
    """A room out of focus, behind a sheet held up to the camera."""
    small = np.empty((64, 64, 3), np.float32)
    wall = choose(r, ((0.78, 0.76, 0.72), (0.6, 0.62, 0.64), (0.42, 0.4, 0.4), (0.82, 0.8, 0.8)))
    small[:] = np.array(wall, np.float32)
    for _ in range(int(r.integers(5, 11))):
        left, top = r.integers(-12, 60, 2).tolist()
        wide, high = r.integers(6, 30, 2).tolist()
        tone = r.uniform(0.15, 0.95) * (1 + r.uniform(-0.18, 0.18, 3))
        cv2.rectangle(small, (left, top), (left + wide, top + high), tuple(tone.tolist()), -1)
    for _ in range(int(r.integers(0, 3))):  # lamps and windows
        spot = r.integers(0, 64, 2).tolist()
        cv2.circle(small, spot, int(r.integers(3, 8)), (1.0, 0.97, 0.9), -1)
    blurred = cv2.GaussianBlur(small, (0, 0), r.uniform(1.8, 3.5))
    return np.asarray(cv2.resize(blurred, (size, size), interpolation=cv2.INTER_CUBIC), np.float32)
