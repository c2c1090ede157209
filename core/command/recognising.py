"""`recognise`."""

from __future__ import annotations

import csv
import os
from argparse import Namespace
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from pathlib import Path
from typing import Protocol

from core.command import DONE, PARTLY, CommandError
from core.command.paths import check_place, model
from core.command.say import Speaker, percent
from core.errors import ArchiveError, TeachLensError
from core.model import table as rows
from core.model.recognise import Answer, Recogniser
from core.pictures import archive


class _Table(Protocol):
    """Rows of text, as csv.writer takes them."""

    def writerow(self, row: list[str], /) -> object: ...


def recognise(asked: Namespace, speaker: Speaker) -> int:
    """Print what a model makes of pictures, one after the other; the exit code. Raises CommandError where none of them
    can be read."""
    recogniser = Recogniser(model(asked.model, speaker.language))
    top = min(asked.top, len(recogniser.model.labels))
    read = unread = 0
    with _written(asked.csv, top) if asked.csv else nullcontext() as table:
        for name, content in pictures(asked.sources):
            try:
                if isinstance(content, TeachLensError):
                    raise content
                answer = recogniser.recognise_bytes(content)
            except TeachLensError as error:
                unread += 1
                speaker.skipped(name, error.key, error.values)
                if table:
                    table.writerow(rows.refused(name, speaker.text(error.key, **error.values), top=top))
                continue
            read += 1
            best = list(zip(answer.labels, answer.probabilities, strict=True))[:top]
            _tell(name, answer, best, speaker)
            if table:
                unsure = speaker.text("command.unsure")
                said = rows.row(name, answer.labels, answer.probabilities, sure=answer.sure, unsure=unsure, top=top)
                table.writerow(said)
        if not read:
            raise CommandError("command.nothing_read")
    return PARTLY if unread else DONE


def pictures(sources: list[Path]) -> Iterator[tuple[str, bytes | TeachLensError]]:
    """Every picture below the sources, by the name that leads to it. In a folder or zip, what does not look like a
    picture is passed over."""
    for source in sources:
        try:
            found = archive.find_unlabelled(source)
        except ArchiveError as error:
            yield str(source), error
            continue
        alone = not source.is_dir() and all(entry.member is None for entry in found.entries)
        for skipped in found.skipped:
            if alone or skipped.key != "layout.no_picture":
                yield str(source if alone else source / skipped.name), ArchiveError(skipped.key, **skipped.values)
        for entry, content in archive.read(found.entries):
            yield str(source if alone else source / entry.name), content


def _tell(name: str, answer: Answer, best: list[tuple[str, float]], speaker: Speaker) -> None:
    labels = [{"label": label, "probability": round(probability, 4)} for label, probability in best]
    known = {"sure": answer.sure, "familiar": answer.familiar, "finer": answer.subclass}
    speaker.fact("answer", {"picture": name, **known, "labels": labels})
    shares = [f"{label} {percent(probability)}" for label, probability in best]
    if answer.sure and answer.subclass:
        shares[0] += f" ({speaker.text('model.finer', name=answer.subclass)})"
    key = "command.answer" if answer.sure else "command.not_sure" if answer.familiar else "command.strange"
    speaker.say(key, picture=name, answers=", ".join(shares))


@contextmanager
def _written(path: Path, top: int) -> Iterator[_Table]:
    """A table that is at `path` when all of it is written, and not before: the columns of the app's own."""
    check_place(path)
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_name(f".{path.name}.{os.getpid()}.part")
    try:
        with part.open(
            "w", newline="", encoding="utf-8-sig", errors="backslashreplace"
        ) as file:  # Excel wants the mark
            table = csv.writer(file)
            table.writerow(rows.header(top))
            yield table
        part.replace(path)
    finally:
        part.unlink(missing_ok=True)
