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
from core.backbones.architecture import BATCH_NORM_EPSILON, Convolution, Dense, Layer, Pooling, Residual
from core.backbones.shapes import weight_shapes
from core.backbones.weights import folded
from core.pictures.picture import to_model_input

Array = NDArray[np.float64]


def drawn(layers: Sequence[Layer], entrance: int = 3) -> dict[str, NDArray[np.float32]]:
    """Weights as a checkpoint names them, statistics of batch normalisation far from trivial."""
    chance = np.random.default_rng(7)
    weights: dict[str, NDArray[np.float32]] = {}
    before = [entrance]
    for layer in layers:
        if not isinstance(layer, Convolution):
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
    if layer.zeros is None:
        wide = padded(picture, layer.kernel, layer.stride)
        height, width = (-(-size // layer.stride) for size in picture.shape[:2])
    else:
        wide = np.pad(picture, ((layer.zeros, layer.zeros), (layer.zeros, layer.zeros), (0, 0)))
        height, width = ((size - layer.kernel) // layer.stride + 1 for size in wide.shape[:2])
    kernel = weights[layer.weights].astype(np.float64)
    out = np.zeros((height, width, layer.channels))
    for y, x in product(range(layer.kernel), repeat=2):
        seen = wide[y :: layer.stride, x :: layer.stride][:height, :width]
        out += seen * kernel[:, 0, y, x] if layer.depthwise else seen @ kernel[:, :, y, x].T
    weight, bias, mean, variance = (
        weights[f"{layer.normalisation}.{part}"] for part in ("weight", "bias", "running_mean", "running_var")
    )
    out = (out - mean) / np.sqrt(variance.astype(np.float64) + BATCH_NORM_EPSILON) * weight + bias
    return np.clip(out, 0, 6) if layer.relu6 else np.maximum(out, 0) if layer.relu else out


def pooled(picture: Array, layer: Pooling) -> Array:
    """The largest of each square, one line of zeros around."""
    wide = np.pad(picture, ((1, 1), (1, 1), (0, 0)))
    rows, columns = (range(0, size - layer.kernel + 1, layer.stride) for size in wide.shape[:2])
    squares = [[wide[y : y + layer.kernel, x : x + layer.kernel].max(axis=(0, 1)) for x in columns] for y in rows]
    return np.array(squares)


def expected(picture: Array, layers: Sequence[Layer], weights: Mapping[str, NDArray[Any]]) -> Array:
    flow = [picture]
    for layer in layers:
        if isinstance(layer, Residual):
            added = flow[layer.start] + flow[-1]
            flow.append(np.maximum(added, 0) if layer.relu else added)
        elif isinstance(layer, Pooling):
            flow.append(pooled(flow[-1], layer))
        elif isinstance(layer, Convolution):
            flow.append(convolved(flow[-1 if layer.start is None else layer.start], layer, weights))
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
    map_, vector = answered(litert.build_litert(layers, weights, size), picture)
    truth = expected(picture, layers, weights)
    assert map_.shape == truth.shape and np.ptp(truth) > 1
    assert np.abs(map_ - truth).max() < 1e-4
    assert np.abs(vector - truth.mean(axis=(0, 1))).max() < 1e-4


# As in ResNet50: zeros around, a shortcut that narrows and widens too, a hidden layer behind the mean.
SHORTCUT: list[Layer] = [
    Convolution("c0", "n0", 5, 2, 8, relu6=False, relu=True, zeros=2),
    Pooling(3, 2),
    Convolution("c2", "n2", 1, 2, 16, relu6=False),
    Convolution("c3", "n3", 1, 2, 4, relu6=False, relu=True, start=2),
    Convolution("c4", "n4", 3, 1, 16, relu6=False),
    Residual(3, relu=True),
    Dense("hidden", 6),
]


@pytest.mark.parametrize("size", [31, 32])
def test_a_network_that_is_all_a_models_own_computes_what_its_definition_says(size: int) -> None:
    chance = np.random.default_rng(5)
    convolutions = {number: one for number, one in enumerate(SHORTCUT) if isinstance(one, Convolution)}
    widths = {"c0": 3, "c2": 8, "c3": 8, "c4": 4}
    weights = {}
    for one in convolutions.values():
        weights |= drawn([one], widths[one.weights])
    tuned_weights = {"6/kernel": chance.normal(0, 1, (6, 16)), "6/bias": chance.normal(0, 1, 6)}
    for number, one in convolutions.items():
        tuned_weights[f"{number}/kernel"], tuned_weights[f"{number}/bias"] = folded(one, weights)
    assert {name: array.shape for name, array in tuned_weights.items()} == weight_shapes(tuple(SHORTCUT))
    tuned_weights = {name: array.astype(np.float32) for name, array in tuned_weights.items()}

    picture = chance.normal(0, 1, (size, size, 3))
    map_, vector = answered(litert.build_litert(SHORTCUT, {}, size, tuned_weights), picture)
    truth = expected(picture, SHORTCUT, weights)
    assert map_.shape == truth.shape == (4, 4, 16) and np.ptp(truth) > 1
    assert np.abs(map_ - truth).max() < 1e-4
    hidden = np.maximum(tuned_weights["6/kernel"] @ truth.mean(axis=(0, 1)) + tuned_weights["6/bias"], 0)
    assert (hidden > 0).any() and np.abs(vector - hidden).max() < 1e-4


def test_a_relu6_that_is_not_asked_for_is_not_there() -> None:
    layers = [layer(0, 3, 2, 8, relu6=False)]
    picture = np.random.default_rng(3).normal(0, 5, (8, 8, 3))
    map_, _ = answered(litert.build_litert(layers, drawn(layers), 8), picture)
    assert map_.min() < 0 and map_.max() > 6


def test_the_file_is_of_the_litert_kind_and_names_what_comes_out() -> None:
    layers = NETWORKS["stem"]
    content = bytes(litert.build_litert(layers, drawn(layers), 8))
    assert content[4:8] == b"TFL3"
    assert content == bytes(litert.build_litert(layers, drawn(layers), 8))
    network = Interpreter(model_content=content)
    (entrance,) = network.get_input_details()
    assert entrance["name"] == "picture" and entrance["shape"].tolist() == [1, 8, 8, 3]
    assert [detail["name"] for detail in network.get_output_details()] == ["map", "vector"]
    assert all(detail["dtype"] == np.float32 for detail in (entrance, *network.get_output_details()))


@pytest.mark.parametrize("name", [card.name for card in cards() if not card.parts])
def test_the_whole_network_computes_what_its_definition_says(name: str) -> None:
    card, layers = catalogue.card(name), catalogue.layers(name)
    picture = to_model_input(blots("blue", 3, 300), card.size)
    truth = expected((picture - np.float64(card.mean)) / card.scale, layers, catalogue.weights(name))
    backbone = Backbone(name, threads=1)
    vector, (map_, *levels) = backbone.vector_and_maps(picture)
    assert np.abs(map_ - truth).max() < 1e-4
    assert np.abs(vector[: card.final_features] - truth.mean(axis=(0, 1))).max() < 1e-4
    for number, level in zip(card.levels, levels, strict=True):
        scaled = (picture - np.float64(card.mean)) / card.scale
        assert np.abs(level - expected(scaled, layers[: number + 1], catalogue.weights(name))).max() < 2e-4
