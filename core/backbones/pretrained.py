"""Weight files of ResNet50 that lie on this machine, in the layout of keras.applications."""

from __future__ import annotations

from pathlib import Path

from core import settings

RESNET50 = "resnet50_weights_tf_dim_ordering_tf_kernels_notop.h5"


def resnet50() -> Path | None:
    """ImageNet weights for the classic recipe; None where there are none, and it begins with drawn ones."""
    folders = (settings.weights_folder(), settings.cache_folder() / "weights")
    return next((folder / RESNET50 for folder in folders if folder and (folder / RESNET50).is_file()), None)
