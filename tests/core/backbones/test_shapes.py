"""Shapes worked out from the layers are those of the network and of its weights."""

from __future__ import annotations

import numpy as np
import pytest
from ai_edge_litert.interpreter import Interpreter

from core.backbones import cards, catalogue, ensure, litert, resnet
from core.backbones.shapes import tensor_shapes, weight_shapes
from core.backbones.weights import folded

PLAIN = [one.name for one in cards() if not one.parts]


@pytest.mark.parametrize("name", PLAIN)
def test_the_output_is_the_feature_map(name: str) -> None:
    card, shapes = catalogue.card(name), tensor_shapes(catalogue.layers(name), catalogue.card(name).size)
    outputs = Interpreter(str(ensure(name))).get_output_details()
    feature_map, *_ = (detail["shape"].tolist() for detail in outputs if len(detail["shape"]) == 4)
    assert shapes[0] == (card.size, card.size, 3) and [1, *shapes[-1]] == feature_map
    assert shapes[-1][-1] == card.final_features and len(shapes) == len(catalogue.layers(name)) + 1


@pytest.mark.parametrize("stop", [1, 4, 20])
def test_the_input_of_a_layer_is_the_output_of_those_before(stop: int) -> None:
    name = PLAIN[0]
    layers = catalogue.layers(name)[:stop]
    content = bytes(litert.build_litert(layers, catalogue.weights(name), 96))
    (feature_map,) = (
        detail["shape"].tolist()
        for detail in Interpreter(model_content=content).get_output_details()
        if len(detail["shape"]) == 4
    )
    assert [1, *tensor_shapes(catalogue.layers(name), 96)[stop]] == feature_map


@pytest.mark.parametrize("size", [224, 225, 97])
def test_padding_pooling_and_dense_layers_count(size: int) -> None:
    layers = resnet.resnet50()
    half = (size + 1) // 2
    shapes = tensor_shapes(layers, size)
    assert shapes[2] == (half, half, 64) and shapes[3] == ((half + 1) // 2, (half + 1) // 2, 64)
    assert shapes[-2] == (-(-size // 32), -(-size // 32), 2048) and shapes[-1] == (resnet.FEATURES,)


@pytest.mark.parametrize("name", PLAIN)
def test_weights_have_the_shapes_of_the_checkpoint(name: str) -> None:
    weights, shapes = catalogue.weights(name), weight_shapes(catalogue.layers(name))
    for number, layer in enumerate(catalogue.layers(name)):
        if f"{number}/kernel" in shapes:
            kernel, bias = folded(layer, weights)  # type: ignore[arg-type]
            assert (kernel.shape, bias.shape) == (shapes[f"{number}/kernel"], shapes[f"{number}/bias"])


def test_all_weights_of_the_classic_network_are_listed() -> None:
    shapes = weight_shapes(resnet.resnet50())
    parameters = sum(int(np.prod(shape)) for shape in shapes.values())
    normalisation = 106_240  # parameters of it among the 23,587,712 that keras.applications counts
    scaling, hidden = 3 * 3 + 3, 2048 * 1024 + 1024
    assert parameters == 23_587_712 - normalisation + scaling + hidden
