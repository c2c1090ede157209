"""Graphs of layers: shapes, limits, and how they are written down."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest

from core.backbones import layer_graph
from core.backbones.layer_graph import LayerGraph, Node, explained_by, from_dict, shapes, to_dict, weight_shapes
from core.errors import BackboneError

NODES = (
    Node("padding", (0,), zeros=(0, 1, 2, 3)),
    Node("convolution", (1,), channels=8, kernel=3, stride=2, activation="relu6"),
    Node("depthwise", (2,), channels=8, kernel=5, stride=2, same=True),
    Node("pooling", (3,), kernel=2, stride=2),
    Node("activation", (4,), activation="relu"),
    Node("add", (4, 5)),
    Node("concatenation", (6, 5)),
    Node("mean", (7,)),
    Node("dense", (8,), channels=5, activation="relu"),
)
GRAPH = LayerGraph(64, 127.0, 127.0, NODES)


def test_shapes_follow_from_the_layers() -> None:
    assert shapes(GRAPH) == [
        (64, 64, 3),
        (65, 69, 3),
        (32, 34, 8),
        (16, 17, 8),
        *[(8, 8, 8)] * 3,
        (8, 8, 16),
        (16,),
        (5,),
    ]
    assert weight_shapes(GRAPH) == {
        "1/kernel": (8, 3, 3, 3),
        "1/bias": (8,),
        "2/kernel": (8, 1, 5, 5),
        "2/bias": (8,),
        "8/kernel": (5, 16),
        "8/bias": (5,),
    }
    assert GRAPH.features == 5


def test_a_graph_is_the_same_after_it_was_written_down() -> None:
    again = from_dict(json.loads(json.dumps(to_dict(GRAPH))))
    assert again == GRAPH and again.sha256 == GRAPH.sha256
    assert replace(GRAPH, mean=0.0).sha256 != GRAPH.sha256


def test_means_of_maps_explain_a_vector_and_a_hidden_layer_does_not_hide_them() -> None:
    assert explained_by(GRAPH) == ((7,), 8)
    assert explained_by(replace(GRAPH, nodes=NODES[:-1])) == ((7,), None)
    two = (*NODES[:7], Node("mean", (7,)), Node("mean", (3,)), Node("concatenation", (8, 9)))
    assert explained_by(replace(GRAPH, nodes=two)) == ((7, 3), None)


@pytest.mark.parametrize(
    "last",
    [
        [Node("flatten", (7,))],
        [Node("mean", (7,)), Node("activation", (8,), activation="relu")],
        [Node("mean", (7,)), Node("dense", (8,), channels=4)],
        [Node("mean", (7,)), Node("dense", (8,), channels=4, activation="relu"), Node("dense", (9,), channels=4)],
        [Node("mean", (7,)), Node("mean", (7,)), Node("concatenation", (8, 9))],
    ],
)
def test_no_map_is_better_than_a_wrong_one(last: list[Node]) -> None:
    graph = replace(GRAPH, nodes=(*NODES[:7], *last))
    shapes(graph)
    assert explained_by(graph) == ((), None)


@pytest.mark.parametrize(
    ("number", "change"),
    [
        (0, {"zeros": (0, 1)}),
        (0, {"zeros": (0, 0, 0, -1)}),
        (0, {"zeros": (0, 0, 0, 10_000)}),
        (0, {"inputs": (1,)}),
        (0, {"inputs": (-1,)}),
        (0, {"inputs": ()}),
        (0, {"activation": "relu"}),
        (1, {"channels": 0}),
        (1, {"channels": 2**20}),
        (1, {"kernel": 0}),
        (1, {"kernel": 64, "stride": 1, "inputs": (8,)}),
        (1, {"stride": 0}),
        (1, {"inputs": (1, 0)}),
        (2, {"channels": 16}),
        (3, {"channels": 8}),
        (3, {"kernel": 40}),
        (4, {"activation": "linear"}),
        (5, {"inputs": (4, 3)}),
        (5, {"inputs": (4,)}),
        (5, {"inputs": (4, 5, 5)}),
        (6, {"inputs": (6,)}),
        (6, {"inputs": (6, 3)}),
        (7, {"inputs": (6,)}),
        (8, {"inputs": (7,)}),
        (8, {"activation": "relu6"}),
        (8, {"channels": 2**17}),
    ],
)
def test_what_does_not_fit_is_refused(number: int, change: dict[str, Any]) -> None:
    nodes = [replace(node, **change) if number == position else node for position, node in enumerate(NODES)]
    with pytest.raises(BackboneError):
        shapes(replace(GRAPH, nodes=tuple(nodes)))


def test_a_graph_without_weights_has_learned_nothing() -> None:
    with pytest.raises(BackboneError):
        shapes(LayerGraph(64, 127.0, 127.0, (Node("mean", (0,)),)))


@pytest.mark.parametrize("change", [{"size": 31}, {"size": 513}, {"scale": 0.0}, {"mean": float("nan")}, {"nodes": ()}])
def test_input_and_scaling_have_limits(change: dict[str, Any]) -> None:
    with pytest.raises(BackboneError):
        shapes(replace(GRAPH, **change))


@pytest.mark.parametrize(
    "nodes",
    [
        (Node("convolution", (0,), channels=2**16, same=True), Node("mean", (1,))),  # memory
        (Node("mean", (0,)), Node("dense", (1,), channels=2**14), Node("dense", (2,), channels=2**14)),  # weights
        (
            Node("convolution", (0,), channels=256, kernel=7, same=True),
            Node("convolution", (1,), channels=256, kernel=15, same=True),
            Node("mean", (2,)),
        ),  # time
        (
            Node("convolution", (0,), channels=16, same=True),
            *(Node("pooling", (at,), kernel=64, same=True) for at in range(1, 30)),
            Node("mean", (30,)),
        ),  # time, of comparisons
    ],
)
def test_what_would_take_too_much_is_refused(nodes: tuple[Node, ...]) -> None:
    with pytest.raises(BackboneError) as refused:
        shapes(LayerGraph(512, 127.0, 127.0, nodes))
    assert refused.value.key == "layers.too_large"


@pytest.mark.parametrize(
    "change",
    [
        {"size": "64"},
        {"size": 64.0},
        {"mean": None},
        {"scale": 1e300},
        {"nodes": None},
        {"nodes": [3]},
        {"nodes": [{"kind": "mean"}]},
        {"nodes": [{"kind": "eval", "inputs": [0]}]},
        {"nodes": [{"kind": ["mean"], "inputs": [0]}]},
        {"nodes": [{"kind": "mean", "inputs": [0], "code": 1}]},
        {"nodes": [{"kind": "mean", "inputs": [True]}]},
        {"nodes": [{"kind": "mean", "inputs": [0.0]}]},
        {"nodes": [{"kind": "mean", "inputs": [0], "kernel": 1e9}]},
        {"nodes": [{"kind": "mean", "inputs": [0], "same": 1}]},
        {"nodes": [{"kind": "mean", "inputs": [0], "activation": "gelu"}]},
        {"nodes": [{"kind": "mean", "inputs": [0]}] * 1001},
        {"more": 1},
    ],
)
def test_what_nobody_wrote_down_is_refused(change: dict[str, Any]) -> None:
    with pytest.raises(BackboneError):
        from_dict({**to_dict(GRAPH), **change})


@pytest.mark.parametrize("content", [None, [], "graph", {}])
def test_only_a_graph_is_read(content: Any) -> None:
    with pytest.raises(BackboneError):
        layer_graph.from_dict(content)
