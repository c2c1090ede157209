"""`recognise.json`: what a program needs to know beside the graph to answer as the app does."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

from core.export.format import Written
from core.storage import atomic

NAME = "recognise.json"


def write(folder: Path, written: Written) -> None:
    """Write the file: labels in the order of the outputs; below `threshold` an answer is "not sure", below
    `min_similarity` a picture is like nothing that was taught; the inputs, each made from the picture itself or, where
    `from` is a number, from the input of that position. `made` is another wherever the model is."""
    model = written.model
    detector = model.ood_detector if written.similarity else None
    content = {
        "title": model.card.title,
        "made": _digest(folder),
        "labels": model.labels,
        "threshold": model.threshold,
        "min_similarity": detector and round(detector.min_similarity, 6),
        "inputs": [{"name": one.name, "size": one.size, "from": one.source} for one in written.inputs],
    }
    atomic.write_text(folder / NAME, json.dumps(content, ensure_ascii=False, indent=1) + "\n")


def _digest(folder: Path) -> str:
    """A hash of all files of the model."""
    hashed = hashlib.sha256()
    for path in sorted(path for path in folder.rglob("*") if path.is_file() and path.name != NAME):
        hashed.update(path.read_bytes())
    return hashed.hexdigest()[:16]
