"""What it costs that some clients squash a whole picture into a square, where the app takes its middle."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np

from core.backbones import catalogue
from core.backbones.run import Backbone
from core.export.pictures import example_pictures
from core.export.quick_head import FoldHeads, quick_features
from core.learning.split import stratified_sample
from core.model.file import load, load_examples
from core.model.model import FloatArray, Model
from core.pictures.picture import Picture, to_model_input

_MAX_PICTURES = 200


@dataclass(frozen=True)
class Squashed:
    """Shares of right answers, 0..1, of heads that had not learned from the pictures, on their small copies."""

    pictures: int
    cropped: float
    squashed: float


def compare(path: Path, written: Model) -> Squashed | None:
    """The shares for the model file at `path` as it was written; None where the file keeps no pictures."""
    model, examples = load(path), load_examples(path)
    rows = stratified_sample(examples.labels, _MAX_PICTURES, model.card.seed).astype(np.int32)
    card = catalogue.card(written.backbone)
    vectors, slope, offset = examples.vectors, np.float32(1), np.float32(0)
    if written.backbone != model.backbone:
        quick = quick_features(path, model, examples)
        vectors, slope, offset = quick.vectors, quick.slope, quick.offset  # type: ignore[assignment]
    blocks = catalogue.feature_blocks(card, tuned=bool(written.tuned_weights))
    heads = FoldHeads(vectors, examples, blocks, model)
    rows = rows[heads.folds[rows] >= 0]  # the others, every head has learned from
    pictures = example_pictures(path, rows)
    if not pictures or len(pictures) < len(rows):
        return None
    backbone = Backbone(card.name, None, written.tuned_weights)

    def share(view: Callable[[Picture, int], Picture]) -> float:
        views = np.stack([backbone.vector(view(picture, card.size)) for picture in pictures])
        logits: FloatArray = heads.logits(views * slope + offset, rows)
        return float((logits.argmax(axis=1) == examples.labels[rows]).mean())

    return Squashed(len(pictures), share(to_model_input), share(squash))


def squash(picture: Picture, size: int) -> Picture:
    """The whole picture as a square; (size, size, 3) uint8."""
    shrinks = min(picture.shape[:2]) > size
    resized = cv2.resize(picture, (size, size), interpolation=cv2.INTER_AREA if shrinks else cv2.INTER_LINEAR)
    return np.asarray(resized, np.uint8)
