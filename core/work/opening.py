"""Models that were made elsewhere, as a person gives them: files, a zip, a folder or a link."""

from __future__ import annotations

import tempfile
import time
from collections.abc import Mapping, Sequence
from functools import partial
from pathlib import Path, PurePosixPath
from typing import BinaryIO
from urllib.parse import urlsplit

from core.errors import ArchiveError, ModelError
from core.model import store, teachable_machine
from core.model.file import ENDING
from core.model.model import Model
from core.model.teachable_machine import METADATA, MODEL
from core.pictures.zips import Member, Zip
from core.storage.area import VisitArea

_OTHER_EXPORTS = (".h5", ".keras", ".tflite", ".pb")  # of Teachable Machine too, for other programs
_OWN = "head/weights.npy"  # a member of our own model files
_ZIP = b"PK"


def is_own(name: str, file: BinaryIO) -> bool:
    """Whether a file is to be opened as one of our own models: by its ending, by what it holds, or because it is no
    part of another."""
    if name.endswith(ENDING):
        return True
    if name in (MODEL, METADATA) or name.endswith((".bin", *_OTHER_EXPORTS)):
        return False
    try:
        return not _is_zip(file) or _OWN in {member.path for member in Zip(file, name).members()}
    except ArchiveError:
        return True


def from_files(files: Sequence[tuple[str, BinaryIO]]) -> Model:
    """The model of a zip, or of the files that make it up, by their names. Raises ModelError, BackboneError,
    ArchiveError."""
    zips = [(name, file) for name, file in files if _is_zip(file)]
    if not zips:
        named = {PurePosixPath(name).name: file for name, file in files}
        if MODEL not in named and any(name.endswith(_OTHER_EXPORTS) for name in named):
            raise ModelError("open.other_export")
        return teachable_machine.read(teachable_machine.gather(partial(_read_file, named)), "")
    if len(files) > 1:
        raise ModelError("open.one_at_a_time")
    name, file = zips[0]
    archive = Zip(file, name)
    members = _beside_model(archive.members())
    return teachable_machine.read(
        teachable_machine.gather(partial(_read_member, archive, members)), PurePosixPath(name).stem
    )


def from_paths(paths: Sequence[Path]) -> Model:
    """The same for files on this machine, or one folder. Raises also OSError."""
    if len(paths) == 1 and paths[0].is_dir():
        folder = paths[0]

        def read(name: str, limit: int) -> bytes | None:
            path = folder / name
            if not path.is_file():
                return None
            with path.open("rb") as file:
                return file.read(limit + 1)

        return teachable_machine.read(teachable_machine.gather(read), folder.resolve().name)
    files = []
    try:
        for path in paths:
            files.append((path.name, path.open("rb")))
        return from_files(files)
    finally:
        for _, file in files:
            file.close()


def from_link(address: str, *, own_machine: bool) -> Model:
    """The model behind a link: of its folder, or of its `model.json`. `own_machine` is as in `link.fetch`. Raises
    ModelError, BackboneError."""
    from core.work import link  # nothing asks the network until somebody wants it

    folder = link.folder_of(address, own_machine=own_machine)
    end = time.monotonic() + link.MAX_SECONDS  # for all files together

    def read(name: str, limit: int) -> bytes | None:
        return link.fetch(folder, name, limit, own_machine=own_machine, most=end - time.monotonic())

    files = teachable_machine.gather(read)
    return teachable_machine.read(files, urlsplit(folder).hostname or "")


def add(area: VisitArea, model: Model) -> Path:
    """Add such a model to the visit's; its path. Raises ModelError, StorageError, OSError."""
    with tempfile.TemporaryDirectory(prefix="teachlens-", ignore_cleanup_errors=True) as folder:
        path = Path(folder, f"model{ENDING}")
        teachable_machine.write(path, model)
        return store.add(area, path, model.card.title)


def _is_zip(file: BinaryIO) -> bool:
    file.seek(0)
    start = file.read(len(_ZIP))
    file.seek(0)
    return start == _ZIP


def _read_file(files: Mapping[str, BinaryIO], name: str, limit: int) -> bytes | None:
    if name not in files:
        return None
    files[name].seek(0)
    return files[name].read(limit + 1)


def _beside_model(members: Sequence[Member]) -> dict[str, Member]:
    """The files of the folder with the `model.json`, the uppermost where there are several, by their names. Raises
    ModelError."""
    paths = [PurePosixPath(member.path) for member in members]
    models = sorted((path for path in paths if path.name == MODEL), key=lambda path: len(path.parts))
    if not models:
        other = any(path.suffix in _OTHER_EXPORTS for path in paths)
        raise ModelError("open.other_export") if other else ModelError("open.no_file", file=MODEL)
    beside = zip(paths, members, strict=True)
    return {path.name: member for path, member in beside if path.parent == models[0].parent}


def _read_member(archive: Zip, members: Mapping[str, Member], name: str, limit: int) -> bytes | None:
    member = members.get(name)
    if member is None:
        return None
    if member.refusal:
        raise ModelError("open.not_unpacked", file=name)
    if member.size > limit:
        raise ModelError("open.too_large", file=name, limit=max(1, limit // 10**6))
    return archive.content(member.record, name)
