"""The samples: doodles on paper that our own code draws and photographs, so that there is something to teach at once,
and that anybody can draw and hold up to a camera."""

from __future__ import annotations

import zlib
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from zipfile import ZIP_STORED, ZipFile, ZipInfo

import cv2
import numpy as np

from core.machine import cores
from core.messages import LANGUAGES, Language
from core.pictures.picture import Picture
from doodles.scene import photographed
from doodles.shapes import SHAPES

KINDS = ("sun", "house", "tree", "fish", "star", "heart")  # the classes of the samples
STRANGERS = ("cup", "cat")  # what a model taught on the samples never saw
_NAMES = {
    "sun": ("sun", "해"),
    "house": ("house", "집"),
    "tree": ("tree", "나무"),
    "fish": ("fish", "물고기"),
    "star": ("star", "별"),
    "heart": ("heart", "하트"),
    "cup": ("cup", "컵"),
    "cat": ("cat", "고양이"),
}
HELD_OUT = 1_000_000  # from this seed on, pictures are in no dataset: they are for trying
TRY = (  # pictures to offer to a newcomer, kind and seed; the last two are strangers
    ("fish", HELD_OUT + 4),
    ("house", HELD_OUT + 7),
    ("sun", HELD_OUT + 7),
    ("heart", HELD_OUT + 2),
    ("tree", HELD_OUT + 2),
    ("star", HELD_OUT),
    ("cup", HELD_OUT + 3),
    ("cat", HELD_OUT + 7),
)
_QUALITY = 82  # of the JPEGs: 144 pictures take less than 3 MB


def draw(kind: str, seed: int, size: int = 320) -> Picture:
    """A photographed doodle of one of `KINDS` or `STRANGERS`, (size, size, 3) RGB uint8; the same for the same seed.

    Raises KeyError for another kind, ValueError for a negative seed."""
    r = np.random.default_rng((seed, zlib.crc32(kind.encode())))
    return photographed(SHAPES[kind](r), size, r)


def names(language: Language) -> dict[str, str]:
    """What each kind, strangers too, is called."""
    return {kind: names[LANGUAGES.index(language)] for kind, names in _NAMES.items()}


def write_zip(path: Path, *, language: Language, pictures_each: int = 24, seed: int = 0) -> None:
    """Write the sample dataset at `path`: a zip with a folder for each class, named in a language, of 320 px JPEGs.

    Pictures are drawn on all cores and written one after the other; the same seed gives the same bytes."""
    called = names(language)
    first = seed * pictures_each % HELD_OUT
    with ZipFile(path, "w", ZIP_STORED) as archive, ThreadPoolExecutor(cores()) as pool:
        for kind in KINDS:
            seeds = [(first + number) % HELD_OUT for number in range(pictures_each)]
            drawn = pool.map(lambda seed, kind=kind: _jpeg(draw(kind, seed)), seeds)
            for number, data in enumerate(drawn, start=1):
                # A fixed date, so that the same seed gives the same bytes.
                archive.writestr(ZipInfo(f"{called[kind]}/{kind}-{number:02}.jpg", (2026, 1, 1, 0, 0, 0)), data)


def _jpeg(picture: Picture) -> bytes:
    written, data = cv2.imencode(".jpg", cv2.cvtColor(picture, cv2.COLOR_RGB2BGR), [cv2.IMWRITE_JPEG_QUALITY, _QUALITY])
    if not written:
        raise RuntimeError("OpenCV could not write a JPEG")
    return bytes(data)
