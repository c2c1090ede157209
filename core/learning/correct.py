"""Putting a model right: pictures join its examples, the head is fitted again at once, and each step can be taken back.

The head is fitted near to the one that the lesson left, whose strength, calibration and mirror images are thus kept:
from half of each of six sets, with up to 25 mistakes on a quarter put right one after the other, 88.1 % of the rest
became 89.2 %; near to the head of the step before, 88.7; fitted from nothing, 88.8.
"""

from __future__ import annotations

import threading
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np

from core.backbones import Backbone
from core.errors import ModelError
from core.learning import logistic_regression
from core.learning.feature_cache import CachedFeatures
from core.learning.features import extract_one
from core.learning.split import stratified_sample
from core.model import file, store
from core.model.model import (
    NEIGHBOURS,
    Examples,
    Head,
    IntArray,
    Model,
    OutOfDistributionDetector,
    Report,
    Score,
    normalised,
)
from core.pictures.names import canonical_label
from core.settings import MAX_CLASSES

_C = 0.1  # C of what the weights change by: of 0.03, 0.1 and 0.3 the best
_WEIGHTS = (1, 4, 16)  # of a picture that joined, where a lesson's counts 1
_MOST = 3_000  # of the lesson's examples: the others have their say by the head that it left
_turn = threading.Lock()  # one at a time: a step begins with what the one before it wrote


def can(path: Path) -> bool:
    """Whether pictures can join the model at `path`: it has its examples, and is nobody's sample. Raises
    ModelError."""
    return not store.is_bundled(path) and file.has_examples(path)


def add(path: Path, pictures: Sequence[tuple[str, bytes]], label: str) -> Model:
    """Let pictures, names and encoded bytes, join the examples of the model at `path` as one group, under a label that
    it has or a new one; the model as it is then. The file is replaced whole or not at all. Raises PictureError,
    BackboneError, and ModelError where there are no examples to join, or for a label that cannot be; ValueError for no
    pictures at all."""
    if not pictures:
        raise ValueError("no picture joins")
    with _turn:
        model, examples = _opened(path)
        label = canonical_label(label, model.labels)
        if not label:
            raise ModelError("model.label_empty")
        if label not in model.labels and len(model.labels) == MAX_CLASSES:
            raise ModelError("model.too_many_labels", most=f"{MAX_CLASSES:,}")
        backbone = Backbone(model.backbone, tuned_weights=model.tuned_weights, sha256=model.backbone_sha256)
        looks = [extract_one(data, backbone, 1) for _, data in pictures]
        labels = model.labels if label in model.labels else (*model.labels, label)
        position, group = labels.index(label), int(examples.groups.max()) + 1
        kept = file.thumbnails(path, range(len(examples.names)))
        examples = Examples(
            names=(*examples.names, *(name for name, _ in pictures)),
            labels=_longer(examples.labels, position, len(looks)),
            vectors=np.concatenate([examples.vectors, *(one.vectors for one in looks)]),
            groups=_longer(examples.groups, group, len(looks)),
        )
        familiar = model.ood_detector and _more_familiar(model.ood_detector, looks)
        joined = (*model.card.corrections, len(looks))
        return _fitted(path, model, labels, examples, familiar, joined, [*kept, *(one.thumbnail for one in looks)])


def undo(path: Path) -> Model:
    """Take back what joined the model at `path` last; the model as it is then. Raises ModelError, also where nothing
    has joined it."""
    with _turn:
        model, examples = _opened(path)
        if not model.card.corrections:
            raise ModelError("model.nothing_joined")
        last = model.card.corrections[-1]
        left = len(examples.names) - last
        examples = Examples(
            examples.names[:left], examples.labels[:left], examples.vectors[:left], examples.groups[:left]
        )
        lessons = len((model.lesson_head or model.head).bias)
        labels = model.labels[: max(lessons, int(examples.labels.max()) + 1)]  # a new label goes with its last picture
        familiar = model.ood_detector
        if familiar is not None:
            familiar = replace(familiar, vectors=familiar.vectors[: -NEIGHBOURS * last])
        thumbnails = file.thumbnails(path, range(left))
        return _fitted(path, model, labels, examples, familiar, model.card.corrections[:-1], thumbnails)


