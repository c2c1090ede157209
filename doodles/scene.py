"""One picture from beginning to end: paper, drawing, desk, photograph."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from core.pictures.picture import Picture
from doodles import photo, props
from doodles.artist import Placement, draw
from doodles.grounds import some_ground
from doodles.papers import some_paper
from doodles.parts import Chance, Part, maybe
from doodles.pens import some_kit

_Pair = NDArray[np.float64]  # (2,) pixels


def photographed(parts: list[Part], size: int, r: Chance) -> Picture:
    """Parts drawn on some paper and photographed: (size, size, 3) RGB uint8."""
    radius = size * r.uniform(0.31, 0.43)
    close = maybe(r, 0.45)
    room = r.uniform(1.22, 1.4, 2) * size if close else np.maximum(2 * radius * r.uniform(1.08, 1.45, 2), size * 0.62)
    paper = some_paper(int(room[1]), int(room[0]), size, r)
    reach = np.clip(room / 2 - radius * 1.04, 0, size * 0.06)
    centre = room / 2 + r.uniform(-reach, reach)
    placement = Placement((float(centre[0]), float(centre[1])), radius, r.normal(0, 0.09))
    draw(paper.image, parts, placement, some_kit(r, dark=paper.dark, tinted=paper.tinted), r)
    middle = size / 2 + r.uniform(-1, 1, 2) * min(max(0.0, size / 2 - radius * 1.02), 0.07 * size)
    corners = _corners(room, centre, middle, r)
    scene, mask = photo.lay(paper.image, size, corners)
    held = False
    if mask.min() < 255:
        ground = some_ground(size, r)
        scene, held = photo.above(ground.image, scene, mask, r), ground.held
    if held and not close and maybe(r, 0.7):
        scene = props.thumb(scene, corners, r)
    elif not held and not close and maybe(r, 0.25):
        scene = props.tape(scene, corners, r)
    if not held and maybe(r, 0.18):
        scene = props.pencil(scene, middle, radius, r)
    return photo.expose(photo.light(scene, r), r)


def _corners(room: _Pair, centre: _Pair, middle: _Pair, r: Chance) -> NDArray[np.float32]:
    """The corners, (4, 2) pixels, of a sheet `room` wide and high whose `centre` is put on `middle`."""
    flat = np.array(((0, 0), (room[0], 0), tuple(room), (0, room[1]))) - centre
    angle = r.normal(0, 0.12)
    rotation = np.array(((np.cos(angle), np.sin(angle)), (-np.sin(angle), np.cos(angle))))
    tilt = r.uniform(-0.05, 0.05, (4, 2)) * room.min()
    return np.asarray(flat @ rotation + tilt + middle, np.float32)
