"""What a lesson has tuned of a model's backbone, in the model's file: kernels and biases."""

from __future__ import annotations

import zipfile
from contextlib import suppress

import numpy as np

from core.backbones import layer_graph
from core.backbones.catalogue import card, layers, parts
from core.backbones.layer_graph import LayerGraph
from core.backbones.shapes import weight_shapes
from core.backbones.weights import NO_TUNED_WEIGHTS, TunedWeights
from core.errors import BackboneError, ModelError
from core.model.members import read_array, require, write_array

_FOLDER, _ENDING = "own/", ".npy"
_MAX = 1e6  # of a kernel or bias, either sign: far above all that is ever learned


def write(archive: zipfile.ZipFile, tuned_weights: TunedWeights) -> None:
    """Write them, a member each; as they are, because numbers that were learned hardly pack."""
    for name in sorted(tuned_weights):
        array = np.ascontiguousarray(tuned_weights[name], np.float32)
        write_array(archive, f"{_FOLDER}{name}{_ENDING}", array, zipfile.ZIP_STORED)


def there(archive: zipfile.ZipFile) -> bool:
    """Whether the file has any."""
    return any(name.startswith(_FOLDER) for name in archive.namelist())


def read(archive: zipfile.ZipFile, backbone: str, network: LayerGraph | None = None) -> TunedWeights:
    """Those of a file whose model was taught with that backbone; each must be one that the backbone has, and of its
    shape, a kernel together with its bias; all of them where the backbone has none, as that of a `network` that the
    model brings along. Raises ModelError."""
    names = {
        name.removeprefix(_FOLDER).removesuffix(_ENDING) for name in archive.namelist() if name.startswith(_FOLDER)
    }
    if not names and not _are_all_in_model(backbone):
        return NO_TUNED_WEIGHTS
    try:
        if network is None:
            shapes = weight_shapes(layers(parts(card(backbone))[0].name))  # of a joined backbone, the first is tuned
        else:
            shapes = layer_graph.weight_shapes(network)
    except BackboneError as error:
        raise ModelError("model.other_backbone", backbone=backbone) from error
    require(names == shapes.keys() if _are_all_in_model(backbone) else names <= shapes.keys())
    require(all(f"{name.partition('/')[0]}/{part}" in names for name in names for part in ("kernel", "bias")))
    return {
        name: read_array(archive, f"{_FOLDER}{name}{_ENDING}", shapes[name], np.float32, most=_MAX)
        for name in sorted(names)
    }


def _are_all_in_model(backbone: str) -> bool:
    """Whether model files bring all weights of that backbone along; not of an unknown one."""
    with suppress(BackboneError):
        return card(backbone).has_weights_in_model
    return False
