"""Writes a vision transformer as a LiteRT file: no framework is asked."""

from __future__ import annotations

import numpy as np
from ai_edge_litert import schema_py_generated as schema

from core.backbones import transformer
from core.backbones.architecture import Convolution
from core.backbones.litert import Graph
from core.backbones.transformer import Block, FloatArray, Linear, VisionTransformer
from core.backbones.weights import Weights


def build_litert(network: VisionTransformer, weights: Weights, size: int) -> memoryview:
    """The bytes of the LiteRT file: float32 (1, size, size, 3) "picture" of 0 to 255 in; out the patches' tokens behind
    the last layer normalisation, (1, side, side, channels) "map", and their mean (1, channels) "vector".

    `weights` are named and shaped as `VisionTransformer.shapes` says.
    """
    graph = _TransformerGraph()
    picture = graph.tensor("picture", (1, size, size, 3))
    kernel, biases, token = transformer.embedding(network, weights, size)
    side, channels = size // network.patch, network.channels
    patches = graph.patches("patches", picture, kernel)
    patches = graph.reshaped("patches/tokens", patches, (side * side, channels))
    positions = graph.constant("positions", biases.reshape(-1, channels))
    patches = graph.add("patches/positions", patches, positions, relu=False)
    x = graph.concatenated("tokens", [graph.constant("class", token[None]), patches])
    for number, block in enumerate(transformer.blocks(network, weights)):
        x = _block(graph, f"block{number}", x, block, network)
    x = graph.rows("features", x, 1, side * side)
    x = graph.normalised("norm", x, transformer.EPSILON)
    x = graph.times("norm/gain", x, graph.constant("gain", weights["norm.weight"]))
    x = graph.add("norm/bias", x, graph.constant("bias", weights["norm.bias"]), relu=False)
    feature_map = graph.reshaped("map", x, (1, side, side, channels))
    vector = graph.mean("vector", feature_map)
    return graph.to_bytes([picture], [feature_map, vector])


def _block(graph: _TransformerGraph, name: str, x: int, block: Block, network: VisionTransformer) -> int:
    """The stream of tokens behind a block."""
    y = graph.normalised(f"{name}/norm1", x, transformer.EPSILON)
    y = graph.linear(f"{name}/qkv", y, block.queries_keys_values)
    y = graph.attention(f"{name}/attention", y, network.heads)
    x = graph.add(f"{name}/attended", x, graph.linear(f"{name}/projection", y, block.projection), relu=False)
    y = graph.normalised(f"{name}/norm2", x, transformer.EPSILON)
    y = graph.gelu(f"{name}/gelu", graph.linear(f"{name}/expansion", y, block.expansion))
    return graph.add(f"{name}/out", x, graph.linear(f"{name}/contraction", y, block.contraction), relu=False)


