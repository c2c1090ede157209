"""`recognise.json`: what a program needs to know beside the graph to answer as the app does."""

from __future__ import annotations

import json
from pathlib import Path

from core.export.format import Written
from core.storage import atomic

NAME = "recognise.json"


def write(folder: Path, written: Written) -> None:
    """Write the file: labels in the order of the outputs; below `threshold` an answer is "not sure", below
    `min_similarity` a picture is like nothing that was taught; the inputs, each made from the picture itself or, where
    `from` is a number, from the input of that position."""
    model = written.model
    detector = model.ood_detector if written.similarity else None
    content = {
        "title": model.card.title,
        "made": model.card.made,
        "labels": model.labels,
        "threshold": model.threshold,
        "min_similarity": detector and round(detector.min_similarity, 6),
        "inputs": [{"name": one.name, "size": one.size, "from": one.source} for one in written.inputs],
    }
    atomic.write_text(folder / NAME, json.dumps(content, ensure_ascii=False, indent=1) + "\n")
