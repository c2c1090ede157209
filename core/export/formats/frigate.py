"""Frigate's custom classification: the folder that it looks for."""

from __future__ import annotations

from pathlib import Path

from core.export import litert
from core.export.format import Format, Written
from core.export.formats.litert import FILE, opened
from core.export.network import sorted_by_label
from core.export.quick_head import for_size
from core.model.file import load
from core.storage import atomic

LABELS = "labelmap.txt"
_SIZE = 224  # pixels: what Frigate gives


def write(path: Path, folder: Path) -> Written:
    """Write Frigate's two files: uint8 pictures in, labels in alphabetical order, one output. A model whose networks
    see another size than Frigate gives goes with a head of its own on the quick network. Raises ExportError,
    BackboneError."""
    model, notes = for_size(path, load(path), _SIZE)
    model = sorted_by_label(model)
    content = litert.build(model, "uint8", similarity=False)
    atomic.write_bytes(folder / FILE, content.data)
    atomic.write_text(folder / LABELS, litert.labels_text(model.labels))
    return Written(model, content.inputs, notes=notes, has_other_head=bool(notes))


FORMATS = (
    Format(
        name="frigate",
        write=write,
        open=opened,
        runtime="ai-edge-litert",
        files=(FILE, LABELS),
        example="frigate.py",
        squashes=True,
    ),
)
