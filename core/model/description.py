"""`model.json`: what it says of a model, and the model that it describes together with the arrays beside it.

Every field is checked on the way in: whatever opens can also be shown, answered with and corrected. Keys are those that
files of version 1 have had from the first; names in the code are newer.
"""

from __future__ import annotations

import math
import zipfile
from collections.abc import Mapping
from dataclasses import asdict, replace
from datetime import datetime
from typing import Any

import numpy as np
from numpy.typing import NDArray

from core import settings
from core.backbones import catalogue
from core.backbones.layer_graph import LayerGraph, from_dict
from core.backbones.networks import layers_model
from core.errors import BackboneError, ModelError
from core.messages import MESSAGES
from core.model import tuned_weights
from core.model.members import read_array, read_json, require
from core.model.model import (
    MAX_CORRECTED,
    MAX_WEIGHT,
    NEIGHBOURS,
    OOD_VECTORS,
    Head,
    Model,
    ModelCard,
    OutOfDistributionDetector,
    Report,
    Score,
    Subclasses,
)
from core.model.text import is_printable, printable, printable_labels

FORMAT, VERSION = "teachlens-model", 1
NETWORK = "network.json"  # the member with a network that was made elsewhere
_MAX_NETWORK_BYTES, _MAX_NETWORK_VALUES = 2**20, 50_000  # of it: a thousand layers take half
_MAX_BYTES = 2**21  # of model.json: 1,000 labels of 80 characters, thrice, and a score for each take half
_MAX_VALUES = 20_000  # in it: a thousand labels take ten each
_MAX_TEXT = 1_000  # characters, of a title
_MAX_COUNT = 10**9  # of pictures or files, where nothing is kept of them
_YEARS = range(1970, 2200)  # of a date: a machine without a clock of its own begins at 1970


def described(model: Model) -> dict[str, Any]:
    """What `model.json` says of a model."""
    report = model.report
    return {
        "format": FORMAT,
        "version": VERSION,
        "labels": list(model.labels),
        "backbone": {"name": model.backbone, "sha256": model.backbone_sha256, "features": len(model.head.weights)},
        "temperature": model.head.temperature,
        "level_weight": model.level_weight,
        "lesson": model.lesson_head and len(model.lesson_head.bias),  # its classes, of which there may be more by now
        "threshold": model.threshold,
        "fine": model.subclasses and {"names": list(model.subclasses.names), "label": model.subclasses.label.tolist()},
        "familiar": model.ood_detector
        and {"least": model.ood_detector.min_similarity, "shape": list(model.ood_detector.vectors.shape)},
        "card": _described_card(model.card),
        "report": {
            "method": report.method,
            "score": asdict(report.score),
            "per_class": [asdict(score) for score in report.per_class],
            "calibration_error": report.calibration_error,
            "tested": len(report.example),
        },
    }


def printable_model(model: Model) -> Model:
    """The model as a file may have it: names that came with a source may hold what no page can show."""
    labels = printable_labels(model.labels)
    names = dict(zip(model.labels, labels, strict=True))
    pictures = {names.get(label, label): count for label, count in model.card.pictures.items()}
    title = printable(model.card.title)[:_MAX_TEXT]
    return replace(model, labels=labels, card=replace(model.card, title=title, pictures=pictures))


def read_model(archive: zipfile.ZipFile) -> Model:
    """The model in the first zip of a model file, without what its lesson tuned. Raises ModelError."""
    content = read_json(archive, "model.json", _MAX_BYTES, _MAX_VALUES)
    require(isinstance(content, dict) and content.get("format") == FORMAT)
    if type(content.get("version")) is not int or content["version"] > VERSION:
        raise ModelError("model.newer")
    try:
        return _read_model(archive, content)
    except (KeyError, TypeError, ValueError, OverflowError, AttributeError) as error:
        raise ModelError("model.damaged") from error


def read_head(archive: zipfile.ZipFile, folder: str, shape: tuple[int, int], temperature: float) -> Head:
    """The head with (features, classes) weights in `folder`. Raises ModelError."""
    weights = read_array(archive, f"{folder}/weights.npy", shape, np.float32, most=MAX_WEIGHT)
    bias = read_array(archive, f"{folder}/bias.npy", shape[1:], np.float32, most=MAX_WEIGHT)
    return Head(weights, bias, temperature)


