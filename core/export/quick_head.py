"""A model for clients that know one network and one size: a head of its own on the quick network.

The examples' vectors are of networks that see other sizes. The first of them is the quick network with a larger input,
so a head is fitted on its part of the vectors, and brought to the quick network's input: feature by feature, the line
that leads from its vectors to the larger input's is found on the examples' small pictures. On four sets, such a head is
1 point less accurate than one fitted on the quick network's own vectors of the full pictures (0.886 and 0.893).
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from core.backbones import catalogue
from core.backbones.card import Block, Card
from core.backbones.run import Backbone
from core.errors import ExportError
from core.export.feature_lines import feature_lines, moved
from core.export.network import inputs
from core.export.pictures import example_pictures
from core.learning import calibrate
from core.learning.logistic_regression import Linear, fit_path
from core.learning.report import report
from core.learning.split import stratified_group_folds, stratified_sample
from core.model.file import load_examples
from core.model.model import Examples, FloatArray, Head, IntArray, Model

_C = 0.1  # the middle of the lesson's candidates
_MAX_PICTURES = 200  # that the lines are found on
_QUICK, _QUICK_BEFORE = "efficientnet-lite0-levels", "efficientnet-lite0"  # with and without intermediate levels


@dataclass(frozen=True)
class QuickFeatures:
    """The examples of a model as the quick network's features."""

    card: Card  # of the quick network
    vectors: NDArray[np.float16]  # (n, features) of the same network, which may have seen another size
    slope: FloatArray  # (features,) of the lines that lead from the quick network's own features to these
    offset: FloatArray


def for_size(path: Path, model: Model, size: int) -> tuple[Model, tuple[str, ...]]:
    """A model for clients that give one picture of that size: the model file at `path` itself, whose content is
    `model`, or with a head of its own on the quick network; and what is to be said of it, keys of `core.messages`.
    Raises as `as_quick`, BackboneError."""
    if [one.size for one in inputs(model)] == [size]:
        return model, ()
    return as_quick(path, model), ("export.note.quick_head",)


def as_quick(path: Path, model: Model) -> Model:
    """The model file at `path`, whose content is `model`, with a head on the quick network, and the report on that
    head: cross-validated on the examples, with the vectors of the larger input. Raises ExportError where the model has
    no examples, or does not build on this network."""
    examples = load_examples(path)
    quick = quick_features(path, model, examples)
    heads = FoldHeads(quick.vectors, examples, catalogue.feature_blocks(quick.card), model)
    tested = np.flatnonzero(heads.folds >= 0).astype(np.int32)
    logits, targets = heads.logits(quick.vectors[tested], tested), examples.labels[tested]
    temperature = calibrate.temperature(logits, targets, refitted=True)
    result = report("cross-validation", logits, temperature, targets, tested)
    linear = heads.fit(np.arange(len(examples.labels), dtype=np.int32))
    return replace(
        model,
        backbone=quick.card.name,
        backbone_sha256=quick.card.sha256,
        head=moved(Head(linear.weights, linear.bias, temperature), quick.slope, quick.offset),
        threshold=calibrate.threshold(result.probability, result.answer == targets),
        report=result,
        ood_detector=None,
        tuned_weights={},
        lesson_head=None,
    )


def quick_features(path: Path, model: Model, examples: Examples) -> QuickFeatures:
    """The examples of the model at `path`. Raises as `as_quick`."""
    first = catalogue.parts(catalogue.card(model.backbone, model.backbone_sha256))[0]
    target = catalogue.card(_QUICK if first.levels else _QUICK_BEFORE)
    if first.sha256 != target.sha256 or first.level_widths != target.level_widths:
        raise ExportError("export.no_quick_head")
    if not len(examples.labels):
        raise ExportError("export.no_examples")
    slope, offset = np.ones(target.features, np.float32), np.zeros(target.features, np.float32)
    if first.size != target.size:
        slope, offset = _lines(path, examples, first, target, model.card.seed)
    return QuickFeatures(target, examples.vectors[:, _columns(model, first)], slope, offset)


class FoldHeads:
    """Heads on a model's examples, each fitted on none of its fold."""

    def __init__(
        self, vectors: NDArray[np.float16], examples: Examples, blocks: tuple[Block, ...], model: Model
    ) -> None:
        """On (n, features) `vectors`, which are made of these blocks."""
        self._vectors, self._targets, self._blocks, self._model = vectors, examples.labels, blocks, model
        self.folds = stratified_group_folds(examples.labels, examples.groups, model.card.seed)
        learned = (np.flatnonzero(self.folds != fold) for fold in range(self.folds.max() + 1))
        self._heads = [self.fit(rows.astype(np.int32)) for rows in learned]

    def fit(self, rows: IntArray) -> Linear:
        """The head fitted on some of the examples."""
        classes, level_weight = len(self._model.labels), self._model.level_weight
        targets = self._targets[rows]
        return fit_path(self._vectors, rows, targets, classes, (_C,), self._blocks, (level_weight,))[0]

    def logits(self, vectors: NDArray[Any], rows: IntArray | None = None) -> FloatArray:
        """(rows, classes) of other vectors (rows, features) of the examples `rows`, all where None. Those in fold -1,
        which every head has learned from, are not answered: 0."""
        folds = self.folds if rows is None else self.folds[rows]
        logits = np.zeros((len(folds), len(self._model.labels)), np.float32)
        for fold, head in enumerate(self._heads):
            logits[folds == fold] = head.logits(vectors[folds == fold])
        return logits


def _columns(model: Model, first: Card) -> NDArray[np.intp]:
    """Which of a model's features are those of its first network as nobody tuned it."""
    final = np.arange(first.final_features)
    tuned = first.final_features if model.tuned_weights else 0
    levels = np.arange(sum(first.level_widths)) + first.final_features + tuned
    return np.concatenate([final, levels])


def _lines(path: Path, examples: Examples, source: Card, target: Card, seed: int) -> tuple[FloatArray, FloatArray]:
    """Slopes and offsets (features,) that lead from the target network's vectors to the source's."""
    chosen = stratified_sample(examples.labels, _MAX_PICTURES, seed)
    pictures = example_pictures(path, chosen)
    if not pictures:
        raise ExportError("export.no_examples")
    y, x = (
        np.stack([backbone.vector(picture) for picture in pictures])
        for backbone in (Backbone(source.name), Backbone(target.name))
    )
    return feature_lines(x, y)
