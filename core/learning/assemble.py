"""From what a fit gives to a model and its file: for every recipe, here."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from core import VERSION
from core.backbones import card
from core.learning import calibrate
from core.learning.recipe import Fitted, Lesson
from core.learning.report import report, score
from core.model.file import save
from core.model.model import Examples, Model, ModelCard
from core.pictures.dataset import left_out


def assemble(lesson: Lesson, fitted: Fitted, seconds: float) -> Model:
    """The model, with its report; `seconds` is how long the lesson took."""
    features, backbone = lesson.features, card(fitted.backbone)
    targets = features.targets[fitted.test]
    result = report(fitted.method, fitted.logits, fitted.head.temperature, targets, fitted.test)
    return Model(
        labels=features.labels,
        backbone=backbone.name,
        backbone_sha256=backbone.sha256,
        head=fitted.head,
        level_weight=fitted.level_weight,
        threshold=calibrate.threshold(result.probability, result.answer == targets),
        ood_detector=fitted.ood_detector,
        card=ModelCard(
            title=lesson.settings.title or features.entries[0].source.stem,
            made=datetime.now(UTC).isoformat(timespec="seconds"),
            version=VERSION,
            pictures=dict(zip(features.labels, np.bincount(features.targets).tolist(), strict=True)),
            skipped=left_out(features.skipped),
            seed=lesson.settings.seed,
            seconds=round(seconds, 2),
            notes=fitted.notes,
        ),
        report=result,
        tuned_weights=fitted.tuned_weights,
    )


def assemble_improved(model: Model, lesson: Lesson, fitted: Fitted, seconds: float) -> Model:
    """The model that takes the place of `model`, which stays what its card says: the title may be another by now."""
    improved = assemble(lesson, fitted, seconds)
    before = None if fitted.baseline_right is None else score(fitted.baseline_right, len(fitted.test))
    return replace(improved, card=replace(model.card, seconds=round(model.card.seconds + seconds, 2), before=before))


def write(path: Path, model: Model, lesson: Lesson, vectors: NDArray[np.float16]) -> None:
    """Write the model file, whole or not at all; with the examples, whose `vectors` (n, features) these are, as far as
    the settings let it keep them. Raises OSError."""
    features = lesson.features
    if lesson.settings.examples:
        names = tuple(entry.name for entry in features.entries)
        save(path, model, Examples(names, features.targets, vectors, lesson.groups), features.thumbnails)
        return
    nothing = Examples((), features.targets[:0], vectors[:0], lesson.groups[:0])
    result = model.report  # of single pictures, it says nothing either
    result = replace(result, example=result.example[:0], answer=result.answer[:0], probability=result.probability[:0])
    save(path, replace(model, report=result), nothing, ())
