"""The command `recognise`."""

from __future__ import annotations

import csv
import io
import os
from argparse import Namespace
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TextIO

from core.command import DONE, PARTLY, CommandError
from core.command.console import Console
from core.command.paths import model_path, require_writable
from core.errors import ArchiveError, TeachLensError
from core.messages import percent
from core.model import table
from core.model.answer import Answer
from core.model.recognise import Recogniser
from core.pictures import archive
from core.storage import atomic

_SENTENCES = {"sure": "command.answer", "unsure": "command.not_sure", "strange": "command.strange"}


def recognise(options: Namespace, console: Console) -> int:
    """Print a model's answers for pictures, one by one; the exit code. Raises CommandError where none can be read."""
    recogniser = Recogniser(model_path(options.model, console.language))
    top = min(options.top, len(recogniser.model.labels))
    answered = unread = 0
    with _open_csv(options.csv) if options.csv else _open_devnull() as file:
        rows = csv.writer(file)
        rows.writerow(table.header(top))
        for name, content in pictures(options.sources):
            try:
                if isinstance(content, TeachLensError):
                    raise content
                answer = recogniser.recognise_bytes(content)
            except TeachLensError as error:
                unread += 1
                console.skipped(name, error.key, error.values)
                rows.writerow(table.refused(name, error.say(console.language), top=top))
            else:
                answered += 1
                _print_answer(name, answer, top, console)
                rows.writerow(table.row(name, answer, unsure=console.text("command.unsure"), top=top))
        if not answered:
            raise CommandError("command.nothing_read")
    return PARTLY if unread else DONE


def pictures(sources: list[Path]) -> Iterator[tuple[str, bytes | TeachLensError]]:
    """The path and the bytes, or the error, of every picture below the sources. What is not named like a picture is
    passed over in a folder or zip."""
    for source in sources:
        try:
            dataset = archive.find_unlabelled(source)
        except ArchiveError as error:
            yield str(source), error
            continue
        alone = not source.is_dir() and all(entry.member is None for entry in dataset.entries)
        for skipped in dataset.skipped:
            if alone or skipped.key != "layout.no_picture":
                yield str(source if alone else source / skipped.name), ArchiveError(skipped.key, **skipped.values)
        for entry, content in archive.read(dataset.entries):
            yield str(source if alone else source / entry.name), content


def _print_answer(name: str, answer: Answer, top: int, console: Console) -> None:
    console.emit_json("answer", {"picture": name, **answer.to_dict(top)})
    shares = [f"{label} {percent(probability)}" for label, probability in answer.best(top)]
    if answer.kind == "sure" and answer.subclass:
        shares[0] += f" ({console.text('model.finer', name=answer.subclass)})"
    console.say(_SENTENCES[answer.kind], picture=name, answers=", ".join(shares))


@contextmanager
def _open_csv(path: Path) -> Iterator[TextIO]:
    """A text file that appears at `path` once it is complete. Raises CommandError, StorageError."""
    require_writable(path)
    with atomic.replacing(path) as file:
        text = io.TextIOWrapper(file, "utf-8-sig", "backslashreplace", newline="")  # Excel wants the mark
        try:
            yield text
        finally:
            text.detach()  # flushed; `replacing` closes the file


def _open_devnull() -> TextIO:
    return Path(os.devnull).open("w", encoding="utf-8", errors="backslashreplace")
