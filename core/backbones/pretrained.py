"""ResNet50's ImageNet weights, from which a classic lesson begins where they are on this machine."""

from __future__ import annotations

from pathlib import Path

from core import settings
from core.backbones import catalogue, downloadable

_NAME = "resnet50"


def resnet50() -> Path | None:
    """The weight file, its hash checked; None where there is none, and a lesson begins from random weights. Raises
    BackboneError for one in the folder that was pointed at that is not the file that is meant."""
    return downloadable.find_weights(catalogue.card(_NAME))


def is_there() -> bool:
    """Whether a weight file lies there, without reading its 95 MB."""
    file = catalogue.card(_NAME).download.file
    return any(folder and (folder / file).is_file() for folder in (settings.weights_folder(), downloadable.folder()))
