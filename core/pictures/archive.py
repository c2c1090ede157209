"""The dataset of zips, folders and loose pictures, and the bytes of its pictures, one at a time."""

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
from core.pictures.layout import FolderLabel
from core.pictures.sources import File, Listing, is_label_table, list_source
from core.pictures.tables import Table, read_table

_MAX_TABLE_BYTES = 32 * 2**20


def find(sources: Sequence[Path]) -> Dataset:
    """The labelled pictures of zips, folders and loose pictures together. What cannot be used is in the dataset's
    `skipped`. Raises ArchiveError where every source is refused.

    >>> find([Path("flowers.zip")]).counts  # doctest: +SKIP
    {'daisy': 60, 'rose': 58}
    """
    datasets: list[tuple[Path, Dataset]] = []
    refused: list[Skipped] = []
    first_error: ArchiveError | None = None
    for source in sources:
        try:
            datasets.append((source, _label(list_source(source), source)))
        except ArchiveError as error:
            first_error = first_error or error
            refused.append(Skipped(source.name, error.key, error.values))
    if first_error and not datasets:
        raise first_error
    if len(sources) > 1:
        datasets = _label_by_source_names(datasets)
    entries = [entry for _, dataset in datasets for entry in dataset.entries]
    spellings = layout.merge_spellings(entry.label for entry in entries)
    has_split = len({entry.split for entry in entries}) > 1  # all of it train, or all of it test, is no split
    entries = [_relabelled(entry, spellings[entry.label], entry.split if has_split else None) for entry in entries]
    skipped = [item for _, dataset in datasets for item in dataset.skipped]
    return Dataset(tuple(entries), (*skipped, *refused, *_merged(spellings)))


def read(entries: Iterable[Entry]) -> Iterator[tuple[Entry, bytes | ArchiveError]]:
    """The entries in their order, each with its bytes, or with the error where it cannot be read. An archive is opened
    once for entries that follow one another.

    >>> for entry, content in read(dataset.entries):  # doctest: +SKIP
    ...     picture = None if isinstance(content, ArchiveError) else decode(content)
    """
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
                        archive = stack.enter_context(zips.open_zip(entry.source))
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
    """Every picture of a zip or folder, in any folder, or the one picture that `source` is; labels are "". Raises
    ArchiveError."""
    listing = list_source(source)
    return Dataset(
        tuple(_entry(file, "") for file in listing.pictures),
        (*listing.skipped, *_no_pictures(listing.tables)),
    )


def _label(listing: Listing, source: Path) -> Dataset:
    """A source's pictures with their labels: from a labels.csv where it has one, else from their folders, else from any
    table that names most of them, else from the name of the source."""
    if listing.is_single_file:
        folder = unicodedata.normalize("NFC", source.absolute().parent.name)
        entries = tuple(_entry(file, folder) for file in listing.pictures)
        return Dataset(entries, (*listing.skipped, *_no_pictures(listing.tables)))
    label_tables = [table for table in listing.tables if is_label_table(table)]
    others = [table for table in listing.tables if not is_label_table(table)]
    unread: list[Skipped] = []
    if dataset := _label_by_tables(listing, label_tables, unread):
        return replace(dataset, skipped=(*listing.skipped, *_no_pictures(others), *dataset.skipped))
    folder_labels = layout.label_folders(file.folders for file in listing.pictures)
    if len({folder.label for folder in folder_labels.values() if folder.label}) < settings.MIN_CLASSES:
        dataset = _label_by_tables(listing, others, [])
        if dataset and 2 * len(dataset.entries) >= len(listing.pictures):
            return replace(dataset, skipped=(*listing.skipped, *unread, *dataset.skipped))
    dataset = _label_by_layout(listing, folder_labels, source)
    return replace(dataset, skipped=(*listing.skipped, *_no_pictures(others), *unread, *dataset.skipped))


def _label_by_layout(listing: Listing, folders: Mapping[layout.Folders, FolderLabel], source: Path) -> Dataset:
    """The pictures with the labels of their folders; with the source's name where no folder has a label: cats.zip with
    nothing but pictures of cats."""
    default = None if any(folder.label for folder in folders.values()) else _name(source)
    entries: list[Entry] = []
    outside: list[Skipped] = []
    for file in listing.pictures:
        folder = folders[file.folders]
        if label := folder.label or default:
            entries.append(_entry(file, label, folder.split))
        else:
            outside.append(Skipped(file.path, "layout.outside"))
    return Dataset(tuple(entries), tuple(outside))


