"""The type of a decoded picture, and how a network's input is made from one."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

Picture = NDArray[np.uint8]  # upright RGB (height, width, 3)


def centre_square(picture: Picture) -> Picture:
    """The largest centred square of a picture, as a view; (side, side, 3) uint8."""
    height, width = picture.shape[:2]
    side = min(height, width)
    top, left = (height - side) // 2, (width - side) // 2
    return picture[top : top + side, left : left + side]


def to_model_input(picture: Picture, size: int) -> Picture:
    """The input of a network that takes `size` px squares: the centre square, resized by the mean over areas where it
    shrinks and bilinearly where it grows; (size, size, 3) uint8, contiguous.

    Resizing twice is not resizing once: make each network's input from the decoded picture itself.
    """
    square = np.ascontiguousarray(centre_square(picture))
    side = square.shape[0]
    if side == size:
        return square
    interpolation = cv2.INTER_AREA if side > size else cv2.INTER_LINEAR
    return np.asarray(cv2.resize(square, (size, size), interpolation=interpolation), np.uint8)


def mirrored(picture: Picture) -> Picture:
    """The mirror image, left and right exchanged; (height, width, 3) uint8, contiguous."""
    return np.asarray(cv2.flip(picture, 1), np.uint8)  # faster than copying picture[:, ::-1]
