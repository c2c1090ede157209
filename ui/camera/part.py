"""What both components are made of: the camera part's script and style, its words, and what comes back from it."""

from __future__ import annotations

import base64
import binascii
from pathlib import Path
from typing import Any

from ui.texts import t

_FOLDER = Path(__file__).parent
HTML = '<div class="tl-camera"></div>'
STYLE = (_FOLDER / "style.css").read_text("utf-8")
_COMMON = ("use", "try", "off", "which", "number", "insecure", "refused", "none", "busy", "gone", "starting", "view")


def script(*names: str) -> str:
    """The module of a component: the camera part, and then its own parts."""
    return "\n".join((_FOLDER / name).read_text("utf-8") for name in ("camera.js", *names))


def words(*names: str) -> dict[str, str]:
    """The camera part's texts and those of the component, by their bare names; what stands in braces is filled in the
    browser."""
    placeholders: dict[str, Any] = {
        name: f"{{{name}}}" for name in ("number", "first", "second", "name", "count", "share", "label")
    }
    return {name: t(f"camera.{name}", **placeholders) for name in (*_COMMON, *names)}


def unpacked(given: object, most: int) -> bytes:
    """The bytes of a base64 text from the browser; none where it is no such text or more than `most` bytes."""
    if not isinstance(given, str) or len(given) > most * 4 // 3 + 4:
        return b""
    try:
        return base64.b64decode(given, validate=True)
    except (binascii.Error, ValueError):
        return b""
