"""The classic way, as the tutorial that this project comes from does it: the whole of a ResNet50 learns.

ResNet50, global average pooling, Dense(1024, relu), softmax; Adam, sparse categorical cross-entropy; ten epochs in
batches of 32, on 224 px pictures. `core.learning.classic_recipe` is the same in plain Keras.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from itertools import islice

import numpy as np

from core.backbones import keras_classic, pretrained, resnet
from core.backbones.weights import TunedWeights
from core.errors import LessonError, TeachLensError
from core.learning.features import Features
from core.learning.progress import Epoch, Stage
from core.learning.settings import CLASSIC_MEMORY, can_be_classic
from core.machine import cores, memory
from core.model.model import FloatArray, Head, IntArray
from core.pictures import archive
from core.pictures.dataset import Entry
from core.pictures.decode import decode
from core.pictures.picture import to_model_input

BACKBONE = resnet.NAME
EPOCHS, BATCH = 10, 32
# Seconds a picture on one core, expected before the pace is known: to learn from it, to be asked about it.
_LEARN_SECONDS, _ASK_SECONDS = 0.4, 0.15
_BUILD_SECONDS = 40  # before the first batch

_Tell = Callable[[int, int, tuple[Epoch, ...]], None]  # done, total, epochs so far
_Step = Callable[..., dict[str, float]]


@dataclass(frozen=True)
class Learned:
    """What came of it."""

    tuned_weights: TunedWeights  # of `BACKBONE`, up to the hidden layer
    head: Head  # the softmax layer; its temperature is 1, so that answers are the network's own
    note: str  # key of `core.messages`: what it began with


def check_memory() -> None:
    """Raises LessonError where there is too little memory for it."""
    if not can_be_classic():
        raise LessonError("classic.memory", needed=f"{CLASSIC_MEMORY / 1e9:.0f}", there=f"{memory() / 1e9:.1f}")


def expected(pictures: int) -> dict[Stage, float]:
    """Seconds that the stages of a lesson on so many pictures will take, before anything is known of their pace."""
    learn, ask = (pictures * seconds / cores() for seconds in (_LEARN_SECONDS, _ASK_SECONDS))
    train = _BUILD_SECONDS + EPOCHS * (0.8 * learn + 0.2 * ask)
    return {"read": 0.1, "look": 0.5 + pictures * 0.004, "train": train, "test": 1 + ask, "save": 1.0}


def learn(
    features: Features, learned: IntArray, held: IntArray, seed: int, tell: _Tell, settle: Callable[[int], None]
) -> Learned:
    """Teach the network from the pictures at the positions `learned`, and watch how it does on those `held` out. `tell`
    hears of batches; `settle`, after how many of them it goes faster. Pictures are read batch by batch, so that memory
    does not grow with their number. Raises what reading raises, BackboneError for a weight file that is not the one
    that is meant, and LessonError where its numbers run away."""
    tell(0, 1, ())
    start = pretrained.resnet50()
    network = keras_classic.build(len(features.labels), start, seed)
    chance = np.random.default_rng(seed)
    total = EPOCHS * (_count(learned) + _count(held))
    done = 0
    epochs: tuple[Epoch, ...] = ()

    def gone_through(rows: IntArray, step: _Step) -> tuple[float, float]:
        """Mean loss and accuracy over all batches of these rows."""
        nonlocal done
        network.reset_metrics()
        said = {"loss": float("nan"), "accuracy": float("nan")}
        for x, y in _batches(features, rows):
            said = step(x, y, return_dict=True)  # means since the metrics were reset
            done += 1
            if done == 1:
                settle(done)  # it waited for the graph to be built
            if done < total:  # the last is told with its epoch
                tell(done, total, epochs)
        return float(said["loss"]), float(said["accuracy"])

    for _ in range(EPOCHS):
        learning = gone_through(chance.permutation(learned), network.train_on_batch)
        if not np.isfinite(learning[0]):
            raise LessonError("classic.diverged")
        epochs = (*epochs, Epoch(*learning, *gone_through(held, network.test_on_batch)))
        tell(done, total, epochs)
    tuned_weights, (weights, bias) = keras_classic.tuned_weights(network), network.get_layer("answer").get_weights()
    if not all(np.isfinite(array).all() for array in (*tuned_weights.values(), weights, bias)):
        raise LessonError("classic.diverged")
    return Learned(
        tuned_weights, Head(weights, bias, 1.0), "classic.from_scratch" if start is None else "classic.from_imagenet"
    )


def _count(rows: IntArray) -> int:
    return -(-len(rows) // BATCH)


def _batches(features: Features, rows: IntArray) -> Iterator[tuple[FloatArray, IntArray]]:
    """The pictures at `rows`, (batch, 224, 224, 3) of 0 to 255, and their labels (batch,). Within a batch they stand in
    the order of their files, so that no archive is opened for every single one."""
    entries = features.entries

    def place(row: int) -> tuple[str, int]:
        return str(entries[row].source), entries[row].member or 0

    batches = [sorted(rows[start : start + BATCH].tolist(), key=place) for start in range(0, len(rows), BATCH)]
    pictures = _pictures(entries[row] for batch in batches for row in batch)
    for batch in batches:
        yield np.stack(list(islice(pictures, len(batch)))), features.targets[batch]


def _pictures(entries: Iterable[Entry]) -> Iterator[FloatArray]:
    for _, content in archive.read(entries):
        if isinstance(content, TeachLensError):  # it could be read when the lesson began
            raise content
        yield to_model_input(decode(content, shortest=resnet.SIZE), resnet.SIZE).astype(np.float32)
