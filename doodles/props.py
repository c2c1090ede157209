"""What lies about or holds the paper: a pencil, a crayon, tape, a thumb."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from doodles.parts import Chance, choose, maybe
from doodles.textures import Image

Colour = NDArray[np.float64]  # RGB 0..1
_BARRELS = (
    (0.93, 0.72, 0.15),
    (0.82, 0.2, 0.18),
    (0.15, 0.4, 0.65),
    (0.14, 0.5, 0.4),
    (0.2, 0.2, 0.22),
    (0.9, 0.5, 0.55),
)
_TAPES = ((0.95, 0.93, 0.85), (0.62, 0.8, 0.78), (0.95, 0.72, 0.66), (0.9, 0.82, 0.5))
_SKINS = ((0.94, 0.76, 0.65), (0.88, 0.68, 0.55), (0.78, 0.57, 0.43), (0.6, 0.41, 0.3), (0.42, 0.28, 0.2))
_WOOD = np.array((0.87, 0.71, 0.52))
_LEAD = np.array((0.2, 0.2, 0.21))
# A barrel's faces as the light finds them: from, to (across, in half widths), brightness.
_FACES = ((-1.0, -0.45, 0.78), (-0.45, 0.35, 1.08), (0.35, 1.0, 0.9))


class _Thing:
    """Something drawn in its own units, along its length and across it, and then laid on a scene."""

    def __init__(self, size: int, origin: NDArray[np.float64], angle: float, unit: float) -> None:
        """`origin` and `unit` in pixels; `angle` in radians is where its length points."""
        self._origin, self._unit = origin, unit
        self._axes = np.array(((np.cos(angle), np.sin(angle)), (-np.sin(angle), np.cos(angle))))
        self._colour = np.zeros((size, size, 3), np.uint8)
        self._cover = np.zeros((size, size), np.uint8)

    def shape(self, corners: NDArray[np.float64], colour: Colour) -> None:
        """A convex shape, its corners (n, 2) along and across."""
        fixed = np.round((corners @ self._axes * self._unit + self._origin) * 16).astype(np.int32)
        tone = np.clip(255 * colour, 0, 255).tolist()
        cv2.fillConvexPoly(self._colour, fixed, tone, cv2.LINE_8, 4)
        cv2.polylines(self._colour, [fixed], True, tone, 2, cv2.LINE_8, 4)
        cv2.fillConvexPoly(self._cover, fixed, 255, cv2.LINE_AA, 4)

    def band(self, start: float, end: float, colour: Colour, *, wide: float = 1.0, tip: float = 1.0) -> None:
        """A round length of something, `wide` at its end and `tip` times that at its start."""
        for low, high, light in _FACES:
            corners = ((start, low * wide * tip), (end, low * wide), (end, high * wide), (start, high * wide * tip))
            self.shape(np.array(corners), colour * light)

    def laid_on(self, scene: Image, opacity: float = 1.0) -> Image:
        """The scene with the thing on it, and its shadow."""
        cover = self._cover.astype(np.float32) / 255
        soft = max(1.2, self._unit * 0.4)
        moved = cv2.warpAffine(cover, np.array(((1, 0, soft * 0.6), (0, 1, soft))), cover.shape[::-1])
        below = scene * (1 - 0.42 * cv2.GaussianBlur(moved, (0, 0), soft))[..., None]
        colour = cv2.GaussianBlur(self._colour, (0, 0), max(0.4, soft * 0.25)).astype(np.float32) / 255
        return np.asarray(below + (opacity * cover)[..., None] * (colour - below), np.float32)


def pencil(scene: Image, centre: NDArray[np.float64], radius: float, r: Chance) -> Image:
    """A pencil or a crayon beside a drawing, partly outside the picture."""
    size = scene.shape[0]
    outwards = r.uniform(0, 2 * np.pi)
    lean = outwards + np.pi / 2 + r.normal(0, 0.12)
    crayon = maybe(r, 0.4)
    half = size * (r.uniform(0.026, 0.032) if crayon else r.uniform(0.017, 0.021))
    beside = centre + np.array((np.cos(outwards), np.sin(outwards))) * (radius * 1.06 + half * 1.6)
    tip = beside - np.array((np.cos(lean), np.sin(lean))) * size * r.uniform(-0.1, 0.3)
    colour, far = np.array(choose(r, _BARRELS)), 1.5 * size / half
    thing = _Thing(size, tip, lean, half)
    if crayon:
        thing.band(1.9, far, colour)
        thing.band(0.0, 1.9, colour * 0.95, wide=0.8, tip=0.5)
        thing.band(2.8, 3.05, colour * 0.35)
        thing.band(3.6, 3.85, colour * 0.35)
    else:
        thing.band(4.0, far, colour)
        thing.band(0.0, 4.0, _WOOD, tip=0.04)
        thing.band(0.0, 1.36, colour * 0.7 if maybe(r, 0.5) else _LEAD, wide=0.34, tip=0.1)
    return thing.laid_on(scene)


def tape(scene: Image, corners: NDArray[np.float32], r: Chance) -> Image:
    """A strip of tape over the sheet's upper edge or one of its upper corners."""
    size = scene.shape[0]
    left, right = corners[:2].astype(np.float64)
    position, lean = choose(r, ((0.5, 0.08), (0.5, 0.08), (0.05, -0.8), (0.95, 0.8)))
    angle = float(np.arctan2(right[1] - left[1], right[0] - left[0])) + lean * r.uniform(0.7, 1.1)
    thing = _Thing(size, left + (right - left) * position, angle, size * r.uniform(0.026, 0.036))
    long = r.uniform(2.6, 3.6)
    thing.shape(np.array(((-long, -1), (long, -1), (long, 1), (-long, 1))), np.array(choose(r, _TAPES)))
    return thing.laid_on(scene, r.uniform(0.55, 0.8))


def thumb(scene: Image, corners: NDArray[np.float32], r: Chance) -> Image:
    """A thumb that holds the sheet at its lower edge or at a side."""
    size = scene.shape[0]
    edge = corners[list(choose(r, ((3, 2), (3, 2), (1, 2), (0, 3))))].astype(np.float64)
    at = edge[0] + (edge[1] - edge[0]) * r.uniform(0.35, 0.65)
    inwards = corners.mean(axis=0) - at
    half, skin = size * r.uniform(0.046, 0.058), np.array(choose(r, _SKINS))
    end = at + inwards / np.linalg.norm(inwards) * half * 1.1
    thing = _Thing(size, end, float(np.arctan2(inwards[1], inwards[0])) + r.normal(0, 0.25), half)
    t = np.linspace(-np.pi / 2, np.pi / 2, 24)
    for ring in range(6):  # rounder towards the middle, which the light finds
        wide, across = 1 - 0.13 * ring, 0.05 * ring
        cap = np.stack([np.cos(t) * (1.15 - 0.1 * ring), np.sin(t) * wide + across], axis=1)
        root = np.array(((-9, wide * 1.08 + across), (-9, -wide * 1.08 + across)))
        thing.shape(np.concatenate([cap, root]), skin * (0.8 + 0.045 * ring))
    t = np.linspace(0, 2 * np.pi, 30)
    nail = np.stack([np.cos(t) * 0.62 + 0.28, np.sin(t) * 0.55], axis=1)
    thing.shape(nail, skin * 0.86)
    thing.shape(nail + np.array((0.05, 0)), np.minimum(skin * 1.08 + 0.05, 1))
    return thing.laid_on(scene)
