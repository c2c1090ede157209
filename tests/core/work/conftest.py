"""What the tests of lessons share: an area of their own, zips drawn on the spot, and patience."""

from __future__ import annotations

import zipfile
from collections.abc import Callable, Iterator
from itertools import count
from pathlib import Path

import cv2
import numpy as np
import pytest
from lesson_tools import children

from core.storage.area import VisitArea
from core.work import lessons

PAINTS = {"빨강": (40, 40, 220), "blue": (220, 60, 30)}  # BGR
_seeds = count()  # no two drawn pictures are equal, so that no lesson finds its features in the cache


@pytest.fixture
def area(home: Path) -> Iterator[VisitArea]:
    """A visit's area; no lesson outlives the test."""
    local = VisitArea(home / "local")
    local.root.mkdir(parents=True)
    yield local
    lessons.shutdown()
    assert not children()


@pytest.fixture
def draw(tmp_path: Path) -> Callable[..., Path]:
    """Draws a zip with so many noisy paints a class."""

    def drawn(pictures: int = 6, labels: tuple[str, ...] = tuple(PAINTS)) -> Path:
        seed = next(_seeds)
        noise = np.random.default_rng(seed)
        path = tmp_path / f"paints {seed}.zip"
        with zipfile.ZipFile(path, "w") as archive:
            for label in labels:
                for number in range(pictures):
                    blobs = noise.integers(-60, 61, (6, 6, 3))
                    picture = np.clip(np.array(PAINTS[label]) + blobs, 0, 255).astype(np.uint8)
                    large = cv2.resize(picture, (48, 48), interpolation=cv2.INTER_CUBIC)
                    archive.writestr(f"{label}/{number}.png", cv2.imencode(".png", large)[1].tobytes())
        return path

    return drawn
