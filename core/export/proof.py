"""Proves an export: what was written is opened again by its usual runtime and answers pictures beside the app."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib import metadata
from pathlib import Path

import numpy as np

from core.errors import ExportError
from core.export.format import Format, Written
from core.export.network import prepared
from core.export.pictures import COUNT, hard_and_easy
from core.model.file import load
from core.model.recognise import Recogniser

_MANY = 200  # pictures, of a format whose answers may be others
_OnProgress = Callable[[int, int], None]


@dataclass(frozen=True)
class Proof:
    """What came out."""

    runtime: str  # its distribution
    version: str
    date: str  # ISO 8601
    pictures: int
    examples: bool  # whether they are the model's own; else drawn ones
    largest: float  # difference of a probability
    others: int  # pictures whose best label is another one
    similarity: float | None = None  # largest difference of the likeness to what was taught, where the file says it


def is_installed(distribution: str) -> bool:
    """Whether a distribution is here; TensorFlow's editions count as one."""
    names = ("tensorflow", "tensorflow-cpu") if distribution == "tensorflow" else (distribution,)
    return any(_version(name) for name in names)


def prove(format_: Format, path: Path, folder: Path, written: Written, on_progress: _OnProgress) -> Proof:
    """The proof of what was written into `folder` from the model file at `path`, on at least 24 pictures. Raises
    ExportError where an answer is further from the app's than the format allows."""
    model = load(path)
    app = Recogniser(written.model if written.has_other_head else model, threads=1)
    pictures, examples = hard_and_easy(path, model, COUNT if format_.tolerance is not None else _MANY)
    detector = app.model.ood_detector if written.similarity else None
    answer = format_.open(folder)
    order = [app.model.labels.index(label) for label in written.model.labels]
    largest, others, likeness = 0.0, 0, 0.0
    for done, picture in enumerate(pictures):
        on_progress(done, len(pictures))
        expected = app.recognise(picture).by_position()[order]
        given, similarity = answer(prepared(picture, written.inputs))
        if given.shape != expected.shape or not np.isfinite(given).all():
            raise ExportError("export.differs", format=format_.name, difference="∞")
        largest = max(largest, float(np.abs(given - expected).max()))
        others += int(given.argmax() != expected.argmax())
        if detector is not None:
            difference = abs((similarity or 0.0) - detector.similarity(app.backbone.vector(picture)))
            likeness = max(likeness, difference)
    on_progress(len(pictures), len(pictures))
    if format_.tolerance is not None and max(largest, likeness) >= format_.tolerance:
        raise ExportError("export.differs", format=format_.name, difference=f"{max(largest, likeness):.4f}")
    return Proof(
        runtime=format_.runtime,
        version=_version(format_.runtime) or _version(f"{format_.runtime}-cpu") or "",
        date=datetime.now(UTC).date().isoformat(),
        pictures=len(pictures),
        examples=examples > 0,
        largest=largest,
        others=others,
        similarity=None if detector is None else likeness,
    )


def _version(distribution: str) -> str | None:
    try:
        return metadata.version(distribution)
    except metadata.PackageNotFoundError:
        return None
