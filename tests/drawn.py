"""Pictures and archives that tests draw and pack for themselves."""

from __future__ import annotations

import zipfile
from collections.abc import Mapping
from io import BytesIO
from pathlib import Path
from typing import Any

import cv2
import numpy as np
from PIL import Image

from core.pictures.picture import Picture
from doodles.samples import draw

PAINTS = {"red": (205, 40, 40), "green": (45, 165, 70), "blue": (40, 70, 215)}  # RGB
CALM, STILL = 10, 0  # pixels that a thing moves from frame to frame


def corners(width: int = 48, height: int = 32) -> Picture:
    """Four different quarters, so that any turn or mirroring shows: red, green over blue, white."""
    picture = np.empty((height, width, 3), np.uint8)
    top, left = height // 2, width // 2
    picture[:top, :left], picture[:top, left:] = (220, 30, 30), (30, 200, 30)
    picture[top:, :left], picture[top:, left:] = (30, 30, 220), (245, 245, 245)
    return picture


def encoded(picture: Picture | Image.Image, format: str = "PNG", **options: Any) -> bytes:
    """The bytes of a picture file."""
    image = picture if isinstance(picture, Image.Image) else Image.fromarray(picture)
    file = BytesIO()
    image.save(file, format, **options)
    return file.getvalue()


def blots(paint: str, seed: int, size: int = 64) -> Picture:
    """Blots of one paint on paper of any light; no two seeds or paints look alike."""
    chance = np.random.default_rng((seed, list(PAINTS).index(paint)))
    cells = chance.integers(-45, 46, (7, 7, 1)) + np.array((200, 195, 185))
    paper = cv2.resize(cells.astype(np.float32), (size, size), interpolation=cv2.INTER_CUBIC)
    paper = np.clip(paper, 0, 255).astype(np.uint8)
    for _ in range(int(chance.integers(3, 8))):
        x, y, radius = (int(value) for value in chance.integers((0, 0, size // 8), (size, size, size // 3)))
        cv2.ellipse(paper, (x, y), (radius, radius // 2 + 2), int(chance.integers(180)), 0, 360, PAINTS[paint], -1)
    return paper


def painted(paint: str, seed: int, size: int = 64) -> bytes:
    """`blots` as the bytes of a PNG."""
    return encoded(blots(paint, seed, size))


def film(kind: str, frames: int, step: int = CALM, seed: int = 0) -> list[bytes]:
    """JPEG frames of a drawing of ours that moves over the picture so many pixels a frame, with the noise and the
    changing light of a camera."""
    chance = np.random.default_rng(seed)
    paper = draw(kind, seed, 320)
    found = []
    for number in range(frames):
        moved = np.roll(paper, step * number, axis=1) * chance.uniform(0.95, 1.05)
        noisy = np.clip(moved + chance.normal(0, 4, paper.shape), 0, 255).astype(np.uint8)
        found.append(encoded(noisy, "JPEG", quality=80))
    return found


def zipped(path: Path, files: Mapping[str, bytes], packing: int = zipfile.ZIP_STORED) -> Path:
    """A zip of files by name."""
    with zipfile.ZipFile(path, "w", packing) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return path


def raw_zip(path: Path, names: list[bytes], content: bytes, *, flags: int = 0) -> Path:
    """A zip whose names are just these bytes, with these flags: what other systems' packers write."""
    stand_ins = [chr(ord("a") + number) * len(name) for number, name in enumerate(names)]
    zipped(path, dict.fromkeys(stand_ins, content))
    data = bytearray(path.read_bytes())
    for stand_in, name in zip(stand_ins, names, strict=True):
        at = -1
        while (at := data.find(stand_in.encode(), at + 1)) >= 0:
            header = {b"PK\x03\x04": (30, 6), b"PK\x01\x02": (46, 8)}
            for signature, (length, flag) in header.items():
                if at >= length and data[at - length : at - length + 4] == signature:
                    data[at : at + len(name)] = name
                    data[at - length + flag : at - length + flag + 2] = flags.to_bytes(2, "little")
    path.write_bytes(data)
    return path
