"""`correct`."""

from __future__ import annotations

from argparse import Namespace

from core.command import DONE, CommandError
from core.command.paths import model as place
from core.command.recognising import pictures
from core.command.say import Speaker
from core.errors import TeachLensError
from core.learning.correct import add, undo


def correct(asked: Namespace, speaker: Speaker) -> int:
    """Let pictures join a model under a label, or take back what joined last; the exit code."""
    path = place(asked.model, speaker.language)
    if asked.undo:
        model = undo(path)
        speaker.say("command.taken_back", file=path, count=sum(model.card.pictures.values()))
    else:
        found = []
        for name, content in pictures(asked.sources):
            if isinstance(content, TeachLensError):
                raise content
            found.append((name, content))
        if not found:
            raise CommandError("command.nothing_read")
        model = add(path, found, asked.label)
        speaker.say("command.joined", file=path, added=len(found), count=sum(model.card.pictures.values()))
    classes = dict(model.card.pictures)
    speaker.fact("result", {"model": str(path), "classes": classes, "added": model.card.corrected_pictures})
    return DONE