class _TransformerGraph(Graph):
    """A graph whose tensors are tokens: (tokens, channels)."""

    operators = (
        schema.BuiltinOperator.CONV_2D,
        schema.BuiltinOperator.RESHAPE,
        schema.BuiltinOperator.TRANSPOSE,
        schema.BuiltinOperator.CONCATENATION,
        schema.BuiltinOperator.SLICE,
        schema.BuiltinOperator.ADD,
        schema.BuiltinOperator.MUL,
        schema.BuiltinOperator.MEAN,
        schema.BuiltinOperator.RSQRT,
        schema.BuiltinOperator.FULLY_CONNECTED,
        schema.BuiltinOperator.BATCH_MATMUL,
        schema.BuiltinOperator.SOFTMAX,
        schema.BuiltinOperator.GELU,
    )

    def constant(self, name: str, values: FloatArray) -> int:
        """The number of a tensor that holds these values."""
        return self.tensor(name, values.shape, values)

    def patches(self, name: str, x: int, kernel: FloatArray) -> int:
        """The output's number: a convolution with windows side by side."""
        channels, _, side, _ = kernel.shape
        layer = Convolution("", "", side, side, channels, relu6=False)
        return self.convolution(name, x, layer, kernel, np.zeros(channels, np.float32))

    def linear(self, name: str, x: int, layer: Linear) -> int:
        """The output's number."""
        options, kind = schema.FullyConnectedOptionsT(), schema.BuiltinOptions.FullyConnectedOptions
        inputs = [x, self.constant(f"{name}/kernel", layer.kernel), self.constant(f"{name}/bias", layer.bias)]
        shape = (self.shape(x)[0], len(layer.bias))
        return self.operator(name, schema.BuiltinOperator.FULLY_CONNECTED, inputs, shape, kind, options)

    def normalised(self, name: str, x: int, epsilon: float) -> int:
        """The number of the tokens, whose mean is zero, divided by their deviation (Ba et al. 2016, "Layer
        normalization")."""
        tokens, channels = self.shape(x)
        square = self.times(f"{name}/square", x, x)
        # A dense layer takes their mean, which the library runs faster than MEAN over the last axis.
        averages = Linear(np.full((1, channels), 1 / channels, np.float32), np.full(1, epsilon, np.float32))
        variance = self.linear(f"{name}/variance", square, averages)
        rsqrt = schema.BuiltinOperator.RSQRT
        inverse = self.operator(f"{name}/inverse", rsqrt, [variance], (tokens, 1), schema.BuiltinOptions.NONE, None)
        return self.times(name, x, inverse)

    def attention(self, name: str, x: int, heads: int) -> int:
        """The number of the attention's output before its projection (Vaswani et al. 2017, "Attention is all you need",
        section 3.2); `x` are queries, keys and values side by side (tokens, 3 * channels)."""
        tokens, width = self.shape(x)
        length = width // 3 // heads
        x = self.reshaped(f"{name}/heads", x, (tokens, 3 * heads, length))
        x = self.transposed(f"{name}/by_head", x, (1, 0, 2))
        queries, keys, values = (self.rows(f"{name}/{n}", x, n * heads, heads) for n in range(3))
        shares = self.product(f"{name}/logits", queries, keys, transposed=True)
        shares = self.softmax(f"{name}/shares", shares)
        x = self.product(f"{name}/values", shares, values, transposed=False)
        x = self.transposed(f"{name}/by_token", x, (1, 0, 2))
        return self.reshaped(name, x, (tokens, heads * length))

    def product(self, name: str, one: int, other: int, *, transposed: bool) -> int:
        """The number of the matrix products, one for each head."""
        options, kind = schema.BatchMatMulOptionsT(), schema.BuiltinOptions.BatchMatMulOptions
        options.adjY = transposed
        columns = self.shape(other)[1 if transposed else 2]
        shape = (*self.shape(one)[:2], columns)
        return self.operator(name, schema.BuiltinOperator.BATCH_MATMUL, [one, other], shape, kind, options)

    def gelu(self, name: str, x: int) -> int:
        """The output's number; the exact GELU (Hendrycks and Gimpel 2016), by the error function."""
        kind = schema.BuiltinOptions.GeluOptions
        return self.operator(name, schema.BuiltinOperator.GELU, [x], self.shape(x), kind, schema.GeluOptionsT())

    def times(self, name: str, one: int, other: int) -> int:
        """The number of the product, element by element; `other` may be one row or one column."""
        options, kind = schema.MulOptionsT(), schema.BuiltinOptions.MulOptions
        return self.operator(name, schema.BuiltinOperator.MUL, [one, other], self.shape(one), kind, options)

    def reshaped(self, name: str, x: int, shape: tuple[int, ...]) -> int:
        """The output's number."""
        options, kind = schema.ReshapeOptionsT(), schema.BuiltinOptions.ReshapeOptions
        options.newShape = list(shape)
        inputs = [x, self.tensor(f"{name}/shape", (len(shape),), np.array(shape, np.int32))]
        return self.operator(name, schema.BuiltinOperator.RESHAPE, inputs, shape, kind, options)

    def transposed(self, name: str, x: int, axes: tuple[int, ...]) -> int:
        """The output's number."""
        kind = schema.BuiltinOptions.TransposeOptions
        inputs = [x, self.tensor(f"{name}/axes", (len(axes),), np.array(axes, np.int32))]
        shape = tuple(self.shape(x)[axis] for axis in axes)
        return self.operator(name, schema.BuiltinOperator.TRANSPOSE, inputs, shape, kind, schema.TransposeOptionsT())

    def concatenated(self, name: str, parts: list[int]) -> int:
        """The number of the tokens of all parts, one after the other."""
        options, kind = schema.ConcatenationOptionsT(), schema.BuiltinOptions.ConcatenationOptions
        options.axis = 0
        shape = (sum(self.shape(part)[0] for part in parts), *self.shape(parts[0])[1:])
        return self.operator(name, schema.BuiltinOperator.CONCATENATION, parts, shape, kind, options)

    def rows(self, name: str, x: int, first: int, count: int) -> int:
        """The number of so many rows, from the first on."""
        shape = (count, *self.shape(x)[1:])
        begin, size = np.array([first, *(0 for _ in shape[1:])], np.int32), np.array(shape, np.int32)
        inputs = [x, self.tensor(f"{name}/begin", begin.shape, begin), self.tensor(f"{name}/size", size.shape, size)]
        kind = schema.BuiltinOptions.SliceOptions
        return self.operator(name, schema.BuiltinOperator.SLICE, inputs, shape, kind, schema.SliceOptionsT())
