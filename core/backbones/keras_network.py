"""The same networks in Keras, trainable, for child processes: the app's own never calls this."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from core.backbones.architecture import BATCH_NORM_EPSILON, Convolution, Dense, Pooling, Residual
from core.backbones.catalogue import card, layers, weights
from core.backbones.shapes import tensor_shapes
from core.backbones.walk import walk
from core.backbones.weights import TunedWeights, Weights, folded


def build(name: str) -> Any:
    """`keras.Model` of the backbone `name` with its trained weights: scaled float32 (batch, size, size, 3) to the
    feature map and its mean vector, batch normalisation not folded. Raises BackboneError."""
    import keras

    size = card(name).size
    picture = keras.Input((size, size, 3), name="picture")
    described = layers(name)
    feature_map = walk(described, _KerasLayers(weights(name), fold=False), {0: picture})[len(described)]
    vector = keras.layers.GlobalAveragePooling2D(name="vector")(feature_map)
    return keras.Model(picture, [feature_map, vector], name=name)


def build_from_layer(name: str, first: int) -> tuple[Any, dict[int, Any]]:
    """The layers of the backbone `name` from number `first` on, batch normalisation folded, so that they learn as it is
    in inference: `keras.Model` from the input of layer `first` to the mean vector (batch, features), and its
    convolutions by their numbers. `first` is the start of a block. Raises BackboneError."""
    import keras

    described, emitter = layers(name), _KerasLayers(weights(name), fold=True)
    activations = keras.Input(tensor_shapes(described, card(name).size)[first], name="activations")
    feature_map = walk(described, emitter, {first: activations})[len(described)]
    vector = keras.layers.GlobalAveragePooling2D(name="vector")(feature_map)
    return keras.Model(activations, vector, name=f"{name}-blocks"), emitter.convolutions


def tuned_weights(name: str, convolutions: dict[int, Any]) -> TunedWeights:
    """Kernels and biases of such a network's convolutions as they are now, in the axis order of `folded`."""
    described = layers(name)
    tuned: dict[str, NDArray[np.float32]] = {}
    for number, convolution in convolutions.items():
        layer = described[number]
        assert isinstance(layer, Convolution)
        kernel, bias = convolution.get_weights()
        tuned[f"{number}/kernel"] = np.ascontiguousarray(kernel.transpose(np.argsort(_axes(layer))), np.float32)
        tuned[f"{number}/bias"] = bias.astype(np.float32)
    return tuned


class _KerasLayers:
    """Emits layers as Keras layers with their weights loaded; its tensors are Keras tensors."""

    def __init__(self, weights: Weights, *, fold: bool) -> None:
        """Whether batch normalisation is folded into the convolutions, or is a layer of its own."""
        self._weights, self._fold = weights, fold
        self.convolutions: dict[int, Any] = {}  # by their layers' numbers

    def convolution(self, number: int, layer: Convolution, x: Any) -> Any:
        import keras

        name, kind = f"layer{number}", keras.layers.DepthwiseConv2D if layer.depthwise else keras.layers.Conv2D
        if layer.zeros is not None:
            x = keras.layers.ZeroPadding2D(layer.zeros, name=f"{name}_zeros")(x)
        channels = () if layer.depthwise else (layer.channels,)
        padding = "same" if layer.zeros is None else "valid"
        options = {"strides": layer.stride, "padding": padding, "use_bias": self._fold}
        suffix = "" if self._fold else "_convolution"
        convolution = kind(*channels, layer.kernel, **options, name=f"{name}{suffix}")
        self.convolutions[number] = convolution
        x = convolution(x)
        if self._fold:
            kernel, bias = folded(layer, self._weights)
            convolution.set_weights([kernel.transpose(_axes(layer)), bias])
        else:
            convolution.set_weights([self._weights[layer.weights].transpose(_axes(layer))])
            normalisation = keras.layers.BatchNormalization(epsilon=BATCH_NORM_EPSILON, name=f"{name}_normalisation")
            x = normalisation(x)
            parts = ("weight", "bias", "running_mean", "running_var")
            normalisation.set_weights([self._weights[f"{layer.normalisation}.{part}"] for part in parts])
        return _activated(x, name, relu=layer.relu, relu6=layer.relu6)

    def add(self, number: int, layer: Residual, x: Any, shortcut: Any) -> Any:
        import keras

        name = f"layer{number}"
        return _activated(keras.layers.Add(name=name)([shortcut, x]), name, relu=layer.relu)

    def pooling(self, number: int, layer: Pooling, x: Any) -> Any:
        import keras

        padded = keras.layers.ZeroPadding2D(1, name=f"layer{number}_zeros")(x)
        return keras.layers.MaxPooling2D(layer.kernel, layer.stride, name=f"layer{number}")(padded)

    def dense(self, number: int, layer: Dense, x: Any) -> Any:
        raise ValueError("a network with dense layers is trained whole: see core.backbones.keras_classic")


def _activated(x: Any, name: str, *, relu: bool = False, relu6: bool = False) -> Any:
    import keras

    if relu6:
        return keras.layers.ReLU(6.0, name=f"{name}_relu6")(x)
    return keras.layers.ReLU(name=f"{name}_relu")(x) if relu else x


def _axes(layer: Convolution) -> tuple[int, ...]:
    """The order of our kernels' axes in Keras': to (k, k, channels, 1) where depthwise, else to (k, k, in, out)."""
    return (2, 3, 0, 1) if layer.depthwise else (2, 3, 1, 0)
