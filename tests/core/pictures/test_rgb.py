"""Bands of rows give the same picture as the whole at once."""

from __future__ import annotations

import numpy as np
import pytest
from decoding import photo
from PIL import Image

from core.pictures import rgb

EIGHT_BITS = ("1", "L", "P", "LA", "RGB", "RGBA", "CMYK", "YCbCr", "LAB", "HSV")


def image(mode: str) -> Image.Image:
    picture = Image.fromarray(photo(97, 61))
    if mode == "LAB":
        return Image.merge("LAB", picture.split())
    if mode in ("RGBA", "LA"):
        alpha = Image.fromarray(np.tile(np.arange(97, dtype=np.uint8), (61, 1)))
        channels = picture.split() if mode == "RGBA" else (picture.convert("L"),)
        return Image.merge(mode, (*channels, alpha))
    return picture.convert(mode)


def whole(source: Image.Image, factor: int) -> np.ndarray:
    """All at once, as Pillow does it."""
    as_it_is = source.mode in ("RGB", "RGBA", "L", "LA") and "transparency" not in source.info
    reduced = source.reduce(factor) if as_it_is else source
    if reduced.has_transparency_data:
        clear = reduced.convert("RGBA")
        reduced = Image.alpha_composite(Image.new("RGBA", clear.size, "white"), clear)
    opaque = reduced.convert("RGB")
    return np.asarray(opaque if as_it_is else opaque.reduce(factor))


@pytest.mark.parametrize("factor", [1, 2, 7])
@pytest.mark.parametrize("mode", EIGHT_BITS)
def test_bands_change_no_pixel(mode: str, factor: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rgb, "_BAND_PIXELS", 97 * 10)
    assert np.array_equal(rgb.to_rgb(image(mode), factor), whole(image(mode), factor))


@pytest.mark.parametrize("mode", ["P", "RGB", "L"])
def test_bands_keep_a_transparent_colour(mode: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rgb, "_BAND_PIXELS", 97 * 10)
    source = image(mode)
    source.info["transparency"] = source.getpixel((5, 5))
    assert np.array_equal(rgb.to_rgb(source, 3), whole(source, 3))
    assert rgb.to_rgb(source)[5, 5].tolist() == [255, 255, 255]


@pytest.mark.parametrize(
    ("pixels", "white"),
    [
        (np.linspace(0, 65535, 900).astype(np.uint16), 65535),
        (np.linspace(0, 65535, 900).astype(np.int32), 65535),
        (np.linspace(0, 200, 900).astype(np.int32), 255),
        (np.append(np.linspace(0, 1, 899), np.nan).astype(np.float32), 1),
        (np.linspace(0, 200, 900).astype(np.float32), 255),
    ],
    ids=["16 bits", "32 bits", "32 bits of small numbers", "floats to one", "floats to 255"],
)
def test_deep_grey_has_one_white_for_all_bands(pixels: np.ndarray, white: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rgb, "_BAND_PIXELS", 100)
    expected = np.clip(np.nan_to_num(pixels.astype(np.float32)) * np.float32(255 / white) + 0.5, 0, 255)
    grey = rgb.to_rgb(Image.fromarray(pixels.reshape(30, 30)))
    assert np.array_equal(grey, np.repeat(expected.astype(np.uint8).reshape(30, 30, 1), 3, axis=2))


@pytest.mark.parametrize("channels", [3, 4])
def test_pixels_of_opencv_give_the_same(channels: int) -> None:
    source = image("RGBA" if channels == 4 else "RGB")
    order = [2, 1, 0, 3][:channels]
    assert np.array_equal(rgb.bgr_to_rgb(np.asarray(source)[..., order], 3), whole(source, 3))
