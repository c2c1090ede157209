"""A model whose networks compute in int8, by TensorFlow's converter: for child processes, not for the app's own.

The head stays in float. Features that were computed in int8 are a little off, each in its own way: lines that are found
on the model's own examples bring them back to what the head was fitted on.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import flatbuffers
import numpy as np
from ai_edge_litert import schema_py_generated as schema

from core.backbones.run import Backbone
from core.backbones.weights import FloatArray
from core.export import keras_model
from core.export.feature_lines import feature_lines, moved
from core.export.network import Input, inputs, prepared, sums, tempered
from core.model.model import Model
from core.pictures.picture import Picture

_SCALES = 100  # pictures that the ranges of all tensors are found on


def build(model: Model, pictures: list[Picture]) -> bytes:
    """The LiteRT file: uint8 (1, size, size, 3) RGB in, "probabilities" (1, labels) float32 out. Ranges and the head
    are fitted on `pictures`. Raises ExportError, BackboneError."""
    wanted = inputs(model)
    content = _converted(model, wanted, pictures[:_SCALES])
    backbone = Backbone(model.backbone, None, model.tuned_weights, model.backbone_sha256)
    x = _features(content, wanted, pictures)
    y = np.stack([backbone.vector(picture) for picture in pictures])
    return _with_head(content, model, *feature_lines(x, y))


def _converted(model: Model, wanted: tuple[Input, ...], pictures: list[Picture]) -> bytes:
    """The networks in int8, up to the parts of the feature vector, each with a range of its own: uint8 in, float out,
    named as `_part` says."""
    import tensorflow

    network = keras_model.build_features(model, _part)

    def samples() -> Iterator[dict[str, FloatArray]]:
        for picture in pictures:
            made = prepared(picture, wanted)
            yield {name: one[None].astype(np.float32) for name, one in made.items()}

    converter = tensorflow.lite.TFLiteConverter.from_keras_model(network)
    converter.optimizations = [tensorflow.lite.Optimize.DEFAULT]
    converter.representative_dataset = samples
    converter.target_spec.supported_ops = [tensorflow.lite.OpsSet.TFLITE_BUILTINS_INT8]
    converter.inference_input_type = tensorflow.uint8
    return bytes(converter.convert())


def _part(number: int) -> str:
    """The name of the output that gives a part of the vector; they sort as they stand."""
    return f"part{number:02}"


def _features(content: bytes, wanted: tuple[Input, ...], pictures: list[Picture]) -> FloatArray:
    """(pictures, features) of the network in int8."""
    from ai_edge_litert.interpreter import Interpreter

    run = Interpreter(model_content=content).get_signature_runner()
    vectors = []
    for picture in pictures:
        parts = run(**{name: one[None] for name, one in prepared(picture, wanted).items()})
        vectors.append(np.concatenate([parts[name][0] for name in sorted(parts)]))
    return np.stack(vectors)


def _with_head(content: bytes, model: Model, slope: FloatArray, offset: FloatArray) -> bytes:
    """The same file with the head behind it."""
    file = schema.ModelT.InitFromPackedBuf(content, 0)
    graph = file.subgraphs[0]
    signature = file.signatureDefs[0]
    parts = [one.tensorIndex for one in sorted(signature.outputs, key=lambda one: one.name)]

    def constant(name: str, values: Any) -> int:
        buffer = schema.BufferT()
        buffer.data = np.ascontiguousarray(values, np.float32).reshape(-1).view(np.uint8)
        file.buffers.append(buffer)
        return tensor(name, values.shape, len(file.buffers) - 1)

    def tensor(name: str, shape: tuple[int, ...], buffer: int = 0) -> int:
        made = schema.TensorT()
        made.name, made.shape, made.buffer = name, list(shape), buffer
        graph.tensors.append(made)
        return len(graph.tensors) - 1

    def operator(name: str, code: int, operands: list[int], width: int, kind: int, options: Any) -> int:
        opcode = schema.OperatorCodeT()
        opcode.builtinCode, opcode.deprecatedBuiltinCode, opcode.version = code, code, 1
        file.operatorCodes.append(opcode)
        made = schema.OperatorT()
        made.opcodeIndex, made.inputs = len(file.operatorCodes) - 1, operands
        made.outputs = [tensor(name, (1, width))]
        made.builtinOptionsType, made.builtinOptions = kind, options
        graph.operators.append(made)
        return int(made.outputs[0])

    def dense(name: str, x: int, kernel: FloatArray, bias: FloatArray) -> int:
        operands = [x, constant(f"{name}/kernel", kernel), constant(f"{name}/bias", bias)]
        code, kind = schema.BuiltinOperator.FULLY_CONNECTED, schema.BuiltinOptions.FullyConnectedOptions
        return operator(name, code, operands, len(kernel), kind, schema.FullyConnectedOptionsT())

    kernel, bias = tempered(moved(model.head, slope, offset))
    x = parts[0]
    if len(parts) > 1:
        options = schema.ConcatenationOptionsT()
        options.axis = 1
        code, kind = schema.BuiltinOperator.CONCATENATION, schema.BuiltinOptions.ConcatenationOptions
        x = operator("vector", code, parts, len(slope), kind, options)
    x = dense("head", x, kernel, bias)
    softmax = schema.SoftmaxOptionsT()
    softmax.beta = 1.0
    code, kind = schema.BuiltinOperator.SOFTMAX, schema.BuiltinOptions.SoftmaxOptions
    x = operator("probabilities", code, [x], len(kernel), kind, softmax)
    if model.subclasses is not None:
        x = dense("labels", x, sums(model.subclasses, len(model.labels)), np.zeros(len(model.labels), np.float32))
    graph.tensors[x].name = "probabilities"
    graph.outputs = [x]
    names = {one.tensorIndex: one.name for one in signature.inputs}
    for number in graph.inputs:
        graph.tensors[number].name = names[number]
    output = schema.TensorMapT()
    output.name, output.tensorIndex = "probabilities", x
    signature.outputs = [output]
    builder = flatbuffers.Builder(len(content) + 2**20)
    builder.Finish(file.Pack(builder), b"TFL3")
    return bytes(builder.Output())