def label_of(value: Any) -> str:
    """A label. Raises ModelError for what cannot be one."""
    label = _text(value, settings.MAX_LABEL_LENGTH)
    require(bool(label.strip()))
    return label


def count_of(value: Any, most: int) -> int:
    """A whole number from 0 to `most`. Raises ModelError for anything else."""
    require(type(value) is int and 0 <= value <= most)
    return int(value)


def _described_card(card: ModelCard) -> dict[str, Any]:
    content = asdict(card)
    content["joined"] = content.pop("corrections")  # as files of this version have called it from the first
    return content


def _read_model(archive: zipfile.ZipFile, content: Mapping[str, Any]) -> Model:
    labels = tuple(label_of(label) for label in _list(content["labels"], settings.MAX_CLASSES))
    require(2 <= len(labels) == len(set(labels)))
    backbone = _text(content["backbone"]["name"])
    features = count_of(content["backbone"]["features"], 2**16)
    sha256 = _text(content["backbone"]["sha256"])
    layer_graph = _read_network(archive, backbone, sha256, features)
    first = features if layer_graph else _require_features(backbone, features, tuned_weights.there(archive))
    subclasses = _subclasses(content.get("fine"), len(labels))
    columns = len(labels) if subclasses is None else len(subclasses.names)
    temperature = _number(content["temperature"], 1e-4, 1e4)
    card = _card(content["card"], labels)
    lesson = content.get("lesson")  # classes of the lesson's head
    require(lesson is None or count_of(lesson, columns) >= 2)
    return Model(
        labels=labels,
        backbone=backbone,
        backbone_sha256=sha256,
        layer_graph=layer_graph,
        head=read_head(archive, "head", (features, columns), temperature),
        level_weight=_number(content.get("level_weight", 1.0), 0, 100),  # files of before have none
        threshold=_number(content["threshold"], 0, 1),
        subclasses=subclasses,
        ood_detector=_ood_detector(archive, content.get("familiar"), first, card.corrected_pictures),
        card=card,
        report=_report(archive, content["report"], len(labels)),
        lesson_head=read_head(archive, "lesson", (features, lesson), temperature) if lesson else None,
    )


def _read_network(archive: zipfile.ZipFile, backbone: str, sha256: str, features: int) -> LayerGraph | None:
    """The network that the file brings along; None where its backbone is one of ours. Raises ModelError."""
    require((NETWORK in archive.NameToInfo) == (backbone == layers_model.NAME))
    if backbone != layers_model.NAME:
        return None
    content = read_json(archive, NETWORK, _MAX_NETWORK_BYTES, _MAX_NETWORK_VALUES)
    try:
        layer_graph = from_dict(content)
    except BackboneError as error:
        raise ModelError("model.damaged") from error
    require(layer_graph.features == features and layer_graph.sha256 == sha256)
    read_array(archive, "examples/vectors.npy", (0, features), np.float16)  # nothing can be learned from what it has
    return layer_graph


def _require_features(backbone: str, features: int, tuned: bool) -> int:
    """How many features the final map of that backbone's first network has. Raises ModelError where a model's vectors
    cannot be the backbone's: where the lesson tuned it, the first network's stand in them twice."""
    try:
        whole = catalogue.card(backbone)
    except BackboneError as error:
        raise ModelError("model.other_backbone", backbone=backbone) from error
    require(features == sum(block.width for block in catalogue.feature_blocks(whole, tuned=tuned)))
    return catalogue.parts(whole)[0].final_features


