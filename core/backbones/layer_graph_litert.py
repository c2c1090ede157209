"""Writes a network that a model brings along (`layer_graph`) as a LiteRT file."""

from __future__ import annotations

from typing import Any

import numpy as np
from ai_edge_litert import schema_py_generated as schema

from core.backbones.architecture import Convolution
from core.backbones.layer_graph import LayerGraph, Node, explained_by
from core.backbones.litert import Graph
from core.backbones.weights import TunedWeights


class _LayerGraphGraph(Graph):
    """With what only such networks have: activations and flattening as operators of their own."""

    operators = (
        *Graph.operators,
        schema.BuiltinOperator.RELU,
        schema.BuiltinOperator.RELU6,
        schema.BuiltinOperator.RESHAPE,
    )

    def activation(self, name: str, x: int, *, six: bool) -> int:
        """The output's number: ReLU, or ReLU6."""
        code = schema.BuiltinOperator.RELU6 if six else schema.BuiltinOperator.RELU
        return self.operator(name, code, [x], self.shape(x), schema.BuiltinOptions.NONE, None)

    def flatten(self, name: str, x: int) -> int:
        """The output's number: the map as a vector, row by row, the channels of a place beside one another."""
        shape = np.array([1, np.prod(self.shape(x))], np.int32)
        options: Any = schema.ReshapeOptionsT()
        options.newShape = shape.tolist()
        inputs = [x, self.tensor(f"{name}/shape", (2,), shape)]
        kind = schema.BuiltinOptions.ReshapeOptions
        return self.operator(name, schema.BuiltinOperator.RESHAPE, inputs, tuple(shape.tolist()), kind, options)


def build_litert(layer_graph: LayerGraph, weights: TunedWeights) -> memoryview:
    """The bytes of the LiteRT file: float32 (1, size, size, 3) "picture" in; out the maps whose means explain the
    vector, where there are any, and (1, features) "vector"."""
    graph = _LayerGraphGraph()
    tensors = [graph.tensor("picture", (1, layer_graph.size, layer_graph.size, 3))]
    for number, node in enumerate(layer_graph.nodes):
        tensors.append(_write(graph, number, node, [tensors[tensor] for tensor in node.inputs], weights))
    graph.rename(tensors[-1], "vector")
    maps, _ = explained_by(layer_graph)
    return graph.to_bytes([tensors[0]], [*(tensors[tensor] for tensor in maps), tensors[-1]])


def _write(graph: _LayerGraphGraph, number: int, node: Node, inputs: list[int], weights: TunedWeights) -> int:  # noqa: PLR0911
    name, x = f"layer{number}", inputs[0]
    match node.kind:
        case "convolution" | "depthwise":
            layer = Convolution(
                weights="",
                normalisation="",
                kernel=node.kernel,
                stride=node.stride,
                channels=node.channels,
                relu6=node.activation == "relu6",
                relu=node.activation == "relu",
                depthwise=node.kind == "depthwise",
                zeros=None if node.same else 0,
            )
            return graph.convolution(name, x, layer, weights[f"{number}/kernel"], weights[f"{number}/bias"])
        case "padding":
            return graph.padded(name, x, node.zeros)
        case "pooling":
            return graph.maximum(name, x, node.kernel, node.stride, same=node.same)
        case "activation":
            return graph.activation(name, x, six=node.activation == "relu6")
        case "add":
            return graph.add(name, *inputs, relu=False)
        case "concatenation":
            return graph.concatenation(name, inputs)
        case "mean":
            return graph.mean(name, x)
        case "flatten":
            return graph.flatten(name, x)
        case "dense":
            kernel, bias = weights[f"{number}/kernel"], weights[f"{number}/bias"]
            return graph.dense(name, x, kernel, bias, "relu" if node.activation == "relu" else None)
