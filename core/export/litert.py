"""A whole model as one LiteRT file, written as the backbones' are."""

from __future__ import annotations

import io
import zipfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

import numpy as np
from ai_edge_litert import schema_py_generated as schema
from numpy.typing import NDArray

from core.backbones import litert
from core.backbones.weights import FloatArray
from core.export import litert_metadata
from core.export.format import Answered, Answering, Prepared
from core.export.network import Input, emit, inputs
from core.model.model import Model

Precision = Literal["float32", "float16", "uint8"]
LABELS = "labels.txt"
# Numbers: smaller constants stay float32. They take a tenth of the room, and make four fifths of what rounding changes.
_LEAST_HALVED = 60_000


@dataclass(frozen=True)
class Content:
    """A LiteRT file."""

    data: bytes
    inputs: tuple[Input, ...]
    similarity: bool  # whether it gives a "similarity" beside the "probabilities"


def build(model: Model, precision: Precision = "float32", *, similarity: bool = True) -> Content:
    """The file of a model: each input (1, size, size, 3) RGB of 0 to 255, float32, or uint8 where `precision` says so;
    out "probabilities" (1, labels) float32, and "similarity" (1, 1) where that is wanted and the model can say it. With
    "float16", weights take half the room and are computed with in float32. Raises ExportError, BackboneError."""
    graph = _ModelGraph(precision, with_similarity=similarity)
    outputs = emit(model, graph)
    graph.rename(outputs.probabilities, "probabilities")
    numbers = [outputs.probabilities]
    if outputs.similarity is not None:
        graph.rename(outputs.similarity, "similarity")
        numbers.append(outputs.similarity)
    graph.metadata = litert_metadata.build(model.card.title, [one.name for one in inputs(model)], len(numbers), LABELS)
    content = bytes(graph.to_bytes(graph.inputs, numbers))
    return Content(with_labels(content, model.labels), inputs(model), outputs.similarity is not None)


def opened(file: Path) -> Answering:
    """Opens a LiteRT file with its runtime."""
    from ai_edge_litert.interpreter import Interpreter

    interpreter = Interpreter(model_path=str(file), num_threads=1)
    interpreter.allocate_tensors()
    details = interpreter.get_input_details()
    outputs = {detail["name"]: detail["index"] for detail in interpreter.get_output_details()}

    def answer(prepared: Prepared) -> Answered:
        for detail in details:
            interpreter.set_tensor(detail["index"], prepared[detail["name"]][None].astype(detail["dtype"]))
        interpreter.invoke()
        found = {name: interpreter.get_tensor(index)[0] for name, index in outputs.items()}
        return found["probabilities"], float(found["similarity"][0]) if "similarity" in found else None

    return answer


