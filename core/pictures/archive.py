"""A zip, a folder, or several zips or loose pictures, to a dataset; and its pictures, one at a time."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path

from core import settings
from core.errors import ArchiveError
from core.pictures import layout, zips
from core.pictures.dataset import Dataset, Entry, Skipped, Split
from core.pictures.sources import File, Listing, is_labels, listed
from core.pictures.tables import Table, read_table

_MAX_TABLE_BYTES = 32 * 2**20


def find(sources: Sequence[Path]) -> Dataset:
    """The labelled pictures of zips, folders and loose pictures together. What cannot be used stands in the dataset's
    `skipped`. Raises ArchiveError when there is one source and it is refused, or every one is."""
    found: list[tuple[Path, Dataset]] = []
    refused: list[Skipped] = []
    first: ArchiveError | None = None
    for source in sources:
        try:
            found.append((source, _laid_out(listed(source), source)))
        except ArchiveError as error:
            first = first or error
            refused.append(Skipped(source.name, error.key, error.values))
    if first and not found:
        raise first
    if len(sources) > 1:
        found = _by_their_names(found)
    entries = [entry for _, dataset in found for entry in dataset.entries]
    kept = layout.one_spelling(entry.label for entry in entries)
    divided = len({entry.split for entry in entries}) > 1  # all of it train, or all of it test, is no split
    entries = [_changed(entry, kept[entry.label], entry.split if divided else None) for entry in entries]
    skipped = [one for _, dataset in found for one in dataset.skipped]
    return Dataset(tuple(entries), (*skipped, *refused, *_merged(kept)))


def read(entries: Iterable[Entry]) -> Iterator[tuple[Entry, bytes | ArchiveError]]:
    """The bytes of the entries, in their order, each archive opened once as long as its entries follow one another. An
    entry that cannot be read comes with the error in place of its bytes."""
    with ExitStack() as stack:
        source: Path | None = None
        archive: zips.Zip | None = None
        for entry in entries:
            content: bytes | ArchiveError
            try:
                if entry.member is None:
                    content = _file_content(entry)
                else:
                    if archive is None or entry.source != source:
                        stack.close()
                        archive = None
                        archive = stack.enter_context(zips.opened(entry.source))
                        source = entry.source
                    content = archive.content(entry.member, entry.name)
            except ArchiveError as error:
                content = error
            yield entry, content


def read_one(entry: Entry) -> bytes:
    """The bytes of one entry. Raises ArchiveError."""
    _, content = next(read([entry]))
    if isinstance(content, ArchiveError):
        raise content
    return content


def find_unlabelled(source: Path) -> Dataset:
    """Every picture of a zip or folder, or the one picture that `source` is, wherever it lies; labels are "". Raises
    ArchiveError."""
    listing = listed(source)
    return Dataset(
        tuple(_entry(file, "") for file in listing.pictures),
        (*listing.skipped, *_no_pictures(listing.tables)),
    )


def _laid_out(listing: Listing, source: Path) -> Dataset:
    """A source's pictures with their labels: from a labels.csv where it has one, else from their folders, else from any
    table that names most of them, else from the name of the source."""
    if listing.alone:
        folder = unicodedata.normalize("NFC", source.absolute().parent.name)
        only = tuple(_entry(file, folder) for file in listing.pictures)
        return Dataset(only, (*listing.skipped, *_no_pictures(listing.tables)))
    named = [table for table in listing.tables if is_labels(table)]
    others = [table for table in listing.tables if not is_labels(table)]
    unread: list[Skipped] = []
    if tabled := _tabled(listing, named, unread):
        return replace(tabled, skipped=(*listing.skipped, *_no_pictures(others), *tabled.skipped))
    places = layout.placed(file.folders for file in listing.pictures)
    labels = {place.label for place in places.values() if place.label}
    tabled = _tabled(listing, others, []) if len(labels) < settings.MIN_CLASSES else None
    if tabled and 2 * len(tabled.entries) >= len(listing.pictures):
        return replace(tabled, skipped=(*listing.skipped, *unread, *tabled.skipped))
    alone = None if labels else _name(source)  # cats.zip with nothing but pictures of cats
    entries: list[Entry] = []
    outside: list[Skipped] = []
    for file in listing.pictures:
        place = places[file.folders]
        if label := place.label or alone:
            entries.append(_entry(file, label, place.split))
        else:
            outside.append(Skipped(file.path, "layout.outside"))
    return Dataset(tuple(entries), (*listing.skipped, *_no_pictures(others), *unread, *outside))


def _tabled(listing: Listing, tables: Sequence[File], unread: list[Skipped]) -> Dataset | None:
    """The pictures as tables label them, a table further down going before one above; None where none names a picture.
    A table that names none is added to `unread`."""
    paths = [file.path for file in listing.pictures]
    labels: dict[int, str] = {}
    above = {number: split for number, file in enumerate(listing.pictures) if (split := _split_above(file))}
    splits: dict[int, Split] = dict(above)
    skipped: list[Skipped] = []
    for table in sorted(tables, key=lambda table: len(table.folders)):
        try:
            said = read_table(_table(table), table.path, paths)
        except ArchiveError as error:
            unread.append(Skipped(table.path, error.key, error.values))
            continue
        if said is None:
            unread.append(Skipped(table.path, "layout.table_unread"))
            continue
        labels |= said.labels
        splits |= said.splits
        skipped += _missing(table, said)
    if not labels:
        return None
    entries = [
        _entry(file, labels[number], splits.get(number))
        for number, file in enumerate(listing.pictures)
        if number in labels
    ]
    unnamed = [Skipped(path, "layout.not_in_table") for number, path in enumerate(paths) if number not in labels]
    return Dataset(tuple(entries), (*unread, *skipped, *unnamed))


def _missing(table: File, said: Table) -> list[Skipped]:
    if not said.missing:
        return []
    return [Skipped(table.path, "layout.not_there", {"count": len(said.missing), "name": said.missing[0]})]


def _split_above(file: File) -> Split | None:
    """The split that a picture's folders say, where a table gives the label."""
    return next((split for folder in file.folders if (split := layout.SPLITS.get(folder.strip().casefold()))), None)


