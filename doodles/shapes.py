"""What can be drawn."""

from __future__ import annotations

from collections.abc import Callable

from doodles.nature import cat, fish, sun, tree
from doodles.parts import Chance, Part
from doodles.signs import heart, star
from doodles.things import cup, house

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
