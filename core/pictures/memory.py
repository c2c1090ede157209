"""What decoding a picture takes from memory, known from its header, and how much all threads may take at once."""

from __future__ import annotations

import struct
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import cast

from PIL import Image, JpegImagePlugin, TiffImagePlugin

from core import settings

JPEG_FORMATS = ("JPEG", "MPO")  # MPO: several JPEG in one file, as some cameras write them
_SMALL_BYTES = 8 * 2**20  # decoded: frames of cameras and the like never wait
_AVIF_BYTES = 12.0  # a pixel, also of HEIC: the planes, their RGBA, that once more as bytes, and the image
_WEBP_BYTES, _WEBP_FRAMES_BYTES = 8.0, 16.0  # a pixel; with several frames: two canvases, bytes, and the image
_JPEG2000_BYTES = 5.0  # a sample: 32 bits, and packed again
_CODE_BLOCK_BYTES = 400.0  # JPEG 2000, one code block or precinct
_ICON_BYTES = 12.0  # a pixel: the image, its mask, and both together
_ROWS_PER_STRIP, _SAMPLES, _TILE_WIDTH, _TILE_HEIGHT, _BITS, _ORIENTATION = 278, 277, 322, 323, 258, 274  # TIFF tags


def decoding_bytes(image: Image.Image) -> float:
    """The most bytes that are held while an image is decoded that was opened and not loaded. For JPEG and JPEG 2000,
    which can be reduced meanwhile: see `jpeg_bytes` and `jpeg2000_bytes`."""
    pixels = image.width * image.height
    stored = float(pixels * stored_bytes(image.mode))
    is_animated = getattr(image, "is_animated", False)
    if image.format == "WEBP":
        return pixels * (_WEBP_FRAMES_BYTES if is_animated else _WEBP_BYTES)
    if image.format in ("AVIF", "HEIF"):
        return pixels * _AVIF_BYTES
    if image.format == "TIFF":
        return stored + _tiff_bytes(cast(TiffImagePlugin.TiffImageFile, image), stored)
    if image.format == "BMP" and image.info.get("compression"):
        return stored + 3 * pixels  # run lengths are undone in Python
    return stored * (2 if is_animated else 1)


def stored_bytes(mode: str) -> int:
    """Bytes a pixel of an image in Pillow's memory."""
    if mode in ("1", "L", "P"):
        return 1
    return 2 if mode.startswith("I;16") else 4


def jpeg_bytes(image: Image.Image, data: bytes, scale: int) -> float:
    """Bytes for a JPEG that is decoded at 1/`scale`. One of several scans has all its coefficients in memory, at any
    scale: 16 bits a sample (libjpeg, `jdcoefct.c`)."""
    pixels = image.width * image.height
    stored = pixels * stored_bytes(image.mode) / scale**2
    if not _has_several_scans(data):
        return stored
    sampling = [(layer[1], layer[2]) for layer in cast(JpegImagePlugin.JpegImageFile, image).layer]
    widest, highest = max(h for h, _ in sampling), max(v for _, v in sampling)
    return float(stored + 2 * pixels * sum(h * v for h, v in sampling) / (widest * highest))


def jpeg2000_bytes(image: Image.Image, data: bytes, reduction: int) -> float:
    """Bytes for a JPEG 2000 whose sides are halved `reduction` times while it is decoded."""
    pixels = image.width * image.height
    _, block = _coding_style(data)
    stored: float = pixels * (stored_bytes(image.mode) + _JPEG2000_BYTES * len(image.getbands())) / 4**reduction
    return stored + pixels * len(image.getbands()) * _CODE_BLOCK_BYTES / block


def jpeg2000_levels(data: bytes) -> int:
    """How many times a JPEG 2000 can be halved while it is decoded."""
    return _coding_style(data)[0]


