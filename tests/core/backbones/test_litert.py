"""The LiteRT writer beside arithmetic written out in NumPy: small networks with drawn weights, and the real ones."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import product
from typing import Any

import numpy as np
import pytest
from ai_edge_litert.interpreter import Interpreter
from drawn import blots
from numpy.typing import NDArray

from core.backbones import Backbone, cards, catalogue, litert
from core.backbones.architecture import BATCH_NORM_EPSILON, Convolution, Layer, Residual
from core.pictures.picture import see

Array = NDArray[np.float64]


def drawn(layers: Sequence[Layer], entrance: int = 3) -> dict[str, NDArray[np.float32]]:
    """Weights as a checkpoint names them, statistics of batch normalisation far from trivial."""
    chance = np.random.default_rng(7)
    weights: dict[str, NDArray[np.float32]] = {}
    before = [entrance]
    for layer in layers:
        if isinstance(layer, Residual):
            before.append(before[-1])
            continue
        wide = 1 if layer.depthwise else before[-1]
        weights[layer.weights] = chance.normal(0, 0.5, (layer.channels, wide, layer.kernel, layer.kernel))
        for part, low, high in (("weight", 0.5, 2), ("bias", -1, 3), ("running_mean", -1, 1), ("running_var", 0.01, 4)):
            weights[f"{layer.normalisation}.{part}"] = chance.uniform(low, high, layer.channels)
        before.append(layer.channels)
    return {name: array.astype(np.float32) for name, array in weights.items()}


def padded(picture: Array, kernel: int, stride: int) -> Array:
    """Zeros as TensorFlow pads: so many that ceil(size / stride) come out, the odd one below and to the right."""
    sides = []
    for size in picture.shape[:2]:
        needed = max((-(-size // stride) - 1) * stride + kernel - size, 0)
        sides.append((needed // 2, needed - needed // 2))
    return np.pad(picture, (*sides, (0, 0)))


def convolved(picture: Array, layer: Convolution, weights: Mapping[str, NDArray[Any]]) -> Array:
    """One layer as its definition says: convolution, then batch normalisation, then ReLU6; float64."""
    wide = padded(picture, layer.kernel, layer.stride)
    height, width = (-(-size // layer.stride) for size in picture.shape[:2])
    kernel = weights[layer.weights].astype(np.float64)
    out = np.zeros((height, width, layer.channels))
    for y, x in product(range(layer.kernel), repeat=2):
        seen = wide[y :: layer.stride, x :: layer.stride][:height, :width]
        out += seen * kernel[:, 0, y, x] if layer.depthwise else seen @ kernel[:, :, y, x].T
    weight, bias, mean, variance = (
        weights[f"{layer.normalisation}.{part}"] for part in ("weight", "bias", "running_mean", "running_var")
    )
    out = (out - mean) / np.sqrt(variance.astype(np.float64) + BATCH_NORM_EPSILON) * weight + bias
    return np.clip(out, 0, 6) if layer.relu6 else out


def expected(picture: Array, layers: Sequence[Layer], weights: Mapping[str, NDArray[Any]]) -> Array:
    flow = [picture]
    for layer in layers:
        added = isinstance(layer, Residual)
        flow.append(flow[layer.start] + flow[-1] if added else convolved(flow[-1], layer, weights))
    return flow[-1]


def answered(content: Any, picture: Array) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    network = Interpreter(model_content=bytes(content), num_threads=1)
    network.allocate_tensors()
    network.set_tensor(network.get_input_details()[0]["index"], picture[None].astype(np.float32))
    network.invoke()
    map_, vector = (network.get_tensor(detail["index"]) for detail in network.get_output_details())
    return map_[0], vector[0]


def layer(number: int, kernel: int, stride: int, channels: int, *, relu6: bool, depthwise: bool = False) -> Convolution:
    return Convolution(f"c{number}", f"n{number}", kernel, stride, channels, relu6, depthwise)


NETWORKS = {
    "stem": [layer(0, 3, 2, 8, relu6=True)],
    "depthwise": [layer(0, 1, 1, 8, relu6=False), layer(1, 5, 2, 8, relu6=True, depthwise=True)],
    "block that adds": [
        layer(0, 3, 2, 8, relu6=True),
        layer(1, 1, 1, 24, relu6=True),
        layer(2, 3, 1, 24, relu6=True, depthwise=True),
        layer(3, 1, 1, 8, relu6=False),
        Residual(1),
    ],
}


@pytest.mark.parametrize("size", [8, 9])  # an odd row of padding, and an even one
@pytest.mark.parametrize("layers", NETWORKS.values(), ids=NETWORKS)
def test_every_kind_of_layer_computes_what_its_definition_says(layers: list[Layer], size: int) -> None:
    weights = drawn(layers)
    picture = np.random.default_rng(3).normal(0, 1, (size, size, 3))
    map_, vector = answered(litert.written(layers, weights, size), picture)
    truth = expected(picture, layers, weights)
    assert map_.shape == truth.shape and np.ptp(truth) > 1
    assert np.abs(map_ - truth).max() < 1e-4
    assert np.abs(vector - truth.mean(axis=(0, 1))).max() < 1e-4


def test_a_relu6_that_is_not_asked_for_is_not_there() -> None:
    layers = [layer(0, 3, 2, 8, relu6=False)]
    picture = np.random.default_rng(3).normal(0, 5, (8, 8, 3))
    map_, _ = answered(litert.written(layers, drawn(layers), 8), picture)
    assert map_.min() < 0 and map_.max() > 6


def test_the_file_is_of_the_litert_kind_and_names_what_comes_out() -> None:
    layers = NETWORKS["stem"]
    content = bytes(litert.written(layers, drawn(layers), 8))
    assert content[4:8] == b"TFL3"
    assert content == bytes(litert.written(layers, drawn(layers), 8))
    network = Interpreter(model_content=content)
    (entrance,) = network.get_input_details()
    assert entrance["name"] == "picture" and entrance["shape"].tolist() == [1, 8, 8, 3]
    assert [detail["name"] for detail in network.get_output_details()] == ["map", "vector"]
    assert all(detail["dtype"] == np.float32 for detail in (entrance, *network.get_output_details()))


@pytest.mark.parametrize("name", [card.name for card in cards() if not card.parts])
def test_the_whole_network_computes_what_its_definition_says(name: str) -> None:
    card, layers = catalogue.described(name)
    picture = see(blots("blue", 3, 300), card.size)
    truth = expected((picture - np.float64(card.mean)) / card.scale, layers, catalogue.weights(name))
    backbone = Backbone(name, threads=1)
    (map_,), vector = backbone.maps(picture), backbone.vector(picture)
    assert np.abs(map_ - truth).max() < 1e-4
    assert np.abs(vector - truth.mean(axis=(0, 1))).max() < 1e-4
