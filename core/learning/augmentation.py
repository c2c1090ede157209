"""Random augmentation: a crop of another size and aspect ratio, colour jitter, a mirror image."""

from __future__ import annotations

import cv2
import numpy as np

from core.pictures.picture import Picture

_MIN_AREA = 0.5  # of the square
_STRETCH = 0.18  # log of the aspect ratio, up or down
_CONTRAST = 0.25  # up or down
_BRIGHTNESS = 24.0  # of 255, up or down
_TINT = 0.08  # of each colour, up or down


def augment(square: Picture, size: int, mirror: bool, generator: np.random.Generator) -> Picture:
    """A random view of a square picture, (size, size, 3) uint8: a crop of at least half its area, with other contrast,
    brightness and tint; mirrored every other time if that is allowed."""
    full = square.shape[0]
    side = full * generator.uniform(_MIN_AREA, 1) ** 0.5
    stretch = np.exp(generator.uniform(-_STRETCH, _STRETCH) / 2)
    height, width = (min(full, round(side * factor)) for factor in (stretch, 1 / stretch))
    top, left = generator.integers(0, full - height + 1), generator.integers(0, full - width + 1)
    crop = cv2.resize(square[top : top + height, left : left + width], (size, size), interpolation=cv2.INTER_AREA)
    jittered = (crop.astype(np.float32) - 128) * generator.uniform(1 - _CONTRAST, 1 + _CONTRAST) + 128
    jittered += generator.uniform(-_BRIGHTNESS, _BRIGHTNESS)
    jittered *= generator.uniform(1 - _TINT, 1 + _TINT, 3)
    if mirror and generator.random() < 0.5:
        jittered = jittered[:, ::-1]
    view: Picture = np.clip(jittered, 0, 255).astype(np.uint8)
    return view
