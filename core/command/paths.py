"""Where models are read and results are written."""

from __future__ import annotations

import os
from pathlib import Path

from core.command import CommandError
from core.messages import Language
from core.model import everyday


def model_path(path: Path, language: Language) -> Path:
    """The model file that `path` names: itself, or the ready-made model for "everyday" where no file has that name.
    Raises BackboneError."""
    return everyday.ensure(language) if str(path) == everyday.NAME and not path.exists() else path


def require_writable(target: Path) -> None:
    """Raise CommandError where the file `target` cannot be written. Called before the work, not after it."""
    if target.is_dir():
        raise CommandError("command.is_folder", file=target)
    nearest = next(folder for folder in target.absolute().parents if folder.exists())
    if not nearest.is_dir() or not os.access(nearest, os.W_OK):
        raise CommandError("command.no_place", file=target, folder=nearest)
