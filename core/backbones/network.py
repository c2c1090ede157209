"""A backbone's network, written through any set of operations: one description for LiteRT and every format that a model
is taken away in."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Generic, Literal, Protocol, TypeVar

from core.backbones.architecture import Convolution, Dense, Layers, Pooling, Residual, dense_start
from core.backbones.walk import walk
from core.backbones.weights import NO_TUNED_WEIGHTS, FloatArray, TunedWeights, Weights, first_of, of_layer

T = TypeVar("T")
Activation = Literal["relu", "softmax"]


class Operations(Protocol[T]):
    """What a format can compute. T is what stands for a tensor: a number in a graph, a name, a Keras tensor. Maps have
    the channels last in meaning, however a format keeps them. `name` is the operation's, and unique."""

    def convolution(self, name: str, x: T, layer: Convolution, kernel: FloatArray, bias: FloatArray) -> T:
        """The convolution with its activation; kernel (out, in, k, k), or (channels, 1, k, k) where depthwise."""
        ...

    def add(self, name: str, one: T, other: T, *, relu: bool) -> T:
        """The sum of two maps, and its activation."""
        ...

    def pooling(self, name: str, x: T, layer: Pooling) -> T:
        """The maximum pooling."""
        ...

    def mean(self, name: str, x: T) -> T:
        """The mean over height and width: a vector."""
        ...

    def concatenation(self, name: str, parts: list[T]) -> T:
        """Maps of one size, or vectors, one after the other along their channels."""
        ...

    def dense(self, name: str, x: T, kernel: FloatArray, bias: FloatArray | None, activation: Activation | None) -> T:
        """The fully connected layer; kernel (out, in)."""
        ...


@dataclass(frozen=True)
class Features(Generic[T]):
    """What a network gives."""

    maps: list[T]  # the final one, then those of the levels
    vector: T  # (features,)


def emit_features(
    operations: Operations[T],
    layers: Layers,
    weights: Weights,
    picture: T,
    tuned_weights: TunedWeights = NO_TUNED_WEIGHTS,
    levels: tuple[int, ...] = (),
    prefix: str = "",
) -> Features[T]:
    """Emit the network: from its scaled input to the final map, the outputs of the layers `levels`, and the feature
    vector, the means over these maps. Names begin with `prefix`.

    With tuned weights, the network runs a second time from the first tuned layer on, and the features of that run
    stand behind the frozen ones. Where `weights` are empty, all are in `tuned_weights` and the network runs once.
    """
    first_dense = dense_start(layers)
    convolutional = layers[:first_dense]
    frozen = _Emitter(operations, f"{prefix}layer", weights, NO_TUNED_WEIGHTS)
    tuned = _Emitter(operations, f"{prefix}{'own' if weights else 'layer'}", weights, tuned_weights)
    tensors = walk(convolutional, frozen if weights else tuned, {0: picture})
    final_map = tensors[first_dense]
    if weights and tuned_weights:
        first = first_of(tuned_weights)
        shared = {number: tensor for number, tensor in tensors.items() if number <= first}
        tuned_map = walk(convolutional, tuned, shared)[first_dense]
        final_map = operations.concatenation(f"{prefix}joined", [final_map, tuned_map])
    vector = operations.mean(f"{prefix}mean", final_map)
    vector = walk(layers, tuned, {first_dense: vector})[len(layers)]
    level_maps = [tensors[level + 1] for level in levels]
    if levels:
        named = zip(levels, level_maps, strict=True)
        means = [operations.mean(f"{prefix}mean{level}", level_map) for level, level_map in named]
        vector = operations.concatenation(f"{prefix}means", [vector, *means])
    return Features([final_map, *level_maps], vector)


@dataclass(frozen=True)
class _Emitter(Generic[T]):
    """Emits layers as operations with their weights."""

    operations: Operations[T]
    prefix: str  # of names
    weights: Weights
    tuned_weights: TunedWeights

    def convolution(self, number: int, layer: Convolution, x: T) -> T:
        kernel, bias = of_layer(number, layer, self.weights, self.tuned_weights)
        return self.operations.convolution(self._name(number), x, layer, kernel, bias)

    def add(self, number: int, layer: Residual, x: T, shortcut: T) -> T:
        return self.operations.add(self._name(number), shortcut, x, relu=layer.relu)

    def pooling(self, number: int, layer: Pooling, x: T) -> T:
        return self.operations.pooling(self._name(number), x, layer)

    def dense(self, number: int, layer: Dense, x: T) -> T:
        kernel, bias = self.tuned_weights[f"{number}/kernel"], self.tuned_weights[f"{number}/bias"]
        return self.operations.dense(self._name(number), x, kernel, bias, "relu")

    def _name(self, number: int) -> str:
        return f"{self.prefix}{number}"