def icon_bytes(data: bytes) -> float:
    """The most bytes that decoding one of an icon's images takes: Pillow decodes an icon as it opens it."""
    largest = 0
    for number in range(min(int.from_bytes(data[4:6], "little"), 256)):
        at = int.from_bytes(data[6 + 16 * number + 12 : 6 + 16 * number + 16], "little")
        image = data[at : at + 24]
        if len(image) == 24:
            inner = ">LL" if image.startswith(b"\x89PNG") else "<LL"
            width, height = struct.unpack_from(inner, image, 16 if inner == ">LL" else 4)
            largest = max(largest, width * height)
    return largest * _ICON_BYTES


class MemoryBudget:
    """Bytes that threads share: whoever needs more than is left waits; in the order of coming, so that many of middle
    size do not hold up a large one for ever."""

    def __init__(self) -> None:
        self._next = threading.Lock()
        self._changed = threading.Condition()
        self._used = 0.0

    @contextmanager
    def hold(self, needed: float) -> Iterator[None]:
        """`needed` bytes while the block runs; what needs more than `settings.MAX_DECODED_BYTES` runs alone."""
        if needed < _SMALL_BYTES:
            yield
            return
        with self._next, self._changed:
            self._changed.wait_for(lambda: not self._used or self._used + needed <= settings.MAX_DECODED_BYTES)
            self._used += needed
        try:
            yield
        finally:
            with self._changed:
                self._used -= needed
                self._changed.notify_all()


def _tiff_bytes(image: TiffImagePlugin.TiffImageFile, stored: float) -> float:
    """Bytes beside the image itself: a strip or tile of what is compressed, and another image where it is turned."""
    tags = image.tag_v2
    turned = 0.0 if tags.get(_ORIENTATION, 1) == 1 else stored
    if image.info.get("compression", "raw") == "raw":
        return turned
    samples = int(tags.get(_SAMPLES, 1))
    sample_bits = max(tags.get(_BITS, (8,)))
    rows = min(int(tags.get(_ROWS_PER_STRIP, image.height)), image.height)
    part = int(tags.get(_TILE_WIDTH, image.width)) * int(tags.get(_TILE_HEIGHT, rows))
    return float(turned + part * max(4.0, samples * sample_bits / 8))


def _has_several_scans(data: bytes) -> bool:
    """Does a JPEG's frame come in more than one scan (ITU-T T.81, B.2)?"""
    at, components = 2, 0
    while at + 4 < len(data):
        if data[at] != 0xFF:
            at += 1
            continue
        marker = data[at + 1]
        if marker in (0xC2, 0xC6, 0xCA, 0xCE):  # progressive
            return True
        if marker == 0xDA:
            return data[at + 4] < components
        if marker in (0xC0, 0xC1, 0xC9):
            components = data[at + 9] if at + 9 < len(data) else 0
        if marker in (0xFF, 0x00, 0x01) or 0xD0 <= marker <= 0xD8:  # these have no length
            at += 1 if marker == 0xFF else 2
        else:
            at += 2 + int.from_bytes(data[at + 2 : at + 4], "big")
    return False


def _coding_style(data: bytes) -> tuple[int, int]:
    """Of a JPEG 2000 (ITU-T T.800, A.6.1): how many resolutions there are beside the whole, and the pixels of the
    smallest code block or precinct."""
    at = data.find(b"\xff\x4f\xff\x51") + 2
    while 2 <= at < len(data) - 12 and data[at] == 0xFF and data[at + 1] != 0x90:  # 0x90: a tile begins
        if data[at + 1] == 0x52:
            levels = data[at + 9]
            exponents = [(data[at + 10] & 15) + (data[at + 11] & 15) + 4]
            if data[at + 4] & 1:  # precincts
                exponents += [(size & 15) + (size >> 4) for size in data[at + 14 : at + 15 + levels]]
            return levels, 1 << min(exponents)
        at += 2 + int.from_bytes(data[at + 2 : at + 4], "big")
    return 0, 2**12