def _card(content: Mapping[str, Any], labels: tuple[str, ...]) -> ModelCard:
    made = _text(content["made"])
    require(datetime.fromisoformat(made).year in _YEARS)
    pictures = content["pictures"]
    require(isinstance(pictures, dict) and set(pictures) <= set(labels))
    joined = tuple(count_of(count, MAX_CORRECTED) for count in _list(content.get("joined", []), MAX_CORRECTED))
    require(0 not in joined and sum(joined) <= MAX_CORRECTED)
    return ModelCard(
        title=_text(content["title"]),
        made=made,
        version=_text(content["version"]),
        pictures={label: count_of(count, _MAX_COUNT) for label, count in pictures.items()},
        skipped=count_of(content["skipped"], _MAX_COUNT),
        seed=_seed(content["seed"]),
        seconds=_number(content["seconds"], 0, 1e9),
        notes=tuple(note for note in map(_text, _list(content["notes"], 100)) if _is_note(note)),
        before=_score(content["before"]) if content.get("before") else None,
        corrections=joined,
    )


def _report(archive: zipfile.ZipFile, content: Mapping[str, Any], classes: int) -> Report:
    tested = count_of(content["tested"], settings.MAX_ENTRIES)
    per_class = _list(content["per_class"], classes)
    require(len(per_class) == classes and content["method"] in ("cross-validation", "held out", "own split"))
    confusion = read_array(archive, "report/confusion.npy", (classes, classes), np.int32)
    example = read_array(archive, "report/example.npy", (tested,), np.int32)
    answer = read_array(archive, "report/answer.npy", (tested,), np.int32)
    probability = read_array(archive, "report/probability.npy", (tested,), np.float32)
    require(_inside(confusion, settings.MAX_ENTRIES + 1) and _inside(example, settings.MAX_ENTRIES))
    require(_inside(answer, classes) and bool(((probability >= 0) & (probability <= 1 + 1e-3)).all()))
    return Report(
        method=content["method"],
        score=_score(content["score"]),
        per_class=tuple(_score(score) for score in per_class),
        confusion=confusion,
        calibration_error=_number(content["calibration_error"], 0, 1),
        example=example,
        answer=answer,
        probability=np.minimum(probability, np.float32(1)),
    )


def _subclasses(content: Mapping[str, Any] | None, labels: int) -> Subclasses | None:
    if content is None:
        return None
    names = [_text(name, settings.MAX_LABEL_LENGTH) for name in _list(content["names"], settings.MAX_CLASSES)]
    label = [count_of(position, labels - 1) for position in _list(content["label"], settings.MAX_CLASSES)]
    require(labels <= len(names) == len(label) and set(label) == set(range(labels)))  # every label has its own class
    return Subclasses(tuple(names), np.array(label, np.int32))


def _ood_detector(
    archive: zipfile.ZipFile, content: Mapping[str, Any] | None, features: int, corrected: int
) -> OutOfDistributionDetector | None:
    if content is None:
        return None
    count, length = (count_of(number, 2**24) for number in _list(content["shape"], 2))
    require(0 < count <= OOD_VECTORS + NEIGHBOURS * corrected and 0 < length <= features)
    vectors = read_array(archive, "familiar/vectors.npy", (count, length), np.float16)
    return OutOfDistributionDetector(vectors.astype(np.float32), _number(content["least"], -1, 1))


def _score(content: Mapping[str, Any]) -> Score:
    total = count_of(content["total"], _MAX_COUNT)
    low, high = _number(content["low"], 0, 1), _number(content["high"], 0, 1)
    return Score(count_of(content["right"], total), total, low, high)


def _list(value: Any, most: int) -> list[Any]:
    require(isinstance(value, list) and len(value) <= most)
    return list(value)


def _text(value: Any, most: int = _MAX_TEXT) -> str:
    require(isinstance(value, str) and len(value) <= most and is_printable(value))
    return str(value)


def _number(value: Any, low: float, high: float) -> float:
    require(type(value) in (int, float))
    number = float(value)
    require(math.isfinite(number) and low <= number <= high)
    return number


def _seed(value: Any) -> int:
    require(type(value) is int and -(2**63) <= value < 2**64)
    return int(value)


def _is_note(key: str) -> bool:
    """Whether it is a sentence that needs no values; one of a newer TeachLens is left out."""
    return key in MESSAGES and not any("{" in sentence for sentence in MESSAGES[key])


def _inside(numbers: NDArray[Any], count: int) -> bool:
    return bool(((numbers >= 0) & (numbers < count)).all())
