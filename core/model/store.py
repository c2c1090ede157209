"""The models of a visit: files in `area.models`, and what was thrown away, which can be brought back for a day.

Nothing else is written down: a model's title, date, labels and score stand in its own file, and go where it goes.
"""

from __future__ import annotations

import logging
import os
import secrets
import shutil
import time
from contextlib import suppress
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from core import settings
from core.errors import ModelError
from core.messages import Language
from core.model import everyday
from core.model.file import ENDING, load, load_examples, retitle
from core.model.model import Model, Score
from core.storage import atomic
from core.storage.area import BIN_SECONDS, VisitArea
from core.storage.locks import exclusive
from core.storage.room import require_room

logger = logging.getLogger("teachlens")
SAMPLES = settings.PROJECT / "models" / "samples"  # come with TeachLens; nobody renames or removes them


@dataclass(frozen=True)
class StoredModel:
    """What a model file says of its model."""

    path: Path
    title: str
    made: str  # ISO 8601, UTC
    labels: tuple[str, ...]
    score: Score
    taught: int  # on so many pictures; 0: others taught it
    sample: bool  # comes with TeachLens, and is only read
    added: int = 0  # pictures that joined it since the test
    is_foreign: bool = False  # its network was made elsewhere, as Teachable Machine's are


def listing(area: VisitArea) -> list[StoredModel]:
    """The models of a visit, newest first; a file that cannot be opened is left out, see `unreadable`."""
    return listing_of(area.models)


def listing_of(folder: Path) -> list[StoredModel]:
    """The models in a folder, newest first; a file that cannot be opened is left out."""
    models = [model for path in folder.glob(f"*{ENDING}") if (model := _describe(path)) is not None]
    return sorted(models, key=lambda one: (one.made, one.path.name), reverse=True)


def unreadable(area: VisitArea) -> list[Path]:
    """The files among a visit's models that cannot be opened, by name."""
    return [path for path in sorted(area.models.glob(f"*{ENDING}")) if _describe(path) is None]


def ready(language: Language) -> StoredModel:
    """The model of everyday things, which knows them before anything was taught. Raises BackboneError, ModelError."""
    path = everyday.ensure(language)
    if (model := _describe(path)) is None:
        raise ModelError("model.unreadable", name=path.name)
    return model


def rename(path: Path, title: str) -> None:
    """Give a model another title, in the file itself. Raises ModelError, StorageError, OSError."""
    _refuse_bundled(path)
    retitle(path, " ".join(title.split())[: settings.MAX_LABEL_LENGTH])


def remove(area: VisitArea, path: Path) -> Path:
    """Throw a model of the visit away; where it lies now is what `restore` asks for. Raises ModelError where it is gone
    already, or is none of the visit's, StorageError, OSError."""
    _refuse_bundled(path)
    empty_bin(area, time.time())
    if not area.has_model(path):
        raise ModelError("model.missing", name=path.name)
    thrown = area.bin / path.name
    thrown.parent.mkdir(exist_ok=True)
    try:
        with exclusive(path):  # somebody may be putting it right, and would write it anew
            os.utime(path)  # thrown away now, so that the bin keeps it for its day
            atomic.replace(path, thrown)
    except FileNotFoundError as error:
        raise ModelError("model.missing", name=path.name) from error
    return thrown


def restore(area: VisitArea, thrown: Path) -> Path:
    """Bring a model back from the visit's bin; its path. Raises ModelError where it is no longer there."""
    path = area.models / thrown.name
    path.parent.mkdir(exist_ok=True)
    try:
        atomic.replace(area.bin / thrown.name, path)
    except FileNotFoundError as error:
        raise ModelError("model.missing", name=path.name) from error
    return path


def empty_bin(area: VisitArea, now: float) -> None:
    """Remove for good what was thrown away more than a day before `now`, seconds since the epoch."""
    for old in area.bin.glob(f"*{ENDING}"):
        with suppress(OSError):
            if now - old.stat().st_mtime > BIN_SECONDS:
                old.unlink()


def add(area: VisitArea, content: bytes | Path, name: str) -> Path:
    """Add a model file to the visit's, its bytes or its path, called `name` by the person, all of it checked first; its
    new path. The file it came from stays. Raises ModelError, StorageError, OSError."""
    size = len(content) if isinstance(content, bytes) else content.stat().st_size
    if size > settings.MAX_MODEL_BYTES:
        raise ModelError("model.too_large", name=name, limit=settings.MAX_MODEL_BYTES // 2**20)
    require_room(area.models, size)
    path = area.models / f"opened-{secrets.token_hex(6)}{ENDING}"
    try:
        with atomic.replacing(path) as file:
            if isinstance(content, bytes):
                file.write(content)
            else:
                with content.open("rb") as source:
                    shutil.copyfileobj(source, file, 2**20)
            file.flush()
            part = Path(file.name)
            load(part)
            load_examples(part)
    except ModelError as error:
        raise ModelError(error.key, **{**error.values, "name": name}) from error
    return path


def copy_bundled(path: Path, area: VisitArea) -> Path:
    """A copy of a model that comes with TeachLens among the visit's, to be changed; its path. Raises as `add`."""
    return add(area, path, path.name)


def is_bundled(path: Path) -> bool:
    """Whether a model comes with TeachLens, and is only read: however the path to its folder is written, through links
    too."""
    for folder in (path.parent, path.resolve().parent):
        for bundled in (SAMPLES, everyday.folder()):
            with suppress(OSError):  # one of them does not exist
                if folder.samefile(bundled):
                    return True
    return False


def _describe(path: Path) -> StoredModel | None:
    """What a model file says of its model; None where it cannot be opened, whatever is wrong with it."""
    try:
        state = path.stat()
        return _described(path, state.st_mtime_ns, state.st_size)
    except (OSError, MemoryError) as error:  # gone in between, or out of reach for now
        logger.warning("the model %s cannot be read: %s", path.name, error)
        return None


@lru_cache(maxsize=256)  # pages ask with every click; a file that was changed has another time
def _described(path: Path, _time: int, _size: int) -> StoredModel | None:
    try:
        return _stored(path, load(path, tuned_weights=False))
    except (OSError, MemoryError):  # of the moment, not of the file
        raise
    except ModelError as error:
        logger.warning("the model %s cannot be opened: %s", path.name, error)
    except Exception:  # one file never hides the others
        logger.exception("the model %s cannot be opened", path.name)
    return None


def _stored(path: Path, model: Model) -> StoredModel:
    card = model.card
    return StoredModel(
        path=path,
        title=card.title,
        made=card.made,
        labels=model.labels,
        score=model.report.score,
        taught=sum(card.pictures.values()),
        sample=is_bundled(path),
        added=card.corrected_pictures,
        is_foreign=model.layer_graph is not None,
    )


def _refuse_bundled(path: Path) -> None:
    if is_bundled(path):
        raise ModelError("model.sample")
