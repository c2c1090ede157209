"""What lies in a zip or a folder: files that may be pictures, tables of labels, and what is neither."""

from __future__ import annotations

import os
import unicodedata
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from core import settings
from core.errors import ArchiveError
from core.pictures import layout, tables, zips
from core.pictures.dataset import Skipped
from core.pictures.decode import ACCEPTED
from core.pictures.kinds import is_picture

_OTHER_KINDS = frozenset(
    (
        *("txt", "md", "csv", "tsv", "json", "xml", "yaml", "yml", "html", "htm", "ini", "log", "url", "lnk", "db"),
        *("pdf", "doc", "docx", "hwp", "hwpx", "ppt", "pptx", "xls", "xlsx", "py", "ipynb", "exe", "dll", "bin"),
        *("mp4", "mov", "avi", "mkv", "webm", "mp3", "wav", "psd", "ai", "eps", "svg", "npy", "npz", "pkl"),
        *("tflite", "h5", "keras", "pth", "pt", "onnx", "teachlens"),
    )
)
_RAW = frozenset(("raw", "dng", "cr2", "cr3", "nef", "arw", "orf", "rw2", "raf"))
_ARCHIVES = frozenset(("zip", "rar", "7z", "tar", "gz", "tgz", "alz", "egg"))
_TABLES = frozenset(("csv", "tsv"))
_SNIFFED = 64  # bytes


@dataclass(frozen=True, slots=True)
class File:
    """A file of a source."""

    path: str  # below the source: NFC, forward slashes
    folders: tuple[str, ...]  # those that it lies in, from the source down
    name: str
    member: int | None  # as in `Entry`
    place: Path  # the archive, or the file itself
    size: int  # bytes, as an archive says; 0 for a file


@dataclass(frozen=True)
class Listing:
    """The files of a source by what they are to us, in its order."""

    pictures: tuple[File, ...]  # what may be pictures; only decoding tells
    tables: tuple[File, ...]
    skipped: tuple[Skipped, ...]
    alone: bool = False  # the source itself is the one file


def listed(source: Path) -> Listing:
    """The files of a folder or zip, or the one that `source` is. Raises ArchiveError."""
    if source.is_dir():
        return _sorted(_walk(source), _first_bytes)
    try:
        zipped = zips.is_zip(source)
    except OSError as error:
        raise ArchiveError("archive.gone", archive=source.name) from error
    if zipped:
        with zips.opened(source) as archive:
            files = _files((member.path, member.at, source, member.size) for member in archive.members())
            return _sorted(files, lambda file: archive.beginning(file.member or 0, _SNIFFED))
    if _ending(source.name) in _ARCHIVES:
        raise ArchiveError("archive.no_zip", archive=source.name)
    return replace(_sorted(_files([(source.name, None, source, 0)]), _first_bytes), alone=True)


def _files(found: Iterable[tuple[str, int | None, Path, int]]) -> Iterator[File]:
    """Files from (path, member, place, size), without what nobody meant."""
    known: dict[str, tuple[str, ...]] = {}  # many lie in few folders
    for raw, member, place, size in found:
        path = raw if raw.isascii() else unicodedata.normalize("NFC", raw)
        above, _, name = path.rpartition("/")
        if (folders := known.get(above)) is None:
            folders = known[above] = tuple(part for part in above.split("/") if part not in ("", "."))
        if not layout.is_junk((*folders, name)):
            yield File(path, folders, name, member, place, size)


def _walk(folder: Path) -> Iterator[File]:
    """The files below a folder, in a steady order; links are not followed."""
    return _files((file.relative_to(folder).as_posix(), None, file, 0) for file in _below(folder))


def _below(folder: Path) -> Iterator[Path]:
    count = 0
    for place, folders, names in os.walk(folder):
        folders.sort()
        count += len(names)
        if count > settings.MAX_ENTRIES:
            raise ArchiveError("archive.too_many", archive=folder.name, count=count, limit=settings.MAX_ENTRIES)
        for name in sorted(names):
            file = Path(place) / name
            if not file.is_symlink():
                yield file


def _sorted(files: Iterable[File], beginning: Callable[[File], bytes]) -> Listing:
    """`beginning` gives the first bytes of a file."""
    pictures: list[File] = []
    tabled: list[File] = []
    skipped: list[Skipped] = []
    for file in files:
        ending = _ending(file.name)
        if ending in _TABLES:
            tabled.append(file)
        elif ending in _ARCHIVES:
            skipped.append(Skipped(file.path, "archive.nested"))
        elif ending in _RAW:
            skipped.append(Skipped(file.path, "picture.raw"))
        elif ending in ACCEPTED or (ending not in _OTHER_KINDS and is_picture(beginning(file))):
            _refuse_bomb(file)
            pictures.append(file)
        else:
            skipped.append(Skipped(file.path, "layout.no_picture"))
    return Listing(tuple(pictures), tuple(tabled), tuple(skipped))


def _refuse_bomb(file: File) -> None:
    """A picture that claims more than a picture can have; a large film beside the pictures is merely left out."""
    if file.size > settings.MAX_ENTRY_BYTES:
        values = {"entry": file.path, "size": file.size // 2**20}
        raise ArchiveError("archive.bomb", archive=file.place.name, **values)


def is_labels(table: File) -> bool:
    """Is the table named as one of labels?"""
    return table.name.casefold() in tables.NAMES


def _first_bytes(file: File) -> bytes:
    try:
        with file.place.open("rb") as opened:
            return opened.read(_SNIFFED)
    except OSError:
        return b""


def _ending(name: str) -> str:
    return name.rpartition(".")[2].casefold() if "." in name else ""
