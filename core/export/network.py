"""A whole model as operations: scaling, networks, head, temperature and softmax in one graph."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Generic, Protocol, TypeVar

import numpy as np

from core.backbones import catalogue
from core.backbones.card import Card
from core.backbones.network import Operations, emit_features
from core.backbones.weights import NO_TUNED_WEIGHTS, FloatArray
from core.errors import ExportError
from core.model.model import NEIGHBOURS, Head, Model, Subclasses
from core.pictures.picture import Picture, to_model_input

T = TypeVar("T")


class Writer(Operations[T], Protocol[T]):
    """What a format has to offer beside a network's operations."""

    def picture(self, source: Input, mean: float, scale: float) -> T:
        """The input of that name, scaled as `(x - mean) / scale`, where x is RGB of 0 to 255."""
        ...

    def similarity(self, name: str, x: T, neighbours: FloatArray, nearest: int) -> T | None:
        """The cosine between the beginning of a vector and the `nearest`-th nearest of the rows of `neighbours`
        (m, length), each 1 long; None where the format does not say it."""
        ...


@dataclass(frozen=True)
class Input:
    """An input of the graph: a square picture."""

    name: str
    size: int  # pixels
    source: int | None = None  # made from the input of that position; None: from the picture itself


@dataclass(frozen=True)
class Outputs(Generic[T]):
    """What the graph gives."""

    probabilities: T  # (labels,)
    similarity: T | None  # see `Writer.similarity`


def inputs(model: Model) -> tuple[Input, ...]:
    """The inputs of a model's graph: one, or one for each size that its networks see. Each is made from the decoded
    picture itself: made from one another, they would not be what the app sees. Raises ExportError, BackboneError."""
    card = _card(model)
    sizes = sorted({part.size for part in catalogue.parts(card)}, reverse=True)
    if len(sizes) == 1:
        return (Input("picture", sizes[0]),)
    from_largest = 0 if card.through_largest else None
    return tuple(Input(f"picture_{size}", size, from_largest if at else None) for at, size in enumerate(sizes))


def emit(model: Model, writer: Writer[T]) -> Outputs[T]:
    """Emit the whole model. Raises as `inputs`."""
    vectors = emit_vectors(model, writer)
    vector = writer.concatenation("vectors", vectors) if len(vectors) > 1 else vectors[0]
    kernel, bias = tempered(model.head)
    probabilities = writer.dense("head", vector, kernel, bias, "softmax")
    if model.subclasses is not None:
        probabilities = writer.dense("labels", probabilities, sums(model.subclasses, len(model.labels)), None, None)
    similarity = None
    if (detector := model.ood_detector) is not None:
        nearest = min(NEIGHBOURS, len(detector.vectors))
        similarity = writer.similarity("similarity", vectors[0], detector.vectors, nearest)
    return Outputs(probabilities, similarity)


def emit_vectors(model: Model, writer: Writer[T]) -> list[T]:
    """Emit a model up to the feature vector of each of its networks. Raises as `inputs`."""
    card = _card(model)
    by_size = {one.size: one for one in inputs(model)}
    cards = catalogue.parts(card)
    pictures: dict[tuple[int, float, float], T] = {}
    vectors: list[T] = []
    for number, part in enumerate(cards):
        key = (part.size, part.mean, part.scale)
        if key not in pictures:
            pictures[key] = writer.picture(by_size[part.size], part.mean, part.scale)
        features = emit_features(
            writer,
            catalogue.layers(part.name),
            catalogue.weights(part.name),
            pictures[key],
            NO_TUNED_WEIGHTS if number else model.tuned_weights,
            part.levels,
            prefix=f"{number}/" if len(cards) > 1 else "",
        )
        vectors.append(features.vector)
    return vectors


def prepared(picture: Picture, wanted: tuple[Input, ...]) -> dict[str, Picture]:
    """What the app's networks see of a picture, by the names of the inputs."""
    made: list[Picture] = []
    for one in wanted:
        made.append(to_model_input(picture if one.source is None else made[one.source], one.size))
    return {one.name: picture for one, picture in zip(wanted, made, strict=True)}


def sorted_by_label(model: Model) -> Model:
    """The same model with its labels in alphabetical order, as some clients read them."""
    order = np.array(sorted(range(len(model.labels)), key=lambda position: model.labels[position]))
    position = np.argsort(order).astype(np.int32)
    head, subclasses, report = model.head, model.subclasses, model.report
    if subclasses is None:
        head = Head(head.weights[:, order], head.bias[order], head.temperature)
    else:
        subclasses = Subclasses(subclasses.names, position[subclasses.label])
    report = replace(
        report,
        per_class=tuple(report.per_class[old] for old in order),
        confusion=report.confusion[np.ix_(order, order)],
        answer=position[report.answer],
    )
    labels = tuple(model.labels[old] for old in order)
    return replace(model, labels=labels, head=head, subclasses=subclasses, report=report, lesson_head=None)


def _card(model: Model) -> Card:
    """The card of a model's backbone. Raises ExportError where no format can be written from it."""
    card = catalogue.card(model.backbone, model.backbone_sha256)
    if card.is_downloadable:
        raise ExportError("export.fetched_backbone", title=card.title)
    if model.layer_graph is not None:
        raise ExportError("export.made_elsewhere")
    return card


def tempered(head: Head) -> tuple[FloatArray, FloatArray]:
    """Kernel (classes, features) and bias (classes,) whose logits are divided by the temperature already."""
    kernel = head.weights.T.astype(np.float64) / head.temperature
    bias = head.bias.astype(np.float64) / head.temperature
    return np.ascontiguousarray(kernel, np.float32), bias.astype(np.float32)


def sums(subclasses: Subclasses, labels: int) -> FloatArray:
    """The kernel (labels, classes) that adds up the classes of each label."""
    kernel = np.zeros((labels, len(subclasses.label)), np.float32)
    kernel[subclasses.label, np.arange(len(subclasses.label))] = 1
    return kernel
