"""Pictures to decode, and how to look at what came of them."""

from __future__ import annotations

import struct
import zlib

import numpy as np
import pytest

from core.errors import PictureError
from core.pictures.decode import decode

LOSSLESS = ("PNG", "BMP", "TIFF", "GIF", "ICO", "WEBP", "JPEG2000")
FORMATS = (*LOSSLESS, "JPEG", "AVIF")


def options(format: str) -> dict[str, object]:
    """How to write a format so that colours stay."""
    return {
        "WEBP": {"lossless": True},
        "JPEG": {"quality": 95, "subsampling": 0},
        "AVIF": {"quality": 95, "subsampling": "4:4:4"},
        "ICO": {"sizes": [(48, 32)]},
    }.get(format, {})


def refusal(data: bytes, pixels: int | None = None) -> str:
    with pytest.raises(PictureError) as caught:
        decode(data, pixels=pixels)
    for language in ("en", "ko"):
        assert caught.value.say(language)
    return caught.value.key


def same(picture: np.ndarray, expected: np.ndarray, apart: int = 12) -> bool:
    """Equal but for what lossy formats do to the edges of the quarters."""
    assert picture.dtype == np.uint8 and picture.shape == expected.shape
    return bool(np.median(np.abs(picture.astype(int) - expected)) <= apart / 4) and all(
        np.abs(picture[y, x].astype(int) - expected[y, x]).max() <= apart
        for y in (4, picture.shape[0] - 5)
        for x in (4, picture.shape[1] - 5)
    )


def photo(width: int, height: int) -> np.ndarray:
    """Smooth light with some structure, as a photograph has."""
    y, x = np.mgrid[:height, :width] / (width, height)[0]
    waves = [np.sin(9 * x + 5 * y), np.sin(4 * x - 7 * y), np.cos(6 * x * y + 2 * x)]
    return (127 + 100 * np.stack(waves, axis=2)).astype(np.uint8)


def png(width: int, height: int, content: bytes, depth: int = 8) -> bytes:
    """A PNG of RGB that claims a size."""

    def chunk(kind: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))

    header = struct.pack(">IIBBBBB", width, height, depth, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", content) + chunk(b"IEND", b"")
