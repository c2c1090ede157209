"""The classic recipe: the whole of a ResNet50 learns.

ResNet50, global average pooling, Dense(1024, relu), softmax; Adam, sparse categorical cross-entropy; ten epochs in
batches of 32, on 224 px pictures. `core.learning.classic_recipe` is the same in plain Keras.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import partial
from itertools import islice

import numpy as np

from core.backbones import keras_classic, pretrained, resnet
from core.backbones.weights import TunedWeights
from core.errors import ArchiveError, LessonError, TeachLensError
from core.learning.features import Features, extract
from core.learning.out_of_distribution import fit_ood_detector
from core.learning.progress import Epoch
from core.learning.recipe import Fitted, Lesson
from core.learning.recipes.classic import BATCH, EPOCHS
from core.model.model import FloatArray, Head, IntArray
from core.pictures import archive
from core.pictures.dataset import Entry
from core.pictures.decode import decode
from core.pictures.picture import to_model_input

_OnProgress = Callable[[int, int, tuple[Epoch, ...]], None]  # (batches done, their total, epochs so far)
_OnSettled = Callable[[int], None]  # after how many batches it goes faster
_Step = Callable[..., dict[str, float]]


@dataclass(frozen=True)
class Trained:
    """What training gives."""

    tuned_weights: TunedWeights  # of the network, up to the hidden layer
    head: Head  # the softmax layer; its temperature is 1, so that answers are the network's own
    note: str  # key of `core.messages`: which weights it began from


def fit(lesson: Lesson) -> Fitted:
    """Train on all pictures but the first fold, or the source's own test pictures, and test on these, in LiteRT as the
    model will answer. The model that is tested is the one that is kept. Raises as `train`."""
    features, clock, seed = lesson.features, lesson.clock, lesson.settings.seed
    test = np.flatnonzero(lesson.plan.folds == 0).astype(np.int32)
    training = np.flatnonzero(lesson.plan.folds != 0).astype(np.int32)
    trained = train(features, training, test, seed, partial(clock.update, "train"), clock.settle)
    answers = extract(lesson.dataset, resnet.NAME, 1, partial(clock.update, "test"), trained.tuned_weights)
    if len(answers.entries) < len(features.entries):  # it could be read when the lesson began
        raise ArchiveError(answers.skipped[-1].key, **answers.skipped[-1].values)
    vectors, targets = answers.vectors[:, 0], features.targets
    if not np.isfinite(vectors).all():  # the training's loss may be finite where normalisation by whole batches held it
        raise LessonError("classic.diverged")
    # Only of test pictures: those it was trained on are nearer to one another than any others will be.
    ood_detector = fit_ood_detector(vectors[test], targets[test], lesson.groups[test], seed) if len(test) else None
    return Fitted(
        backbone=resnet.NAME,
        head=trained.head,
        vectors=vectors,
        test=test,
        logits=trained.head.logits(np.asarray(vectors[test], np.float32)),
        method=lesson.held_out_method,
        ood_detector=ood_detector,
        tuned_weights=trained.tuned_weights,
        notes=(trained.note,),
    )


def train(
    features: Features,
    training: IntArray,
    validation: IntArray,
    seed: int,
    on_progress: _OnProgress,
    on_settled: _OnSettled,
) -> Trained:
    """Train the network on the pictures at the positions `training`, and measure after every epoch how it does on those
    at `validation`. Pictures are read batch by batch, so that memory does not grow with their number. Raises what
    reading raises, BackboneError for a weight file that is not the one that is meant, and LessonError where the loss
    becomes infinite or NaN."""
    on_progress(0, 1, ())
    weights_file = pretrained.resnet50()
    network = keras_classic.build(len(features.labels), weights_file, seed)
    generator = np.random.default_rng(seed)
    total = EPOCHS * (_batch_count(training) + _batch_count(validation))
    done = 0
    epochs: tuple[Epoch, ...] = ()

    def run(rows: IntArray, step: _Step) -> tuple[float, float]:
        """Mean loss and accuracy over all batches of these rows."""
        nonlocal done
        network.reset_metrics()
        metrics = {"loss": float("nan"), "accuracy": float("nan")}
        for x, y in _batches(features, rows):
            metrics = step(x, y, return_dict=True)  # means since the metrics were reset
            done += 1
            if done == 1:
                on_settled(done)  # it waited for the graph to be built
            if done < total:  # the last is reported with its epoch
                on_progress(done, total, epochs)
        return float(metrics["loss"]), float(metrics["accuracy"])

    for _ in range(EPOCHS):
        training_metrics = run(generator.permutation(training), network.train_on_batch)
        if not np.isfinite(training_metrics[0]):
            raise LessonError("classic.diverged")
        epochs = (*epochs, Epoch(*training_metrics, *run(validation, network.test_on_batch)))
        on_progress(done, total, epochs)
    tuned_weights, (weights, bias) = keras_classic.tuned_weights(network), network.get_layer("answer").get_weights()
    if not all(np.isfinite(array).all() for array in (*tuned_weights.values(), weights, bias)):
        raise LessonError("classic.diverged")
    note = "classic.from_scratch" if weights_file is None else "classic.from_imagenet"
    return Trained(tuned_weights, Head(weights, bias, 1.0), note)


def _batch_count(rows: IntArray) -> int:
    return -(-len(rows) // BATCH)


def _batches(features: Features, rows: IntArray) -> Iterator[tuple[FloatArray, IntArray]]:
    """The pictures at `rows`, (batch, 224, 224, 3) of 0 to 255, and their labels (batch,). Within a batch they stand in
    the order of their files, so that no archive is opened for every single one."""
    entries = features.entries

    def position(row: int) -> tuple[str, int]:
        return str(entries[row].source), entries[row].member or 0

    batches = [sorted(rows[start : start + BATCH].tolist(), key=position) for start in range(0, len(rows), BATCH)]
    pictures = _pictures(entries[row] for batch in batches for row in batch)
    for batch in batches:
        yield np.stack(list(islice(pictures, len(batch)))), features.targets[batch]


def _pictures(entries: Iterable[Entry]) -> Iterator[FloatArray]:
    for _, content in archive.read(entries):
        if isinstance(content, TeachLensError):  # it could be read when the lesson began
            raise content
        yield to_model_input(decode(content, shortest=resnet.SIZE), resnet.SIZE).astype(np.float32)