def _label_by_tables(listing: Listing, tables: Sequence[File], unread: list[Skipped]) -> Dataset | None:
    """The pictures with the labels of tables, the deepest of which takes precedence; None where none names a picture.
    A table that names none is added to `unread`."""
    paths = [file.path for file in listing.pictures]
    labels: dict[int, str] = {}
    splits = {number: split for number, file in enumerate(listing.pictures) if (split := _split_of_folders(file))}
    skipped: list[Skipped] = []
    for table in sorted(tables, key=lambda table: len(table.folders)):
        try:
            content = read_table(_read_table_file(table), table.path, paths)
        except ArchiveError as error:
            unread.append(Skipped(table.path, error.key, error.values))
            continue
        if content is None:
            unread.append(Skipped(table.path, "layout.table_unread"))
            continue
        labels |= content.labels
        splits |= content.splits
        skipped += _missing_pictures(table, content)
    if not labels:
        return None
    entries = [
        _entry(file, labels[number], splits.get(number))
        for number, file in enumerate(listing.pictures)
        if number in labels
    ]
    unnamed = [Skipped(path, "layout.not_in_table") for number, path in enumerate(paths) if number not in labels]
    return Dataset(tuple(entries), (*unread, *skipped, *unnamed))


def _missing_pictures(table: File, content: Table) -> list[Skipped]:
    if not content.missing:
        return []
    return [Skipped(table.path, "layout.not_there", {"count": len(content.missing), "name": content.missing[0]})]


def _split_of_folders(file: File) -> Split | None:
    """The split that a picture's folders name, for one whose label comes from a table."""
    return next((split for folder in file.folders if (split := layout.SPLITS.get(folder.strip().casefold()))), None)


def _label_by_source_names(datasets: list[tuple[Path, Dataset]]) -> list[tuple[Path, Dataset]]:
    """Several sources with labels and splits from their own names where these alone tell them apart: cats.zip and
    dogs.zip, each with its pictures in a folder "images"; train.zip and test.zip, with the same classes in both. A
    class "1" stays as it is where a table gives it, or where another source has it among its classes."""
    classes = {label for _, dataset in datasets if len(dataset.labels) > 1 for label in dataset.labels}
    splits = {layout.split_of_name(_name(source)) for source, dataset in datasets if len(dataset.labels) > 1}
    several = len(splits - {None}) > 1
    relabelled = []
    for source, dataset in datasets:
        name = _name(source)
        label = name if _is_one_generic_folder(dataset, classes) else None
        split = layout.split_of_name(name) if several else None
        entries = tuple(_relabelled(entry, label or entry.label, entry.split or split) for entry in dataset.entries)
        relabelled.append((source, replace(dataset, entries=entries)))
    return relabelled


def _is_one_generic_folder(dataset: Dataset, classes: set[str]) -> bool:
    """Whether all pictures lie in one folder with a generic name that is none of `classes`."""
    if len(dataset.labels) != 1 or dataset.labels[0] in classes or not layout.is_generic_name(dataset.labels[0]):
        return False
    return all(dataset.labels[0] in entry.name.split("/") for entry in dataset.entries)


def _relabelled(entry: Entry, label: str, split: Split | None) -> Entry:
    if entry.label == label and entry.split == split:
        return entry
    return Entry(entry.source, entry.member, entry.name, label, split)


def _merged(spellings: Mapping[str, str]) -> list[Skipped]:
    """A note for each spelling that is merged into another one and looks different."""
    visible = {spelling: " ".join(spelling.split()) for spelling in spellings}
    return [
        Skipped(spelling, "layout.merged", {"spelling": visible[spelling], "label": label})
        for spelling, label in spellings.items()
        if visible[spelling] != label
    ]


def _name(source: Path) -> str:
    """A source's name as a label."""
    path = source.absolute()
    return unicodedata.normalize("NFC", path.name if path.is_dir() else path.stem)


def _no_pictures(files: Iterable[File]) -> tuple[Skipped, ...]:
    return tuple(Skipped(file.path, "layout.no_picture") for file in files)


def _entry(file: File, label: str, split: Split | None = None) -> Entry:
    return Entry(file.source, file.member, file.path, label, split)


def _read_table_file(file: File) -> bytes:
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
