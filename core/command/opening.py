"""The command `open`."""

from __future__ import annotations

from argparse import Namespace
from pathlib import Path

from core.command import DONE, CommandError
from core.command.console import Console
from core.command.paths import require_writable
from core.model import teachable_machine
from core.model.file import ENDING
from core.work import opening


def open(options: Namespace, console: Console) -> int:
    """Write a model that was made elsewhere as a model file; the exit code. Raises TeachLensError where it is none."""
    require_writable(options.output)
    target = options.output if options.output.suffix else options.output.with_suffix(ENDING)
    links = [source for source in options.sources if "://" in source]
    if links and len(options.sources) > 1:
        raise CommandError("open.one_at_a_time")
    model = (
        opening.from_link(links[0], own_machine=True)
        if links
        else opening.from_paths(list(map(_existing, options.sources)))
    )
    teachable_machine.write(target, model)
    classes = len(model.labels)
    console.emit_json("result", {"model": str(target), "title": model.card.title, "labels": list(model.labels)})
    console.say("command.opened", file=target, title=model.card.title, count=classes)
    console.say("command.elsewhere", count=classes)
    return DONE


def _existing(source: str) -> Path:
    path = Path(source)
    if not path.exists():
        raise CommandError("open.no_file", file=source)
    return path
