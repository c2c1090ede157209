"""Pens, crayons and chalk, and what somebody takes in hand for one drawing."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

import numpy as np

from doodles.parts import Chance, choose, maybe

RGB = tuple[float, float, float]
Colours = Mapping[str, RGB]
Filling = Literal["none", "hatched", "coloured"]

COLOURS: Colours = {
    "black": (0.1, 0.1, 0.12),
    "red": (0.86, 0.16, 0.17),
    "orange": (0.96, 0.5, 0.1),
    "yellow": (0.98, 0.8, 0.12),
    "green": (0.13, 0.55, 0.27),
    "leaf": (0.47, 0.71, 0.2),
    "sky": (0.35, 0.7, 0.9),
    "blue": (0.13, 0.32, 0.73),
    "purple": (0.47, 0.24, 0.63),
    "pink": (0.95, 0.5, 0.65),
    "brown": (0.5, 0.3, 0.17),
    "grey": (0.48, 0.49, 0.52),
}
_INKS: tuple[RGB, ...] = ((0.1, 0.1, 0.12), (0.1, 0.1, 0.12), (0.12, 0.16, 0.38), (0.3, 0.18, 0.12))
_PALE: RGB = (0.95, 0.94, 0.9)


@dataclass(frozen=True)
class Pen:
    """How one kind of pen behaves."""

    width: tuple[float, float]  # of its line, as a share of the drawing's radius
    grain: float  # 0: covers all it touches; 1: only what stands high
    cover: tuple[float, float]  # opacity of a line
    gap: tuple[float, float]  # between strokes when colouring in, in widths
    opaque: bool = False  # covers what lies below, rather than darkening it
    taper: bool = False  # thins out at the ends of a stroke
    soft: float = 0.0  # how far its edge bleeds, in pixels of a 320 px picture


MARKER = Pen((0.055, 0.085), 0.06, (0.88, 0.97), (0.75, 1.0), soft=0.5)
FELT = Pen((0.026, 0.042), 0.08, (0.9, 0.98), (1.0, 1.6), soft=0.3)
CRAYON = Pen((0.055, 0.09), 0.95, (0.85, 0.98), (0.7, 1.15), opaque=True)
PASTEL = Pen((0.04, 0.06), 0.75, (0.8, 0.95), (0.8, 1.3), opaque=True, taper=True)
PENCIL = Pen((0.018, 0.03), 0.6, (0.75, 0.92), (1.6, 2.6), taper=True)
COLOURED = Pen((0.026, 0.042), 0.75, (0.75, 0.92), (1.0, 1.7), taper=True)
BALLPOINT = Pen((0.014, 0.022), 0.12, (0.85, 0.97), (2.0, 3.6))
CHALK = Pen((0.045, 0.07), 1.0, (0.8, 0.95), (0.9, 1.6), opaque=True)
GEL = Pen((0.022, 0.034), 0.05, (0.92, 1.0), (1.4, 2.4), opaque=True)


@dataclass(frozen=True)
class Kit:
    """What somebody took in hand for one drawing."""

    outline: Pen
    fill: Pen
    ink: RGB | None  # the outline's one colour; None: each part in its own
    colours: Colours
    filling: Filling
    twice: bool = False  # goes over each line a second time, as in a sketch


def some_kit(r: Chance, *, dark: bool, tinted: bool) -> Kit:
    """Pens that suit a paper, and a way to use them. Felt-tip colours do not show on tinted paper, crayons do."""
    colours = _of_another_maker(r)
    if dark:
        return _on_dark(r, colours)
    kits = (_crayons, _crayons, _pencils, _one_felt) if tinted else _KITS
    return choose(r, kits)(r, colours)


def _markers(r: Chance, colours: Colours) -> Kit:
    ink = choose(r, _INKS) if maybe(r, 0.6) else None
    outline = choose(r, (FELT, FELT, MARKER))
    return Kit(outline, MARKER, ink, colours, choose(r, ("coloured", "coloured", "coloured", "none")))


def _crayons(r: Chance, colours: Colours) -> Kit:
    ink = choose(r, _INKS) if maybe(r, 0.2) else None
    return Kit(CRAYON, CRAYON, ink, colours, choose(r, ("coloured", "coloured", "hatched", "none")))


def _pencils(r: Chance, colours: Colours) -> Kit:
    ink = (0.28, 0.28, 0.3) if maybe(r, 0.4) else None
    return Kit(COLOURED, COLOURED, ink, colours, choose(r, ("coloured", "hatched")), maybe(r, 0.3))


def _one_felt(r: Chance, colours: Colours) -> Kit:
    ink = choose(r, (*_INKS, colours["blue"], colours["red"], colours["green"], colours["purple"]))
    return _single(choose(r, (FELT, MARKER)), FELT, ink, choose(r, ("none", "none", "hatched")))


def _lead(r: Chance, _: Colours) -> Kit:
    return _single(PENCIL, PENCIL, (0.27, 0.27, 0.29), choose(r, ("none", "hatched")), twice=maybe(r, 0.6))


def _ballpoint(r: Chance, _: Colours) -> Kit:
    ink = choose(r, ((0.1, 0.18, 0.55), (0.1, 0.1, 0.13)))
    return _single(BALLPOINT, BALLPOINT, ink, choose(r, ("none", "hatched")), twice=maybe(r, 0.5))


def _on_dark(r: Chance, colours: Colours) -> Kit:
    pale = {
        name: (0.35 + 0.65 * red, 0.35 + 0.65 * green, 0.35 + 0.65 * blue)
        for name, (red, green, blue) in colours.items()
    }
    pale |= {"black": _PALE, "brown": _PALE}
    outline, fill = choose(r, ((CHALK, CHALK), (PASTEL, PASTEL), (GEL, PASTEL)))
    ink = _PALE if maybe(r, 0.5) else None
    return Kit(outline, fill, ink, pale, choose(r, ("none", "none", "hatched", "coloured")))


# How often each is met.
_KITS = (*[_markers] * 5, *[_crayons] * 5, *[_pencils] * 3, *[_one_felt] * 2, _lead, _ballpoint)


def _single(outline: Pen, fill: Pen, ink: RGB, filling: Filling, *, twice: bool = False) -> Kit:
    return Kit(outline, fill, ink, dict.fromkeys(COLOURS, ink), filling, twice)


def _of_another_maker(r: Chance) -> Colours:
    gain, shift = r.uniform(0.88, 1.05), r.uniform(-0.05, 0.05, 3)
    colours = {}
    for name, rgb in COLOURS.items():
        red, green, blue = np.clip(np.array(rgb) * gain + shift + r.uniform(-0.03, 0.03, 3), 0.04, 1).tolist()
        colours[name] = (red, green, blue)
    return colours
