"""Writes a backbone as a LiteRT file, directly: TensorFlow's converter would need 12 s and 1 GB for the same.

The format is the FlatBuffers schema that `ai_edge_litert` ships (`schema_py_generated`), used through its object API.
"""

from __future__ import annotations

from typing import Any

import flatbuffers
import numpy as np
from ai_edge_litert import schema_py_generated as schema
from numpy.typing import NDArray

from core.backbones.architecture import Convolution, Layers, Pooling
from core.backbones.network import Activation, emit_features
from core.backbones.weights import NO_TUNED_WEIGHTS, FloatArray, TunedWeights, Weights

_SCHEMA_VERSION = 3
_LAST_OLD_CODE = schema.BuiltinOperator.PLACEHOLDER_FOR_GREATER_OP_CODES  # what fits into the field of before
_TYPES = {
    np.dtype(np.float32): schema.TensorType.FLOAT32,
    np.dtype(np.float16): schema.TensorType.FLOAT16,
    np.dtype(np.int32): schema.TensorType.INT32,
}
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


def build_litert(
    layers: Layers,
    weights: Weights,
    size: int,
    tuned_weights: TunedWeights = NO_TUNED_WEIGHTS,
    levels: tuple[int, ...] = (),
) -> memoryview:
    """The bytes of the LiteRT file: float32 (1, size, size, 3) "picture" in; out the feature map (1, h, w, channels)
    "map", the outputs of the layers `levels`, and the feature vector (1, features) "vector": the means over these maps.

    With tuned weights and without `weights` as `core.backbones.network.emit_features` says.
    """
    graph = Graph()
    picture = graph.tensor("picture", (1, size, size, 3))
    features = emit_features(graph, layers, weights, picture, tuned_weights, levels)
    graph.rename(features.maps[0], "map")
    graph.rename(features.vector, "vector")
    return graph.to_bytes([picture], [*features.maps, features.vector])


