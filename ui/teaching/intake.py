"""Taking pictures in: every upload is copied to disk at once, looked through, and refused in words where it must be."""

from __future__ import annotations

import secrets
import shutil
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, Protocol, cast

from core import settings
from core.errors import ArchiveError, DatasetError, TeachLensError
from core.pictures import archive
from core.pictures.decode import decode
from core.pictures.names import safe_file_name
from ui.teaching import draft as drafts

_ARCHIVES = {".zip", ".rar", ".7z", ".tar", ".gz", ".tgz", ".alz", ".egg"}
_TABLES = {"labels.csv", "label.csv", "labels.tsv"}
_CHECKED = 64  # pixels: a loose picture is decoded at least so large to see whether it can be


class Upload(Protocol):
    """What Streamlit hands over for a file: a binary file with a name and a size."""

    name: str
    size: int


@dataclass(frozen=True)
class Taken:
    """What came of some uploads."""

    sources: tuple[Path, ...]  # on disk: zips, and a folder with the loose pictures
    refused: tuple[tuple[TeachLensError, str], ...]  # with the name of the file
    title: str = ""  # a name for the model, from the first zip; empty where there is none
    loose: bool = False  # is there a folder with loose pictures in it?


def take(area: Path, files: Sequence[Upload], folder: str, tell: Callable[[int], None]) -> Taken:
    """Copy uploads below the area. Loose pictures become the class `folder`, unless a labels.csv comes with them and
    says what they are. `tell` hears how many files are behind us."""
    sources: list[Path] = []
    refused: list[tuple[TeachLensError, str]] = []
    place = _new_place(area)
    tabled = any(_base(file.name).casefold() in _TABLES for file in files)
    together = place if tabled else place / safe_file_name(folder)
    loose = 0
    try:
        for number, file in enumerate(files):
            tell(number)
            try:
                if _is_archive(file):
                    sources.append(_taken_archive(area, file))
                elif _base(file.name).casefold() in _TABLES:
                    _copy(file, together / _base(file.name).casefold())
                else:
                    _check(file)
                    _copy(file, _free(together / safe_file_name(_base(file.name))))
                    loose += 1
            except TeachLensError as error:
                refused.append((error, _base(file.name)))
    except BaseException:  # Streamlit cuts a run short where `tell` draws: leave nothing behind
        for source in (*sources, place):
            drafts.forget(area, source)
        raise
    if loose:
        sources.append(place)
    else:
        drafts.forget(area, place)
    title = next((path.stem for path in sources if path != place), "")
    return Taken(tuple(sources), tuple(refused), title[: settings.MAX_LABEL_LENGTH], bool(loose) and not tabled)


def called(source: Path) -> str:
    """What a source is called on the page: the zip's name, or the class of the loose pictures."""
    if not source.is_dir():
        return source.name
    return next((below.name for below in sorted(source.iterdir()) if below.is_dir()), "labels.csv")


def _new_place(area: Path) -> Path:
    return area / drafts.UPLOADS / secrets.token_hex(6)


def _is_archive(file: Upload) -> bool:
    """By what it is, and by what it claims to be: the latter is then refused as an archive."""
    content = cast(BinaryIO, file)
    content.seek(0)
    start = content.read(4)
    content.seek(0)
    return start in (b"PK\x03\x04", b"PK\x05\x06") or Path(file.name).suffix.casefold() in _ARCHIVES


def _taken_archive(area: Path, file: Upload) -> Path:
    path = _new_place(area) / safe_file_name(_base(file.name))
    _copy(file, path)
    try:
        found = archive.find([path])
        if not found.entries:
            reasons = {(skipped.key, tuple(skipped.values.items())) for skipped in found.skipped}
            if len(reasons) == 1 and found.skipped[0].key != "layout.no_picture":
                raise ArchiveError(found.skipped[0].key, **found.skipped[0].values)
            raise DatasetError("dataset.nothing")
    except TeachLensError:
        drafts.forget(area, path)
        raise
    return path


def _check(file: Upload) -> None:
    """Raises PictureError or ArchiveError for what is no picture that can be read."""
    if file.size > settings.MAX_ENTRY_BYTES:
        limit = settings.MAX_ENTRY_BYTES // 2**20
        raise ArchiveError("archive.entry_large", entry=_base(file.name), limit=limit)
    content = cast(BinaryIO, file)
    content.seek(0)
    decode(content.read(), shortest=_CHECKED)


def _copy(file: Upload, path: Path) -> None:
    """To disk, a block at a time."""
    path.parent.mkdir(parents=True, exist_ok=True)
    content = cast(BinaryIO, file)
    content.seek(0)
    with path.open("wb") as target:
        shutil.copyfileobj(content, target, 2**20)


def _free(path: Path) -> Path:
    """The path, or one beside it where a file of that name is there already."""
    number, free = 1, path
    while free.exists():
        number += 1
        free = path.with_stem(f"{path.stem} ({number})")
    return free


def _base(name: str) -> str:
    """The name without the folders that some browsers send along."""
    return name.replace("\\", "/").rpartition("/")[2] or "_"