def _by_their_names(found: list[tuple[Path, Dataset]]) -> list[tuple[Path, Dataset]]:
    """Sources that come together may be told apart by their names alone: cats.zip and dogs.zip, each with its pictures
    in a folder "images"; train.zip and test.zip, with the same classes in both. A class "1" stays what it is where a
    table says so, or where another source has it among its classes."""
    classes = {label for _, dataset in found if len(dataset.labels) > 1 for label in dataset.labels}
    splits = {layout.split_named(_name(source)) for source, dataset in found if len(dataset.labels) > 1}
    several = len(splits - {None}) > 1
    named = []
    for source, dataset in found:
        name = _name(source)
        only = name if _is_but_a_folder(dataset, classes) else None
        split = layout.split_named(name) if several else None
        entries = tuple(_changed(entry, only or entry.label, entry.split or split) for entry in dataset.entries)
        named.append((source, replace(dataset, entries=entries)))
    return named


def _is_but_a_folder(dataset: Dataset, classes: set[str]) -> bool:
    """Do all pictures lie in one folder whose name says nothing, and is none of the classes that there are?"""
    if len(dataset.labels) != 1 or dataset.labels[0] in classes or not layout.says_nothing(dataset.labels[0]):
        return False
    return all(dataset.labels[0] in entry.name.split("/") for entry in dataset.entries)


def _changed(entry: Entry, label: str, split: Split | None) -> Entry:
    if entry.label == label and entry.split == split:
        return entry
    return Entry(entry.source, entry.member, entry.name, label, split)


def _merged(kept: Mapping[str, str]) -> list[Skipped]:
    """What stood apart in the source and is one class now, as far as it looks different."""
    looks = {label: " ".join(label.split()) for label in kept}
    return [
        Skipped(label, "layout.merged", {"spelling": looks[label], "label": one})
        for label, one in kept.items()
        if looks[label] != one
    ]


def _name(source: Path) -> str:
    """A source's name as a label."""
    whole = source.absolute()
    return unicodedata.normalize("NFC", whole.name if whole.is_dir() else whole.stem)


def _no_pictures(files: Iterable[File]) -> tuple[Skipped, ...]:
    return tuple(Skipped(file.path, "layout.no_picture") for file in files)


def _entry(file: File, label: str, split: Split | None = None) -> Entry:
    return Entry(file.place, file.member, file.path, label, split)


def _table(file: File) -> bytes:
    if file.size > _MAX_TABLE_BYTES:
        return b""
    try:
        content = read_one(_entry(file, ""))
    except ArchiveError:  # a table that cannot be read says nothing
        return b""
    return content if len(content) <= _MAX_TABLE_BYTES else b""


def _file_content(entry: Entry) -> bytes:
    try:
        if entry.source.stat().st_size > settings.MAX_ENTRY_BYTES:
            raise ArchiveError("archive.entry_large", entry=entry.name, limit=settings.MAX_ENTRY_BYTES // 2**20)
        return entry.source.read_bytes()
    except FileNotFoundError as error:
        raise ArchiveError("archive.gone", archive=entry.name) from error
    except OSError as error:
        raise ArchiveError("archive.entry_damaged", entry=entry.name) from error
