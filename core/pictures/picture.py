"""A picture, and what a model sees of it: made here and nowhere else."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

Picture = NDArray[np.uint8]  # upright RGB (height, width, 3)


def centre_square(picture: Picture) -> Picture:
    """The largest centred square of a picture, as a view: (side, side, 3) uint8."""
    height, width = picture.shape[:2]
    side = min(height, width)
    top, left = (height - side) // 2, (width - side) // 2
    return picture[top : top + side, left : left + side]


def to_model_input(picture: Picture, size: int) -> Picture:
    """What a model with a `size` px input sees: centre square, resized over areas; (size, size, 3) uint8."""
    square = np.ascontiguousarray(centre_square(picture))
    if square.shape[0] == size:
        return square
    shrinking = square.shape[0] > size
    seen = cv2.resize(square, (size, size), interpolation=cv2.INTER_AREA if shrinking else cv2.INTER_LINEAR)
    return seen  # type: ignore[return-value]
