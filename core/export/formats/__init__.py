"""The formats: a file defines some in its `FORMATS`, and is found by lying here. What a format is made of stands in
`core.export.format`; read `litert` first."""

from __future__ import annotations

import pkgutil
from importlib import import_module

from core.errors import ExportError
from core.export import FORMATS
from core.export.format import Format

_registered: dict[str, Format] = {}


def registered() -> tuple[Format, ...]:
    """All of them, the one that most people want first."""
    rank = {name: number for number, name in enumerate(FORMATS)}
    return tuple(sorted(_registered.values(), key=lambda one: (rank.get(one.name, len(rank)), one.name)))


def get(name: str) -> Format:
    """The format of that name. Raises ExportError."""
    if name not in _registered:
        raise ExportError("export.unknown_format", name=name, known=", ".join(one.name for one in registered()))
    return _registered[name]


for _module in sorted(module.name for module in pkgutil.iter_modules(__path__)):
    _registered |= {one.name: one for one in import_module(f"{__name__}.{_module}").FORMATS}