def _opened(path: Path) -> tuple[Model, Examples]:
    if not can(path):
        raise ModelError("model.no_examples")
    model, examples = file.load(path), file.load_examples(path)
    # The file may come from anywhere: what joined must lie at the end of what is there.
    most = min(len(examples.names) - 1, len(model.ood_detector.vectors) // NEIGHBOURS if model.ood_detector else 2**31)
    if model.card.corrected_pictures > most or (model.lesson_head is None) != (not model.card.corrections):
        raise ModelError("model.damaged")
    return model, examples


def _fitted(
    path: Path,
    model: Model,
    labels: tuple[str, ...],
    examples: Examples,
    familiar: OutOfDistributionDetector | None,
    joined: tuple[int, ...],
    thumbnails: Sequence[bytes],
) -> Model:
    """The model with a head for these examples, of which the last ones joined, written at `path`."""
    lesson = model.lesson_head or model.head
    counts = np.bincount(examples.labels, minlength=len(labels)).tolist()
    model = replace(
        model,
        labels=labels,
        head=_near(lesson, len(labels), examples, joined) if joined else lesson,
        card=replace(model.card, pictures=dict(zip(labels, counts, strict=True)), corrections=joined),
        report=_of_labels(model.report, len(labels)),
        ood_detector=familiar,
        lesson_head=lesson if joined else None,
    )
    file.save(path, model, examples, thumbnails)
    return model


def _near(lesson: Head, classes: int, examples: Examples, joined: tuple[int, ...]) -> Head:
    """A head for the examples, of which the last ones joined, near to the lesson's. What joined counts for more, if
    without that the newest are not answered as somebody said."""
    taught = len(examples.labels) - sum(joined)
    chosen = np.r_[stratified_sample(examples.labels[:taught], _MOST, 0), taught : len(examples.labels)].astype(
        np.int32
    )
    more = classes - len(lesson.bias)
    # A class that the lesson did not know begins as the one that the lesson thought least of.
    start = logistic_regression.Linear(
        np.pad(lesson.weights, ((0, 0), (0, more))), np.pad(lesson.bias, (0, more), "minimum")
    )
    targets = examples.labels[chosen]
    vectors = np.asarray(examples.vectors[chosen], np.float32)
    newest = slice(-joined[-1], None)
    for weight in _WEIGHTS:
        importances = logistic_regression.balanced_sample_weight(targets, classes)
        importances[-sum(joined) :] *= weight
        found = logistic_regression.refit_near(start, vectors, targets, importances, _C)
        if (found.logits(vectors[newest]).argmax(axis=1) == targets[newest]).all():
            break
    return Head(found.weights, found.bias, lesson.temperature)


def _more_familiar(familiar: OutOfDistributionDetector, looks: Sequence[CachedFeatures]) -> OutOfDistributionDetector:
    """A person has said what these are: each counts for as many neighbours as it takes to be familiar."""
    of_first = np.concatenate([one.vectors for one in looks])[:, : familiar.vectors.shape[1]]
    more = np.repeat(normalised(of_first.astype(np.float32)), NEIGHBOURS, axis=0)
    return replace(familiar, vectors=np.concatenate([familiar.vectors, more]))


def _of_labels(report: Report, classes: int) -> Report:
    """The report with a place for so many labels; of those that came after the test, nothing was tested."""
    more = max(0, classes - len(report.per_class))
    return replace(
        report,
        per_class=(report.per_class + (Score(0, 0, 0.0, 1.0),) * more)[:classes],
        confusion=np.pad(report.confusion, (0, more))[:classes, :classes],
    )


def _longer(numbers: IntArray, value: int, count: int) -> IntArray:
    return np.append(numbers, np.full(count, value, np.int32)).astype(np.int32)
