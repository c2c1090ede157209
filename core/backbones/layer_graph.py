"""A network as a graph of layers, as a model that was made elsewhere brings it along: its layers as data, their shapes,
and its limits.

Everything that is read is checked before anything is allocated: a graph that exists can be run, in bounded memory and
time.
"""

from __future__ import annotations

import hashlib
import json
import math
from dataclasses import asdict, dataclass, fields
from typing import Any, Literal, get_args

from core.errors import BackboneError

Kind = Literal[
    "convolution", "depthwise", "padding", "pooling", "activation", "add", "concatenation", "mean", "flatten", "dense"
]
Activation = Literal["linear", "relu", "relu6"]
Shape = tuple[int, ...]  # (height, width, channels), or (features,)
SIZES = range(32, 513)  # pixels, side of the input
MAX_NODES = 1_000  # MobileNetV2 has 80, three joined EfficientNets some 300
MAX_WEIGHTS = 30_000_000  # numbers: ResNet50 has 26 million
MAX_FEATURES = 2**16  # of the vector
_MAX_CHANNELS = 2**16
_MAX_ACTIVATIONS = 2**27  # numbers of all layers' outputs together: MobileNetV2 at 224 px has 7 million
_MAX_MULTIPLICATIONS = 30e9  # of one picture: ResNet50 takes 4 thousand million, and seconds from 30 on
_MAX_WINDOW = 64  # lines: of a kernel, a stride and a padding


@dataclass(frozen=True, slots=True)
class Node:
    """One layer."""

    kind: Kind  # pooling: the maximum; mean: over height and width
    inputs: tuple[int, ...]  # tensors: 0 is the picture, n + 1 the output of node n
    channels: int = 0  # of the output: of convolutions, depthwise ones too, and dense layers
    kernel: int = 1
    stride: int = 1
    same: bool = False  # padded as TensorFlow's "same"; else not
    zeros: tuple[int, ...] = ()  # of padding: lines above, below, to the left, to the right
    activation: Activation = "linear"  # behind it


@dataclass(frozen=True)
class LayerGraph:
    """A network from a float32 RGB picture (size, size, 3), scaled as `(x - mean) / scale` from 0..255, to a feature
    vector: the output of the last node."""

    size: int  # pixels, side of the square input
    mean: float
    scale: float
    nodes: tuple[Node, ...]

    @property
    def features(self) -> int:
        """Length of the feature vector."""
        return shapes(self)[-1][0]

    @property
    def sha256(self) -> str:
        """The hash of the graph, without any weights."""
        return hashlib.sha256(json.dumps(to_dict(self), sort_keys=True).encode()).hexdigest()


def shapes(graph: LayerGraph) -> list[Shape]:
    """The shape of every tensor, the picture's first. Raises BackboneError for a graph that cannot be run, that
    computes what nobody uses, or that exceeds a limit."""
    _require(graph.size in SIZES and 0 < len(graph.nodes) <= MAX_NODES)
    _require(all(math.isfinite(number) for number in (graph.mean, graph.scale)) and abs(graph.scale) > 1e-6)
    found: list[Shape] = [(graph.size, graph.size, 3)]
    for number, node in enumerate(graph.nodes):
        _require(bool(node.inputs) and all(0 <= tensor <= number for tensor in node.inputs))
        shape = _output(node, [found[tensor] for tensor in node.inputs])
        _require(all(0 < side <= _MAX_CHANNELS for side in shape))
        found.append(shape)
    used = {tensor for node in graph.nodes for tensor in node.inputs}
    _require(used == set(range(len(graph.nodes))) and len(found[-1]) == 1)
    _require(found[-1][0] <= MAX_FEATURES)
    _require_small(graph, found)
    return found


def weight_shapes(graph: LayerGraph) -> dict[str, Shape]:
    """Names and shapes of all its weights, as `core.backbones.weights.TunedWeights` has them: kernel (out, in, k, k),
    (channels, 1, k, k) where depthwise, (out, in) of a dense layer, and bias (out,). Raises BackboneError as
    `shapes`."""
    return _weight_shapes(graph, shapes(graph))


def explained_by(graph: LayerGraph) -> tuple[tuple[int, ...], int | None]:
    """The tensors whose means, one after the other, are the feature vector, or go into one hidden layer with ReLU that
    gives it; and that layer's number. No tensors where the vector comes about in another way."""
    hidden, last = None, graph.nodes[-1]
    if last.kind == "dense" and last.activation == "relu":
        hidden = len(graph.nodes) - 1
        last = graph.nodes[last.inputs[0] - 1]
    means = [graph.nodes[tensor - 1] for tensor in last.inputs] if last.kind == "concatenation" else [last]
    maps = tuple(node.inputs[0] for node in means)
    exact = all(node.kind == "mean" for node in means) and len(set(maps)) == len(maps) and 0 not in maps
    return (maps, hidden) if exact else ((), None)


def to_dict(graph: LayerGraph) -> dict[str, Any]:
    """The graph as JSON values; what a node has by default is left out."""
    usual = {field.name: field.default for field in fields(Node)}
    nodes = [
        {name: list(value) if isinstance(value, tuple) else value for name, value in asdict(node).items()}
        for node in graph.nodes
    ]
    nodes = [{name: value for name, value in node.items() if value != usual[name] and value != []} for node in nodes]
    return {"size": graph.size, "mean": graph.mean, "scale": graph.scale, "nodes": nodes}


