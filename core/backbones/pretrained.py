"""ResNet50's ImageNet weights, with which a classic lesson begins where they are on this machine."""

from __future__ import annotations

from pathlib import Path

from core import settings
from core.backbones import downloadable

_RESNET50 = next(one for one in downloadable.DOWNLOADABLE_BACKBONES if one.application == "ResNet50")


def resnet50() -> Path | None:
    """The weight file, its hash checked; None where there is none, and a lesson begins with drawn weights. Raises
    BackboneError for one in the folder that was pointed at that is not the file that is meant."""
    return downloadable.at_hand(_RESNET50)


def is_there() -> bool:
    """Whether a weight file lies there, without reading its 95 MB."""
    folders = (settings.weights_folder(), downloadable.folder())
    return any(folder and (folder / _RESNET50.file).is_file() for folder in folders)
