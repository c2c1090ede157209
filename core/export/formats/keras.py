"""Keras 3 (`.keras`) and TensorFlow's SavedModel, for those who go on in Python, and for TensorFlow Serving. Both are
written in a process that may import TensorFlow."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np

from core.export import keras_model
from core.export.format import Answered, Answering, Format, Prepared, Written
from core.export.network import inputs
from core.model.file import load

FILE, FOLDER = "model.keras", "saved_model"
_MEMORY = 1_100 * 10**6  # bytes, with TensorFlow


def write_keras(path: Path, folder: Path) -> Written:
    """Write the `.keras` file: plain layers, which any Keras 3 opens under any of its backends."""
    model = load(path)
    network = keras_model.build(model)
    network.save(folder / FILE)
    return Written(model, inputs(model), len(network.outputs) > 1)


def open_keras(folder: Path) -> Answering:
    """Open it with Keras."""
    import keras

    network = keras.saving.load_model(folder / FILE)
    return _answering(network)


def write_saved_model(path: Path, folder: Path) -> Written:
    """Write the SavedModel, whose signature `serving_default` takes any number of pictures."""
    model = load(path)
    network = keras_model.build(model)
    network.export(folder / FOLDER, format="tf_saved_model", verbose=False)
    return Written(model, inputs(model), len(network.outputs) > 1)


def open_saved_model(folder: Path) -> Answering:
    """Open it with TensorFlow."""
    import tensorflow

    loaded = tensorflow.saved_model.load(str(folder / FOLDER))
    signature = loaded.signatures["serving_default"]
    answer = _answering(lambda pictures: signature(**{name: tensorflow.constant(x) for name, x in pictures.items()}))
    answer.loaded = loaded  # type: ignore[attr-defined]  # the signature lives as long as what it belongs to
    return answer


def _answering(network: Any) -> Answering:
    def answer(prepared: Prepared) -> Answered:
        batches = {name: one[None].astype(np.float32) for name, one in prepared.items()}
        return keras_model.answered(network(batches))

    return answer


FORMATS = (
    Format(
        name="keras",
        write=write_keras,
        open=open_keras,
        runtime="keras",
        files=(FILE,),
        writes_with=("keras",),
        memory=_MEMORY,
        example="keras.py",
    ),
    Format(
        name="saved-model",
        write=write_saved_model,
        open=open_saved_model,
        runtime="tensorflow",
        files=(FOLDER,),
        writes_with=("tensorflow",),
        memory=_MEMORY,
        example="saved_model.py",
    ),
)
