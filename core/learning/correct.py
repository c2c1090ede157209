"""Putting a model right: pictures join its examples, the head is fitted again at once, and each step can be taken back.

The head is fitted near to the one that the lesson left, whose strength, calibration and mirror images are thus kept:
from half of each of six sets, with up to 25 mistakes on a quarter put right one after the other, 88.1 % of the rest
became 89.2 %; near to the head of the step before, 88.7; fitted from nothing, 88.8.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from core.backbones import card
from core.backbones.catalogue import feature_blocks
from core.errors import ModelError
from core.learning import logistic_regression
from core.learning.features import extract_one
from core.learning.split import stratified_sample
from core.model import file, store
from core.model.corrections import MAX_GROUP, Correction, report_of_labels
from core.model.model import MAX_CORRECTED, MAX_WEIGHT, NEIGHBOURS, Examples, Head, IntArray, Model
from core.model.recognise import Recogniser
from core.model.text import printable
from core.pictures.names import canonical_label
from core.settings import MAX_CLASSES

_C = 0.1  # C of what the weights change by: of 0.03, 0.1 and 0.3 the best
_WEIGHTS = (1, 4, 16)  # of a picture that joined, where a lesson's counts 1
_MOST = 3_000  # of the lesson's examples: the others have their say by the head that it left


def can(path: Path) -> bool:
    """Whether pictures can join the model at `path`: it has its examples, and is nobody's sample. Raises
    ModelError."""
    return not store.is_bundled(path) and file.has_examples(path)


def add(path: Path, pictures: Sequence[tuple[str, bytes]], label: str) -> Model:
    """Let pictures, names and encoded bytes, join the examples of the model at `path` as one group, under a label that
    it has or a new one; the model as it is then. What they add is appended to the file, whole or not at all. Raises
    PictureError, BackboneError, StorageError, OSError, and ModelError where there are no examples to join, or for a
    label that cannot be; ValueError for no pictures at all.

    >>> add(path, [("cup.jpg", photo)], "cup").card.corrected_pictures
    1
    """
    if not pictures:
        raise ValueError("no picture joins")
    with file.changing(path):
        sampled = _read(path)
        model = sampled.model
        label = _label(label, model)
        if model.card.corrected_pictures + len(pictures) > MAX_CORRECTED:
            raise ModelError("model.too_many_corrected", most=f"{MAX_CORRECTED:,}")
        backbone = Recogniser(model).backbone  # refuses another edition than the one that the model was taught with
        cached = [extract_one(data, backbone, 1) for _, data in pictures]
        correction = Correction(
            names=tuple(name for name, _ in pictures),
            label=label,
            group=min(int(sampled.listing.groups.max()) + 1, MAX_GROUP),
            vectors=np.concatenate([one.vectors for one in cached]),
        )
        labels = model.labels if label in model.labels else (*model.labels, label)
        targets = np.append(sampled.listing.labels[sampled.rows], np.full(len(pictures), labels.index(label)))
        head = _refit(
            model,
            model.lesson_head or model.head,
            len(labels),
            targets.astype(np.int32),
            np.concatenate([sampled.vectors, correction.vectors]),
            (*model.card.corrections, len(pictures)),
        )
        return file.append_correction(path, sampled, correction, head, [one.thumbnail for one in cached])


def undo(path: Path) -> Model:
    """Take back what joined the model at `path` last; the model as it is then. Raises ModelError, also where nothing
    has joined it, StorageError and OSError."""
    with file.changing(path):
        sampled = _read(path)
        if not sampled.model.card.corrections:
            raise ModelError("model.nothing_joined")
        if not file.take_back_correction(path, sampled):
            _take_back_merged(path, sampled.model)
        return file.load(path)


def _read(path: Path) -> file.Sampled:
    """The model with the examples to fit a head to. Raises ModelError."""
    if store.is_bundled(path):
        raise ModelError("model.no_examples")
    sampled = file.load_sampled(path, lambda labels: stratified_sample(labels, _MOST, 0))
    model = sampled.model
    if not sampled.listing.names:
        raise ModelError("model.no_examples")
    # The file may come from anywhere: what joined must lie at the end of what is there.
    neighbours = NEIGHBOURS * model.card.corrected_pictures
    fits = model.ood_detector is None or len(model.ood_detector.vectors) > neighbours
    if not fits or model.subclasses or (model.lesson_head is None) != (not model.card.corrections):
        raise ModelError("model.damaged")
    return sampled


def _label(label: str, model: Model) -> str:
    """The label as the model has it, or as it will. Raises ModelError for one that cannot be."""
    label = printable(canonical_label(label, model.labels))
    if not label:
        raise ModelError("model.label_empty")
    if label not in model.labels and len(model.labels) == MAX_CLASSES:
        raise ModelError("model.too_many_labels", most=f"{MAX_CLASSES:,}")
    return label


def _take_back_merged(path: Path, model: Model) -> None:
    """Take back what joined last, where the file's first zip has it: the head is fitted again without it."""
    examples, corrections = file.load_examples(path), model.card.corrections[:-1]
    last = model.card.corrections[-1]
    left = len(examples.names) - last
    examples = Examples(examples.names[:left], examples.labels[:left], examples.vectors[:left], examples.groups[:left])
    lesson = model.lesson_head or model.head
    # A new label goes with its last picture.
    labels = model.labels[: max(len(lesson.bias), int(examples.labels.max()) + 1)]
    detector = model.ood_detector
    if detector is not None:
        detector = replace(detector, vectors=detector.vectors[: -NEIGHBOURS * last])
    head = lesson
    if corrections:
        taught = left - sum(corrections)
        rows = np.r_[stratified_sample(examples.labels[:taught], _MOST, 0), taught:left].astype(np.int32)
        head = _refit(model, lesson, len(labels), examples.labels[rows], examples.vectors[rows], corrections)
    counts = np.bincount(examples.labels, minlength=len(labels)).tolist()
    model = replace(
        model,
        labels=labels,
        head=head,
        card=replace(model.card, pictures=dict(zip(labels, counts, strict=True)), corrections=corrections),
        report=report_of_labels(model.report, len(labels)),
        ood_detector=detector,
        lesson_head=lesson if corrections else None,
    )
    file.save(path, model, examples, file.thumbnails(path, range(left)))


def _refit(
    model: Model,
    lesson: Head,
    classes: int,
    targets: IntArray,
    vectors: NDArray[np.float16],
    corrections: tuple[int, ...],
) -> Head:
    """A head for examples, of which the last ones joined in these steps, near to the lesson's. What joined counts for
    more, if without that the newest are not answered as somebody said."""
    more = classes - len(lesson.bias)
    # A class that the lesson did not know begins as the one that the lesson thought least of.
    start = logistic_regression.Linear(
        np.pad(lesson.weights, ((0, 0), (0, more))), np.pad(lesson.bias, (0, more), "minimum")
    )
    features = np.asarray(vectors, np.float32)
    blocks = feature_blocks(card(model.backbone, model.backbone_sha256), tuned=bool(model.tuned_weights))
    newest = slice(-corrections[-1], None)
    for weight in _WEIGHTS:
        sample_weight = logistic_regression.balanced_sample_weight(targets, classes)
        sample_weight[-sum(corrections) :] *= weight
        linear = logistic_regression.refit_near(start, features, targets, sample_weight, _C, blocks, model.level_weight)
        if (linear.logits(features[newest]).argmax(axis=1) == targets[newest]).all():
            break
    limit = np.float32(MAX_WEIGHT)
    return Head(np.clip(linear.weights, -limit, limit), np.clip(linear.bias, -limit, limit), lesson.temperature)
