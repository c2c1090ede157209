"""Where models are read and results are written."""

from __future__ import annotations

import os
from pathlib import Path

from core.command import CommandError
from core.messages import Language
from core.model import everyday


def model(asked: Path, language: Language) -> Path:
    """The model file that was asked for; "everyday" is the model of everyday things, unless there is a file of that
    name. Raises BackboneError."""
    return everyday.ensure(language) if str(asked) == everyday.NAME and not asked.exists() else asked


def check_place(target: Path) -> None:
    """Raises CommandError where `target` cannot be written: nobody wants to be told when all the work is done."""
    if target.is_dir():
        raise CommandError("command.is_folder", file=target)
    nearest = next(folder for folder in target.absolute().parents if folder.exists())
    if not nearest.is_dir() or not os.access(nearest, os.W_OK):
        raise CommandError("command.no_place", file=target, folder=nearest)
