"""A whole model in Keras, for child processes: the app's own never calls this."""

from __future__ import annotations

import os
from collections.abc import Callable
from typing import Any

import numpy as np

from core.backbones.architecture import Convolution, Pooling
from core.backbones.network import Activation
from core.backbones.weights import FloatArray
from core.export.format import Answered
from core.export.network import Input, emit, emit_vectors
from core.model.model import Model

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")  # TensorFlow greets at length


def build(model: Model, *, similarity: bool = True) -> Any:
    """`keras.Model` of plain Keras layers: each input float32 (batch, size, size, 3) RGB of 0 to 255; out
    "probabilities" (batch, labels) and, where that is wanted and the model can say it, "similarity" (batch, 1), by
    name. Raises ExportError, BackboneError."""
    import keras

    graph = _Graph(with_similarity=similarity)
    outputs = emit(model, graph)
    named = {"probabilities": outputs.probabilities}
    if outputs.similarity is not None:
        named["similarity"] = outputs.similarity
    network = keras.Model({one.name: one for one in graph.inputs}, named, name="model")
    for layer, weights in graph.weights:
        layer.set_weights(weights)
    return network


def build_features(model: Model, name: Callable[[int], str]) -> Any:
    """`keras.Model` of the same inputs, for one picture at a time, that gives the parts of the feature vector, each the
    means over one map, by the name that `name` has for their number. Raises ExportError, BackboneError."""
    import keras

    graph = _Graph(with_similarity=False, batch=1)
    parts = [part for vector in emit_vectors(model, graph) for part in _parts(vector)]
    network = keras.Model({one.name: one for one in graph.inputs}, {name(at): part for at, part in enumerate(parts)})
    for layer, weights in graph.weights:
        layer.set_weights(weights)
    return network


def _parts(vector: Any) -> list[Any]:
    """The vectors that a vector was put together from."""
    import keras

    layer = vector._keras_history.operation
    return list(layer.input) if isinstance(layer, keras.layers.Concatenate) else [vector]


class _Graph:
    """Operations as Keras layers; its tensors are Keras tensors."""

    def __init__(self, *, with_similarity: bool, batch: int | None = None) -> None:
        self.inputs: list[Any] = []
        self.weights: list[tuple[Any, list[FloatArray]]] = []
        self._with_similarity, self._batch = with_similarity, batch

    def picture(self, source: Input, mean: float, scale: float) -> Any:
        import keras

        picture = keras.Input((source.size, source.size, 3), self._batch, name=source.name)
        self.inputs.append(picture)
        if (mean, scale) == (0.0, 1.0):
            return picture
        return keras.layers.Rescaling(1 / scale, -mean / scale, name=f"{source.name}_scaled")(picture)

    def convolution(self, name: str, x: Any, layer: Convolution, kernel: FloatArray, bias: FloatArray) -> Any:
        import keras

        name, channels = _plain(name), () if layer.depthwise else (layer.channels,)
        if layer.zeros is not None:
            x = keras.layers.ZeroPadding2D(layer.zeros, name=f"{name}_zeros")(x)
        padding = "same" if layer.zeros is None else "valid"
        kind = keras.layers.DepthwiseConv2D if layer.depthwise else keras.layers.Conv2D
        convolution = kind(*channels, layer.kernel, strides=layer.stride, padding=padding, name=name)
        axes = (2, 3, 0, 1) if layer.depthwise else (2, 3, 1, 0)
        self.weights.append((convolution, [kernel.transpose(axes), bias]))
        x = convolution(x)
        if layer.relu6:
            return keras.layers.ReLU(6.0, name=f"{name}_relu6")(x)
        return keras.layers.ReLU(name=f"{name}_relu")(x) if layer.relu else x

    def add(self, name: str, one: Any, other: Any, *, relu: bool) -> Any:
        import keras

        x = keras.layers.Add(name=_plain(name))([one, other])
        return keras.layers.ReLU(name=f"{_plain(name)}_relu")(x) if relu else x

    def pooling(self, name: str, x: Any, layer: Pooling) -> Any:
        import keras

        padded = keras.layers.ZeroPadding2D(1, name=f"{_plain(name)}_zeros")(x)
        return keras.layers.MaxPooling2D(layer.kernel, layer.stride, name=_plain(name))(padded)

    def mean(self, name: str, x: Any) -> Any:
        import keras

        return keras.layers.GlobalAveragePooling2D(name=_plain(name))(x)

    def concatenation(self, name: str, parts: list[Any]) -> Any:
        import keras

        return keras.layers.Concatenate(name=_plain(name))(parts)

    def dense(
        self, name: str, x: Any, kernel: FloatArray, bias: FloatArray | None, activation: Activation | None
    ) -> Any:
        import keras

        name = _plain(name)
        dense = keras.layers.Dense(len(kernel), activation=activation, use_bias=bias is not None, name=name)
        self.weights.append((dense, [kernel.T] if bias is None else [kernel.T, bias]))
        return dense(x)

    def similarity(self, name: str, x: Any, neighbours: FloatArray, nearest: int) -> Any:
        if not self._with_similarity:
            return None
        import keras

        direction = keras.layers.UnitNormalization(name=f"{name}_direction")(x[:, : neighbours.shape[1]])
        cosines = self.dense(f"{name}/cosines", direction, neighbours, None, None)
        values, _ = keras.ops.top_k(cosines, nearest)
        return values[:, nearest - 1 : nearest]


def _plain(name: str) -> str:
    """A name that Keras and TensorFlow take."""
    return name.replace("/", "_")


def answered(outputs: Any) -> Answered:
    """What is said of the first picture."""
    similarity = float(np.asarray(outputs["similarity"])[0, 0]) if "similarity" in outputs else None
    return np.asarray(outputs["probabilities"], np.float32)[0], similarity
