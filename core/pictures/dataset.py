"""A dataset: labelled pictures found in a source, and what was skipped and why."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Literal

from core import settings

Split = Literal["train", "validation", "test"]


@dataclass(frozen=True, slots=True)
class Entry:
    """One labelled picture that has been found and not yet read."""

    source: Path  # the archive, or the picture's own file
    member: int | None  # where its record lies in the archive, in bytes: found again at once; None for a file
    name: str  # as people wrote it, NFC, with forward slashes, below the source
    label: str
    split: Split | None = None  # where the source itself says so


@dataclass(frozen=True, slots=True)
class Skipped:
    """Something that was left out, with the sentence (key and values of `core.messages`) that says why."""

    name: str
    key: str
    values: Mapping[str, Any] = field(default_factory=dict)

    @property
    def is_note(self) -> bool:
        """Is this a word about the source, and no file left out?"""
        return self.key in ("layout.merged", "layout.not_there")


def left_out(skipped: Iterable[Skipped]) -> int:
    """How many files were left out; two spellings of a class taken as one are none."""
    return sum(not one.is_note for one in skipped)


@dataclass(frozen=True)
class Dataset:
    """What was found. Holds names only; `core.pictures.archive.read` brings the bytes."""

    entries: tuple[Entry, ...]
    skipped: tuple[Skipped, ...] = ()

    @property
    def counts(self) -> dict[str, int]:
        """Pictures per label, labels in natural order ("2" before "10")."""
        found = Counter(entry.label for entry in self.entries)
        return {label: found[label] for label in sorted(found, key=natural)}

    @property
    def labels(self) -> tuple[str, ...]:
        """The labels in natural order."""
        return tuple(self.counts)

    def of(self, label: str) -> tuple[Entry, ...]:
        """The entries of one label, in the order of the source."""
        return tuple(entry for entry in self.entries if entry.label == label)

    def edited(self, edits: Mapping[str, str | None]) -> Dataset:
        """Classes renamed, merged (two names made one) or left out (None). Labels not named stay."""
        kept = []
        for entry in self.entries:
            label = edits.get(entry.label, entry.label)
            if label is not None:
                kept.append(entry if label == entry.label else replace(entry, label=label))
        return replace(self, entries=tuple(kept))


@dataclass(frozen=True, slots=True)
class Lack:
    """Something that is missing before teaching can start, as a sentence (key and values of `core.messages`)."""

    key: str
    values: Mapping[str, Any] = field(default_factory=dict)
    label: str | None = None  # the class that lacks it; None where it is the whole


def lacks(dataset: Dataset) -> list[Lack]:
    """What is missing before teaching can start; empty when it can."""
    counts = dataset.counts
    if not counts:
        return [Lack("dataset.nothing")]
    found = []
    if len(counts) < settings.MIN_CLASSES:
        found.append(Lack("dataset.one_class", {"label": dataset.labels[0]}))
    if len(counts) > settings.MAX_CLASSES:
        found.append(Lack("dataset.too_many_classes", {"count": len(counts), "limit": settings.MAX_CLASSES}))
    for label, count in counts.items():
        if count < settings.MIN_PICTURES:
            found.append(Lack("dataset.too_few", {"label": label, "missing": settings.MIN_PICTURES - count}, label))
    return found


def natural(text: str) -> tuple[tuple[int, int | str], ...]:
    """Sort key that puts "2" before "10"."""
    parts = re.findall(r"\d{1,4000}|\D+", text)  # Python refuses to read longer numbers
    return tuple((0, int(part)) if part.isdecimal() else (1, part.casefold()) for part in parts)
