"""Sheets of paper before they are drawn on."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import cv2
import numpy as np

from doodles.parts import Chance, choose, maybe
from doodles.textures import Image, cut, fibre, flecks

Kind = Literal["white", "cream", "lined", "graph", "dotted", "kraft", "coloured", "dark", "note"]
# As often as they are met.
_KINDS: tuple[Kind, ...] = (*("white", "cream", "lined") * 2, "graph", "dotted", "kraft", "coloured", "dark", "note")
_COLOURS = (
    (0.98, 0.93, 0.72),
    (0.98, 0.84, 0.85),
    (0.8, 0.9, 0.97),
    (0.83, 0.94, 0.83),
    (0.93, 0.88, 0.97),
    (0.98, 0.87, 0.74),
)
_NOTES = ((0.99, 0.92, 0.5), (0.99, 0.92, 0.5), (0.99, 0.7, 0.78), (0.68, 0.88, 0.96), (0.78, 0.93, 0.62))
_DARK = ((0.13, 0.14, 0.16), (0.12, 0.18, 0.3), (0.13, 0.27, 0.22), (0.28, 0.16, 0.22))


@dataclass(frozen=True)
class Paper:
    """A sheet before it is drawn on."""

    image: Image  # (height, width, 3) RGB 0..1
    dark: bool
    tinted: bool  # neither white nor dark


def some_paper(height: int, width: int, unit: float, r: Chance) -> Paper:
    """A sheet of any kind; `unit` is the side of the whole picture in the same pixels."""
    kind = choose(r, _KINDS)
    base: dict[Kind, tuple[float, float, float]] = {
        "cream": (0.965, 0.945, 0.89),
        "kraft": (0.76, 0.62, 0.46),
        "coloured": choose(r, _COLOURS),
        "dark": choose(r, _DARK),
        "note": choose(r, _NOTES),
    }
    colour = np.array(base.get(kind, (0.96, 0.96, 0.95)), np.float32)
    rough = {"kraft": 0.02, "coloured": 0.012, "dark": 0.03, "cream": 0.01}.get(kind, 0.006)
    relief = rough * cut(fibre(), height, width, r, zoom=unit / 320)
    if kind == "kraft":
        relief = relief + 0.16 * cut(flecks(), height, width, r, zoom=unit / 320)
    image = np.asarray(((1 + relief) * _unevenness(height, width, r))[..., None] * colour, np.float32)
    if kind == "lined":
        _rule_lines(image, unit, r)
    elif kind in ("graph", "dotted"):
        _rule_squares(image, unit, r, dots=kind == "dotted")
    elif kind == "note":
        band = int(height * r.uniform(0.14, 0.2))
        image[:band] *= np.linspace(0.95, 1.0, band, dtype=np.float32)[:, None, None]
    return Paper(image, kind == "dark", kind in ("kraft", "coloured", "note"))


def _rule_lines(image: Image, unit: float, r: Chance) -> None:
    height = image.shape[0]
    gap, thick = unit * r.uniform(0.07, 0.1), max(1, round(unit / 260))
    ink = np.array(choose(r, ((0.72, 0.82, 0.93), (0.8, 0.84, 0.88), (0.74, 0.85, 0.86))), np.float32)
    first = unit * r.uniform(0.1, 0.2)
    for y in np.arange(first, height, gap):
        image[int(y) : int(y) + thick] *= ink
    if maybe(r, 0.6):
        x = int(unit * r.uniform(0.1, 0.16))
        image[:, x : x + thick] *= np.array((0.95, 0.7, 0.7), np.float32)
        if maybe(r, 0.6):
            for y in np.arange(unit * 0.14, height, unit * 0.3):
                cv2.circle(image, (x // 2, int(y)), max(2, round(unit * 0.02)), (0.34, 0.3, 0.27), -1, cv2.LINE_AA)


def _rule_squares(image: Image, unit: float, r: Chance, *, dots: bool) -> None:
    gap, thick = unit * r.uniform(0.042, 0.06), max(1, round(unit / 300))
    ink = np.array(choose(r, ((0.76, 0.87, 0.92), (0.82, 0.84, 0.86), (0.8, 0.89, 0.8))), np.float32)
    rows = np.arange(gap * r.random(), image.shape[0], gap).astype(int)
    columns = np.arange(gap * r.random(), image.shape[1], gap).astype(int)
    if dots:
        for dy in range(thick + 1):
            for dx in range(thick + 1):
                y, x = np.minimum(rows + dy, image.shape[0] - 1), np.minimum(columns + dx, image.shape[1] - 1)
                image[np.ix_(y, x)] *= ink**1.5
        return
    for offset in range(thick):
        image[np.minimum(rows + offset, image.shape[0] - 1)] *= ink
        image[:, np.minimum(columns + offset, image.shape[1] - 1)] *= ink


def _unevenness(height: int, width: int, r: Chance) -> Image:
    """Light on a sheet that is never quite flat, (height, width) around 1; sometimes it was folded."""
    hills = r.standard_normal((5, 5)).astype(np.float32) * r.uniform(0.004, 0.022)
    light = np.float32(1) + cv2.resize(hills, (width, height), interpolation=cv2.INTER_CUBIC)
    if maybe(r, 0.15):
        at = r.uniform(0.3, 0.7)
        if maybe(r, 0.5):
            across = (np.arange(width, dtype=np.float32) / width - at)[None, :]
        else:
            across = (np.arange(height, dtype=np.float32) / height - at)[:, None]
        light = light * (1 + np.sign(across) * r.uniform(0.015, 0.04) - 0.07 * np.exp(-((across / 0.006) ** 2)))
    return np.asarray(light, np.float32)