class Graph:
    """Tensors, operators and buffers as they are added."""

    operators: tuple[int, ...] = _OPERATORS  # that its file may use

    def __init__(self) -> None:
        self._tensors: list[Any] = []
        self._operators: list[Any] = []
        self._buffers: list[Any] = [schema.BufferT()]  # the first is empty: of tensors that are computed

    def tensor(self, name: str, shape: tuple[int, ...], constant: NDArray[Any] | None = None) -> int:
        """A new tensor's number; float32, or of the constant's type."""
        tensor = schema.TensorT()
        tensor.name, tensor.shape = name, list(shape)
        if constant is not None:
            buffer = schema.BufferT()
            buffer.data = np.ascontiguousarray(constant).reshape(-1).view(np.uint8)
            self._buffers.append(buffer)
            tensor.buffer = len(self._buffers) - 1
            tensor.type = _TYPES[constant.dtype]
        self._tensors.append(tensor)
        return len(self._tensors) - 1

    def shape(self, tensor: int) -> tuple[int, ...]:
        """The shape of a tensor."""
        return tuple(self._tensors[tensor].shape)

    def rename(self, tensor: int, name: str) -> None:
        """Give a tensor another name."""
        self._tensors[tensor].name = name

    def convolution(self, name: str, x: int, layer: Convolution, kernel: FloatArray, bias: FloatArray) -> int:
        """The output's number."""
        if layer.depthwise:
            options, kind = schema.DepthwiseConv2DOptionsT(), schema.BuiltinOptions.DepthwiseConv2DOptions
            options.depthMultiplier = 1
            kernel = kernel.transpose(1, 2, 3, 0)  # (1, k, k, channels)
        else:
            options, kind = schema.Conv2DOptionsT(), schema.BuiltinOptions.Conv2DOptions
            kernel = kernel.transpose(0, 2, 3, 1)  # (out, k, k, in)
        options.padding = schema.Padding.SAME
        if layer.zeros is not None:
            if layer.zeros:
                x = self.padded(f"{name}/zeros", x, (layer.zeros,) * 4)
            options.padding = schema.Padding.VALID
        options.strideH = options.strideW = layer.stride
        if layer.relu6:
            options.fusedActivationFunction = schema.ActivationFunctionType.RELU6
        elif layer.relu:
            options.fusedActivationFunction = schema.ActivationFunctionType.RELU
        _, height, width, _ = self._tensors[x].shape
        if layer.zeros is not None:  # windows that would reach beyond the padding are left out
            height, width = height - layer.kernel + 1, width - layer.kernel + 1
        shape = (1, -(-height // layer.stride), -(-width // layer.stride), layer.channels)
        inputs = [
            x,
            self.tensor(f"{name}/kernel", kernel.shape, kernel),
            self.tensor(f"{name}/bias", bias.shape, bias),
        ]
        code = schema.BuiltinOperator.DEPTHWISE_CONV_2D if layer.depthwise else schema.BuiltinOperator.CONV_2D
        return self.operator(name, code, inputs, shape, kind, options)

    def padded(self, name: str, x: int, zeros: tuple[int, ...]) -> int:
        """The output's number: zero padding, so many lines above, below, to the left and to the right."""
        above, below, left, right = zeros
        around = np.array([[0, 0], [above, below], [left, right], [0, 0]], np.int32)
        _, height, width, channels = self._tensors[x].shape
        shape = (1, height + above + below, width + left + right, channels)
        inputs = [x, self.tensor(f"{name}/around", around.shape, around)]
        kind = schema.BuiltinOptions.PadOptions
        return self.operator(name, schema.BuiltinOperator.PAD, inputs, shape, kind, schema.PadOptionsT())

    def pooling(self, name: str, x: int, layer: Pooling) -> int:
        """The output's number."""
        return self.maximum(name, self.padded(f"{name}/zeros", x, (1,) * 4), layer.kernel, layer.stride)

    def maximum(self, name: str, x: int, kernel: int, stride: int, *, same: bool = False) -> int:
        """The number of the maxima over windows; `same` as TensorFlow pads, else not padded."""
        options, kind = schema.Pool2DOptionsT(), schema.BuiltinOptions.Pool2DOptions
        options.padding = schema.Padding.SAME if same else schema.Padding.VALID
        options.strideH = options.strideW = stride
        options.filterHeight = options.filterWidth = kernel
        _, height, width, channels = self._tensors[x].shape
        sides = (-(-side // stride) if same else (side - kernel) // stride + 1 for side in (height, width))
        return self.operator(name, schema.BuiltinOperator.MAX_POOL_2D, [x], (1, *sides, channels), kind, options)

    def dense(
        self, name: str, x: int, kernel: FloatArray, bias: FloatArray | None, activation: Activation | None
    ) -> int:
        """The output's number; kernel (out, in), bias (out,)."""
        options, kind = schema.FullyConnectedOptionsT(), schema.BuiltinOptions.FullyConnectedOptions
        if activation == "relu":
            options.fusedActivationFunction = schema.ActivationFunctionType.RELU
        bias = np.zeros(len(kernel), np.float32) if bias is None else bias
        inputs = [
            x,
            self.tensor(f"{name}/kernel", kernel.shape, kernel),
            self.tensor(f"{name}/bias", bias.shape, bias),
        ]
        code = schema.BuiltinOperator.FULLY_CONNECTED
        x = self.operator(name, code, inputs, (1, len(bias)), kind, options)
        return self.softmax(f"{name}/softmax", x) if activation == "softmax" else x

    def softmax(self, name: str, x: int) -> int:
        """The number of the softmax along the last axis."""
        options = schema.SoftmaxOptionsT()
        options.beta = 1.0
        kind = schema.BuiltinOptions.SoftmaxOptions
        return self.operator(name, schema.BuiltinOperator.SOFTMAX, [x], self.shape(x), kind, options)

    def add(self, name: str, one: int, other: int, *, relu: bool) -> int:
        """The number of the sum."""
        shape = tuple(self._tensors[one].shape)
        options, kind = schema.AddOptionsT(), schema.BuiltinOptions.AddOptions
        if relu:
            options.fusedActivationFunction = schema.ActivationFunctionType.RELU
        return self.operator(name, schema.BuiltinOperator.ADD, [one, other], shape, kind, options)

    def concatenation(self, name: str, parts: list[int]) -> int:
        """The number of the maps of one size, or the vectors, concatenated along their channels."""
        *sides, _ = self._tensors[parts[0]].shape
        options = schema.ConcatenationOptionsT()
        options.axis = len(sides)
        shape = (*sides, sum(self._tensors[part].shape[-1] for part in parts))
        kind = schema.BuiltinOptions.ConcatenationOptions
        return self.operator(name, schema.BuiltinOperator.CONCATENATION, parts, shape, kind, options)

    def mean(self, name: str, x: int) -> int:
        """The number of the mean over height and width."""
        axes = self.tensor(f"{name}/axes", (2,), np.array([1, 2], np.int32))
        shape = (1, self._tensors[x].shape[3])
        kind = schema.BuiltinOptions.ReducerOptions
        return self.operator(name, schema.BuiltinOperator.MEAN, [x, axes], shape, kind, schema.ReducerOptionsT())

    def operator(self, name: str, code: int, inputs: list[int], shape: tuple[int, ...], kind: int, options: Any) -> int:
        """Adds an operator with one output of that shape; the output's number."""
        operator = schema.OperatorT()
        operator.opcodeIndex = self.operators.index(code)
        operator.inputs, operator.outputs = inputs, [self.tensor(name, shape)]
        operator.builtinOptionsType, operator.builtinOptions = kind, options
        self._operators.append(operator)
        return int(operator.outputs[0])

    def to_bytes(self, inputs: list[int], outputs: list[int]) -> memoryview:
        """The bytes of the file; a view of the builder's, as a copy would be another 13 MB."""
        model = self._model(inputs, outputs)
        constants = sum(buffer.data.nbytes for buffer in self._buffers if buffer.data is not None)
        builder = flatbuffers.Builder(constants + 2**18)  # enough at once: it grows by doubling
        builder.Finish(model.Pack(builder), b"TFL3")
        return memoryview(builder.Bytes)[builder.Head() :]

    def _model(self, inputs: list[int], outputs: list[int]) -> Any:
        """What the file describes."""
        graph = schema.SubGraphT()
        graph.tensors, graph.operators = self._tensors, self._operators
        graph.inputs, graph.outputs = inputs, outputs
        model = schema.ModelT()
        model.version = _SCHEMA_VERSION
        model.subgraphs, model.buffers, model.operatorCodes = [graph], self._buffers, []
        for code in self.operators:
            operator = schema.OperatorCodeT()
            operator.builtinCode, operator.deprecatedBuiltinCode = code, min(code, _LAST_OLD_CODE)
            operator.version = 1
            model.operatorCodes.append(operator)
        return model
