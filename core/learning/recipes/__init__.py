"""The recipes, ways of teaching: a file defines one as its `RECIPE`, and is found by lying here. Read `quick` first.

What a recipe is made of stands in `core.learning.recipe`; `core.learning.teach` follows one.
"""

from __future__ import annotations

import pkgutil
from importlib import import_module

from core.errors import LessonError
from core.learning.recipe import Recipe

DEFAULT = "quick"
_registered: dict[str, Recipe] = {}


def register(recipe: Recipe) -> None:
    """Let a recipe be known under its name, in place of one that was."""
    _registered[recipe.name] = recipe


def registered() -> tuple[Recipe, ...]:
    """All of them, the default first."""
    return tuple(sorted(_registered.values(), key=lambda recipe: recipe.name != DEFAULT))


def get(name: str) -> Recipe:
    """The recipe of that name. Raises LessonError."""
    if name not in _registered:
        raise LessonError("lesson.unknown_recipe", name=name, known=", ".join(one.name for one in registered()))
    return _registered[name]


def find(name: str) -> Recipe | None:
    """The recipe of that name; None where there is none."""
    return _registered.get(name)


for _module in sorted(module.name for module in pkgutil.iter_modules(__path__)):
    register(import_module(f"{__name__}.{_module}").RECIPE)
