"""LiteRT in int8, for Coral and small processors: a quarter of the size, and answers that are a little different."""

from __future__ import annotations

from pathlib import Path

from core.errors import ExportError
from core.export import litert
from core.export.format import Format, Written
from core.export.formats.litert import FILE, opened
from core.export.litert import LABELS
from core.export.network import inputs
from core.export.pictures import COUNT, example_pictures
from core.learning.split import stratified_sample
from core.model.file import load, load_listing
from core.storage import atomic

_MEMORY = 1_500 * 10**6  # bytes, with TensorFlow
_MAX_PICTURES = 300  # that ranges and head are fitted on


def write(path: Path, folder: Path) -> Written:
    """Write the file, and its labels beside it, in a process that may import TensorFlow. Raises ExportError where the
    model has too few examples to fit the ranges on."""
    from core.export import int8

    model = load(path)
    chosen = stratified_sample(load_listing(path).labels, _MAX_PICTURES, model.card.seed)
    pictures = example_pictures(path, chosen)
    if len(pictures) < COUNT:
        raise ExportError("export.int8_needs_examples", count=COUNT)
    content = litert.with_labels(int8.build(model, pictures), model.labels)
    atomic.write_bytes(folder / FILE, content)
    atomic.write_text(folder / LABELS, litert.labels_text(model.labels))
    return Written(model, inputs(model), notes=("export.note.int8",))


FORMATS = (
    Format(
        name="litert-int8",
        write=write,
        open=opened,
        runtime="ai-edge-litert",
        files=(FILE,),
        writes_with=("tensorflow",),
        memory=_MEMORY,
        tolerance=None,
        example="litert.py",
    ),
)
