"""Taking pictures in: every upload is copied to disk at once, checked, and refused in words where it must be. Whatever
goes wrong, nothing is left that no draft knows of."""

from __future__ import annotations

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
from core.storage.area import VisitArea
from core.storage.room import require_room
from core.work import draft as drafts

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


def take(area: VisitArea, files: Sequence[Upload], folder: str, listen: Callable[[int], None]) -> Taken:
    """Copy uploads below the area. Loose pictures become the class `folder`, unless a labels.csv comes with them and
    says what they are. `listen` hears how many files are behind us. Raises StorageError where there is no room for
    them, OSError; then nothing of them is left."""
    require_room(area.uploads, sum(file.size for file in files))
    sources: list[Path] = []
    refused: list[tuple[TeachLensError, str]] = []
    loose_folder = area.new_upload()
    has_table = any(_is_table(file) for file in files)
    class_folder = loose_folder if has_table else loose_folder / safe_file_name(folder)
    loose = 0
    try:
        for number, file in enumerate(files):
            listen(number)
            try:
                if _is_archive(file):
                    sources.append(_take_archive(area, file))
                elif _is_table(file):
                    _copy(file, class_folder / _base(file.name).casefold())
                else:
                    _check(file)
                    _copy(file, _free(class_folder / safe_file_name(_base(file.name))))
                    loose += 1
            except TeachLensError as error:
                refused.append((error, _base(file.name)))
    except BaseException:  # a full disk; or Streamlit cuts a run short where `listen` draws
        for source in (*sources, loose_folder):
            drafts.remove_upload(area, source)
        raise
    title = next((path.stem for path in sources), "")
    if loose:
        sources.append(loose_folder)
    else:
        drafts.remove_upload(area, loose_folder)
    return Taken(tuple(sources), tuple(refused), title[: settings.MAX_LABEL_LENGTH], bool(loose) and not has_table)


def name_of(source: Path) -> str:
    """The name of a source on the page: the zip's name, or the class of the loose pictures."""
    if not source.is_dir():
        return source.name
    return next((below.name for below in sorted(source.iterdir()) if below.is_dir()), "labels.csv")


def _is_table(file: Upload) -> bool:
    return _base(file.name).casefold() in _TABLES


def _is_archive(file: Upload) -> bool:
    """By what it is, and by what it claims to be: the latter is then refused as an archive."""
    content = cast(BinaryIO, file)
    content.seek(0)
    start = content.read(4)
    content.seek(0)
    return start in (b"PK\x03\x04", b"PK\x05\x06") or Path(file.name).suffix.casefold() in _ARCHIVES


def _take_archive(area: VisitArea, file: Upload) -> Path:
    path = area.new_upload() / safe_file_name(_base(file.name))
    try:
        _copy(file, path)
        dataset = archive.find([path])
        if not dataset.entries:
            reasons = {(skipped.key, tuple(skipped.values.items())) for skipped in dataset.skipped}
            if len(reasons) == 1 and dataset.skipped[0].key != "layout.no_picture":
                raise ArchiveError(dataset.skipped[0].key, **dataset.skipped[0].values)
            raise DatasetError("dataset.nothing")
    except BaseException:
        drafts.remove_upload(area, path)
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