def from_dict(content: Any) -> LayerGraph:
    """The graph that `to_dict` described, all of it checked. Raises BackboneError."""
    _require(isinstance(content, dict) and content.keys() == {"size", "mean", "scale", "nodes"})
    _require(type(content["size"]) is int and isinstance(content["nodes"], list))
    _require(len(content["nodes"]) <= MAX_NODES)
    _require(all(type(content[name]) in (int, float) and abs(content[name]) <= 1e6 for name in ("mean", "scale")))
    graph = LayerGraph(
        content["size"], float(content["mean"]), float(content["scale"]), tuple(map(_node, content["nodes"]))
    )
    shapes(graph)
    return graph


def _node(content: Any) -> Node:
    known = {field.name for field in fields(Node)}
    _require(isinstance(content, dict) and {"kind", "inputs"} <= content.keys() <= known)
    values = dict(content)
    for name in ("inputs", "zeros"):
        numbers = values.get(name, [])
        _require(isinstance(numbers, list) and len(numbers) <= MAX_NODES)
        _require(all(type(number) is int for number in numbers))
        values[name] = tuple(numbers)
    _require(all(type(values.get(name, 1)) is int for name in ("channels", "kernel", "stride")))
    _require(type(values.get("same", False)) is bool and values["kind"] in get_args(Kind))
    _require(values.get("activation", "linear") in get_args(Activation))
    return Node(**values)


def _output(node: Node, inputs: list[Shape]) -> Shape:  # noqa: PLR0911 - a case a kind
    """The shape of what a node gives. Raises BackboneError where these inputs or its fields do not fit it."""
    first, is_map = inputs[0], all(len(shape) == 3 for shape in inputs)
    alone = len(inputs) == 1
    _require(1 <= node.kernel <= _MAX_WINDOW and 1 <= node.stride <= _MAX_WINDOW)
    _require(0 <= node.channels <= _MAX_CHANNELS)
    _require(node.activation == "linear" or node.kind in ("convolution", "depthwise", "activation", "dense"))
    match node.kind:
        case "convolution" | "depthwise" | "pooling":
            _require(alone and is_map)
            _require(node.kind == "convolution" or node.channels == (first[2] if node.kind == "depthwise" else 0))
            height, width = (_windows(side, node) for side in first[:2])
            return height, width, first[2] if node.kind == "pooling" else node.channels
        case "padding":
            _require(alone and is_map and len(node.zeros) == 4)
            _require(all(0 <= lines <= _MAX_WINDOW for lines in node.zeros))
            above, below, left, right = node.zeros
            return first[0] + above + below, first[1] + left + right, first[2]
        case "activation":
            _require(alone and node.activation != "linear")
            return first
        case "add":
            _require(len(inputs) == 2 and inputs[0] == inputs[1])
            return first
        case "concatenation":
            _require(len(inputs) > 1 and all(shape[:-1] == first[:-1] for shape in inputs))
            return *first[:-1], sum(shape[-1] for shape in inputs)
        case "mean" | "flatten":
            _require(alone and is_map)
            return (first[2] if node.kind == "mean" else math.prod(first),)
        case "dense":
            _require(alone and len(first) == 1 and node.activation in ("linear", "relu"))
            return (node.channels,)


def _windows(side: int, node: Node) -> int:
    """How many windows fit into a side."""
    return -(-side // node.stride) if node.same else (side - node.kernel) // node.stride + 1


def _weight_shapes(graph: LayerGraph, found: list[Shape]) -> dict[str, Shape]:
    weights: dict[str, Shape] = {}
    for number, node in enumerate(graph.nodes):
        entering = found[node.inputs[0]][-1]
        if node.kind == "dense":
            weights[f"{number}/kernel"] = (node.channels, entering)
        elif node.kind in ("convolution", "depthwise"):
            per_channel = 1 if node.kind == "depthwise" else entering
            weights[f"{number}/kernel"] = (node.channels, per_channel, node.kernel, node.kernel)
        else:
            continue
        weights[f"{number}/bias"] = (node.channels,)
    return weights


def _require_small(graph: LayerGraph, found: list[Shape]) -> None:
    weights = {name: math.prod(shape) for name, shape in _weight_shapes(graph, found).items()}
    _require(bool(weights))  # else there is nothing that was learned
    multiplications = sum(
        math.prod(found[number + 1][:-1]) * weights.get(f"{number}/kernel", 0)
        + (math.prod(found[number + 1]) * node.kernel**2 if node.kind == "pooling" else 0)  # comparisons
        for number, node in enumerate(graph.nodes)
    )
    if (
        sum(weights.values()) > MAX_WEIGHTS
        or sum(map(math.prod, found)) > _MAX_ACTIVATIONS
        or multiplications > _MAX_MULTIPLICATIONS
    ):
        raise BackboneError("layers.too_large")


def _require(condition: bool) -> None:
    if not condition:
        raise BackboneError("layers.damaged")
