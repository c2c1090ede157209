"""LiteRT (`.tflite`), for phones and small computers: with float32 or uint8 pictures in, or half the size."""

from __future__ import annotations

from functools import partial
from pathlib import Path

from core.errors import ExportError
from core.export import litert
from core.export.format import FLOAT16_TOLERANCE, Answering, Format, Written
from core.export.litert import LABELS, Precision
from core.export.network import inputs
from core.model.file import load
from core.storage import atomic

FILE = "model.tflite"


def write(path: Path, folder: Path, precision: Precision = "float32") -> Written:
    """Write the file, and its labels beside it. uint8 is for tools that expect one picture and one output: what is like
    nothing that was taught is not said there. Raises ExportError for a model that sees several sizes."""
    model = load(path)
    if precision == "uint8" and len(inputs(model)) > 1:
        raise ExportError("export.one_size", format="ML Kit")
    content = litert.build(model, precision, similarity=precision != "uint8")
    atomic.write_bytes(folder / FILE, content.data)
    atomic.write_text(folder / LABELS, litert.labels_text(model.labels))
    return Written(model, content.inputs, content.similarity)


def opened(folder: Path) -> Answering:
    """Open it."""
    return litert.opened(folder / FILE)


def _format(name: str, precision: Precision, tolerance: float) -> Format:
    return Format(
        name=name,
        write=partial(write, precision=precision),
        open=opened,
        runtime="ai-edge-litert",
        files=(FILE,),
        tolerance=tolerance,
        example="litert.py",
    )


FORMATS = (
    _format("litert", "float32", 1e-3),
    _format("litert-float16", "float16", FLOAT16_TOLERANCE),
    _format("litert-uint8", "uint8", 1e-3),
)
