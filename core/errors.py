"""The errors that a person can cause; any other exception is a bug and keeps its traceback."""

from __future__ import annotations

from typing import Any

from core.messages import Language, say


class TeachLensError(Exception):
    """An error that a person can cause, with a sentence in their language.

    `key` names a sentence of `core.messages`, `values` are its fields. Both survive pickling and JSON, so a child
    process can report an error and the page can say it in the reader's language.

    >>> PictureError("picture.empty").say("en")
    'This file is empty.'
    """

    def __init__(self, key: str, **values: Any) -> None:
        super().__init__(key, values)
        self.key = key
        self.values = values

    def say(self, language: Language) -> str:
        """The sentence: what was wrong and what to do."""
        return say(self.key, language, **self.values)

    def __str__(self) -> str:
        return self.say("en")

    def __reduce__(self) -> tuple[Any, ...]:
        return _restore, (type(self), self.key, self.values)


class PictureError(TeachLensError):
    """Bytes that cannot be decoded as a picture: broken, too large, or of an unknown kind."""


class ArchiveError(TeachLensError):
    """A source of pictures that cannot be opened or is refused."""


class DatasetError(TeachLensError):
    """Pictures that cannot be taught from: no labels, one class, too few."""


class BackboneError(TeachLensError):
    """A backbone that is unknown, missing or not what it should be."""


class ModelError(TeachLensError):
    """A model file that cannot be opened."""


class LessonError(TeachLensError):
    """A lesson that could not be started or did not end well."""


class ExportError(TeachLensError):
    """A model that cannot be taken away in the form that was asked for."""


class StorageError(TeachLensError):
    """A file that cannot be written: the disk is full, or somebody else is changing it."""


def _restore(kind: type[TeachLensError], key: str, values: dict[str, Any]) -> TeachLensError:
    return kind(key, **values)
