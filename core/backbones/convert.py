"""Makes a LiteRT file of a weight file that was downloaded, once, in a process of its own:
`python -m core.backbones.convert JOB ERROR`, started by `core.work.fetching` alone.

The file JOB is JSON, {"card": the backbone's card, "file": its weight file}; the file ERROR, {"key", "values"} of a
`core.messages` sentence, is written where it cannot be done. A vision transformer is written in a second; of
keras.applications, TensorFlow's converter takes up to half a minute and 2 GB, all of which go with the process.
"""

from __future__ import annotations

import json
import sys
from importlib import import_module
from pathlib import Path
from typing import Any

import flatbuffers
import numpy as np
from ai_edge_litert import schema_py_generated as schema
from numpy.typing import NDArray

from core.backbones import checkpoint, litert_files
from core.backbones.card import Card, from_dict
from core.backbones.litert_files import Buffer
from core.errors import BackboneError

# Largest difference from Keras' answer, of the largest number in that. Rounding makes 1e-4; a wrong scaling, 1e-1.
_NEAR = 1e-3


def main(job: Path, error: Path) -> int:
    """Do what the job asks; the exit code."""
    asked = json.loads(job.read_text("utf-8"))
    card = from_dict(asked["card"])
    try:
        litert_files.store_converted(card, converted(card, Path(asked["file"])))
    except BackboneError as failure:
        error.write_text(json.dumps({"key": failure.key, "values": failure.values}), "utf-8")
        return 1
    return 0


def converted(card: Card, file: Path) -> Buffer:
    """The LiteRT file of a backbone with its weight file, as the card describes it: RGB float32 (1, size, size, 3) of 0
    to 255 in, scaled inside as the weights want it; out the feature map and its mean. It was run, and gives what Keras
    gives where Keras builds the network. Raises BackboneError."""
    if card.download.transformer:
        content = _written(card, file)
        _outputs(bytes(content), card)
        return content
    return _converted_from_keras(card, file)


def _written(card: Card, file: Path) -> memoryview:
    """The LiteRT file of a vision transformer, written from its checkpoint."""
    from core.backbones.transformer_litert import build_litert

    network = card.download.transformer
    assert network is not None
    try:
        weights = checkpoint.read(file, card.sha256)
    except BackboneError as error:
        raise BackboneError("backbone.not_converted", title=card.title) from error
    for name, shape in network.shapes().items():
        tensor = weights.get(name)
        if tensor is None or tensor.shape != shape or tensor.dtype != np.float32 or not np.isfinite(tensor).all():
            raise BackboneError("backbone.not_converted", title=card.title)
    return build_litert(network, weights, card.size)


def _converted_from_keras(card: Card, file: Path) -> bytes:
    import tensorflow

    network = _network(card, file)
    content = _renamed(tensorflow.lite.TFLiteConverter.from_keras_model(network).convert())
    _check(content, network, card)
    return content


def _network(card: Card, file: Path) -> Any:
    """`keras.Model` from RGB of 0 to 255 to the feature map and its mean."""
    import keras

    weights = card.download
    build = getattr(keras.applications, weights.application)
    preprocess = import_module(build.__module__).preprocess_input
    shape = (card.size, card.size, 3)
    try:
        whole = build(include_top=weights.top, weights=str(file), input_shape=shape, **weights.options)
    except (OSError, ValueError, KeyError, TypeError) as error:  # another layout than this Keras knows
        raise BackboneError("backbone.not_converted", title=card.title) from error
    picture = keras.Input(shape, batch_size=1, name="picture")
    last = next(layer for layer in reversed(whole.layers) if len(layer.output.shape) == 4)  # what follows is the top
    map_ = keras.Model(whole.input, last.output)(preprocess(picture), training=False)
    return keras.Model(picture, [map_, keras.layers.GlobalAveragePooling2D()(map_)])


def _renamed(content: bytes) -> bytes:
    """The same LiteRT file with its tensors named as `core.backbones.litert` names them."""
    model = schema.ModelT.InitFromPackedBuf(content, 0)
    graph = model.subgraphs[0]
    graph.tensors[graph.inputs[0]].name = "picture"
    for number in graph.outputs:
        graph.tensors[number].name = "map" if len(graph.tensors[number].shape) == 4 else "vector"
    builder = flatbuffers.Builder(len(content) + 2**18)
    builder.Finish(model.Pack(builder), b"TFL3")
    return bytes(builder.Output())


def _check(content: bytes, network: Any, card: Card) -> None:
    """Run the file on a picture of noise. Raises BackboneError where it does not give what the Keras network gives, or
    not as many features as its card says."""
    outputs = _outputs(content, card)
    for name, wanted in zip(("map", "vector"), network(_noise(card), training=False), strict=True):
        expected = np.asarray(wanted)
        output = outputs[name]
        same = output.shape == expected.shape
        if not same or np.abs(output - expected).max() > _NEAR * max(1.0, np.abs(expected).max()):
            raise BackboneError("backbone.not_converted", title=card.title)


def _noise(card: Card) -> NDArray[np.float32]:
    return np.random.default_rng(0).integers(0, 256, (1, card.size, card.size, 3)).astype(np.float32)


def _outputs(content: bytes, card: Card) -> dict[str, NDArray[np.float32]]:
    """What the file gives for a picture of noise, "map" and "vector". Raises BackboneError where it does not run or
    gives anything but finite features, as many as its card says."""
    from ai_edge_litert.interpreter import Interpreter

    try:
        interpreter = Interpreter(model_content=content)
        interpreter.allocate_tensors()
        interpreter.set_tensor(interpreter.get_input_details()[0]["index"], _noise(card))
        interpreter.invoke()
    except (RuntimeError, ValueError) as error:
        raise BackboneError("backbone.not_converted", title=card.title) from error
    found = {detail["name"]: interpreter.get_tensor(detail["index"]) for detail in interpreter.get_output_details()}
    features = {name: output.shape[-1] for name, output in found.items() if np.isfinite(output).all()}
    if features != {"map": card.features, "vector": card.features}:
        raise BackboneError("backbone.not_converted", title=card.title)
    return found


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]), Path(sys.argv[2])))
