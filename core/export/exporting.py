"""One export: written, proved, packed."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from core.errors import ExportError
from core.export import formats, package, proof, squashing
from core.export.format import Format, Written
from core.export.package import Checked
from core.machine import memory
from core.messages import Language
from core.storage.room import require_room

Stage = Literal["write", "prove", "pack"]
Listener = Callable[[Stage, int, int], None]  # (stage, done, total)
STAGES: tuple[Stage, ...] = ("write", "prove", "pack")
EXTRA = "requirements-export.txt"  # what some formats need beside the app
_ROOM = 3  # times the model file: what is written, and the zip of it


@dataclass(frozen=True)
class Exported:
    """What came of it."""

    format: Format
    written: Written
    checked: Checked


def export(path: Path, name: str, target: Path, language: Language, listen: Listener = lambda *_: None) -> Exported:
    """Take the model file at `path` away in the format called `name`, as the zip `target`, whole or not at all. Raises
    ExportError, ModelError, BackboneError, StorageError, OSError."""
    format_ = formats.get(name)
    for distribution in format_.writes_with:
        if not proof.is_installed(distribution):
            raise ExportError("export.needs", format=name, command=f"pip install -r {EXTRA}")
    if format_.memory > memory():
        here, needed = (f"{size / 1e9:.1f}" for size in (memory(), format_.memory))
        raise ExportError("export.memory", format=name, here=here, needed=needed)
    require_room(target.parent, _ROOM * path.stat().st_size)
    with tempfile.TemporaryDirectory(prefix="teachlens-", ignore_cleanup_errors=True) as temporary:
        folder = Path(temporary, "package")
        folder.mkdir()
        listen("write", 0, 1)
        path = Path(shutil.copyfile(path, Path(temporary, path.name)))  # somebody may be putting it right meanwhile
        written = format_.write(path, folder)
        listen("write", 1, 1)
        proved, squashed = None, None
        if proof.is_installed(format_.runtime):
            proved = proof.prove(format_, path, folder, written, lambda done, total: listen("prove", done, total))
            if format_.squashes:
                squashed = squashing.compare(path, written.model)
        checked = Checked(proved, squashed)
        listen("pack", 0, 1)
        package.complete(folder, format_, written, checked, language)
        package.pack(folder, target)
        listen("pack", 1, 1)
    return Exported(format_, written, checked)
