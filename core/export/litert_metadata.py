"""What a LiteRT file says of itself to tools that read metadata (TensorFlow Lite's `metadata_schema.fbs`, "M001"): how
its input is scaled, and where its labels are.

No package brings this schema for the Pythons that TeachLens runs on, so the few tables of it are built here.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import flatbuffers
import numpy as np

NAME = "TFLITE_METADATA"
_IDENTIFIER, _MIN_PARSER = b"M001", "1.0.0"
# Numbers of the schema: members of unions and enumerations.
_RGB, _IMAGE_PROPERTIES, _NORMALIZATION, _TENSOR_AXIS_LABELS = 1, 2, 1, 2
_SLOTS = {"file": 5, "image": 2, "content": 3, "unit": 2, "normalization": 2, "tensor": 7, "graph": 10, "model": 8}


class _Byte(int):
    """A field of one byte: the kind of a union, or a number of an enumeration."""


def build(title: str, inputs: Sequence[str], outputs: int, labels: str) -> bytes:
    """The metadata of a classifier whose inputs take RGB of 0 to 255 and scale it themselves; its first output has a
    line for each number in the file `labels`, which is packed behind the model."""
    builder = flatbuffers.Builder(1024)
    pictures = [_picture(builder, name) for name in inputs]
    answers = [_probabilities(builder, labels)]
    answers += [_table(builder, "tensor", {0: builder.CreateString("similarity")}) for _ in range(outputs - 1)]
    graph = _table(builder, "graph", {2: _vector(builder, pictures), 3: _vector(builder, answers)})
    fields = {0: builder.CreateString(title), 3: _vector(builder, [graph]), 7: builder.CreateString(_MIN_PARSER)}
    builder.Finish(_table(builder, "model", fields), _IDENTIFIER)
    return bytes(builder.Output())


def _picture(builder: flatbuffers.Builder, name: str) -> int:
    """An input: RGB, taken as it is."""
    image = _table(builder, "image", {0: _Byte(_RGB)})
    content = _table(builder, "content", {0: _Byte(_IMAGE_PROPERTIES), 1: image})
    nothing, one = (builder.CreateNumpyVector(np.array([number], np.float32)) for number in (0.0, 1.0))
    normalization = _table(builder, "normalization", {0: nothing, 1: one})
    unit = _table(builder, "unit", {0: _Byte(_NORMALIZATION), 1: normalization})
    fields = {0: builder.CreateString(name), 3: content, 4: _vector(builder, [unit])}
    return _table(builder, "tensor", fields)


def _probabilities(builder: flatbuffers.Builder, labels: str) -> int:
    file = _table(builder, "file", {0: builder.CreateString(labels), 2: _Byte(_TENSOR_AXIS_LABELS)})
    return _table(builder, "tensor", {0: builder.CreateString("probabilities"), 6: _vector(builder, [file])})


def _table(builder: flatbuffers.Builder, kind: str, fields: Mapping[int, int]) -> int:
    """A table with some of its fields: bytes, and else what was built before."""
    builder.StartObject(_SLOTS[kind])
    for slot, value in fields.items():
        if isinstance(value, _Byte):
            builder.PrependInt8Slot(slot, int(value), 0)
        else:
            builder.PrependUOffsetTRelativeSlot(slot, value, 0)
    return int(builder.EndObject())


def _vector(builder: flatbuffers.Builder, offsets: Sequence[int]) -> int:
    builder.StartVector(4, len(offsets), 4)
    for offset in reversed(offsets):
        builder.PrependUOffsetTRelative(offset)
    return int(builder.EndVector())
