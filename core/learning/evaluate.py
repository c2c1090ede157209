"""A model's report on labelled pictures that it was not taught on."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from pathlib import Path

import numpy as np

from core.errors import DatasetError
from core.learning.features import extract
from core.learning.progress import Clock, Listener, Stage
from core.learning.report import report
from core.model.file import load
from core.model.model import Report
from core.pictures.dataset import Dataset

STAGES: tuple[Stage, ...] = ("read", "look", "test")
_LOOK_SECONDS = 0.004  # a picture, on one core, before the pace is known


def evaluate(path: Path, dataset: Dataset, listen: Listener) -> Report:
    """The report of the model at `path` on a dataset; pictures of labels that it does not know are left out. `listen`
    is called with the events of the stages in `STAGES`. Raises ModelError, and DatasetError where it knows no label.

    >>> evaluate(Path("fruit.teachlens"), archive.find([Path("other fruit.zip")]), print).score.value
    0.93
    """
    model = load(path)
    known = tuple(entry for entry in dataset.entries if entry.label in model.labels)
    if not known:
        raise DatasetError("evaluate.no_known_label", labels=", ".join(model.labels[:10]))
    clock = Clock(listen, {"read": 0.1, "look": 0.5 + len(known) * _LOOK_SECONDS, "test": 0.1})
    clock.update("read", len(known), len(known))
    features = extract(
        replace(dataset, entries=known),
        model.backbone,
        1,
        partial(clock.update, "look"),
        model.tuned_weights,
        model.backbone_sha256,
        layer_graph=model.layer_graph,
    )
    count = len(features.targets)
    clock.update("test", 0, count)
    position = np.array([model.labels.index(label) for label in features.labels], np.int32)
    probabilities = model.probabilities(np.asarray(features.vectors[:, 0], np.float32))
    logits = np.log(np.maximum(probabilities, np.finfo(np.float32).tiny))
    result = report("own split", logits, 1.0, position[features.targets], np.arange(count, dtype=np.int32))
    clock.update("test", count, count)
    return result
