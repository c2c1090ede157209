"""What a format is made of: who writes it, who opens it again, and what stands in its package."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from core.backbones.weights import FloatArray
from core.export.network import Input
from core.model.model import Model
from core.pictures.picture import Picture

Prepared = Mapping[str, Picture]  # by the names of the inputs: (size, size, 3) uint8
# Probabilities (labels,), in the order of the written model's labels; and the similarity, where the file says it.
Answered = tuple[FloatArray, float | None]
Answering = Callable[[Prepared], Answered]
FLOAT_TOLERANCE = 1e-3  # largest difference of a probability from the app's
FLOAT16_TOLERANCE = 1e-2


@dataclass(frozen=True)
class Written:
    """What a format's writer says of what it wrote."""

    model: Model  # as it was written: its labels in the order of the outputs
    inputs: tuple[Input, ...]
    similarity: bool = False  # whether the graph says how like the nearest taught picture one is
    notes: tuple[str, ...] = ()  # keys of `core.messages`
    has_other_head: bool = False  # another than the app's, with a report of its own


@dataclass(frozen=True)
class Format:
    """A form in which a model can be taken away.

    `write(path, folder)` writes the files of the model file at `path` into a folder; what can go wrong is an
    ExportError or BackboneError. `open(folder)` opens what was written with its usual runtime.
    """

    name: str  # on the command line: "onnx"
    write: Callable[[Path, Path], Written]
    open: Callable[[Path], Answering]
    runtime: str  # the distribution that `open` needs
    files: tuple[str, ...]  # those that are the model
    writes_with: tuple[str, ...] = ()  # distributions without which it cannot be written
    memory: int = 0  # bytes that writing takes beyond the app's own; 0: as good as none
    tolerance: float | None = FLOAT_TOLERANCE  # None: answers may be others, and it is said how many
    example: str = ""  # a template of the example, a file in `core/export/package_files`
    squashes: bool = False  # whether clients squash the whole picture, where the app crops it to a square
