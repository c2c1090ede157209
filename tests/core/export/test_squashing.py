"""What squashing costs."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from core.export import squashing
from core.export.quick_head import for_size
from core.model.file import load, load_examples, save


def test_pictures_are_pressed_into_a_square_whole() -> None:
    picture = np.zeros((100, 400, 3), np.uint8)
    picture[:, 300:] = 255
    square = squashing.squash(picture, 40)
    assert square.shape == (40, 40, 3) and (square[:, :29] == 0).all() and (square[:, 31:] == 255).all()


def test_square_pictures_lose_nothing(taught: Callable[..., Path]) -> None:
    found = squashing.compare(taught(), load(taught()))
    assert found is not None and found.squashed == found.cropped > 0.8 and found.pictures == 30


def test_a_file_without_pictures_is_not_compared(taught: Callable[..., Path], tmp_path: Path) -> None:
    path = tmp_path / "bare.teachlens"
    save(path, load(taught()), load_examples(taught()), ())
    assert squashing.compare(path, load(path)) is None


@pytest.mark.slow
def test_a_head_of_its_own_is_compared_in_its_own_way(taught: Callable[..., Path]) -> None:
    path = taught("balanced")
    model, _ = for_size(path, load(path), 224)
    found = squashing.compare(path, model)
    assert found is not None and found.cropped > 0.6
