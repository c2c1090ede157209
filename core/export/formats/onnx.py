"""ONNX (`.onnx`), for ONNX Runtime, OpenCV, OpenVINO, C# and Unity, written with `onnx.helper`."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from core import VERSION
from core.backbones.architecture import Convolution, Pooling
from core.backbones.network import Activation
from core.backbones.weights import FloatArray
from core.export.format import Answered, Answering, Format, Prepared, Written
from core.export.network import Input, emit, inputs
from core.model.file import load
from core.storage import atomic

FILE = "model.onnx"
_OPSET, _IR_VERSION = 17, 8  # what runtimes since 2022 read
_BATCH = "pictures"


def write(path: Path, folder: Path) -> Written:
    """Write the file: float32 (pictures, 3, size, size) RGB of 0 to 255 in; "probabilities" (pictures, labels) and,
    where the model says it, "similarity" (pictures, 1) out."""
    import onnx
    from onnx import helper

    model, graph = load(path), _Graph()
    outputs = emit(model, graph)
    named = {"probabilities": len(model.labels)}
    graph.node("Identity", "probabilities", [outputs.probabilities])
    if outputs.similarity is not None:
        graph.node("Identity", "similarity", [outputs.similarity])
        named["similarity"] = 1
    values = [
        helper.make_tensor_value_info(name, onnx.TensorProto.FLOAT, [_BATCH, size]) for name, size in named.items()
    ]
    content = helper.make_model(
        helper.make_graph(graph.nodes, "model", graph.inputs, values, graph.constants),
        producer_name="TeachLens",
        producer_version=VERSION,
        opset_imports=[helper.make_opsetid("", _OPSET)],
        ir_version=_IR_VERSION,
        doc_string=model.card.title,
    )
    onnx.checker.check_model(content, full_check=True)
    atomic.write_bytes(folder / FILE, content.SerializeToString())
    return Written(model, inputs(model), "similarity" in named)


def opened(folder: Path) -> Answering:
    """Open it with ONNX Runtime."""
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    session = onnxruntime.InferenceSession(str(folder / FILE), options, providers=["CPUExecutionProvider"])

    names = [one.name for one in session.get_outputs()]

    def answer(prepared: Prepared) -> Answered:
        feeds = {
            one.name: prepared[one.name].transpose(2, 0, 1)[None].astype(np.float32) for one in session.get_inputs()
        }
        found = dict(zip(names, session.run(names, feeds), strict=True))
        similarity = float(found["similarity"][0, 0]) if "similarity" in found else None
        return np.asarray(found["probabilities"][0], np.float32), similarity

    return answer


class _Graph:
    """Operations as ONNX nodes. Tensors are their names; maps are (pictures, channels, height, width)."""

    def __init__(self) -> None:
        self.nodes: list[Any] = []
        self.inputs: list[Any] = []
        self.constants: list[Any] = []
        self._sides: dict[str, int] = {}  # of maps: all are square

    def node(self, kind: str, name: str, operands: Sequence[str], **attributes: Any) -> str:
        """Adds a node, whose output has its name."""
        from onnx import helper

        self.nodes.append(helper.make_node(kind, operands, [name], name, **attributes))
        return name

    def picture(self, source: Input, mean: float, scale: float) -> str:
        import onnx
        from onnx import helper

        shape: list[str | int | None] = [_BATCH, 3, source.size, source.size]
        self.inputs.append(helper.make_tensor_value_info(source.name, onnx.TensorProto.FLOAT, shape))
        x, name = source.name, f"{source.name}/scaled"
        if (mean, scale) != (0.0, 1.0):
            x = self.node("Sub", f"{source.name}/centred", [x, self._constant(f"{name}/mean", np.float32(mean))])
            x = self.node("Mul", name, [x, self._constant(f"{name}/factor", np.float32(1 / scale))])
        self._sides[x] = source.size
        return x

    def convolution(self, name: str, x: str, layer: Convolution, kernel: FloatArray, bias: FloatArray) -> str:
        side = self._sides[x]
        if layer.zeros is None:
            out = -(-side // layer.stride)
            lines = max((out - 1) * layer.stride + layer.kernel - side, 0)  # as TensorFlow has "same"
            before, after = lines // 2, lines - lines // 2
        else:
            before = after = layer.zeros
            out = (side + 2 * layer.zeros - layer.kernel) // layer.stride + 1
        operands = [x, self._constant(f"{name}/kernel", kernel), self._constant(f"{name}/bias", bias)]
        y = self.node(
            "Conv",
            f"{name}/convolution" if layer.relu6 or layer.relu else name,
            operands,
            kernel_shape=[layer.kernel] * 2,
            strides=[layer.stride] * 2,
            pads=[before, before, after, after],
            group=len(kernel) if layer.depthwise else 1,
        )
        if layer.relu6:
            limits = [self._constant(f"{name}/{limit:g}", np.float32(limit)) for limit in (0, 6)]
            y = self.node("Clip", name, [y, *limits])
        elif layer.relu:
            y = self.node("Relu", name, [y])
        self._sides[y] = out
        return y

    def add(self, name: str, one: str, other: str, *, relu: bool) -> str:
        y = self.node("Add", f"{name}/sum" if relu else name, [one, other])
        if relu:
            y = self.node("Relu", name, [y])
        self._sides[y] = self._sides[one]
        return y

    def pooling(self, name: str, x: str, layer: Pooling) -> str:
        # Behind a ReLU, padding with nothing and padding with zeros are the same.
        sides = {"kernel_shape": [layer.kernel] * 2, "strides": [layer.stride] * 2, "pads": [1] * 4}
        self._sides[name] = (self._sides[x] + 2 - layer.kernel) // layer.stride + 1
        return self.node("MaxPool", name, [x], **sides)

    def mean(self, name: str, x: str) -> str:
        return self.node("Flatten", name, [self.node("GlobalAveragePool", f"{name}/pooled", [x])], axis=1)

    def concatenation(self, name: str, parts: list[str]) -> str:
        if parts[0] in self._sides:
            self._sides[name] = self._sides[parts[0]]
        return self.node("Concat", name, parts, axis=1)

    def dense(
        self, name: str, x: str, kernel: FloatArray, bias: FloatArray | None, activation: Activation | None
    ) -> str:
        operands = [x, self._constant(f"{name}/kernel", kernel)]
        if bias is not None:
            operands.append(self._constant(f"{name}/bias", bias))
        y = self.node("Gemm", f"{name}/sum" if activation else name, operands, transB=1)
        if activation == "softmax":
            return self.node("Softmax", name, [y], axis=1)
        return self.node("Relu", name, [y]) if activation else y

    def similarity(self, name: str, x: str, neighbours: FloatArray, nearest: int) -> str:
        x = self._from(f"{name}/features", x, 0, neighbours.shape[1])
        x = self.node("LpNormalization", f"{name}/direction", [x], axis=1, p=2)
        x = self.node("Gemm", f"{name}/cosines", [x, self._constant(f"{name}/neighbours", neighbours)], transB=1)
        count = self._constant(f"{name}/count", np.array([nearest], np.int64))
        self.nodes.append(self._top(f"{name}/nearest", x, count))
        return self._from(f"{name}/last", f"{name}/nearest", nearest - 1, nearest)

    def _from(self, name: str, x: str, first: int, end: int) -> str:
        limits = {"first": first, "end": end, "axis": 1}
        operands = [self._constant(f"{name}/{what}", np.array([number], np.int64)) for what, number in limits.items()]
        return self.node("Slice", name, [x, *operands])

    def _top(self, name: str, x: str, count: str) -> Any:
        from onnx import helper

        return helper.make_node("TopK", [x, count], [name, f"{name}/positions"], name, axis=1)

    def _constant(self, name: str, values: NDArray[Any] | np.float32) -> str:
        from onnx import numpy_helper

        self.constants.append(numpy_helper.from_array(np.ascontiguousarray(values).reshape(np.shape(values)), name))
        return name


FORMATS = (
    Format(
        name="onnx",
        write=write,
        open=opened,
        runtime="onnxruntime",
        files=(FILE,),
        writes_with=("onnx",),
        example="onnx.py",
    ),
)