def with_labels(content: bytes, labels: tuple[str, ...]) -> bytes:
    """The file with its labels packed behind it, where its metadata says that they are."""
    file = io.BytesIO()
    file.write(content)
    with zipfile.ZipFile(file, "a", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(zipfile.ZipInfo(LABELS), labels_text(labels))
    return file.getvalue()


def labels_text(labels: tuple[str, ...]) -> str:
    """A line a label."""
    return "".join(f"{label}\n" for label in labels)


class _ModelGraph(litert.Graph):
    """Operations of a whole model."""

    operators = (
        *litert.Graph.operators,
        schema.BuiltinOperator.MUL,
        schema.BuiltinOperator.SOFTMAX,
        schema.BuiltinOperator.DEQUANTIZE,
        schema.BuiltinOperator.SLICE,
        schema.BuiltinOperator.L2_NORMALIZATION,
        schema.BuiltinOperator.TOPK_V2,
    )

    def __init__(self, precision: Precision, *, with_similarity: bool) -> None:
        super().__init__()
        self.inputs: list[int] = []
        self.metadata = b""
        self._precision, self._with_similarity = precision, with_similarity

    def tensor(self, name: str, shape: tuple[int, ...], constant: NDArray[Any] | None = None) -> int:
        halved = constant is not None and constant.dtype == np.float32 and constant.size >= _LEAST_HALVED
        if constant is not None and halved and self._precision == "float16":
            return self._halved(name, constant)
        return super().tensor(name, shape, constant)

    def picture(self, source: Input, mean: float, scale: float) -> int:
        x = super().tensor(source.name, (1, source.size, source.size, 3))
        self.inputs.append(x)
        if self._precision == "uint8":  # one operator, whose quantisation is the scaling
            tensor = self._tensors[x]
            tensor.type, tensor.quantization = schema.TensorType.UINT8, schema.QuantizationParametersT()
            tensor.quantization.scale, tensor.quantization.zeroPoint = [1 / scale], [round(mean)]
            return self._dequantized(f"{source.name}/scaled", x)
        if (mean, scale) == (0.0, 1.0):
            return x
        factor, offset = (np.array([number], np.float32) for number in (1 / scale, -mean / scale))
        options, kind = schema.MulOptionsT(), schema.BuiltinOptions.MulOptions
        pair = [x, self.tensor(f"{source.name}/factor", (1,), factor)]
        x = self.operator(f"{source.name}/times", schema.BuiltinOperator.MUL, pair, self.shape(x), kind, options)
        return self.add(f"{source.name}/scaled", x, self.tensor(f"{source.name}/offset", (1,), offset), relu=False)

    def similarity(self, name: str, x: int, neighbours: FloatArray, nearest: int) -> int | None:
        if not self._with_similarity:
            return None
        x = self._leading(f"{name}/features", x, neighbours.shape[1])
        kind = schema.BuiltinOptions.L2NormOptions
        code = schema.BuiltinOperator.L2_NORMALIZATION
        x = self.operator(f"{name}/direction", code, [x], self.shape(x), kind, schema.L2NormOptionsT())
        # They lie in the model's file as float16, so that nothing is lost.
        kernel, nothing = self._halved(f"{name}/neighbours", neighbours), np.zeros(len(neighbours), np.float32)
        operands = [x, kernel, super().tensor(f"{name}/bias", nothing.shape, nothing)]
        code, kind = schema.BuiltinOperator.FULLY_CONNECTED, schema.BuiltinOptions.FullyConnectedOptions
        x = self.operator(
            f"{name}/cosines", code, operands, (1, len(neighbours)), kind, schema.FullyConnectedOptionsT()
        )
        best = self._largest(f"{name}/nearest", x, nearest)
        return self._from(f"{name}/last", best, nearest - 1, 1)

    def _model(self, inputs: list[int], outputs: list[int]) -> Any:
        model = super()._model(inputs, outputs)
        if self.metadata:
            buffer, entry = schema.BufferT(), schema.MetadataT()
            buffer.data = np.frombuffer(self.metadata, np.uint8)
            self._buffers.append(buffer)
            entry.name, entry.buffer = litert_metadata.NAME, len(self._buffers) - 1
            model.metadata = [entry]
        return model

    def _halved(self, name: str, constant: FloatArray) -> int:
        half = constant.astype(np.float16)
        return self._dequantized(name, super().tensor(f"{name}/float16", half.shape, half))

    def _dequantized(self, name: str, x: int) -> int:
        kind, options = schema.BuiltinOptions.DequantizeOptions, schema.DequantizeOptionsT()
        return self.operator(name, schema.BuiltinOperator.DEQUANTIZE, [x], self.shape(x), kind, options)

    def _leading(self, name: str, x: int, count: int) -> int:
        return x if self.shape(x)[1] == count else self._from(name, x, 0, count)

    def _from(self, name: str, x: int, first: int, count: int) -> int:
        begin, size = (np.array(pair, np.int32) for pair in ([0, first], [1, count]))
        operands = [x, self.tensor(f"{name}/begin", (2,), begin), self.tensor(f"{name}/size", (2,), size)]
        kind = schema.BuiltinOptions.SliceOptions
        return self.operator(name, schema.BuiltinOperator.SLICE, operands, (1, count), kind, schema.SliceOptionsT())

    def _largest(self, name: str, x: int, count: int) -> int:
        """The largest numbers of a row, falling."""
        operands = [x, super().tensor(f"{name}/count", (), np.array(count, np.int32))]
        kind, code = schema.BuiltinOptions.TopKV2Options, schema.BuiltinOperator.TOPK_V2
        values = self.operator(name, code, operands, (1, count), kind, schema.TopKV2OptionsT())
        positions = super().tensor(f"{name}/positions", (1, count))
        self._tensors[positions].type = schema.TensorType.INT32
        self._operators[-1].outputs.append(positions)
        return values
