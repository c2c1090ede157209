"""One walk over a backbone's layers, for whoever turns them into something: LiteRT, Keras, shapes."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Protocol, TypeVar

from core.backbones.architecture import Convolution, Dense, Layers, Pooling, Residual

T = TypeVar("T")


class Emitter(Protocol[T]):
    """Turns one layer into something. T is what stands for a tensor: a number in a graph, a Keras tensor, a shape.
    Each method takes the layer's number and its input `x`, and returns its output."""

    def convolution(self, number: int, layer: Convolution, x: T) -> T:
        """The convolution with its batch normalisation and activation."""
        ...

    def add(self, number: int, layer: Residual, x: T, shortcut: T) -> T:
        """The sum of both inputs, and its activation."""
        ...

    def pooling(self, number: int, layer: Pooling, x: T) -> T:
        """The maximum pooling."""
        ...

    def dense(self, number: int, layer: Dense, x: T) -> T:
        """The fully connected layer; `x` is a vector where whoever walks has taken the mean before it."""
        ...


def walk(layers: Layers, emitter: Emitter[T], inputs: Mapping[int, T]) -> dict[int, T]:
    """Emit the layers one after the other, from the highest number in `inputs` on; the inputs of all layers by their
    numbers, and at `len(layers)` the output of the last. Inputs of earlier layers, for shortcuts, are in `inputs` too.

    >>> tensors = walk(layers, emitter, {0: picture})
    >>> feature_map = tensors[len(layers)]
    """
    tensors = dict(inputs)
    start = max(tensors)
    for number, layer in enumerate(layers[start:], start=start):
        x = tensors[number]
        match layer:
            case Convolution():
                x = x if layer.start is None else tensors[layer.start]
                tensors[number + 1] = emitter.convolution(number, layer, x)
            case Residual():
                tensors[number + 1] = emitter.add(number, layer, x, tensors[layer.start])
            case Pooling():
                tensors[number + 1] = emitter.pooling(number, layer, x)
            case Dense():
                tensors[number + 1] = emitter.dense(number, layer, x)
    return tensors
