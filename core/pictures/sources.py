"""The files of a zip or a folder: those that may be pictures, tables of labels, and what is neither."""

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
from core.pictures.zips import Refusal

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
_PREFIX_BYTES = 64  # enough to recognise a picture by its content
_WHOLE_ARCHIVE = {  # the sentence about an archive all of whose pictures are refused for the reason of each
    "archive.entry_outside": "archive.outside",
    "archive.entry_link": "archive.link",
    "archive.entry_encrypted": "archive.encrypted",
    "archive.entry_bomb": "archive.bomb",
}


@dataclass(frozen=True, slots=True)
class File:
    """A file of a source."""

    path: str  # below the source: NFC, forward slashes
    folders: tuple[str, ...]  # those that it lies in, from the source down
    name: str
    member: int | None  # as in `Entry`
    source: Path  # the archive, or the file itself
    size: int  # bytes, unpacked, as the archive or the file system says
    refusal: Refusal | None = None  # for what must not or cannot be read


@dataclass(frozen=True)
class Listing:
    """The files of a source sorted by what they may be, each in the source's order."""

    pictures: tuple[File, ...]  # candidates; only decoding shows whether they are pictures
    tables: tuple[File, ...]
    skipped: tuple[Skipped, ...]
    is_single_file: bool = False  # the source itself is the one file


def list_source(source: Path) -> Listing:
    """The files of a folder or zip, or the one file that `source` is; unreadable ones are in `skipped`. Raises
    ArchiveError for an unreadable source, and where every candidate is refused for the same reason."""
    if source.is_dir():
        return _classify(_walk(source), _read_prefix, source)
    try:
        is_zip = zips.is_zip(source)
    except OSError as error:
        raise ArchiveError("archive.gone", archive=source.name) from error
    if is_zip:
        with zips.open_zip(source) as archive:
            members = archive.members()
            files = _files((member.path, member.record, source, member.size, member.refusal) for member in members)
            return _classify(files, lambda file: archive.read_prefix(file.member or 0, _PREFIX_BYTES), source)
    if _ending(source.name) in _ARCHIVES:
        raise ArchiveError("archive.no_zip", archive=source.name)
    files = _files([(source.name, None, source, *_size_and_refusal(source, source.name))])
    return replace(_classify(files, _read_prefix, source), is_single_file=True)


def _files(files: Iterable[tuple[str, int | None, Path, int, Refusal | None]]) -> Iterator[File]:
    """Files from (path, member, source, size, refusal), without hidden and system files."""
    folders_of: dict[str, tuple[str, ...]] = {}  # split once for each folder, not for each file
    for raw, member, source, size, refusal in files:
        path = raw if raw.isascii() else unicodedata.normalize("NFC", raw)
        parent, _, name = path.rpartition("/")
        if (folders := folders_of.get(parent)) is None:
            folders = folders_of[parent] = tuple(part for part in parent.split("/") if part not in ("", ".", ".."))
        if not layout.is_junk((*folders, name.removeprefix(".."))):
            yield File(path, folders, name, member, source, size, refusal)


def _walk(folder: Path) -> Iterator[File]:
    """The files below a folder, in a steady order; links are not followed."""
    for file in _below(folder):
        path = file.relative_to(folder).as_posix()
        is_link = file.is_symlink()
        size, refusal = (0, Refusal("archive.entry_link")) if is_link else _size_and_refusal(file, path)
        yield from _files([(path, None, file, size, refusal)])


def _below(folder: Path) -> Iterator[Path]:
    count = 0
    for parent, folders, names in os.walk(folder):
        folders.sort()
        count += len(names)
        if count > settings.MAX_ENTRIES:
            raise ArchiveError("archive.too_many", archive=folder.name, count=count, limit=settings.MAX_ENTRIES)
        links = [name for name in folders if (Path(parent) / name).is_symlink()]
        for name in sorted((*names, *links)):
            yield Path(parent) / name


def _size_and_refusal(file: Path, path: str) -> tuple[int, Refusal | None]:
    """Bytes and refusal of a file, as `zips.Member` has them; `path` is its name in messages."""
    try:
        size = file.stat().st_size
    except OSError:  # reported when it is read
        return 0, None
    limit = settings.MAX_ENTRY_BYTES
    too_large = Refusal("archive.entry_large", {"entry": path, "limit": limit // 2**20})
    return size, too_large if size > limit else None


def _classify(files: Iterable[File], read_prefix: Callable[[File], bytes], source: Path) -> Listing:
    """The files as a Listing. `read_prefix` returns the first bytes of a file. Raises ArchiveError where all candidates
    are refused for one reason."""
    pictures: list[File] = []
    table_files: list[File] = []
    skipped: list[Skipped] = []
    refused: list[tuple[File, Refusal]] = []
    for file in files:
        ending = _ending(file.name)
        if ending in _ARCHIVES:
            skipped.append(Skipped(file.path, "archive.nested"))
        elif ending in _RAW:
            skipped.append(Skipped(file.path, "picture.raw"))
        elif ending in _OTHER_KINDS - _TABLES:
            skipped.append(Skipped(file.path, "layout.no_picture"))
        elif file.refusal:
            skipped.append(Skipped(file.path, file.refusal.key, file.refusal.values))
            refused.append((file, file.refusal))
        elif ending in _TABLES:
            table_files.append(file)
        elif ending in ACCEPTED or is_picture(read_prefix(file)):
            pictures.append(file)
        else:
            skipped.append(Skipped(file.path, "layout.no_picture"))
    if not pictures and len({refusal.key for _, refusal in refused}) == 1:
        file, refusal = refused[0]
        key = _WHOLE_ARCHIVE.get(refusal.key, refusal.key)
        raise ArchiveError(key, **{"archive": source.name, "entry": file.path, **refusal.values})
    return Listing(tuple(pictures), tuple(table_files), tuple(skipped))


def is_label_table(table: File) -> bool:
    """Whether the table has a name such as labels.csv."""
    return table.name.casefold() in tables.NAMES


def _read_prefix(file: File) -> bytes:
    try:
        with file.source.open("rb") as stream:
            return stream.read(_PREFIX_BYTES)
    except OSError:
        return b""


def _ending(name: str) -> str:
    return name.rpartition(".")[2].casefold() if "." in name else ""
