"""How pens draw parts on paper."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

import cv2
import numpy as np
from numpy.typing import NDArray

from doodles.hand import Points, spaced, unclosed, wobbled, zigzag
from doodles.parts import Chance, Part, choose, maybe
from doodles.pens import RGB, Kit, Pen
from doodles.textures import Image, cut, tooth

_FINE = 2  # masks are drawn this many times finer than the paper
_SHIFT = 3  # binary digits after the point in OpenCV's coordinates


@dataclass(frozen=True)
class Placement:
    """Where on a paper a drawing goes."""

    centre: tuple[float, float]  # pixels
    radius: float  # pixels: what 1 is in the drawing's own box
    angle: float  # radians


def draw(paper: Image, parts: list[Part], placement: Placement, kit: Kit, r: Chance) -> None:
    """Draw parts on paper, which is changed: float32 (height, width, 3) RGB 0..1."""
    cos, sin = np.cos(placement.angle) * placement.radius, np.sin(placement.angle) * placement.radius
    rotation = np.array(((cos, sin), (-sin, cos)), np.float32)
    placed = [part.points @ rotation + np.array(placement.centre, np.float32) for part in parts]
    sheet = _Sheet(paper, placement.radius, r)
    if kit.filling != "none":
        _colour_in(sheet, parts, placed, kit)
    layers: dict[RGB, list[tuple[Part, Points]]] = {}
    for part, points in zip(parts, placed, strict=True):
        if part.outlined:
            colour = kit.colours["black" if part.colour == "bare" else part.colour]
            layers.setdefault(kit.ink or colour, []).append((part, points))
    width = r.uniform(*kit.outline.width) * placement.radius
    for colour, drawn in layers.items():
        sheet.begin()
        for part, points in drawn:
            if part.inked:
                sheet.area(points, 255)
            for _ in range(2 if kit.twice else 1):
                sheet.stroke(points, part.closed, width * part.weight, kit.outline)
        sheet.lay(colour, kit.outline)


def _colour_in(sheet: _Sheet, parts: list[Part], placed: list[Points], kit: Kit) -> None:
    """Colour in the areas, those at the bottom first and never below one that lies on top."""
    r = sheet.r
    angle = r.uniform(0, np.pi)
    left = _left_bare(parts, kit, r)
    for number, (part, points) in enumerate(zip(parts, placed, strict=True)):
        if not part.filled or part.colour == "bare" or part.colour in left:
            continue
        width = r.uniform(*kit.fill.width) * sheet.radius
        gap = width * r.uniform(*kit.fill.gap) * (1.9 if kit.filling == "hatched" else 1.0)
        here = angle if maybe(r, 0.7) else r.uniform(0, np.pi)
        sheet.begin()
        for stroke in zigzag(points, gap, here, r):
            sheet.stroke(stroke, False, width, kit.fill)
        if kit.filling == "coloured" and maybe(r, 0.3):
            for stroke in zigzag(points, gap * 1.3, here + r.uniform(0.5, 1.2), r):
                sheet.stroke(stroke, False, width, kit.fill)
        sheet.keep(points, spill=sheet.radius * r.uniform(0.0, 0.025))
        for later, other in zip(parts[number + 1 :], placed[number + 1 :], strict=True):
            if later.closed and (later.filled or later.colour == "bare"):
                sheet.area(other, 0)
        sheet.lay(kit.colours[part.colour], kit.fill, pressure=r.uniform(0.62, 0.95))


def _left_bare(parts: list[Part], kit: Kit, r: Chance) -> set[str]:
    """Colours whose areas stay bare: with a single pen, all would run into one."""
    areas = list(dict.fromkeys(part.colour for part in parts if part.filled))
    if len(set(kit.colours.values())) > 1 or len(areas) < 2:
        return set()
    return set(areas) - {choose(r, areas)}


class _Sheet:
    """A paper with the mask of what is being drawn on it."""

    def __init__(self, paper: Image, radius: float, r: Chance) -> None:
        self.paper, self.radius, self.r = paper, radius, r
        self._mask = np.zeros((paper.shape[0] * _FINE, paper.shape[1] * _FINE), np.uint8)
        self._tooth = cut(tooth(), paper.shape[0], paper.shape[1], r, zoom=max(1.0, radius / 150))
        self._box = [0, 0, 0, 0]

    def begin(self) -> None:
        """A new layer."""
        self._mask[:] = 0
        self._box = [self.paper.shape[1], self.paper.shape[0], 0, 0]

    def stroke(self, points: Points, closed: bool, width: float, pen: Pen) -> None:
        """One movement of the pen."""
        r, step = self.r, max(1.5, self.radius * 0.02)
        points = spaced(points, step, closed=closed)
        if closed:
            points = unclosed(points, self.radius * 0.022, r)
        points = wobbled(points, step, self.radius * r.uniform(0.006, 0.016), self.radius * 0.7, r)
        self._grow(points, width)
        count = len(points)
        press = 1 + 0.16 * np.sin(np.arange(count) * r.uniform(0.05, 0.2) + r.uniform(0, 6))
        if pen.taper:
            ends = np.minimum(np.arange(count), np.arange(count)[::-1]) / 4
            press *= np.clip(0.45 + ends, 0, 1)
        fixed = self._fixed(points)
        thick = np.maximum(1, np.round(press * (width * _FINE))).astype(int)
        begins = np.concatenate([[0], 1 + np.flatnonzero(np.diff(thick[1:-1])), [count - 1]])
        for start, end in pairwise(begins.tolist()):
            cv2.polylines(self._mask, [fixed[start : end + 1]], False, 255, int(thick[start + 1]), cv2.LINE_AA, _SHIFT)

    def area(self, points: Points, value: int) -> None:
        """Set a whole area, to 255 or 0."""
        if value:
            self._grow(points, 1)
        cv2.fillPoly(self._mask, [self._fixed(points)], value, cv2.LINE_AA, _SHIFT)

    def keep(self, points: Points, spill: float) -> None:
        """Rub out what lies further than `spill` pixels outside an area."""
        inside = np.zeros_like(self._mask)
        cv2.fillPoly(inside, [self._fixed(points)], 255, cv2.LINE_8, _SHIFT)
        if spill > 0.5:
            cv2.polylines(inside, [self._fixed(points)], True, 255, round(2 * spill * _FINE), cv2.LINE_8, _SHIFT)
        self._mask &= inside

    def lay(self, colour: RGB, pen: Pen, pressure: float = 0.9) -> None:
        """Lay the layer on the paper in a colour."""
        left, top = max(0, self._box[0]), max(0, self._box[1])
        right, bottom = min(self.paper.shape[1], self._box[2]), min(self.paper.shape[0], self._box[3])
        if left >= right or top >= bottom:
            return
        fine = self._mask[top * _FINE : bottom * _FINE, left * _FINE : right * _FINE]
        whole = cv2.resize(fine, (right - left, bottom - top), interpolation=cv2.INTER_AREA)
        soft = max(pen.soft, 0.6 * pen.grain) * self.radius / 130
        if soft > 0.2:
            whole = cv2.GaussianBlur(whole, (0, 0), soft)
        ink: Image = np.asarray(whole, np.float32) / np.float32(255)
        if pen.grain > 0.2:
            high = self._tooth[top:bottom, left:right]
            stays = np.clip((high + 1.35 * pressure - 1 + 0.5 * (ink - 1)) * 3, 0, 1)
            ink = np.asarray(ink * (1 - pen.grain + pen.grain * stays), np.float32)
        elif pen.soft:  # ink gathers along the edge
            gathered = ink * (1.25 - 0.2 * cv2.GaussianBlur(ink, (0, 0), 2.5))
            ink = np.asarray(np.minimum(gathered, 1), np.float32)
        ink *= np.float32(self.r.uniform(*pen.cover))
        region = self.paper[top:bottom, left:right]
        tone = np.array(colour, np.float32) * np.float32(self.r.uniform(0.94, 1.06))
        if pen.opaque:
            region += ink[..., None] * (tone - region)
        else:
            region *= 1 - ink[..., None] * (1 - np.clip(tone, 0, 1))

    @staticmethod
    def _fixed(points: Points) -> NDArray[np.int32]:
        return np.round(points * (_FINE << _SHIFT)).astype(np.int32)

    def _grow(self, points: Points, width: float) -> None:
        room = width + 4
        low, high = points.min(axis=0) - room, points.max(axis=0) + room
        self._box = [*map(min, self._box[:2], low.astype(int)), *map(max, self._box[2:], high.astype(int))]
