"""The same thing in other pictures: cut closer, lit otherwise, mirrored."""

from __future__ import annotations

import cv2
import numpy as np

from core.pictures.picture import Picture

_LEAST_AREA = 0.5  # of the square that is seen
_STRETCH = 0.18  # of its sides against each other, up or down
_CONTRAST = 0.25  # up or down
_BRIGHTNESS = 24.0  # of 255, up or down
_TINT = 0.08  # of each colour, up or down


def augment(square: Picture, size: int, mirror: bool, generator: np.random.Generator) -> Picture:
    """Another view of a square picture, (size, size, 3) uint8: a part of it, of at least half its area, in other light;
    mirrored every other time if that is allowed."""
    whole = square.shape[0]
    side = whole * generator.uniform(_LEAST_AREA, 1) ** 0.5
    stretch = np.exp(generator.uniform(-_STRETCH, _STRETCH) / 2)
    height, width = (min(whole, round(side * one)) for one in (stretch, 1 / stretch))
    top, left = generator.integers(0, whole - height + 1), generator.integers(0, whole - width + 1)
    part = cv2.resize(square[top : top + height, left : left + width], (size, size), interpolation=cv2.INTER_AREA)
    lit = (part.astype(np.float32) - 128) * generator.uniform(1 - _CONTRAST, 1 + _CONTRAST) + 128
    lit += generator.uniform(-_BRIGHTNESS, _BRIGHTNESS)
    lit *= generator.uniform(1 - _TINT, 1 + _TINT, 3)
    if mirror and generator.random() < 0.5:
        lit = lit[:, ::-1]
    view: Picture = np.clip(lit, 0, 255).astype(np.uint8)
    return view
