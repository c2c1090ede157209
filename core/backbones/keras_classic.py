"""The network of the classic recipe in Keras, for child processes: the app's own never calls this."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from core.backbones import resnet
from core.backbones.architecture import Convolution, Dense, Pooling, Residual
from core.backbones.walk import walk
from core.backbones.weights import TunedWeights


def build(classes: int, pretrained: Path | None, seed: int, size: int = resnet.SIZE) -> Any:
    """`keras.Model`, ready to learn: RGB float32 (batch, size, size, 3) of 0 to 255 to (batch, classes) probabilities.
    Its weights are those in the file `pretrained`, in the layout of keras.applications, or random where None."""
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")  # TensorFlow greets at length
    import keras

    keras.utils.set_random_seed(seed)
    picture = keras.Input((size, size, 3), name="picture")
    scaled = keras.layers.Lambda(keras.applications.resnet.preprocess_input, name=resnet.SCALING)(picture)
    base = keras.applications.ResNet50(weights=None, include_top=False, input_tensor=scaled, pooling="avg")
    if pretrained is not None:
        base.load_weights(pretrained)
    hidden = keras.layers.Dense(resnet.FEATURES, activation="relu", name=resnet.HIDDEN)(base.output)
    answer = keras.layers.Dense(classes, activation="softmax", name="answer")(hidden)
    network = keras.Model(picture, answer)
    network.compile("adam", "sparse_categorical_crossentropy", metrics=["accuracy"])
    return network


def tuned_weights(network: Any) -> TunedWeights:
    """All kernels and biases of such a network up to the hidden layer, batch normalisation folded in (float64)."""
    reader = _WeightReader(network)
    walk(resnet.resnet50(), reader, {0: None})
    return reader.weights


class _WeightReader:
    """Reads the weights of each layer from the Keras network, where the layers have the same names; it makes no
    tensors."""

    def __init__(self, network: Any) -> None:
        self._network = network
        self.weights: dict[str, NDArray[np.float32]] = {}

    def convolution(self, number: int, layer: Convolution, x: None) -> None:
        self._keep(number, *(_scaling() if layer.weights == resnet.SCALING else self._folded(layer)))

    def add(self, number: int, layer: Residual, x: None, shortcut: None) -> None:
        pass

    def pooling(self, number: int, layer: Pooling, x: None) -> None:
        pass

    def dense(self, number: int, layer: Dense, x: None) -> None:
        kernel, bias = self._network.get_layer(layer.weights).get_weights()
        self._keep(number, kernel.T, bias)

    def _folded(self, layer: Convolution) -> tuple[NDArray[Any], NDArray[Any]]:
        kernel, bias = self._network.get_layer(layer.weights).get_weights()
        gamma, beta, mean, variance = (
            part.astype(np.float64) for part in self._network.get_layer(layer.normalisation).get_weights()
        )
        gain = gamma / np.sqrt(variance + resnet.BATCH_NORM_EPSILON)
        return kernel.transpose(3, 2, 0, 1) * gain[:, None, None, None], beta + (bias - mean) * gain

    def _keep(self, number: int, kernel: NDArray[Any], bias: NDArray[Any]) -> None:
        self.weights[f"{number}/kernel"] = np.ascontiguousarray(kernel, np.float32)
        self.weights[f"{number}/bias"] = bias.astype(np.float32)


def _scaling() -> tuple[NDArray[Any], NDArray[Any]]:
    """RGB to BGR, and the means of ImageNet subtracted, as a 1 × 1 convolution."""
    return np.eye(3)[::-1, :, None, None], -np.array(resnet.MEANS)
