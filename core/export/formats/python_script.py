"""A Python script with its model, for makers: file, folder or camera, without this project."""

from __future__ import annotations

from pathlib import Path

from core.export.format import Format, Written
from core.export.formats import litert
from core.export.package import copy_file


def write(path: Path, folder: Path) -> Written:
    """Write the model, the script and what it needs."""
    written = litert.write(path, folder)
    for name in ("recognise.py", "requirements.txt"):
        copy_file(name, folder)
    return written


FORMATS = (
    Format(
        name="python",
        write=write,
        open=litert.opened,
        runtime="ai-edge-litert",
        files=(litert.FILE, "recognise.py"),
        example="litert.py",
    ),
)
