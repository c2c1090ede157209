"""The thorough way: a copy of the backbone's last blocks learns too, and its features stand beside the frozen ones.

First the head is fitted, then the copy learns from there (Kumar et al. 2022, "Fine-tuning can distort pretrained
features and underperform out-of-distribution"), then a head is fitted to the features of both. For child processes
alone, as it needs Keras.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from core.backbones import card
from core.backbones.weights import TunedWeights
from core.learning import activations, calibrate, logistic_regression
from core.learning.features import Features
from core.learning.fine_tuned_blocks import FineTunedBlocks
from core.learning.flip_sensitivity import is_flip_sensitive
from core.learning.progress import Epoch, Stage
from core.learning.split import Plan, stratified_group_folds
from core.model.model import FloatArray, Head, IntArray

_RATE = 2e-4  # of learning, at its highest
_BATCH = 32
_EPOCHS, _SAMPLES = 12, 20_000  # times through the pictures; fewer where that makes more pictures than this
_FEWEST_EPOCHS = 3
_PATIENCE = 8  # epochs without anything better: the last ones, when the rate is small, are the best as a rule
_C_CANDIDATES = (1e-2, 3e-2, 1e-1)  # candidates for C of the heads
_CLEARER = 0.0  # nats by which the held-out pictures must be better known; the tested ones have a say too

Tell = Callable[[Stage, int, int, tuple[Epoch, ...]], None]
Stop = Callable[[], bool]


@dataclass(frozen=True)
class Tuned:
    """What came of it."""

    tuned_weights: TunedWeights
    head: Head
    vectors: NDArray[np.float16]  # (n, features) of the pictures as they are, of both and of other networks
    tested: IntArray  # positions of pictures that nothing had learned from when they were tested
    logits: FloatArray  # (tested, classes)
    before: int  # how many of them a head on the frozen features alone gets right


@dataclass(frozen=True)
class _Verdict:
    """How well held-out pictures are known."""

    C: float  # C of the head that knows them best
    temperature: float
    loss: float  # mean over them, in nats
    accuracy: float  # 0..1


def tune(
    features: Features, groups: IntArray, plan: Plan, backbone: str, seed: int, tell: Tell, stop: Stop
) -> Tuned | None:
    """Learn with the last blocks; None where held-out pictures are not better known for it, or the tested ones, which
    had no say in anything before: by their loss, as of a hundred pictures two or three more are right by chance.
    `tell` hears (stage, done, total, epochs); `stop` is asked after every batch, and then the best so far is what
    counts. Raises PictureError, ArchiveError, BackboneError."""
    test = np.flatnonzero(plan.folds == 0).astype(np.int32)
    others = np.flatnonzero(plan.folds != 0).astype(np.int32)
    folds = stratified_group_folds(features.targets[others], groups[others], seed)
    learned, held = others[folds != 0], others[folds == 0]
    if not len(test) or not len(held):
        return None
    lesson = _Lesson(features, groups, backbone, seed, tell, stop)
    epochs = lesson.epochs(learned)
    lesson.expect(epochs * lesson.batches(learned) + epochs * lesson.batches(plan.final))

    before = lesson.judged(lesson.frozen, learned, held)
    tail, best, verdict = lesson.tail(learned), 0, before
    weights = tail.weights()
    for epoch, loss, accuracy in lesson.taught(tail, learned, epochs):
        now = lesson.judged(lesson.both(tail, others), learned, held)
        lesson.watched(Epoch(loss, accuracy, now.loss, now.accuracy))
        if now.loss < verdict.loss:
            best, verdict, weights = epoch, now, tail.weights()
        elif epoch - best >= _PATIENCE:
            break
    if before.loss - verdict.loss <= _CLEARER:
        return None
    tail.restore(weights)
    vectors = lesson.both(tail)
    logits, loss = lesson.asked(vectors, others, test, verdict)
    plainly, plain_loss = lesson.asked(lesson.frozen, others, test, before)
    if loss >= plain_loss:
        return None

    lesson.expect(lesson.done + best * lesson.batches(plan.final))
    if not stop():  # once more, from all of the pictures
        last = lesson.tail(plan.final)
        if [epoch for epoch, _, _ in lesson.taught(last, plan.final, epochs, until=best)]:
            tail, vectors = last, lesson.both(last)
    (head,) = lesson.heads(vectors, plan.final, (verdict.C,))
    return Tuned(
        tuned_weights=tail.tuned_weights(),
        head=Head(head.weights, head.bias, verdict.temperature),
        vectors=vectors[:, 0].astype(np.float16),
        tested=test,
        logits=logits,
        before=int((plainly.argmax(axis=1) == features.targets[test]).sum()),
    )


class _Lesson:
    """The pictures, what goes into the blocks that learn, and the ways in which these are taught and judged."""

    def __init__(self, features: Features, groups: IntArray, backbone: str, seed: int, tell: Tell, stop: Stop) -> None:
        whole = card(backbone)
        self._card = card(whole.parts[0]) if whole.parts else whole
        self._targets, self._classes = features.targets, len(features.labels)
        self._seed, self._tell, self._stop = seed, tell, stop
        self._epochs: tuple[Epoch, ...] = ()
        self.done = self._total = 0
        mirror = not is_flip_sensitive(features, groups, seed)
        self._plain = 2 if mirror else 1
        self.frozen = np.asarray(features.vectors[:, : self._plain], np.float32)
        self._cuts = activations.cut(
            features.entries, self._card, mirror, seed, lambda done, total: tell("vary", done, total, ()), whole.size
        )

    def expect(self, total: int) -> None:
        """How many batches there will be."""
        self._total = total

    def batches(self, pictures: IntArray) -> int:
        """Batches of one epoch."""
        return -(-len(pictures) // _BATCH)

    def epochs(self, pictures: IntArray) -> int:
        """Epochs for so many pictures."""
        return max(_FEWEST_EPOCHS, min(_EPOCHS, _SAMPLES // len(pictures)))

    def watched(self, epoch: Epoch) -> None:
        """Take down an epoch, for the curves."""
        self._epochs += (epoch,)
        self._tell("train", self.done, self._total, self._epochs)

    def tail(self, learned: IntArray) -> FineTunedBlocks:
        """The blocks as they are before they learn, below a head fitted to some pictures."""
        features = self._card.features
        (head,) = self.heads(self.frozen[:, :, :features], learned, _C_CANDIDATES[-1:])
        return FineTunedBlocks(self._card.name, activations.first_layer(self._card), head, self._seed)

    def taught(
        self, tail: FineTunedBlocks, learned: IntArray, epochs: int, until: int | None = None
    ) -> Iterator[tuple[int, float, float]]:
        """Teach: the number of each epoch from 1, with its loss and accuracy. The rate falls as for `rounds` epochs,
        also where it ends before."""
        generator = np.random.default_rng(self._seed)
        importance = logistic_regression.balanced_sample_weight(self._targets[learned], self._classes)
        batches = self.batches(learned)
        tail.begin(_RATE, batches, batches * epochs)
        for epoch in range(1, (epochs if until is None else until) + 1):
            order = generator.permutation(len(learned))
            losses, right = 0.0, 0.0
            for start in range(0, len(order), _BATCH):
                part = np.sort(order[start : start + _BATCH])
                pictures = learned[part]
                views = generator.integers(0, self._cuts.views, len(part)).astype(np.int32)
                loss, share = tail.step(self._cuts.of(pictures, views), self._targets[pictures], importance[part])
                losses, right = losses + loss * len(part), right + share * len(part)
                self.done += 1
                self._tell("train", self.done, self._total, self._epochs)
                if self._stop():
                    return
            yield epoch, losses / len(order), right / len(order)

    def both(self, tail: FineTunedBlocks, pictures: IntArray | None = None) -> FloatArray:
        """(n, views, features) of all pictures as they are, and mirrored: frozen, tuned, other networks'. Where only
        some `pictures` are asked for, the others' tuned features are 0."""
        features = self._card.features
        tuned = np.zeros((*self.frozen.shape[:2], features), np.float32)
        wanted = np.arange(len(tuned), dtype=np.int32) if pictures is None else pictures
        for view in range(self._plain):
            tuned[wanted, view] = tail.vectors(self._cuts, wanted, view)
        return np.concatenate([self.frozen[..., :features], tuned, self.frozen[..., features:]], axis=2)

    def heads(self, vectors: FloatArray, learned: IntArray, Cs: tuple[float, ...]) -> list[logistic_regression.Linear]:
        """Heads fitted to some pictures and their mirror images."""
        return logistic_regression.fit_path_on_views(
            vectors, learned, vectors.shape[1], self._targets, self._classes, Cs
        )

    def asked(
        self, vectors: FloatArray, learned: IntArray, test: IntArray, verdict: _Verdict
    ) -> tuple[FloatArray, float]:
        """What a head as in `verdict` that learned from some pictures says of others: logits, and their mean loss."""
        logits = self.heads(vectors, learned, (verdict.C,))[0].logits(vectors[test, 0])
        return logits, calibrate.cross_entropy(logits / np.float32(verdict.temperature), self._targets[test])

    def judged(self, vectors: FloatArray, learned: IntArray, held: IntArray) -> _Verdict:
        """How well held-out pictures are known by a head that learned from others."""
        targets = self._targets[held]
        verdicts = []
        for C, head in zip(_C_CANDIDATES, self.heads(vectors, learned, _C_CANDIDATES), strict=True):
            logits = head.logits(vectors[held, 0])
            temperature = calibrate.temperature(logits, targets)
            loss = calibrate.cross_entropy(logits / np.float32(temperature), targets)
            accuracy = float((logits.argmax(axis=1) == targets).mean())
            verdicts.append(_Verdict(C, temperature, loss, accuracy))
        return min(verdicts, key=lambda verdict: verdict.loss)
