"""Weight files that are downloaded, on this machine: where they lie, and whether one is the file that is meant."""

from __future__ import annotations

import hashlib
from contextlib import suppress
from pathlib import Path

from core import settings
from core.backbones import catalogue
from core.backbones.card import Card, DownloadableWeights
from core.errors import BackboneError


def find(name: str) -> Card | None:
    """The card of the downloadable backbone `name`; None where there is none of that name."""
    return next((one for one in catalogue.downloadable_cards() if one.name == name), None)


def folder() -> Path:
    """Where downloaded weight files lie."""
    return settings.cache_folder() / "weights"


def is_whole(weights: DownloadableWeights, path: Path) -> bool:
    """Whether the file at `path` is the weight file that is meant: its hash says so. Raises OSError."""
    kind, _, value = weights.digest.partition(":")
    with path.open("rb") as file:
        return hashlib.file_digest(file, lambda: hashlib.new(kind, usedforsecurity=False)).hexdigest() == value


def find_weights(card: Card) -> Path | None:
    """The weight file on this machine: in the folder of weights that was pointed at, or downloaded before; None where
    it is in neither. Raises BackboneError for one in the former that is not the file that is meant."""
    given, weights = settings.weights_folder(), card.download
    file = weights.file
    if given and (given / file).is_file():
        try:
            if is_whole(weights, given / file):
                return given / file
        except OSError as error:
            raise BackboneError("backbone.unreadable_weights", file=str(given / file)) from error
        raise BackboneError("backbone.other_weights", file=str(given / file))
    with suppress(OSError):
        if is_whole(weights, folder() / file):
            return folder() / file
    return None
