"""A Python script with its model, for makers: file, folder or camera, without this project."""

from __future__ import annotations

from pathlib import Path

from core.export.format import Format, Written
from core.export.formats.litert import FILE, opened
from core.export.formats.litert import write as write_litert
from core.export.package import copy_file


def write(path: Path, folder: Path) -> Written:
    """Write the model, the script and what it needs."""
    written = write_litert(path, folder)
    for name in ("recognise.py", "requirements.txt"):
        copy_file(name, folder)
    return written


FORMATS = (
    Format(
        name="python",
        group="maker",
        write=write,
        open=opened,
        runtime="ai-edge-litert",
        files=(FILE, "recognise.py"),
        example="litert.py",
    ),
)
