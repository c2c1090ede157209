"""`recognise`."""

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
from core.command.paths import check_place, model
from core.command.say import Speaker
from core.errors import ArchiveError, TeachLensError
from core.messages import percent
from core.model import table
from core.model.answer import Answer
from core.model.recognise import Recogniser
from core.pictures import archive
from core.storage import atomic

_SENTENCES = {"sure": "command.answer", "unsure": "command.not_sure", "strange": "command.strange"}


def recognise(asked: Namespace, speaker: Speaker) -> int:
    """Print the answers of a model for pictures, one after the other; the exit code. Raises CommandError where none of
    them can be read."""
    recogniser = Recogniser(model(asked.model, speaker.language))
    top = min(asked.top, len(recogniser.model.labels))
    read = unread = 0
    with _csv_file(asked.csv) if asked.csv else _nowhere() as file:
        rows = csv.writer(file)
        rows.writerow(table.header(top))
        for name, content in pictures(asked.sources):
            try:
                if isinstance(content, TeachLensError):
                    raise content
                answer = recogniser.recognise_bytes(content)
            except TeachLensError as error:
                unread += 1
                speaker.skipped(name, error.key, error.values)
                rows.writerow(table.refused(name, error.say(speaker.language), top=top))
            else:
                read += 1
                _print(name, answer, top, speaker)
                rows.writerow(table.row(name, answer, unsure=speaker.text("command.unsure"), top=top))
        if not read:
            raise CommandError("command.nothing_read")
    return PARTLY if unread else DONE


def pictures(sources: list[Path]) -> Iterator[tuple[str, bytes | TeachLensError]]:
    """Every picture below the sources, by the name that leads to it. In a folder or zip, what does not look like a
    picture is passed over."""
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


def _print(name: str, answer: Answer, top: int, speaker: Speaker) -> None:
    speaker.fact("answer", {"picture": name, **answer.to_dict(top)})
    shares = [f"{label} {percent(probability)}" for label, probability in answer.best(top)]
    if answer.kind == "sure" and answer.subclass:
        shares[0] += f" ({speaker.text('model.finer', name=answer.subclass)})"
    speaker.say(_SENTENCES[answer.kind], picture=name, answers=", ".join(shares))


@contextmanager
def _csv_file(path: Path) -> Iterator[TextIO]:
    """A text file that is at `path` when all of it is written, and not before."""
    check_place(path)
    with atomic.replacing(path) as file:
        text = io.TextIOWrapper(file, "utf-8-sig", "backslashreplace", newline="")  # Excel wants the mark
        try:
            yield text
        finally:
            text.detach()  # flushed; `replacing` closes the file


def _nowhere() -> TextIO:
    return Path(os.devnull).open("w", encoding="utf-8", errors="backslashreplace")
