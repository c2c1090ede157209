"""A zip, a folder, or several zips or loose pictures, to a dataset; and its pictures, one at a time."""

from __future__ import annotations

import os
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, replace
from pathlib import Path, PurePosixPath

from core import settings
from core.errors import ArchiveError
from core.pictures import layout, zips
from core.pictures.dataset import Dataset, Entry, Skipped
from core.pictures.decode import ACCEPTED, is_picture

_OTHER_KINDS = frozenset(
    (
        *("txt", "md", "csv", "tsv", "json", "xml", "yaml", "yml", "html", "htm", "ini", "log", "url", "lnk", "db"),
        *("pdf", "doc", "docx", "hwp", "hwpx", "ppt", "pptx", "xls", "xlsx", "py", "ipynb", "exe", "dll", "bin"),
        *("mp4", "mov", "avi", "mkv", "webm", "mp3", "wav", "psd", "ai", "eps", "svg", "raw", "dng", "cr2", "nef"),
        *("arw", "tflite", "h5", "keras", "pth", "pt", "onnx"),
    )
)
_ARCHIVES = frozenset(("zip", "rar", "7z", "tar", "gz", "tgz", "alz", "egg"))
_MAX_TABLE_BYTES = 32 * 2**20


@dataclass(frozen=True, slots=True)
class _File:
    """A file of one source that may be a picture."""

    path: str  # below the source
    member: int | None
    file: Path  # the archive, or the file itself


def find(sources: Sequence[Path]) -> Dataset:
    """The labelled pictures of zips, folders and loose pictures together. What cannot be used stands in the dataset's
    `skipped`. Raises ArchiveError when there is one source and it is refused, or every one is."""
    entries: list[Entry] = []
    skipped: list[Skipped] = []
    refused: list[ArchiveError] = []
    for source in sources:
        try:
            found = _in(source)
        except ArchiveError as error:
            refused.append(error)
            skipped.append(Skipped(source.name, error.key, error.values))
        else:
            entries += found.entries
            skipped += found.skipped
    if refused and len(refused) == len(sources):
        raise refused[0]
    kept = layout.one_spelling(entry.label for entry in entries)
    for label, one in kept.items():
        if label != one:
            skipped.append(Skipped(label, "layout.merged", {"spelling": label, "label": one}))
    return Dataset(
        tuple(
            entry if kept[entry.label] == entry.label else replace(entry, label=kept[entry.label]) for entry in entries
        ),
        tuple(skipped),
    )


def read(entries: Iterable[Entry]) -> Iterator[tuple[Entry, bytes | ArchiveError]]:
    """The bytes of the entries, in their order, each archive opened once as long as its entries follow one another. An
    entry that cannot be read comes with the error in place of its bytes."""
    with ExitStack() as stack:
        source = archive = infos = None
        for entry in entries:
            try:
                if entry.member is None:
                    yield entry, _file_content(entry)
                    continue
                if entry.source != source:
                    stack.close()
                    source = None
                    archive = stack.enter_context(zips.opened(entry.source))
                    source, infos = entry.source, archive.infolist()
                if infos is None or archive is None or entry.member >= len(infos):
                    raise ArchiveError("archive.gone", archive=entry.source.name)
                yield entry, zips.content(archive, infos[entry.member], entry.name)
            except ArchiveError as error:
                yield entry, error


def read_one(entry: Entry) -> bytes:
    """The bytes of one entry. Raises ArchiveError."""
    _, content = next(read([entry]))
    if isinstance(content, ArchiveError):
        raise content
    return content


def find_unlabelled(source: Path) -> Dataset:
    """Every picture of a zip or folder, or the one picture that `source` is, wherever it lies; labels are "". Raises
    ArchiveError."""
    pictures, tables, skipped = _sorted(_files(source))
    return Dataset(
        tuple(_entry(file, "") for file in pictures),
        (*skipped, *(Skipped(table.path, "layout.no_picture") for table in tables)),
    )


def _in(source: Path) -> Dataset:
    files = _files(source)
    if len(files) == 1 and files[0].file == source and files[0].member is None:
        folder = unicodedata.normalize("NFC", source.absolute().parent.name)
        return replace(found := find_unlabelled(source), entries=tuple(replace(e, label=folder) for e in found.entries))
    return _laid_out(files, source)


