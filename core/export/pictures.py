"""Pictures to try an export on: the model's own examples, the hard ones among them, or drawn where it has none."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import cv2
import numpy as np

from core.errors import PictureError
from core.model.file import load_listing, thumbnails
from core.model.model import IntArray, Model
from core.pictures.decode import decode
from core.pictures.picture import Picture

COUNT = 24
_DRAWN_SIDES = (320, 240)  # pixels


def hard_and_easy(path: Path, model: Model, count: int = COUNT) -> tuple[list[Picture], int]:
    """So many pictures at most, and how many of them are examples: half are tested ones near the border of two classes,
    those the model was least sure of, the others from all over. Where the file keeps too few, pictures of coloured
    noise make them `COUNT`."""
    report, listing = model.report, load_listing(path)
    hardest = report.example[np.argsort(report.probability, kind="stable")][: count // 2]
    spread = np.linspace(0, len(listing.labels) - 1, min(count, len(listing.labels))).round()
    chosen = list(dict.fromkeys([*map(int, hardest), *map(int, spread)]))
    pictures = example_pictures(path, chosen)[:count]
    return pictures + [drawn(seed) for seed in range(COUNT - len(pictures))], len(pictures)


def example_pictures(path: Path, examples: Iterable[int] | IntArray) -> list[Picture]:
    """The small pictures of some of the examples; without those that the file does not have."""
    pictures = []
    for data in thumbnails(path, examples):
        try:
            pictures.append(decode(data))
        except PictureError:  # empty: none is there
            continue
    return pictures


def drawn(seed: int) -> Picture:
    """A picture of soft coloured noise (height, width, 3)."""
    generator = np.random.default_rng(seed)
    coarse = generator.integers(0, 256, (3 + seed % 9, 4 + seed % 7, 3)).astype(np.uint8)
    return np.asarray(cv2.resize(coarse, _DRAWN_SIDES, interpolation=cv2.INTER_CUBIC), np.uint8)
