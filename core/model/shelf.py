"""The shelf of a visit: its models as files in `area/models`, and what was thrown away, which can be brought back."""

from __future__ import annotations

import secrets
import time
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from core import settings
from core.errors import ModelError
from core.model.file import ENDING, load, load_examples, retitle
from core.model.model import Score

_BIN_SECONDS = 24 * 3600  # what was thrown away can be brought back for a day


@dataclass(frozen=True)
class Shelved:
    """A model that stands on the shelf."""

    path: Path
    title: str
    made: str  # ISO 8601, UTC
    labels: tuple[str, ...]
    score: Score


def listing(area: Path) -> list[Shelved]:
    """The models of a visit, newest first; a file that cannot be opened is left out."""
    return listing_of(area / "models")


def listing_of(folder: Path) -> list[Shelved]:
    """The models in a folder, newest first; a file that cannot be opened is left out."""
    found = []
    for path in folder.glob(f"*{ENDING}"):
        with suppress(ModelError):
            model = load(path)
            found.append(Shelved(path, model.card.title, model.card.made, model.labels, model.report.score))
    return sorted(found, key=lambda one: (one.made, one.path.name), reverse=True)


def rename(path: Path, title: str) -> None:
    """Give a model another title, in the file itself. Raises ModelError."""
    retitle(path, title[: settings.MAX_LABEL_LENGTH])


def remove(path: Path) -> Path:
    """Throw a model away; where it lies now is what `restore` asks for. Raises ModelError where it is gone already."""
    thrown = path.parent.parent / "bin" / path.name
    thrown.parent.mkdir(exist_ok=True)
    for old in thrown.parent.glob(f"*{ENDING}"):
        if time.time() - old.stat().st_mtime > _BIN_SECONDS:
            old.unlink(missing_ok=True)
    try:
        path.replace(thrown)
    except FileNotFoundError as error:
        raise ModelError("model.missing", name=path.name) from error
    thrown.touch()  # thrown away now
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


def add(area: Path, content: bytes, name: str) -> Path:
    """Put the bytes of a model file, called `name` by the person, on the shelf, all of it checked first; where it stands.
    Raises ModelError."""
    path = area / "models" / f"opened-{secrets.token_hex(6)}{ENDING}"
    part = path.with_name(f".{path.name}.part")
    part.parent.mkdir(parents=True, exist_ok=True)
    try:
        part.write_bytes(content)
        load(part)
        load_examples(part)
        part.replace(path)
    except ModelError as error:
        raise ModelError(error.key, **{**error.values, "name": name}) from error
    finally:
        part.unlink(missing_ok=True)
    return path
