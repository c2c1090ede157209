"""A copy of the backbone's last blocks that is trained: for child processes alone, as it needs Keras."""

from __future__ import annotations

from typing import Any

import keras
import numpy as np
from numpy.typing import NDArray

from core.backbones import keras_network
from core.backbones.weights import TunedWeights
from core.learning.activations import Activations
from core.learning.logistic_regression import Linear
from core.model.model import FloatArray, IntArray

_BATCH = 16  # pictures in inference: with 64, a lesson takes 250 MB more
_WEIGHT_DECAY = 1e-4  # AdamW's (Loshchilov and Hutter 2019, "Decoupled weight decay regularization", algorithm 2)


class FineTunedBlocks:
    """The last blocks of a backbone under a softmax layer, batch normalisation folded in.

    >>> blocks = FineTunedBlocks("efficientnet-lite0", first_layer, head, seed=0)
    >>> blocks.compile(2e-4, warm_up=10, steps=120)
    >>> loss, accuracy = blocks.train_on_batch(activations.read(pictures, views), targets, sample_weight)
    """

    def __init__(self, backbone: str, first: int, head: Linear, seed: int) -> None:
        """From layer number `first` on; the softmax layer starts as `head`, which is fitted to the backbone's frozen
        vectors. Raises BackboneError."""
        keras.utils.set_random_seed(seed)
        self._name = backbone
        self._vector, self._convolutions = keras_network.build_from_layer(backbone, first)
        softmax = keras.layers.Dense(len(head.bias), name="logits")
        self._network = keras.Model(self._vector.input, softmax(self._vector.output))
        softmax.set_weights([head.weights, head.bias])

    def compile(self, learning_rate: float, warm_up: int, steps: int) -> None:
        """Get ready to train for so many steps: the rate rises for `warm_up` of them, and falls as a cosine does
        (Loshchilov and Hutter 2017, "SGDR: stochastic gradient descent with warm restarts", equation 5)."""
        schedule = keras.optimizers.schedules.CosineDecay(0.0, steps - warm_up, 0.0, "rate", learning_rate, warm_up)
        self._network.compile(
            keras.optimizers.AdamW(schedule, weight_decay=_WEIGHT_DECAY),
            keras.losses.SparseCategoricalCrossentropy(from_logits=True),
            metrics=["accuracy"],
        )

    def train_on_batch(self, x: FloatArray, targets: IntArray, sample_weight: FloatArray) -> tuple[float, float]:
        """One step on a batch of activations (n, height, width, channels): its loss and accuracy before."""
        self._network.reset_metrics()
        metrics = self._network.train_on_batch(x, targets, sample_weight=sample_weight, return_dict=True)
        return float(metrics["loss"]), float(metrics["accuracy"])

    def vectors(self, activations: Activations, pictures: IntArray, view: int) -> FloatArray:
        """(pictures, features) of some pictures in one of their views."""
        batches = []
        for start in range(0, len(pictures), _BATCH):
            batch = pictures[start : start + _BATCH]
            x = activations.read(batch, np.full_like(batch, view))
            batches.append(keras.ops.convert_to_numpy(self._vector(x)))
        return np.concatenate(batches).astype(np.float32)

    def weights(self) -> list[NDArray[Any]]:
        """A copy of all weights, for `restore`."""
        return [np.array(weight) for weight in self._network.get_weights()]

    def restore(self, weights: list[NDArray[Any]]) -> None:
        """Go back to what `weights` once gave."""
        self._network.set_weights(weights)

    def tuned_weights(self) -> TunedWeights:
        """Its convolutions as they are now, for the model file."""
        return keras_network.tuned_weights(self._name, self._convolutions)
