"""Images of any mode to RGB, a band of rows at a time: a copy of the whole in another mode would take more memory than
the image itself."""

from __future__ import annotations

from collections.abc import Callable

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image, TiffImagePlugin

from core.pictures.picture import Picture

_BAND_PIXELS = 2**18
_REDUCED_AS_THEY_ARE = ("RGB", "RGBA", "L", "LA")  # other modes become RGB before means of them can be taken
_BITS = 258  # the TIFF tag that says how many there are in a sample


def to_rgb(image: Image.Image, factor: int = 1) -> Picture:
    """A loaded image as RGB uint8 (height, width, 3): 16 bits to 8, transparency over white; with `factor`, means of
    squares of so many pixels, as `Image.reduce` takes them."""
    white = _white_level(image) if _is_deep(image) else 0.0
    return _in_bands(image.size, factor, lambda top, end: _rgb(image.crop((0, top, image.width, end)), factor, white))


def bgr_to_rgb(pixels: NDArray[np.uint8], factor: int = 1) -> Picture:
    """The same from OpenCV's BGR or BGRA uint8 (height, width, 3 or 4)."""
    code = cv2.COLOR_BGRA2RGBA if pixels.shape[2] == 4 else cv2.COLOR_BGR2RGB

    def band(top: int, end: int) -> Image.Image:
        return _rgb(Image.fromarray(cv2.cvtColor(pixels[top:end], code)), factor, 0.0)

    return _in_bands((pixels.shape[1], pixels.shape[0]), factor, band)


def _in_bands(size: tuple[int, int], factor: int, band: Callable[[int, int], Image.Image]) -> Picture:
    """`band` gives the rows from the first to before the second as RGB, reduced."""
    width, height = size
    rows = max(1, _BAND_PIXELS // (width * factor)) * factor
    picture = np.empty((-(-height // factor), -(-width // factor), 3), np.uint8)
    for top in range(0, height, rows):
        end = min(top + rows, height)
        picture[top // factor : -(-end // factor)] = np.asarray(band(top, end))
    return picture


def _rgb(band: Image.Image, factor: int, white: float) -> Image.Image:
    if factor > 1 and band.mode in _REDUCED_AS_THEY_ARE and "transparency" not in band.info:
        return _opaque(band.reduce(factor))
    whole = Image.fromarray(_eight_bits(band, white)).convert("RGB") if white else _opaque(band)
    return whole.reduce(factor) if factor > 1 else whole


def _opaque(image: Image.Image) -> Image.Image:
    if image.mode == "RGB" and "transparency" not in image.info:
        return image
    if image.has_transparency_data:
        clear = image.convert("RGBA")
        return Image.alpha_composite(Image.new("RGBA", clear.size, "white"), clear).convert("RGB")
    return image.convert("RGB")


def _is_deep(image: Image.Image) -> bool:
    """Grey of more than 8 bits."""
    return image.mode.startswith("I") or image.mode == "F"


def _white_level(image: Image.Image) -> float:
    """The value that is white: grey has 12, 16 or 32 bits, or is floats from 0 to 1 or to 255."""
    if image.mode not in ("F", "I"):
        bits = image.tag_v2.get(_BITS, (16,))[0] if isinstance(image, TiffImagePlugin.TiffImageFile) else 16
        return float(2.0**bits - 1)
    rows = max(1, _BAND_PIXELS // image.width)
    bands = (image.crop((0, top, image.width, min(top + rows, image.height))) for top in range(0, image.height, rows))
    largest = max(float(np.fmax.reduce(np.asarray(band), axis=None, initial=0)) for band in bands)
    if image.mode == "F":
        return 1.0 if largest <= 1 else 255.0
    return 255.0 if largest <= 255 else 65535.0


def _eight_bits(band: Image.Image, white: float) -> NDArray[np.uint8]:
    """Deep grey as uint8 (height, width)."""
    scaled = np.nan_to_num(np.asarray(band).astype(np.float32)) * np.float32(255 / white)
    eight: NDArray[np.uint8] = np.clip(scaled + 0.5, 0, 255).astype(np.uint8)
    return eight
