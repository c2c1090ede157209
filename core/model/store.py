"""The shelf of a visit: its models as files in `area/models`, and what was thrown away, which can be brought back.

Nothing else is written down: a model's title, date, labels and score stand in its own file, and go where it goes.
"""

from __future__ import annotations

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
from core.model.model import Score

SAMPLES = settings.PROJECT / "models" / "samples"  # come with TeachLens; nobody renames or removes them
_BIN_SECONDS = 24 * 3600  # what was thrown away can be brought back for a day


@dataclass(frozen=True)
class StoredModel:
    """A model that stands on the shelf."""

    path: Path
    title: str
    made: str  # ISO 8601, UTC
    labels: tuple[str, ...]
    score: Score
    taught: int  # on so many pictures; 0: others taught it
    sample: bool  # comes with TeachLens, and is only read
    added: int = 0  # pictures that joined it since the test


def listing(area: Path) -> list[StoredModel]:
    """The models of a visit, newest first; a file that cannot be opened is left out."""
    return listing_of(area / "models")


def listing_of(folder: Path) -> list[StoredModel]:
    """The models in a folder, newest first; a file that cannot be opened is left out."""
    found = []
    for path in folder.glob(f"*{ENDING}"):
        with suppress(ModelError, FileNotFoundError):
            there = path.stat()
            found.append(_shelved(path, there.st_mtime_ns, there.st_size))
    return sorted(found, key=lambda one: (one.made, one.path.name), reverse=True)


def ready(language: Language) -> StoredModel:
    """The model of everyday things, which knows them before anything was taught. Raises BackboneError."""
    path = everyday.ensure(language)
    there = path.stat()
    return _shelved(path, there.st_mtime_ns, there.st_size)


def rename(path: Path, title: str) -> None:
    """Give a model another title, in the file itself. Raises ModelError."""
    _refuse_sample(path)
    retitle(path, " ".join(title.split())[: settings.MAX_LABEL_LENGTH])


def remove(path: Path) -> Path:
    """Throw a model away; where it lies now is what `restore` asks for. Raises ModelError where it is gone already."""
    _refuse_sample(path)
    area = path.parent.parent
    empty_bin(area)
    thrown = area / "bin" / path.name
    thrown.parent.mkdir(exist_ok=True)
    try:
        path.touch()  # thrown away now, so that the bin keeps it for its day
        path.replace(thrown)
    except FileNotFoundError as error:
        raise ModelError("model.missing", name=path.name) from error
    return thrown


def restore(thrown: Path) -> Path:
    """Bring a model back from the bin; where it stands again. Raises ModelError where it is no longer there."""
    path = thrown.parent.parent / "models" / thrown.name
    path.parent.mkdir(exist_ok=True)
    try:
        thrown.replace(path)
    except FileNotFoundError as error:
        raise ModelError("model.missing", name=path.name) from error
    return path


def empty_bin(area: Path) -> None:
    """Remove for good what was thrown away more than a day ago."""
    for old in (area / "bin").glob(f"*{ENDING}"):
        with suppress(OSError):
            if time.time() - old.stat().st_mtime > _BIN_SECONDS:
                old.unlink()


def add(area: Path, content: bytes | Path, name: str) -> Path:
    """Put a model file, its bytes or where it lies, called `name` by the person, on the shelf, all of it checked first;
    where it stands. The file it came from stays. Raises ModelError."""
    size = len(content) if isinstance(content, bytes) else content.stat().st_size
    if size > settings.MAX_MODEL_BYTES:
        raise ModelError("model.too_large", name=name, limit=settings.MAX_MODEL_BYTES // 2**20)
    path = area / "models" / f"opened-{secrets.token_hex(6)}{ENDING}"
    part = path.with_name(f".{path.name}.part")
    part.parent.mkdir(parents=True, exist_ok=True)
    try:
        if isinstance(content, bytes):
            part.write_bytes(content)
        else:
            shutil.copyfile(content, part)
        load(part)
        load_examples(part)
        part.replace(path)
    except ModelError as error:
        raise ModelError(error.key, **{**error.values, "name": name}) from error
    finally:
        part.unlink(missing_ok=True)
    return path


def copy_bundled(sample: Path, area: Path) -> Path:
    """A copy of a model that comes with TeachLens, on the shelf of a visit, to be changed; where it stands. Raises
    ModelError."""
    return add(area, sample, sample.name)


@lru_cache(maxsize=256)  # pages ask with every click; a file that was changed has another time
def _shelved(path: Path, _time: int, _size: int) -> StoredModel:
    model = load(path, tuned_weights=False)
    card, taught = model.card, sum(model.card.pictures.values())
    return StoredModel(
        path, card.title, card.made, model.labels, model.report.score, taught, is_bundled(path), card.corrected_pictures
    )


def is_bundled(path: Path) -> bool:
    """Whether a model comes with TeachLens, and is only read."""
    return path.parent in (SAMPLES, everyday.folder())


def _refuse_sample(path: Path) -> None:
    if is_bundled(path):
        raise ModelError("model.sample")
