"""What a LiteRT file says of itself, read back by the schema's own numbers."""

from __future__ import annotations

import flatbuffers
from flatbuffers.table import Table

from core.export import litert_metadata


class Fields:
    """A table of any schema, read field by field."""

    def __init__(self, table: Table) -> None:
        self._table = table

    def _at(self, slot: int) -> int:
        return int(self._table.Offset(4 + 2 * slot))

    def text(self, slot: int) -> str:
        return str(self._table.String(self._at(slot) + self._table.Pos).decode())

    def byte(self, slot: int) -> int:
        return int(self._table.Get(flatbuffers.number_types.Int8Flags, self._at(slot) + self._table.Pos))

    def table(self, slot: int) -> Fields:
        at = self._table.Indirect(self._at(slot) + self._table.Pos)
        return Fields(Table(self._table.Bytes, at))

    def tables(self, slot: int) -> list[Fields]:
        start, count = self._table.Vector(self._at(slot)), self._table.VectorLen(self._at(slot))
        return [Fields(Table(self._table.Bytes, self._table.Indirect(start + 4 * n))) for n in range(count)]

    def floats(self, slot: int) -> list[float]:
        start, count = self._table.Vector(self._at(slot)), self._table.VectorLen(self._at(slot))
        kind = flatbuffers.number_types.Float32Flags
        return [float(self._table.Get(kind, start + 4 * n)) for n in range(count)]


def root(content: bytes) -> Fields:
    at = flatbuffers.encode.Get(flatbuffers.packer.uoffset, content, 0)
    return Fields(Table(bytearray(content), at))


def test_inputs_take_rgb_as_it_is_and_the_answers_have_labels() -> None:
    content = litert_metadata.build("꽃", ["picture_320", "picture_288"], 2, "labels.txt")
    assert content[4:8] == b"M001"
    model = root(content)
    assert model.text(0) == "꽃" and model.text(7) == "1.0.0"
    (graph,) = model.tables(3)
    pictures, answers = graph.tables(2), graph.tables(3)
    assert [one.text(0) for one in pictures] == ["picture_320", "picture_288"]
    assert [one.text(0) for one in answers] == ["probabilities", "similarity"]
    content_of = pictures[0].table(3)
    assert content_of.byte(0) == 2 and content_of.table(1).byte(0) == 1  # image properties: RGB
    (unit,) = pictures[0].tables(4)
    assert unit.byte(0) == 1 and unit.table(1).floats(0) == [0.0] and unit.table(1).floats(1) == [1.0]
    (file,) = answers[0].tables(6)
    assert file.text(0) == "labels.txt" and file.byte(2) == 2  # of an axis
