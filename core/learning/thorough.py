"""The thorough recipe's improvement: a copy of the backbone's last blocks learns, and its features stand beside the
frozen ones.

First the head is fitted, then the copy is trained from there (Kumar et al. 2022, "Fine-tuning can distort pretrained
features and underperform out-of-distribution", section 3.4), then a head is fitted to the features of both. For child
processes alone, as it needs Keras.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from itertools import product

import numpy as np

from core.backbones import card
from core.backbones.catalogue import feature_blocks, parts
from core.learning import activations, calibrate
from core.learning.fine_tuned_blocks import FineTunedBlocks
from core.learning.flip_sensitivity import is_source_flip_sensitive
from core.learning.logistic_regression import C_CANDIDATES, Linear, balanced_sample_weight, fit_path
from core.learning.paired import is_clearly_lower
from core.learning.progress import Epoch
from core.learning.quick import LEVEL_WEIGHTS, combined, frozen_ood_detector, weigh
from core.learning.recipe import Fitted, Lesson, Stop
from core.learning.split import stratified_group_folds
from core.model.model import FloatArray, Head, IntArray

_LEARNING_RATE = 2e-4  # at its highest
_START_C = (1e-1,)  # C of the head that the blocks are trained below
_BATCH = 32
_EPOCHS, _SAMPLES = 12, 20_000  # times through the pictures; fewer where that makes more pictures than this
_MIN_EPOCHS = 3
_PATIENCE = 8  # epochs without anything better: the last ones, when the rate is small, are the best as a rule
# Standard errors by which the validation loss must fall: the one-standard-error rule (Breiman et al. 1984,
# "Classification and regression trees", section 3.4.3), as the best of several epochs is better by chance too.
_STANDARD_ERRORS = 1.0


@dataclass(frozen=True)
class _Validation:
    """How well the validation pictures are recognised by the mean of candidates, as the quick recipe weighs them."""

    candidates: tuple[tuple[float, float], ...]  # (weight of the levels, C) of each head
    weights: FloatArray  # (candidates,) by their losses
    factors: FloatArray  # (candidates,) of each head in the mean
    temperature: float
    losses: FloatArray  # (n,) cross-entropy of each picture, in nats
    accuracy: float  # 0..1

    @property
    def loss(self) -> float:
        """Their mean."""
        return float(self.losses.mean())

    @property
    def level_weight(self) -> float:
        """The mean weight of the levels."""
        return float(self.weights @ [level_weight for level_weight, _ in self.candidates])

    @property
    def best_level_weight(self) -> float:
        """That of the candidate that counts most."""
        return self.candidates[int(self.weights.argmax())][0]


def fit(lesson: Lesson, stop: Stop) -> Fitted | None:
    """Fine-tune; None where the validation pictures are not recognised clearly better for it.

    The test pictures are the first fold, or the source's own; the validation pictures are a fold of the others. The
    validation pictures choose the epoch, weigh the candidates for C and the weight of the levels, give the temperature,
    and decide whether the result is kept. The test pictures only give the score: that is published as it is, also where
    it is below that of the frozen features, as a second decision by them would make the score too good. `stop` is asked
    after every batch, and then the best so far is what counts. Raises PictureError, ArchiveError, BackboneError.
    """
    plan, groups, seed = lesson.plan, lesson.groups, lesson.settings.seed
    targets = lesson.features.targets
    test = np.flatnonzero(plan.folds == 0).astype(np.int32)
    development = np.flatnonzero(plan.folds != 0).astype(np.int32)
    folds = stratified_group_folds(targets[development], groups[development], seed)
    training, validation = development[folds != 0], development[folds == 0]
    if not len(test) or not len(validation):
        return None
    tuning = _FineTuning(lesson, stop)
    epochs = tuning.epoch_count(training)
    tuning.expect(epochs * tuning.batch_count(training) + epochs * tuning.batch_count(plan.final))

    before = tuning.validate(tuning.frozen, training, validation, LEVEL_WEIGHTS)
    blocks, best_epoch, best = tuning.blocks(training), 0, before
    weights, level_weights = blocks.weights(), (before.best_level_weight,)  # all of them in every epoch would take long
    for epoch, loss, accuracy in tuning.train(blocks, training, epochs):
        now = tuning.validate(tuning.features_with(blocks, development), training, validation, level_weights)
        tuning.add_epoch(Epoch(loss, accuracy, now.loss, now.accuracy))
        if now.loss < best.loss:
            best_epoch, best, weights = epoch, now, blocks.weights()
        elif epoch - best_epoch >= _PATIENCE:
            break
    if not best_epoch:
        return None
    blocks.restore(weights)
    vectors = tuning.features_with(blocks)
    best = tuning.validate(vectors, training, validation, LEVEL_WEIGHTS)
    if not is_clearly_lower(best.losses, before.losses, groups[validation], _STANDARD_ERRORS):
        return None
    head = tuning.head(vectors, development, best)
    frozen_head = tuning.head(tuning.frozen, development, before)
    logits, frozen_logits = head.logits(vectors[test]), frozen_head.logits(tuning.frozen[test])

    tuning.expect(tuning.done + best_epoch * tuning.batch_count(plan.final))
    if not stop():  # once more, on all pictures that the model may learn from
        last = tuning.blocks(plan.final)
        if [epoch for epoch, _, _ in tuning.train(last, plan.final, epochs, until=best_epoch)]:
            blocks, vectors = last, tuning.features_with(last)
    head = tuning.head(vectors, plan.final, best)
    return Fitted(
        backbone=lesson.settings.backbone,
        head=Head(head.weights, head.bias, best.temperature),
        level_weight=best.level_weight,
        vectors=vectors.astype(np.float16),
        test=test,
        logits=logits,
        method=lesson.held_out_method,
        ood_detector=frozen_ood_detector(lesson),
        tuned_weights=blocks.tuned_weights(),
        baseline_right=int((frozen_logits.argmax(axis=1) == targets[test]).sum()),
    )


class _FineTuning:
    """The pictures, the activations of the frozen stem, and how blocks are trained and validated on them."""

    def __init__(self, lesson: Lesson, stop: Stop) -> None:
        features = lesson.features
        whole = card(lesson.settings.backbone)
        self._whole, self._card = whole, parts(whole)[0]
        self._targets, self._classes = features.targets, len(features.labels)
        self._seed, self._clock, self._stop = lesson.settings.seed, lesson.clock, stop
        self._epochs: tuple[Epoch, ...] = ()
        self.done = self._total = 0
        mirror = not is_source_flip_sensitive(features, lesson.groups, whole.name, self._seed)
        self.frozen = np.asarray(features.vectors[:, 0], np.float32)  # (n, features)
        self._activations = activations.compute(
            features.entries, self._card, mirror, self._seed, partial(self._clock.update, "vary"), whole.size
        )

    def expect(self, total: int) -> None:
        """How many batches there will be."""
        self._total = total

    def batch_count(self, pictures: IntArray) -> int:
        """Batches of one epoch."""
        return -(-len(pictures) // _BATCH)

    def epoch_count(self, pictures: IntArray) -> int:
        """Epochs for so many pictures."""
        return max(_MIN_EPOCHS, min(_EPOCHS, _SAMPLES // len(pictures)))

    def add_epoch(self, epoch: Epoch) -> None:
        """Keep an epoch for the curves."""
        self._epochs += (epoch,)
        self._clock.update("train", self.done, self._total, self._epochs)

    def blocks(self, training: IntArray) -> FineTunedBlocks:
        """The blocks before they are trained, below a head fitted to some pictures."""
        final = self.frozen[:, : self._card.final_features]
        (head,) = fit_path(final, training, self._targets[training], self._classes, _START_C)
        return FineTunedBlocks(self._card.name, activations.first_layer(self._card), head, self._seed)

    def train(
        self, blocks: FineTunedBlocks, training: IntArray, epochs: int, until: int | None = None
    ) -> Iterator[tuple[int, float, float]]:
        """Train: the number of each epoch from 1, with its loss and accuracy. The learning rate falls as for `epochs`
        epochs, also where it ends before."""
        generator = np.random.default_rng(self._seed)
        sample_weight = balanced_sample_weight(self._targets[training], self._classes)
        batches = self.batch_count(training)
        blocks.compile(_LEARNING_RATE, batches, batches * epochs)
        for epoch in range(1, (epochs if until is None else until) + 1):
            order = generator.permutation(len(training))
            loss_sum, right = 0.0, 0.0
            for start in range(0, len(order), _BATCH):
                batch = np.sort(order[start : start + _BATCH])
                pictures = training[batch]
                views = generator.integers(0, self._activations.views, len(batch)).astype(np.int32)
                x = self._activations.read(pictures, views)
                loss, accuracy = blocks.train_on_batch(x, self._targets[pictures], sample_weight[batch])
                loss_sum, right = loss_sum + loss * len(batch), right + accuracy * len(batch)
                self.done += 1
                self._clock.update("train", self.done, self._total, self._epochs)
                if self._stop():
                    return
            yield epoch, loss_sum / len(order), right / len(order)

    def features_with(self, blocks: FineTunedBlocks, pictures: IntArray | None = None) -> FloatArray:
        """(n, features) of all pictures: frozen final ones, fine-tuned, and the frozen levels' and other networks'.
        Where only some `pictures` are asked for, the others' fine-tuned features are 0."""
        count = self._card.final_features
        tuned = np.zeros((len(self.frozen), count), np.float32)
        wanted = np.arange(len(tuned), dtype=np.int32) if pictures is None else pictures
        tuned[wanted] = blocks.vectors(self._activations, wanted, 0)
        return np.concatenate([self.frozen[:, :count], tuned, self.frozen[:, count:]], axis=1)

    def head(self, vectors: FloatArray, training: IntArray, validation: _Validation) -> Linear:
        """The mean of the candidates' heads, fitted to some pictures."""
        fit = partial(self._heads, vectors, training)
        return combined(fit, validation.candidates, validation.factors, (vectors.shape[1], self._classes))

    def _heads(
        self, vectors: FloatArray, training: IntArray, level_weights: tuple[float, ...], Cs: tuple[float, ...]
    ) -> list[Linear]:
        """Heads fitted to some pictures, one for each weight of the levels and each C."""
        blocks = feature_blocks(self._whole, tuned=vectors.shape[1] > self._whole.features)
        return fit_path(vectors, training, self._targets[training], self._classes, Cs, blocks, level_weights)

    def validate(
        self, vectors: FloatArray, training: IntArray, validation: IntArray, level_weights: tuple[float, ...]
    ) -> _Validation:
        """The heads that are fitted to some pictures, measured on others, and their mean."""
        targets, candidates = self._targets[validation], tuple(product(level_weights, C_CANDIDATES))
        heads = self._heads(vectors, training, level_weights, C_CANDIDATES)
        logits = np.stack([head.logits(vectors[validation]) for head in heads])
        weights, factors = weigh(logits, targets)
        mean: FloatArray = np.einsum("k,knc->nc", factors, logits)
        temperature = calibrate.temperature(mean, targets)
        log_probabilities = calibrate.log_probabilities(mean / np.float32(temperature))
        losses = -log_probabilities[np.arange(len(targets)), targets]
        accuracy = float((mean.argmax(axis=1) == targets).mean())
        return _Validation(candidates, weights, factors, temperature, losses, accuracy)
