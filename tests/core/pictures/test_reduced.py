"""Large pictures come reduced, and look the same to a model."""

from __future__ import annotations

import numpy as np
import pytest
from decoding import photo, refusal, same
from drawn import corners, encoded
from PIL import Image

from core import settings
from core.pictures.decode import decode
from core.pictures.picture import to_model_input


def test_a_large_jpeg_comes_reduced_and_looks_the_same_to_a_model() -> None:
    data = encoded(photo(1600, 1200), "JPEG", quality=92)
    whole, reduced = decode(data), decode(data, shortest=224)
    assert whole.shape == (1200, 1600, 3)
    assert reduced.shape == (300, 400, 3)
    difference = np.abs(to_model_input(whole, 224).astype(int) - to_model_input(reduced, 224))
    assert difference.mean() < 1 and difference.max() < 12


@pytest.mark.parametrize("side", [225, 447, 448, 449, 895, 1785, 1791, 1792, 1793])
def test_the_shorter_side_never_falls_below_what_was_asked(side: int) -> None:
    data = encoded(np.zeros((side, side + 300, 3), np.uint8), "JPEG")
    assert min(decode(data, shortest=224).shape[:2]) >= 224


@pytest.mark.parametrize("mode", ["L", "CMYK"])
def test_grey_and_cmyk_come_reduced_too(mode: str) -> None:
    data = encoded(Image.fromarray(photo(1600, 1200)).convert(mode), "JPEG")
    assert decode(data, shortest=224).shape == (300, 400, 3)


def test_a_reduced_jpeg_is_turned_upright() -> None:
    exif = Image.Exif()
    exif[0x0112] = 6
    stored = np.ascontiguousarray(np.rot90(corners(1600, 1200), 1))
    picture = decode(encoded(stored, "JPEG", exif=exif.tobytes()), shortest=224)
    assert picture.shape == (300, 400, 3)
    assert same(picture, corners(400, 300))


def test_a_small_picture_is_not_made_larger() -> None:
    assert decode(encoded(corners(), "JPEG"), shortest=224).shape == (32, 48, 3)


@pytest.mark.parametrize("mode", ["RGB", "RGBA", "L", "P"])
def test_other_formats_come_reduced_by_whole_fractions(mode: str) -> None:
    data = encoded(Image.fromarray(photo(1600, 1200)).convert(mode))
    whole, reduced = decode(data), decode(data, shortest=224)
    assert reduced.shape == (240, 320, 3)
    difference = np.abs(to_model_input(whole, 224).astype(int) - to_model_input(reduced, 224))
    assert difference.mean() < 1 and difference.max() < 12


def test_reducing_keeps_what_is_transparent_white() -> None:
    clear = np.zeros((900, 900, 4), np.uint8)
    clear[:450] = (200, 100, 50, 255)
    reduced = decode(encoded(clear), shortest=100)
    assert reduced.shape == (100, 100, 3)
    assert reduced[10, 10].tolist() == [200, 100, 50] and reduced[90, 90].tolist() == [255, 255, 255]


def test_what_must_be_decoded_whole_may_be_less_large(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(settings, "MAX_WHOLE_PIXELS", 10_000)
    picture = photo(160, 120)
    assert refusal(encoded(picture)) == "picture.too_large"
    assert decode(encoded(picture, "JPEG")).shape == (60, 80, 3)
