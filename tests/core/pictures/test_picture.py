"""What a model sees of a picture."""

from __future__ import annotations

import numpy as np
import pytest
from drawn import corners

from core.pictures.picture import centre_square, mirrored, to_model_input


@pytest.mark.parametrize(("width", "height"), [(48, 32), (32, 48), (33, 20), (20, 33), (1, 9), (7, 7)])
def test_the_centre_square_is_the_largest_in_the_middle(width: int, height: int) -> None:
    picture = np.zeros((height, width, 3), np.uint8)
    picture[..., 0], picture[..., 1] = np.arange(width), np.arange(height)[:, None]
    square = centre_square(picture)
    side = min(width, height)
    assert square.shape == (side, side, 3)
    assert square[0, 0, :2].tolist() == [(width - side) // 2, (height - side) // 2]


@pytest.mark.parametrize(("width", "height"), [(640, 480), (224, 224), (60, 90), (1, 1), (8000, 8)])
def test_any_picture_is_seen_at_the_size_of_the_network(width: int, height: int) -> None:
    seen = to_model_input(np.full((height, width, 3), (10, 120, 250), np.uint8), 224)
    assert seen.shape == (224, 224, 3) and seen.dtype == np.uint8
    assert (seen == (10, 120, 250)).all()


def test_shrinking_takes_the_mean_of_areas() -> None:
    stripes = np.zeros((64, 64, 3), np.uint8)
    stripes[:, ::2] = 200
    assert (to_model_input(stripes, 16) == 100).all()


def test_a_picture_of_the_right_size_stays_as_it_is() -> None:
    picture = corners(32, 32)
    assert np.array_equal(to_model_input(picture, 32), picture)


def test_a_mirror_image_exchanges_left_and_right() -> None:
    picture = corners(48, 32)
    assert np.array_equal(mirrored(picture), picture[:, ::-1]) and mirrored(picture).flags.c_contiguous
    assert np.array_equal(mirrored(mirrored(picture)), picture)
