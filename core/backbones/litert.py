"""Writes a backbone as a LiteRT file, directly: TensorFlow's converter would need 12 s and 1 GB for the same.

The format is the FlatBuffers schema that `ai_edge_litert` ships (`schema_py_generated`), used through its object API.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import flatbuffers
import numpy as np
from ai_edge_litert import schema_py_generated as schema
from numpy.typing import NDArray

from core.backbones.architecture import AnyLayer, Convolution, Dense, Pooling, Residual
from core.backbones.weights import NO_TUNED_WEIGHTS, TunedWeights, Weights, first_of, of_layer

_SCHEMA_VERSION = 3
_OPERATORS = (
    schema.BuiltinOperator.CONV_2D,
    schema.BuiltinOperator.DEPTHWISE_CONV_2D,
    schema.BuiltinOperator.ADD,
    schema.BuiltinOperator.MEAN,
    schema.BuiltinOperator.CONCATENATION,
    schema.BuiltinOperator.PAD,
    schema.BuiltinOperator.MAX_POOL_2D,
    schema.BuiltinOperator.FULLY_CONNECTED,
)


def written(
    layers: Sequence[AnyLayer], weights: Weights, size: int, tuned_weights: TunedWeights = NO_TUNED_WEIGHTS
) -> memoryview:
    """The LiteRT file: float32 (1, size, size, 3) in; out the feature map (1, h, w, features) and its mean (1,
    features), or what dense layers make of that. From the first layer that is in `own`, the network goes on twice: as
    its weights say, and with these kernels and biases; the second map's features stand behind the first's. With no
    weights at all, all are its own."""
    graph = _Graph()
    entrance = graph.tensor("picture", (1, size, size, 3))
    flow = [entrance]  # what goes into each layer
    before = [layer for layer in layers if not isinstance(layer, Dense)]  # the mean
    _follow(graph, flow, before, weights, NO_TUNED_WEIGHTS if weights else tuned_weights, "layer")
    map_ = flow[-1]
    if tuned_weights and weights:
        beside = flow[: first_of(tuned_weights) + 1]
        _follow(graph, beside, before, weights, tuned_weights, "own")
        map_ = graph.joined("joined", [map_, beside[-1]])
    vector = graph.mean("mean", map_)
    for number in range(len(before), len(layers)):
        vector = graph.dense(
            f"layer{number}", vector, tuned_weights[f"{number}/kernel"], tuned_weights[f"{number}/bias"]
        )
    graph.rename(map_, "map")
    graph.rename(vector, "vector")
    return graph.packed(entrance, [map_, vector])


def _follow(
    graph: _Graph, flow: list[int], layers: Sequence[AnyLayer], weights: Weights, tuned_weights: TunedWeights, name: str
) -> None:
    """Add the layers that the flow has not gone through yet."""
    start = len(flow) - 1
    for number, layer in enumerate(layers[start:], start=start):
        if isinstance(layer, Residual):
            flow.append(graph.add(f"{name}{number}", flow[layer.start], flow[-1], relu=layer.relu))
        elif isinstance(layer, Pooling):
            flow.append(graph.pooling(f"{name}{number}", flow[-1], layer))
        elif isinstance(layer, Convolution):
            into = flow[-1 if layer.start is None else layer.start]
            flow.append(
                graph.convolution(f"{name}{number}", into, layer, *of_layer(number, layer, weights, tuned_weights))
            )


class _Graph:
    """Tensors, operators and buffers as they are added."""

    def __init__(self) -> None:
        self._tensors: list[Any] = []
        self._operators: list[Any] = []
        self._buffers: list[Any] = [schema.BufferT()]  # the first is empty: of tensors that are computed

    def tensor(self, name: str, shape: tuple[int, ...], constant: NDArray[Any] | None = None) -> int:
        """A new tensor's number; float32, or as the constant is."""
        tensor = schema.TensorT()
        tensor.name, tensor.shape = name, list(shape)
        if constant is not None:
            buffer = schema.BufferT()
            buffer.data = np.ascontiguousarray(constant).reshape(-1).view(np.uint8)
            self._buffers.append(buffer)
            tensor.buffer = len(self._buffers) - 1
            if constant.dtype == np.int32:
                tensor.type = schema.TensorType.INT32
        self._tensors.append(tensor)
        return len(self._tensors) - 1

    def rename(self, tensor: int, name: str) -> None:
        """Give a tensor the name by which it is found."""
        self._tensors[tensor].name = name

    def convolution(
        self, name: str, entrance: int, layer: Convolution, kernel: NDArray[np.float32], bias: NDArray[np.float32]
    ) -> int:
        """The number of what comes out."""
        if layer.depthwise:
            options, kind = schema.DepthwiseConv2DOptionsT(), schema.BuiltinOptions.DepthwiseConv2DOptions
            options.depthMultiplier = 1
            kernel = kernel.transpose(1, 2, 3, 0)  # (1, k, k, channels)
        else:
            options, kind = schema.Conv2DOptionsT(), schema.BuiltinOptions.Conv2DOptions
            kernel = kernel.transpose(0, 2, 3, 1)  # (out, k, k, in)
        options.padding = schema.Padding.SAME
        if layer.zeros is not None:
            entrance = self.padded(f"{name}/zeros", entrance, layer.zeros)
            options.padding = schema.Padding.VALID
        options.strideH = options.strideW = layer.stride
        if layer.relu6:
            options.fusedActivationFunction = schema.ActivationFunctionType.RELU6
        elif layer.relu:
            options.fusedActivationFunction = schema.ActivationFunctionType.RELU
        _, height, width, _ = self._tensors[entrance].shape
        if layer.zeros is not None:  # squares that would reach beyond the zeros are left out
            height, width = height - layer.kernel + 1, width - layer.kernel + 1
        shape = (1, -(-height // layer.stride), -(-width // layer.stride), layer.channels)
        inputs = [
            entrance,
            self.tensor(f"{name}/kernel", kernel.shape, kernel),
            self.tensor(f"{name}/bias", bias.shape, bias),
        ]
        code = schema.BuiltinOperator.DEPTHWISE_CONV_2D if layer.depthwise else schema.BuiltinOperator.CONV_2D
        return self._operator(name, code, inputs, shape, kind, options)

    def padded(self, name: str, entrance: int, zeros: int) -> int:
        """The number of the map with so many lines of zeros on every side."""
        around = np.array([[0, 0], [zeros, zeros], [zeros, zeros], [0, 0]], np.int32)
        _, height, width, channels = self._tensors[entrance].shape
        shape = (1, height + 2 * zeros, width + 2 * zeros, channels)
        inputs = [entrance, self.tensor(f"{name}/around", around.shape, around)]
        kind = schema.BuiltinOptions.PadOptions
        return self._operator(name, schema.BuiltinOperator.PAD, inputs, shape, kind, schema.PadOptionsT())

    def pooling(self, name: str, entrance: int, layer: Pooling) -> int:
        """The number of what comes out."""
        entrance = self.padded(f"{name}/zeros", entrance, 1)
        options, kind = schema.Pool2DOptionsT(), schema.BuiltinOptions.Pool2DOptions
        options.padding = schema.Padding.VALID
        options.strideH = options.strideW = layer.stride
        options.filterHeight = options.filterWidth = layer.kernel
        _, height, width, channels = self._tensors[entrance].shape
        place = ((side - layer.kernel) // layer.stride + 1 for side in (height, width))
        return self._operator(
            name, schema.BuiltinOperator.MAX_POOL_2D, [entrance], (1, *place, channels), kind, options
        )

    def dense(self, name: str, entrance: int, kernel: NDArray[np.float32], bias: NDArray[np.float32]) -> int:
        """The number of what comes out of (out, in) weights and ReLU."""
        options, kind = schema.FullyConnectedOptionsT(), schema.BuiltinOptions.FullyConnectedOptions
        options.fusedActivationFunction = schema.ActivationFunctionType.RELU
        inputs = [
            entrance,
            self.tensor(f"{name}/kernel", kernel.shape, kernel),
            self.tensor(f"{name}/bias", bias.shape, bias),
        ]
        code = schema.BuiltinOperator.FULLY_CONNECTED
        return self._operator(name, code, inputs, (1, len(bias)), kind, options)

    def add(self, name: str, one: int, other: int, *, relu: bool) -> int:
        """The number of the sum."""
        shape = tuple(self._tensors[one].shape)
        options, kind = schema.AddOptionsT(), schema.BuiltinOptions.AddOptions
        if relu:
            options.fusedActivationFunction = schema.ActivationFunctionType.RELU
        return self._operator(name, schema.BuiltinOperator.ADD, [one, other], shape, kind, options)

    def joined(self, name: str, parts: list[int]) -> int:
        """The number of several maps of one size, the features of one behind those of the other."""
        *place, _ = self._tensors[parts[0]].shape
        options = schema.ConcatenationOptionsT()
        options.axis = 3
        shape = (*place, sum(self._tensors[part].shape[3] for part in parts))
        kind = schema.BuiltinOptions.ConcatenationOptions
        return self._operator(name, schema.BuiltinOperator.CONCATENATION, parts, shape, kind, options)

    def mean(self, name: str, entrance: int) -> int:
        """The number of the mean over height and width."""
        axes = self.tensor(f"{name}/axes", (2,), np.array([1, 2], np.int32))
        shape = (1, self._tensors[entrance].shape[3])
        kind = schema.BuiltinOptions.ReducerOptions
        return self._operator(
            name, schema.BuiltinOperator.MEAN, [entrance, axes], shape, kind, schema.ReducerOptionsT()
        )

    def _operator(
        self, name: str, code: int, inputs: list[int], shape: tuple[int, ...], kind: int, options: Any
    ) -> int:
        operator = schema.OperatorT()
        operator.opcodeIndex = _OPERATORS.index(code)
        operator.inputs, operator.outputs = inputs, [self.tensor(name, shape)]
        operator.builtinOptionsType, operator.builtinOptions = kind, options
        self._operators.append(operator)
        return int(operator.outputs[0])

    def packed(self, entrance: int, exits: list[int]) -> memoryview:
        """The bytes of the file; a view of the builder's, as a copy would be another 13 MB."""
        graph = schema.SubGraphT()
        graph.tensors, graph.operators = self._tensors, self._operators
        graph.inputs, graph.outputs = [entrance], exits
        model = schema.ModelT()
        model.version = _SCHEMA_VERSION
        model.subgraphs, model.buffers, model.operatorCodes = [graph], self._buffers, []
        for code in _OPERATORS:
            operator = schema.OperatorCodeT()
            operator.builtinCode = operator.deprecatedBuiltinCode = code
            operator.version = 1
            model.operatorCodes.append(operator)
        constants = sum(buffer.data.nbytes for buffer in self._buffers if buffer.data is not None)
        builder = flatbuffers.Builder(constants + 2**18)  # enough at once: it grows by doubling
        builder.Finish(model.Pack(builder), b"TFL3")
        return memoryview(builder.Bytes)[builder.Head() :]
