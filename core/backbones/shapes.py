"""Shapes of a backbone's tensors and weights, worked out from its layers."""

from __future__ import annotations

from core.backbones.architecture import Convolution, Dense, Layers, Pooling, Residual
from core.backbones.walk import walk

Shape = tuple[int, ...]


class _Shapes:
    """An emitter whose tensors are shapes, (height, width, channels) or (features,), and that notes the shapes of the
    weights on its way."""

    def __init__(self) -> None:
        self.weights: dict[str, Shape] = {}

    def convolution(self, number: int, layer: Convolution, x: Shape) -> Shape:
        channels = 1 if layer.depthwise else x[-1]
        self._note(number, (layer.channels, channels, layer.kernel, layer.kernel))
        if layer.zeros is None:
            return *(-(-side // layer.stride) for side in x[:2]), layer.channels
        return *(_windows(side, layer.zeros, layer.kernel, layer.stride) for side in x[:2]), layer.channels

    def add(self, number: int, layer: Residual, x: Shape, shortcut: Shape) -> Shape:
        return x

    def pooling(self, number: int, layer: Pooling, x: Shape) -> Shape:
        return *(_windows(side, 1, layer.kernel, layer.stride) for side in x[:2]), x[-1]

    def dense(self, number: int, layer: Dense, x: Shape) -> Shape:
        self._note(number, (layer.channels, x[-1]))
        return (layer.channels,)

    def _note(self, number: int, kernel: Shape) -> None:
        self.weights[f"{number}/kernel"], self.weights[f"{number}/bias"] = kernel, kernel[:1]


def _windows(side: int, zeros: int, kernel: int, stride: int) -> int:
    """How many windows fit into a side that is padded at both ends."""
    return (side + 2 * zeros - kernel) // stride + 1


def tensor_shapes(layers: Layers, size: int) -> list[Shape]:
    """The input shape of each layer, and last the output's, for a picture of (size, size, 3): (height, width,
    channels), and (features,) behind a dense layer."""
    return list(walk(layers, _Shapes(), {0: (size, size, 3)}).values())


def weight_shapes(layers: Layers) -> dict[str, Shape]:
    """Names and shapes of everything that `core.backbones.weights.TunedWeights` may hold of a network of these
    layers."""
    shapes = _Shapes()
    walk(layers, shapes, {0: (0, 0, 3)})  # no weight depends on the size of the input
    return shapes.weights
