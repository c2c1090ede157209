"""Every text that the pages show, in both languages, and the one function that says it.

One module a page, each with `TEXTS`: `key: (English, Korean)`; a key begins with the name of its module. Places are
those of `core.messages.fill`: `{name}`, or `{name:을/를}` with the particle that fits.
"""

from __future__ import annotations

import importlib
import pkgutil
from functools import cache
from typing import Any

from core.messages import LANGUAGES, Language, fill, plural_key


@cache
def texts() -> dict[str, tuple[str, str]]:
    """All tables as one. Raises ValueError where a key stands in the wrong module."""
    found: dict[str, tuple[str, str]] = {}
    for module in pkgutil.iter_modules(__path__):
        table: dict[str, tuple[str, str]] = importlib.import_module(f"{__name__}.{module.name}").TEXTS
        if strays := [key for key in table if not key.startswith(f"{module.name}.")]:
            raise ValueError(f"keys of ui/texts/{module.name}.py must begin with '{module.name}.': {strays}")
        found.update(table)
    return found


def t(key: str, /, language: Language | None = None, **values: Any) -> str:
    """The text `key` in the page's language, its places filled. Raises KeyError for a key that nobody wrote."""
    if language is None:
        from ui.language import current

        language = current()
    return fill(texts()[key][LANGUAGES.index(language)], **values)


def plural(key: str, /, count: int, **values: Any) -> str:
    """The text `key.one` or `key.many`; Korean writes both alike. `{count}` is the number with its separators."""
    return t(plural_key(key, count), count=f"{count:,}", **values)
