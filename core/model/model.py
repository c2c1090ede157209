"""A model: backbone + head + labels + card, and what the held-out pictures said of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from core.backbones.layer_graph import LayerGraph
from core.backbones.weights import NO_TUNED_WEIGHTS, TunedWeights

FloatArray = NDArray[np.float32]
IntArray = NDArray[np.int32]
CLEAR = 0.7  # of a label's probability: a finer name with less is as good as guessed among its like
NEIGHBOURS = 3  # one may be a chance likeness; with more, small classes have too few
OOD_VECTORS = 2_000  # of a lesson's pictures at most, to compare with: more cost memory and time with every answer
MAX_CORRECTED = 6_000  # pictures that may join a model: with their neighbours, an answer takes 15 ms longer
MAX_WEIGHT = 1e6  # of a head, either sign: with any feature vector in float16, all logits are finite
Method = Literal["cross-validation", "held out", "own split"]


@dataclass(frozen=True)
class Head:
    """A linear layer with softmax over the labels, and its temperature (Guo et al. 2017, "On calibration")."""

    weights: FloatArray  # (features, classes)
    bias: FloatArray  # (classes,)
    temperature: float  # above 0; logits are divided by it

    def logits(self, vectors: FloatArray) -> FloatArray:
        """(n, features) float32 -> (n, classes) float32, not yet divided by the temperature."""
        if len(vectors) == 1:
            return alone("nf,fc->nc", vectors, self.weights) + self.bias
        return vectors @ self.weights + self.bias

    def probabilities(self, vectors: FloatArray) -> FloatArray:
        """(n, features) float32 -> (n, classes) float32, calibrated; each row adds up to 1."""
        scaled = self.logits(vectors) / self.temperature
        scaled -= scaled.max(axis=1, keepdims=True)
        np.exp(scaled, out=scaled)
        scaled /= scaled.sum(axis=1, keepdims=True)
        return scaled


@dataclass(frozen=True)
class Subclasses:
    """What a head knows that is finer than the labels: several of its classes may add up to one label, a hundred
    breeds to "dog"."""

    names: tuple[str, ...]  # of each class of the head; "" where it has none but its label's
    label: IntArray  # (classes of the head,) position in the labels

    def summed(self, probabilities: FloatArray) -> FloatArray:
        """(n, classes of the head) -> (n, labels); each row still adds up to 1."""
        found = np.zeros((int(self.label.max()) + 1, len(probabilities)), np.float32)
        np.add.at(found, self.label, probabilities.T)
        return found.T

    def name(self, probabilities: FloatArray, label: int) -> str:
        """The finer name for the label at that position, given the (classes of the head,) probabilities; "" where no
        class stands out among those of the label, or where there is only one, which nothing was weighed against."""
        classes = np.flatnonzero(self.label == label)
        best = classes[probabilities[classes].argmax()]
        clear = len(classes) > 1 and probabilities[best] >= CLEAR * probabilities[classes].sum()
        return self.names[best] if clear else ""


@dataclass(frozen=True)
class OutOfDistributionDetector:
    """The rule for "nothing like what I was taught": a picture is familiar where its `NEIGHBOURS`-th nearest of the
    pictures that were taught is near enough (Sun et al. 2022, "Out-of-distribution detection with deep nearest
    neighbors")."""

    vectors: FloatArray  # (m, features) of pictures that were taught, each of length 1
    min_similarity: float  # cosine, -1..1

    def is_in_distribution(self, vector: FloatArray) -> bool:
        """Whether a picture with this feature vector (features or more,) is familiar; the first features count, which
        are those of a network that no lesson has tuned."""
        return self.similarity(vector) >= self.min_similarity

    def similarity(self, vector: FloatArray) -> float:
        """The cosine between such a feature vector and its `NEIGHBOURS`-th nearest."""
        likeness = alone("mf,f->m", self.vectors, normalised(vector[None, : self.vectors.shape[1]])[0])
        neighbours = min(NEIGHBOURS, len(likeness))
        return float(np.partition(likeness, -neighbours)[-neighbours])


def alone(sums: str, one: FloatArray, other: FloatArray) -> FloatArray:
    """`np.einsum` on this thread, for products with a single vector: on a busy machine, NumPy's linear algebra on
    several threads, which wait for one another by spinning, takes 10 ms for what takes 0.2 ms on one."""
    found: FloatArray = np.einsum(sums, one, other)
    return found


def normalised(vectors: FloatArray) -> FloatArray:
    """(n, features), each made 1 long; what is 0 stays 0."""
    lengths = np.maximum(np.linalg.norm(vectors, axis=1, keepdims=True), 1e-9)
    return np.asarray(vectors / lengths, np.float32)


@dataclass(frozen=True)
class Score:
    """A share of right answers with its 95 % interval (Wilson 1927)."""

    right: int
    total: int
    low: float  # 0..1
    high: float  # 0..1

    @property
    def value(self) -> float:
        """Share of right answers, 0..1; 0 where nothing was tested."""
        return self.right / self.total if self.total else 0.0


@dataclass(frozen=True)
class Report:
    """What the pictures that the model did not learn from said."""

    method: Method
    score: Score
    per_class: tuple[Score, ...]  # in the order of the labels
    confusion: IntArray  # (classes, classes): rows are the labels given, columns the answers
    calibration_error: float  # expected calibration error, 15 bins, 0..1
    example: IntArray  # (tested,) position in the examples
    answer: IntArray  # (tested,) position in the labels
    probability: FloatArray  # (tested,) of that answer, calibrated

    @classmethod
    def untested(cls, labels: int) -> Report:
        """The report on a model of so many labels that was not tested here."""
        score, none = Score(0, 0, 0.0, 1.0), np.zeros(0, np.int32)
        confusion = np.zeros((labels, labels), np.int32)
        return cls("held out", score, (score,) * labels, confusion, 0.0, none, none, np.zeros(0, np.float32))


@dataclass(frozen=True)
class ModelCard:
    """What a person should know of a model."""

    title: str
    made: str  # ISO 8601, UTC
    version: str  # of TeachLens
    pictures: Mapping[str, int]  # per label
    skipped: int  # files of the source that were left out
    seed: int
    seconds: float  # the lesson took
    notes: tuple[str, ...] = field(default=())  # keys of `core.messages` that need no values
    before: Score | None = None  # where the network was tuned: of the model without, on the same tested pictures
    corrections: tuple[int, ...] = ()  # how many pictures joined the examples since the test, each time that some did

    @property
    def corrected_pictures(self) -> int:
        """Pictures that joined the examples since the test: put right, or shown."""
        return sum(self.corrections)


@dataclass(frozen=True)
class Model:
    """Everything that answering needs, and the report. The examples stay in the file until asked for."""

    labels: tuple[str, ...]
    backbone: str
    backbone_sha256: str
    head: Head
    threshold: float  # an answer whose best probability is below is "not sure"
    card: ModelCard
    report: Report
    ood_detector: OutOfDistributionDetector | None = None  # None: everything is taken for familiar
    subclasses: Subclasses | None = None  # None: the classes of the head are the labels
    tuned_weights: TunedWeights = field(
        default_factory=lambda: NO_TUNED_WEIGHTS
    )  # what the lesson has tuned of the backbone
    layer_graph: LayerGraph | None = None  # the network, where it was made elsewhere; `tuned_weights` are its
    level_weight: float = 1.0  # of the features of intermediate levels, standardised, when the head was fitted
    lesson_head: Head | None = (
        None  # the head as the lesson left it; None where that is `head`, as no pictures joined since
    )

    def probabilities(self, vectors: FloatArray) -> FloatArray:
        """(n, features) float32 -> (n, labels) float32, calibrated; each row adds up to 1."""
        return self.summed(self.head.probabilities(vectors))

    def summed(self, classes: FloatArray) -> FloatArray:
        """(n, classes of the head) probabilities -> (n, labels)."""
        return classes if self.subclasses is None else self.subclasses.summed(classes)


@dataclass(frozen=True)
class Examples:
    """What a model was taught on, in the order of the lesson."""

    names: tuple[str, ...]
    labels: IntArray  # (n,) position in the model's labels
    vectors: NDArray[np.float16]  # (n, features)
    groups: IntArray  # (n,) near-duplicates and bursts share a number

    @classmethod
    def none(cls, features: int) -> Examples:
        """Those of a model that keeps none, whose vectors would have so many features."""
        nothing = np.zeros(0, np.int32)
        return cls((), nothing, np.zeros((0, features), np.float16), nothing)


@dataclass(frozen=True)
class Listing:
    """The examples without what the backbone said of them: small, whatever their number."""

    names: tuple[str, ...]
    labels: IntArray  # (n,) position in the model's labels
    groups: IntArray  # (n,) near-duplicates and bursts share a number
