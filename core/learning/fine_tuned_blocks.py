"""A copy of the backbone's last blocks that learns: for child processes alone, as it needs Keras."""

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

_BATCH = 16  # pictures looked at, at a time: with 64, a lesson takes 250 MB more
_DECAY = 1e-4  # of the weights, in a step, as a share of its length


class FineTunedBlocks:
    """The last blocks of a backbone under a softmax layer, batch normalisation folded in."""

    def __init__(self, backbone: str, first: int, head: Linear, seed: int) -> None:
        """From layer number `first` on, and starting as `head`, which is fitted to the backbone's own vectors. Raises
        BackboneError."""
        keras.utils.set_random_seed(seed)
        self._name = backbone
        self._vector, self._convolutions = keras_network.tail(backbone, first)
        softmax = keras.layers.Dense(len(head.bias), name="logits")
        self._network = keras.Model(self._vector.input, softmax(self._vector.output))
        softmax.set_weights([head.weights, head.bias])

    def begin(self, rate: float, warm_up: int, steps: int) -> None:
        """Get ready to learn for so many steps: the rate rises for `warm_up` of them, and falls as a cosine does
        (Loshchilov and Hutter 2017)."""
        schedule = keras.optimizers.schedules.CosineDecay(0.0, steps - warm_up, 0.0, "rate", rate, warm_up)
        self._network.compile(
            keras.optimizers.AdamW(schedule, weight_decay=_DECAY),
            keras.losses.SparseCategoricalCrossentropy(from_logits=True),
            metrics=["accuracy"],
        )

    def step(self, cuts: FloatArray, targets: IntArray, importance: FloatArray) -> tuple[float, float]:
        """Learn from a batch of what goes into the tail, (n, height, width, channels): its loss and accuracy before."""
        self._network.reset_metrics()
        found = self._network.train_on_batch(cuts, targets, sample_weight=importance, return_dict=True)
        return float(found["loss"]), float(found["accuracy"])

    def vectors(self, cuts: Activations, pictures: IntArray, view: int) -> FloatArray:
        """(pictures, features) of some pictures in one of their views."""
        found = []
        for start in range(0, len(pictures), _BATCH):
            part = pictures[start : start + _BATCH]
            found.append(keras.ops.convert_to_numpy(self._vector(cuts.of(part, np.full_like(part, view)))))
        return np.concatenate(found).astype(np.float32)

    def weights(self) -> list[NDArray[Any]]:
        """All weights as they are now, for `restore`."""
        return [np.array(one) for one in self._network.get_weights()]

    def restore(self, weights: list[NDArray[Any]]) -> None:
        """Go back to what `weights` once gave."""
        self._network.set_weights(weights)

    def tuned_weights(self) -> TunedWeights:
        """What it has become, for the model file."""
        return keras_network.tuned_weights(self._name, self._convolutions)
