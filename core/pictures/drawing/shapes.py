"""What can be drawn."""

from __future__ import annotations

from collections.abc import Callable

from core.pictures.drawing.nature import cat, fish, sun, tree
from core.pictures.drawing.parts import Chance, Part
from core.pictures.drawing.signs import heart, star
from core.pictures.drawing.things import cup, house

SHAPES: dict[str, Callable[[Chance], list[Part]]] = {
    "sun": sun,
    "house": house,
    "tree": tree,
    "fish": fish,
    "star": star,
    "heart": heart,
    "cup": cup,
    "cat": cat,
}