def _files(source: Path) -> list[_File]:
    """All files of a folder or zip, or the one that `source` is."""
    if source.is_dir():
        return _walk(source)
    try:
        zipped = zips.is_zip(source)
    except OSError as error:
        raise ArchiveError("archive.gone", archive=source.name) from error
    if zipped:
        with zips.opened(source) as archive:
            return [_File(path, position, source) for position, path, _ in zips.checked(archive, source.name)]
    if _ending(source.name) in _ARCHIVES:
        raise ArchiveError("archive.no_zip", archive=source.name)
    return [_File(source.name, None, source)]


def _walk(folder: Path) -> list[_File]:
    """The files below a folder, in a steady order; links are not followed."""
    found = []
    for place, folders, names in os.walk(folder):
        folders.sort()
        for name in sorted(names):
            file = Path(place) / name
            if not file.is_symlink():
                found.append(_File(unicodedata.normalize("NFC", file.relative_to(folder).as_posix()), None, file))
            if len(found) > settings.MAX_ENTRIES:
                raise ArchiveError(
                    "archive.too_many", archive=folder.name, count=len(found), limit=settings.MAX_ENTRIES
                )
    return found


def _sorted(files: Sequence[_File]) -> tuple[list[_File], list[_File], list[Skipped]]:
    """What may be pictures, tables of labels, and what is neither."""
    pictures: list[_File] = []
    tables: list[_File] = []
    skipped: list[Skipped] = []
    for file in files:
        parts = PurePosixPath(file.path).parts
        if not parts or layout.is_junk(parts):
            continue
        if parts[-1].casefold() in ("labels.csv", "label.csv", "labels.tsv"):
            tables.append(file)
        elif _ending(parts[-1]) in _ARCHIVES:
            skipped.append(Skipped(file.path, "archive.nested"))
        elif _may_be_picture(file):
            pictures.append(file)
        else:
            skipped.append(Skipped(file.path, "layout.no_picture"))
    return pictures, tables, skipped


def _laid_out(files: Sequence[_File], source: Path) -> Dataset:
    """A source's pictures with their labels, from a labels.csv where it has one, else from their folders."""
    pictures, tables, skipped = _sorted(files)
    for table in tables:
        labels = layout.read_labels(_table(table), table.path, [file.path for file in pictures])
        if labels:
            entries = [_entry(file, labels[file.path]) for file in pictures if file.path in labels]
            unnamed = [Skipped(file.path, "layout.not_in_table") for file in pictures if file.path not in labels]
            return Dataset(tuple(entries), (*skipped, *unnamed))
        skipped.append(Skipped(table.path, "layout.table_unread"))
    places = layout.placed([PurePosixPath(file.path).parts for file in pictures])
    alone = (
        source.stem if not any(place.label for place in places) else None
    )  # cats.zip with nothing but pictures of cats
    entries = []
    for file, place in zip(pictures, places, strict=True):
        if label := place.label or alone:
            entries.append(replace(_entry(file, label), split=place.split))
        else:
            skipped.append(Skipped(file.path, "layout.outside"))
    return Dataset(tuple(entries), tuple(skipped))


def _entry(file: _File, label: str) -> Entry:
    return Entry(file.file, file.member, file.path, label)


def _table(file: _File) -> bytes:
    try:
        content = read_one(_entry(file, ""))
    except ArchiveError:  # a table that cannot be read says nothing
        return b""
    return content if len(content) <= _MAX_TABLE_BYTES else b""


def _may_be_picture(file: _File) -> bool:
    """By its ending where that says enough, else by its first bytes."""
    ending = _ending(file.path)
    if ending in ACCEPTED:
        return True
    if ending in _OTHER_KINDS:
        return False
    try:
        return is_picture(read_one(_entry(file, ""))[:64])
    except ArchiveError:
        return False


def _file_content(entry: Entry) -> bytes:
    try:
        if entry.source.stat().st_size > settings.MAX_ENTRY_BYTES:
            raise ArchiveError("archive.entry_large", entry=entry.name, limit=settings.MAX_ENTRY_BYTES // 2**20)
        return entry.source.read_bytes()
    except OSError as error:
        raise ArchiveError("archive.entry_damaged", entry=entry.name) from error


def _ending(name: str) -> str:
    return name.rpartition(".")[2].casefold() if "." in name else ""
