"""LiteRT files of graphs of layers: those that `test_layers_model.py` does not have are computed here."""

from __future__ import annotations

import numpy as np
import pytest
from ai_edge_litert.interpreter import Interpreter
from layers_models import Array, windows_of

from core.backbones.layer_graph import LayerGraph, Node, weight_shapes
from core.backbones.layer_graph_litert import build_litert


def run(nodes: tuple[Node, ...], picture: Array, weights: dict[str, np.ndarray] | None = None) -> list[np.ndarray]:
    graph = LayerGraph(len(picture), 0.0, 1.0, nodes)
    interpreter = Interpreter(model_content=bytes(build_litert(graph, weights or {})))
    interpreter.allocate_tensors()
    interpreter.set_tensor(interpreter.get_input_details()[0]["index"], np.float32(picture)[None])
    interpreter.invoke()
    return [interpreter.get_tensor(detail["index"])[0] for detail in interpreter.get_output_details()]


@pytest.fixture
def picture() -> Array:
    return np.random.default_rng(3).normal(0, 5, (32, 32, 3))


@pytest.mark.parametrize("same", [False, True])
@pytest.mark.parametrize(("kernel", "stride"), [(2, 2), (3, 2), (3, 1)])
def test_pooling_takes_the_maximum_and_pads_with_nothing(kernel: int, stride: int, same: bool, picture: Array) -> None:
    nodes = (Node("pooling", (0,), kernel=kernel, stride=stride, same=same), Node("mean", (1,)))
    pooled = windows_of(picture, kernel, stride, "same" if same else "valid", -np.inf).max((-2, -1))
    map_, vector = run(nodes, picture)
    assert map_ == pytest.approx(pooled, abs=1e-5) and vector == pytest.approx(pooled.mean((0, 1)), abs=1e-5)


def test_padding_is_of_each_side_its_own(picture: Array) -> None:
    map_, _ = run((Node("padding", (0,), zeros=(1, 2, 3, 0)), Node("mean", (1,))), picture)
    assert map_ == pytest.approx(np.pad(picture, [(1, 2), (3, 0), (0, 0)]), abs=1e-5)


@pytest.mark.parametrize(("activation", "most"), [("relu", np.inf), ("relu6", 6)])
def test_an_activation_may_stand_alone(activation: str, most: float, picture: Array) -> None:
    map_, _ = run((Node("activation", (0,), activation=activation), Node("mean", (1,))), picture)
    assert map_ == pytest.approx(np.clip(picture, 0, most), abs=1e-5)


def test_flattening_goes_row_by_row(picture: Array) -> None:
    (vector,) = run((Node("flatten", (0,)),), picture)
    assert vector == pytest.approx(picture.reshape(-1), abs=1e-5)


@pytest.mark.parametrize("activation", ["linear", "relu"])
def test_a_dense_layer_is_linear_where_no_relu_is_asked_for(activation: str, picture: Array) -> None:
    nodes = (Node("mean", (0,)), Node("dense", (1,), channels=9, activation=activation))
    chance = np.random.default_rng(4)
    shapes = weight_shapes(LayerGraph(32, 0.0, 1.0, nodes))
    weights = {name: chance.normal(size=shape).astype(np.float32) for name, shape in shapes.items()}
    expected = picture.mean((0, 1)) @ weights["1/kernel"].T + weights["1/bias"]
    assert (expected < 0).any()
    vector = run(nodes, picture, weights)[-1]
    assert vector == pytest.approx(np.maximum(expected, 0) if activation == "relu" else expected, abs=1e-4)
