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
    """One labelled picture of a source, not yet read."""

    source: Path  # the archive, or the picture's own file
    member: int | None  # byte offset of its record in the archive's directory; None for a file
    name: str  # path below the source as people wrote it: NFC, forward slashes
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
        """Whether this is a note about the source, and not a file left out."""
        return self.key in ("layout.merged", "layout.not_there")


def left_out(skipped: Iterable[Skipped]) -> int:
    """The number of files that were left out; notes about the source, such as merged spellings, do not count."""
    return sum(not item.is_note for item in skipped)


@dataclass(frozen=True)
class Dataset:
    """The labelled pictures of some sources. Holds names only; `core.pictures.archive.read` yields the bytes."""

    entries: tuple[Entry, ...]
    skipped: tuple[Skipped, ...] = ()

    @property
    def counts(self) -> dict[str, int]:
        """Pictures per label, labels in natural order ("2" before "10")."""
        counts = Counter(entry.label for entry in self.entries)
        return {label: counts[label] for label in sorted(counts, key=natural)}

    @property
    def labels(self) -> tuple[str, ...]:
        """The labels in natural order."""
        return tuple(self.counts)

    def of(self, label: str) -> tuple[Entry, ...]:
        """The entries of one label, in the order of the source."""
        return tuple(entry for entry in self.entries if entry.label == label)

    def edited(self, edits: Mapping[str, str | None]) -> Dataset:
        """A dataset with classes renamed, merged (two labels mapped to one) or left out (None); other labels stay."""
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
    """What is missing before teaching can start; empty when it can.

    >>> lacks(Dataset(()))
    [Lack(key='dataset.nothing', values={}, label=None)]
    """
    counts = dataset.counts
    if not counts:
        return [Lack("dataset.nothing")]
    missing = []
    if len(counts) < settings.MIN_CLASSES:
        missing.append(Lack("dataset.one_class", {"label": dataset.labels[0]}))
    if len(counts) > settings.MAX_CLASSES:
        missing.append(Lack("dataset.too_many_classes", {"count": len(counts), "limit": settings.MAX_CLASSES}))
    for label, count in counts.items():
        if count < settings.MIN_PICTURES:
            missing.append(Lack("dataset.too_few", {"label": label, "missing": settings.MIN_PICTURES - count}, label))
    return missing


def natural(text: str) -> tuple[tuple[int, int | str], ...]:
    """A sort key that puts "2" before "10".

    >>> sorted(["10", "2"], key=natural)
    ['2', '10']
    """
    parts = re.findall(r"\d{1,4000}|\D+", text)  # Python refuses to read longer numbers
    return tuple((0, int(part)) if part.isdecimal() else (1, part.casefold()) for part in parts)
