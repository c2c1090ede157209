"""Reads a TensorFlow.js layers-model: Keras' layers as JSON, nested as somebody stacked them, and their weights. Gives
a `LayerGraph` with batch normalisation folded in, and the head.

Format: tfjs-layers, `src/models.ts` (`loadLayersModelFromIOHandler`), the same as Keras 2's `model.get_config()`. What
is not known is refused by name: a layer that was left out or run in another way would give other answers.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from core.backbones import layer_graph, weights_manifest
from core.backbones.architecture import BATCH_NORM_EPSILON
from core.backbones.layer_graph import MAX_NODES, SIZES, Activation, LayerGraph, Node
from core.errors import BackboneError

_MAX_DEPTH = 6  # of models in models: Teachable Machine's have 3
_MAX_WEIGHT = 1e6  # of a weight, either sign, as model files have them
_MODELS = ("Sequential", "Model", "Functional")
_PICTURE = -1  # stands for the number of the layer that gives the picture
_ACTIVATIONS: tuple[Activation, ...] = ("linear", "relu", "relu6")

Array = NDArray[np.float64]


@dataclass(frozen=True)
class LayersModel:
    """A network, its weights, and the softmax layer behind it."""

    graph: LayerGraph
    weights: Mapping[str, NDArray[np.float32]]  # as `layer_graph.weight_shapes` names them
    head_weights: NDArray[np.float32]  # (features, classes)
    head_bias: NDArray[np.float32]  # (classes,)
    label: NDArray[np.int32] | None = None  # (classes,) which label each adds to, where several make up one


class _Layer(NamedTuple):
    """A layer that is no model itself."""

    kind: str
    name: str
    config: Mapping[str, Any]
    inputs: tuple[int, ...]  # numbers of layers, or `_PICTURE`


def read(
    content: Mapping[str, Any], files: Mapping[str, bytes], *, mean: float, scale: float, size: int | None = None
) -> LayersModel:
    """The model that `model.json` holds, its weight files by name. Pictures go in as `(x - mean) / scale`; `size` in
    pixels counts where the model leaves it open. Raises BackboneError for whatever cannot be run as it is meant."""
    try:
        if "modelTopology" not in content or content.get("format") == "graph-model":
            raise BackboneError("layers.graph_model" if content.get("format") == "graph-model" else "layers.damaged")
        topology = content["modelTopology"]
        if "node" in topology:
            raise BackboneError("layers.graph_model")
        topology = topology.get("model_config", topology)
        layers: list[_Layer] = []
        output = _unfold(topology, [_PICTURE], layers, 0)
        weights = weights_manifest.read(content["weightsManifest"], files)
        return _Reader(layers, weights).read(output, _input_size(topology, size), mean, scale)
    except (KeyError, TypeError, ValueError, AttributeError, IndexError, OverflowError) as error:
        raise BackboneError("layers.damaged") from error


# --- Models in models -------------------------------------------------------------------------------------------------


def _unfold(model: Mapping[str, Any], inputs: list[int], layers: list[_Layer], depth: int) -> int:
    """Append the layers of a model, and of those in it, to `layers`; the number of the one that gives its output."""
    _require(depth < _MAX_DEPTH)
    kind, config = model["class_name"], model["config"]
    if kind == "Sequential":
        _require(len(inputs) == 1)
        output = inputs[0]
        for layer in _layers_of(config):
            output = _append(layer, [output], layers, depth)
        return output
    if kind not in ("Model", "Functional"):
        raise BackboneError("layers.unknown_kind", kind=_shown(kind), layer=_shown(config.get("name", "")))
    return _unfold_functional(config, inputs, layers, depth)


def _unfold_functional(config: Mapping[str, Any], inputs: list[int], layers: list[_Layer], depth: int) -> int:
    waiting = {layer["name"]: layer for layer in _layers_of(config)}
    _require(len(waiting) == len(_layers_of(config)))
    entrances, exits = ([_reference(one) for one in _references(config[key])] for key in _ENDS)
    if len(entrances) != 1 or len(exits) != 1:
        raise BackboneError("layers.ends")
    _require(len(inputs) == 1)
    outputs = {entrances[0]: inputs[0]}
    _require(waiting.pop(entrances[0])["class_name"] == "InputLayer")
    while waiting:
        ready = [name for name, layer in waiting.items() if all(one in outputs for one in _inbound(layer))]
        _require(bool(ready))  # else a layer waits for itself, or for one that is not there
        for name in ready:
            layer = waiting.pop(name)
            outputs[name] = _append(layer, [outputs[one] for one in _inbound(layer)], layers, depth)
    return outputs[exits[0]]


_ENDS = ("input_layers", "output_layers")


def _append(layer: Mapping[str, Any], inputs: list[int], layers: list[_Layer], depth: int) -> int:
    kind, config = layer["class_name"], layer["config"]
    if kind in _MODELS:
        return _unfold(layer, inputs, layers, depth + 1)
    if kind == "InputLayer":
        _require(len(inputs) == 1)
        return inputs[0]
    _require(isinstance(kind, str) and isinstance(config["name"], str) and len(layers) < 2 * MAX_NODES)
    layers.append(_Layer(kind, config["name"], config, tuple(inputs)))
    return len(layers) - 1


def _layers_of(config: Any) -> list[Mapping[str, Any]]:
    layers = config if isinstance(config, list) else config["layers"]  # a list: as the first versions wrote it
    _require(isinstance(layers, list) and 0 < len(layers) <= 2 * MAX_NODES)
    return layers


def _inbound(layer: Mapping[str, Any]) -> list[str]:
    """The names of the layers from which a layer gets its inputs: [[["name", 0, 0, {}], …]]."""
    calls = layer["inbound_nodes"]
    if not isinstance(calls, list) or len(calls) != 1 or not isinstance(calls[0], list):
        raise BackboneError("layers.shared", layer=_shown(layer["name"]))
    _require(bool(calls[0]))
    return [_reference(one) for one in calls[0]]


def _references(ends: Any) -> list[Any]:
    """`["name", 0, 0]` or a list of such."""
    _require(isinstance(ends, list) and bool(ends))
    return [ends] if isinstance(ends[0], str) else ends


def _reference(one: Any) -> str:
    _require(isinstance(one, list) and len(one) >= 3 and isinstance(one[0], str) and one[2] == 0)
    return str(one[0])


def _input_size(model: Mapping[str, Any], size: int | None) -> int:
    """Pixels, side of the square input."""
    layer = model
    for _ in range(2 * _MAX_DEPTH):
        config = layer["config"]
        if "batch_input_shape" in config or layer["class_name"] not in _MODELS:
            break
        inner = _layers_of(config)
        if layer["class_name"] == "Sequential":
            layer = inner[0]
        else:
            entrance = _reference(_references(config["input_layers"])[0])
            layer = next(one for one in inner if one["name"] == entrance)
    config = layer["config"]
    shape = config["batch_input_shape"] if "batch_input_shape" in config else config["batch_shape"]
    _require(isinstance(shape, list) and len(shape) >= 2)
    if len(shape) != 4 or shape[3] != 3:
        key = "layers.grey" if len(shape) == 4 and shape[3] == 1 else "layers.no_picture"
        raise BackboneError(key)
    height, width = (size if side is None else side for side in shape[1:3])
    if type(height) is not int or height != width or height not in SIZES:
        raise BackboneError("layers.size", height=_shown(height), width=_shown(width), least=SIZES[0], most=SIZES[-1])
    return height


# --- Layers -----------------------------------------------------------------------------------------------------------


class _Reader:
    """Makes nodes of layers, one after the other."""

    def __init__(self, layers: list[_Layer], weights: Mapping[str, NDArray[np.float32]]) -> None:
        self._layers = layers
        self._weights: dict[tuple[str, str], NDArray[np.float32]] = {}  # by layer and variable
        for name, array in weights.items():
            *_, layer, variable = name.split("/")  # models may stand before it
            _require((layer, variable) not in self._weights)
            self._weights[layer, variable] = array
        self._taken: set[tuple[str, str]] = set()
        self._uses = Counter(one for layer in layers for one in layer.inputs)
        self._nodes: list[Node] = []
        self._arrays: dict[str, Array] = {}
        self._tensors = {_PICTURE: 0}  # of each layer
        self._flat: set[int] = set()  # tensors that are vectors
        self._shared: set[int] = {0}  # tensors that several layers need as they are

    def read(self, output: int, size: int, mean: float, scale: float) -> LayersModel:
        label = self._label(output)
        head = self._head(output if label is None else output - 1)
        for number, layer in enumerate(self._layers[:-1]):
            tensor = self._read_layer(layer)
            self._tensors[number] = tensor
            if self._uses[number] > 1:
                self._shared.add(tensor)
        _require(self._tensors[head.inputs[0]] == len(self._nodes))
        graph = LayerGraph(size, mean, scale, tuple(self._nodes))
        weights, expected = self._arrays, layer_graph.weight_shapes(graph)
        for name, array in weights.items():
            _require(array.shape == expected[name])
        kernel = self._weight(head, "kernel")
        classes = head.config["units"]
        _require(kernel.shape == (graph.features, classes) and classes >= 2)
        bias = self._bias(head, classes)
        _require(label is None or len(label) == classes)
        for key in self._weights.keys() - self._taken:
            raise BackboneError("layers.unused", weight=_shown("/".join(key)))
        for array in (*weights.values(), kernel, bias):
            if not np.isfinite(array).all() or np.abs(array).max() > _MAX_WEIGHT:
                raise BackboneError("layers.not_finite")
        arrays = {name: np.ascontiguousarray(array, np.float32) for name, array in weights.items()}
        return LayersModel(graph, arrays, kernel.astype(np.float32), bias.astype(np.float32), label)

    def _label(self, output: int) -> NDArray[np.int32] | None:
        """Where the last layer adds up the softmax's classes to fewer, as our own exports do: which label each adds to;
        that layer is taken away."""
        last = self._layers[-1]
        _require(output == len(self._layers) - 1 and self._uses[output] == 0 and len(self._layers) > 1)
        before = self._layers[output - 1]
        softmax = before.kind == "Dense" and before.config.get("activation") == "softmax"
        if last.kind != "Dense" or not softmax or last.inputs != (output - 1,) or self._uses[output - 1] != 1:
            return None
        sums = self._weight(last, "kernel")  # (classes, labels)
        _require(sums.ndim == 2 and last.config["units"] == sums.shape[1] >= 2)
        if last.config.get("activation") != "linear" or last.config.get("use_bias", True):
            raise BackboneError("layers.no_head", kind=last.kind)
        _require(bool(((sums == 0) | (sums == 1)).all() and (sums.sum(axis=1) == 1).all() and sums.any(axis=0).all()))
        self._layers.pop()
        self._uses[output - 1] = 0
        return np.asarray(sums.argmax(axis=1), np.int32)

    def _head(self, output: int) -> _Layer:
        """The softmax layer at the end, which must be the last; one that stands apart is joined to it."""
        last, layers = self._layers[-1], self._layers
        _require(output == len(layers) - 1 and self._uses[output] == 0 and len(layers) > 1)
        softmax = last.kind == "Softmax" or (last.kind == "Activation" and last.config.get("activation") == "softmax")
        if softmax and last.config.get("axis", -1) == -1 and last.inputs == (output - 1,):
            before = layers[output - 1]
            if before.kind == "Dense" and before.config.get("activation") == "linear":
                layers.pop()
                layers[-1] = last = before._replace(config={**before.config, "activation": "softmax"})
        if last.kind != "Dense" or last.config.get("activation") != "softmax" or len(last.inputs) != 1:
            raise BackboneError("layers.no_head", kind=_shown(last.kind))
        return last

    def _read_layer(self, layer: _Layer) -> int:  # noqa: PLR0911 - a line a kind
        inputs = [self._tensors[one] for one in layer.inputs]
        if layer.kind in ("Add", "Concatenate"):
            return self._add(inputs) if layer.kind == "Add" else self._concatenate(layer, inputs)
        _require(len(inputs) == 1)
        match layer.kind:
            case "Conv2D" | "DepthwiseConv2D":
                return self._convolution(layer, inputs[0])
            case "BatchNormalization":
                return self._normalise(layer, inputs[0])
            case "ReLU":
                return self._activated(inputs[0], _relu(layer))
            case "Activation":
                return self._activated(inputs[0], _activation(layer))
            case "ZeroPadding2D":
                _only(layer, data_format=(None, "channels_last"))
                return self._node(Node("padding", (inputs[0],), zeros=_zeros(layer)))
            case "MaxPooling2D":
                return self._node(_pooling(layer, inputs[0]))
            case "GlobalAveragePooling2D":
                _only(layer, data_format=(None, "channels_last"), keepdims=(None, False))
                return self._node(Node("mean", (inputs[0],)), flat=True)
            case "Flatten":
                _only(layer, data_format=(None, "channels_last"))
                return inputs[0] if inputs[0] in self._flat else self._node(Node("flatten", (inputs[0],)), flat=True)
            case "Dropout":  # nothing, when it is asked rather than taught
                return inputs[0]
            case "Dense":
                return self._dense(layer, inputs[0])
            case _:
                raise BackboneError("layers.unknown_kind", kind=_shown(layer.kind), layer=_shown(layer.name))

    def _node(self, node: Node, *, flat: bool = False) -> int:
        self._nodes.append(node)
        if flat:
            self._flat.add(len(self._nodes))
        return len(self._nodes)

    def _add(self, inputs: list[int]) -> int:
        _require(len(inputs) > 1)
        total = inputs[0]
        for one in inputs[1:]:
            total = self._node(Node("add", (total, one)), flat=total in self._flat)
        return total

    def _concatenate(self, layer: _Layer, inputs: list[int]) -> int:
        flat = inputs[0] in self._flat
        _only(layer, axis=(-1, 1 if flat else 3))
        return self._node(Node("concatenation", tuple(inputs)), flat=flat)

    def _convolution(self, layer: _Layer, x: int) -> int:
        _only(layer, data_format=(None, "channels_last"), groups=(None, 1), depth_multiplier=(None, 1))
        depthwise = layer.kind == "DepthwiseConv2D"
        if _side(layer, "dilation_rate", 1) != 1:
            raise _unknown_option(layer, "dilation_rate")
        kernel = self._weight(layer, "depthwise_kernel" if depthwise else "kernel")  # (k, k, in, out), (k, k, in, 1)
        _require(kernel.ndim == 4)
        kernel = kernel.transpose(2, 3, 0, 1) if depthwise else kernel.transpose(3, 2, 0, 1)
        channels = len(kernel)
        _require(depthwise or layer.config["filters"] == channels)
        node = Node(
            "depthwise" if depthwise else "convolution",
            (x,),
            channels=channels,
            kernel=_side(layer, "kernel_size"),
            stride=_side(layer, "strides", 1),
            same=_same(layer),
        )
        return self._weighted(node, kernel, self._bias(layer, channels), _activation(layer))

    def _dense(self, layer: _Layer, x: int) -> int:
        if x not in self._flat:
            raise BackboneError("layers.dense_map", layer=_shown(layer.name))
        kernel = self._weight(layer, "kernel").T
        _require(kernel.ndim == 2 and layer.config["units"] == len(kernel))
        node = Node("dense", (x,), channels=len(kernel))
        return self._weighted(node, kernel, self._bias(layer, len(kernel)), _activation(layer), flat=True)

    def _weighted(self, node: Node, kernel: Array, bias: Array, activation: Activation, *, flat: bool = False) -> int:
        number = len(self._nodes)
        self._arrays |= {f"{number}/kernel": kernel, f"{number}/bias": bias}
        return self._activated(self._node(node, flat=flat), activation)

    def _activated(self, x: int, activation: Activation) -> int:
        """With the activation behind it: in the node itself where nobody else needs what it gives without."""
        if activation == "linear":
            return x
        if self._is_open(x, ("convolution", "depthwise", *(("dense",) if activation == "relu" else ()))):
            self._nodes[x - 1] = replace(self._nodes[x - 1], activation=activation)
            return x
        return self._node(Node("activation", (x,), activation=activation), flat=x in self._flat)

    def _normalise(self, layer: _Layer, x: int) -> int:
        """Batch normalisation, folded into the layer before in float64; a depthwise convolution where it cannot be."""
        axis = layer.config.get("axis", -1)
        axis = axis[0] if isinstance(axis, list) and len(axis) == 1 else axis
        if axis not in (-1, 1 if x in self._flat else 3):
            raise _unknown_option(layer, "axis")
        mean, variance = self._weight(layer, "moving_mean"), self._weight(layer, "moving_variance")
        epsilon = layer.config.get("epsilon", BATCH_NORM_EPSILON)
        _require(type(epsilon) in (int, float) and epsilon >= 0 and mean.ndim == 1 and bool((variance >= 0).all()))
        gamma = self._weight(layer, "gamma") if layer.config.get("scale", True) else np.ones(mean.shape)
        beta = self._weight(layer, "beta") if layer.config.get("center", True) else np.zeros(mean.shape)
        _require(all(one.shape == mean.shape for one in (variance, gamma, beta)))
        with np.errstate(all="ignore"):  # what becomes infinite is refused at the end
            gain = gamma / np.sqrt(variance + epsilon)
            shift = beta - mean * gain
        if self._is_open(x, ("convolution", "depthwise", "dense")):
            kernel, bias = (f"{x - 1}/{part}" for part in ("kernel", "bias"))
            _require(self._arrays[bias].shape == mean.shape)
            self._arrays[kernel] = self._arrays[kernel] * gain.reshape(-1, *(1,) * (self._arrays[kernel].ndim - 1))
            self._arrays[bias] = self._arrays[bias] * gain + shift
            return x
        if x in self._flat:
            raise BackboneError("layers.unknown_kind", kind=layer.kind, layer=_shown(layer.name))
        node = Node("depthwise", (x,), channels=len(mean))
        return self._weighted(node, gain.reshape(-1, 1, 1, 1), shift, "linear")

    def _is_open(self, x: int, kinds: tuple[str, ...]) -> bool:
        """Whether what follows may be put into the node that gives `x`."""
        node = self._nodes[x - 1] if x else None
        return node is not None and x not in self._shared and node.activation == "linear" and node.kind in kinds

    def _weight(self, layer: _Layer, variable: str) -> Array:
        key = layer.name, variable
        if key not in self._weights:
            raise BackboneError("layers.no_weight", weight=_shown("/".join(key)))
        _require(key not in self._taken)
        self._taken.add(key)
        return self._weights[key].astype(np.float64)

    def _bias(self, layer: _Layer, channels: int) -> Array:
        if not layer.config.get("use_bias", True):
            return np.zeros(channels)
        bias = self._weight(layer, "bias")
        _require(bias.shape == (channels,))
        return bias


# --- Options ----------------------------------------------------------------------------------------------------------


def _only(layer: _Layer, **known: tuple[Any, ...]) -> None:
    """Raises BackboneError where an option has a value that is none of those known."""
    for option, values in known.items():
        if layer.config.get(option) not in values:
            raise _unknown_option(layer, option)


def _unknown_option(layer: _Layer, option: str) -> BackboneError:
    value = _shown(layer.config.get(option))
    return BackboneError("layers.unknown_option", layer=_shown(layer.name), option=option, value=value)


def _activation(layer: _Layer) -> Activation:
    given = layer.config.get("activation") or "linear"
    activation = next((one for one in _ACTIVATIONS if one == given), None)
    if activation is None:
        raise _unknown_option(layer, "activation")
    return activation


def _relu(layer: _Layer) -> Activation:
    _only(layer, max_value=(None, 6), negative_slope=(None, 0), threshold=(None, 0))
    return "relu" if layer.config.get("max_value") is None else "relu6"


def _side(layer: _Layer, option: str, usual: int | None = None) -> int:
    """A number that counts for height and width."""
    value = layer.config.get(option)
    value = usual if value is None else value
    sides = set(value) if isinstance(value, list) and len(value) == 2 else {value}
    side = sides.pop()
    if sides or type(side) is not int:
        raise _unknown_option(layer, option)
    return side


def _same(layer: _Layer) -> bool:
    _only(layer, padding=("same", "valid"))
    return bool(layer.config["padding"] == "same")


def _zeros(layer: _Layer) -> tuple[int, ...]:
    """Lines above, below, to the left, to the right."""
    padding = layer.config["padding"]
    sides: list[Any] = [padding, padding] if type(padding) is int else padding
    zeros = [number for side in sides for number in ([side, side] if type(side) is int else side)]
    _require(len(zeros) == 4 and all(type(number) is int for number in zeros))
    return tuple(zeros)


def _pooling(layer: _Layer, x: int) -> Node:
    _only(layer, data_format=(None, "channels_last"))
    kernel = _side(layer, "pool_size")
    return Node("pooling", (x,), kernel=kernel, stride=_side(layer, "strides", kernel), same=_same(layer))


def _shown(value: Any) -> str:
    """What stands in a file, as a sentence may say it."""
    text = str(value)[:60]
    return "".join(letter if letter.isprintable() else "?" for letter in text)


def _require(condition: bool) -> None:
    if not condition:
        raise BackboneError("layers.damaged")
