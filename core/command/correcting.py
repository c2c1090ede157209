"""The command `correct`."""

from __future__ import annotations

from argparse import Namespace

from core.command import DONE, CommandError
from core.command.console import Console
from core.command.paths import model_path
from core.command.recognising import pictures
from core.errors import TeachLensError
from core.learning.correct import add, undo


def correct(options: Namespace, console: Console) -> int:
    """Add pictures to a model under a label, or undo the last correction; the exit code."""
    path = model_path(options.model, console.language)
    if options.undo:
        model = undo(path)
        console.say("command.taken_back", file=path, count=sum(model.card.pictures.values()))
    else:
        added = []
        for name, content in pictures(options.sources):
            if isinstance(content, TeachLensError):
                raise content
            added.append((name, content))
        if not added:
            raise CommandError("command.nothing_read")
        model = add(path, added, options.label)
        console.say("command.joined", file=path, added=len(added), count=sum(model.card.pictures.values()))
    classes = dict(model.card.pictures)
    console.emit_json("result", {"model": str(path), "classes": classes, "added": model.card.corrected_pictures})
    return DONE
