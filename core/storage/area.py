"""A visitor's area on the disk: what lies where in it, how much there may be, and to whom it belongs."""

from __future__ import annotations

import re
import secrets
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from core import settings

MODEL_ENDING = ".teachlens"
KEPT_LESSONS = 10  # lessons whose folders stay: a result, its report and a few tries before it
BIN_SECONDS = 24 * 3600  # what was thrown away can be brought back for a day
ORPHAN_SECONDS = 24 * 3600  # an upload that nobody knows of may still be on its way in another tab, or be brought back
VISIT_SECONDS = 3 * 24 * 3600  # a hosted visit that nobody came back to is removed after three days
LOCAL = "local"  # the owner of the one area of a person who runs TeachLens on their own machine
_TOKEN = re.compile(r"[A-Za-z0-9_-]{22}")  # what `new_token` makes: 128 bits


@dataclass(frozen=True)
class VisitArea:
    """The plan of one visit's files. Asking it for a path makes nothing.

    root/draft.json, draft.before.json   what is about to be taught, and what was before "begin anew"
    root/uploads/<random>/…              what was uploaded or recorded, a folder for each source
    root/lessons/<id>/…                  lessons: see `core.work.journal`
    root/improvements/<id>/…             the improving of a lesson's model
    root/models/<name>.teachlens         models: of a lesson under its id, or opened from a file
    root/bin/<name>.teachlens            models that were thrown away
    root/exports/<name>-<format>.zip     models as they are taken away
    """

    root: Path

    @classmethod
    def of_token(cls, token: str) -> VisitArea:
        """The area of the hosted visit with this token. Raises ValueError for what is no token."""
        if not is_token(token):
            raise ValueError("not a visit's token")
        return cls(settings.models_folder() / "visits" / token)

    @classmethod
    def local(cls) -> VisitArea:
        """The area of a person who runs TeachLens on their own machine."""
        return cls(settings.models_folder() / LOCAL)

    @classmethod
    def all(cls, home: Path | None = None) -> Iterator[VisitArea]:
        """Every area below `home`, where models live: the local one and those of all hosted visits that exist."""
        home = home or settings.models_folder()
        if (home / LOCAL).is_dir():
            yield cls(home / LOCAL)
        yield from (cls(folder) for folder in sorted((home / "visits").glob("*")) if is_token(folder.name))

    @classmethod
    def of_job(cls, folder: Path) -> VisitArea:
        """The area in which the folder of a lesson or of an improvement lies."""
        return cls(folder.parent.parent)

    @property
    def owner(self) -> str:
        """`LOCAL`, or the token of the visit."""
        return self.root.name

    @property
    def is_hosted(self) -> bool:
        """Whether it is a visitor's, and goes `VISIT_SECONDS` after the last visit."""
        return self.owner != LOCAL

    @property
    def draft(self) -> Path:
        """The file that says what is about to be taught."""
        return self.root / "draft.json"

    @property
    def draft_before(self) -> Path:
        """The draft that was set aside last."""
        return self.root / "draft.before.json"

    @property
    def uploads(self) -> Path:
        """The folder of everything that was uploaded or recorded."""
        return self.root / "uploads"

    @property
    def models(self) -> Path:
        """The folder of the models."""
        return self.root / "models"

    @property
    def bin(self) -> Path:
        """The folder of the models that were thrown away."""
        return self.root / "bin"

    @property
    def exports(self) -> Path:
        """The folder of what was written to take models away."""
        return self.root / "exports"

    @property
    def lessons(self) -> Path:
        """The folder of the lessons' folders."""
        return self.root / "lessons"

    @property
    def improvements(self) -> Path:
        """The folder of the improvements' folders."""
        return self.root / "improvements"

    def new_upload(self) -> Path:
        """A folder for a new source among the uploads; not created."""
        return self.uploads / secrets.token_hex(6)

    def upload_of(self, source: Path) -> Path | None:
        """The folder below the uploads that holds a source; None for a source that was not uploaded."""
        if not source.is_relative_to(self.uploads) or source == self.uploads:
            return None
        return self.uploads / source.relative_to(self.uploads).parts[0]

    def has_model(self, path: Path) -> bool:
        """Whether a file stands among the models, or would."""
        return path.resolve().parent == self.models.resolve()

    def lesson(self, lesson_id: str) -> Path:
        """The folder of a lesson; no id leads out of the area."""
        return self.lessons / Path(lesson_id).name

    def improvement(self, lesson_id: str) -> Path:
        """The folder of the improving of a lesson's model."""
        return self.improvements / Path(lesson_id).name

    def model_of(self, lesson_id: str) -> Path:
        """Where the model of a lesson stands, once there is one."""
        return self.models / f"{Path(lesson_id).name}{MODEL_ENDING}"


def new_token() -> str:
    """A token that nobody can guess."""
    return secrets.token_urlsafe(16)


def is_token(token: object) -> bool:
    """Whether `token` is just what `new_token` makes; nothing else becomes part of a path."""
    return isinstance(token, str) and _TOKEN.fullmatch(token) is not None
