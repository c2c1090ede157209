"""The model file: one zip of JSON and arrays, no pickle; opened with every size and shape checked, nothing executed.

model.json              labels, backbone, temperature, threshold, card, report, and where the head's classes are finer
                        than the labels, their names and which label they add to
head/*.npy              weights (features, classes), bias (classes,)
lesson/*.npy            the same as the lesson left them, where pictures joined since
familiar/vectors.npy    of pictures that were taught, to tell what is like nothing of them
report/*.npy            confusion, and for every tested picture its example, answer and probability
examples/*.npy, .json   feature vectors, labels, groups, names
thumbnails/<n>.jpg      one small picture an example
own/<layer>/*.npy       kernel and bias, where the lesson has tuned some of the backbone
"""

from __future__ import annotations

import glob
import math
import os
import time
import zipfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any, BinaryIO

import numpy as np
from numpy.typing import NDArray

from core import settings
from core.errors import ModelError
from core.model import tuned_weights as own_weights
from core.model.members import MOMENT, member, opened, read, read_array, read_json, require, write_array, write_json
from core.model.model import (
    Examples,
    Head,
    Listing,
    Model,
    ModelCard,
    OutOfDistributionDetector,
    Report,
    Score,
    Subclasses,
)

ENDING = ".teachlens"
_ABANDONED = 600  # seconds: a part so old was left by a process that died while saving
FORMAT, VERSION = "teachlens-model", 1


def save(path: Path, model: Model, examples: Examples, thumbnails: Iterable[bytes]) -> None:
    """Write the model at `path`, whole or not at all; `thumbnails` are JPEG, one an example, in their order."""
    report = model.report
    with _replacing(path) as handle, zipfile.ZipFile(handle, "w", zipfile.ZIP_DEFLATED) as archive:
        write_json(archive, "model.json", _described(model))
        for folder, head in (("head", model.head), ("lesson", model.lesson_head)):
            if head is not None:
                write_array(archive, f"{folder}/weights.npy", head.weights)
                write_array(archive, f"{folder}/bias.npy", head.bias)
        for name in ("confusion", "example", "answer", "probability"):
            write_array(archive, f"report/{name}.npy", getattr(report, name))
        write_json(archive, "examples/names.json", list(examples.names))
        for name in ("labels", "groups", "vectors"):
            write_array(archive, f"examples/{name}.npy", getattr(examples, name))
        for number, thumbnail in enumerate(thumbnails):
            archive.writestr(zipfile.ZipInfo(_thumbnail_name(number), MOMENT), thumbnail)
        if model.ood_detector is not None:
            write_array(archive, "familiar/vectors.npy", model.ood_detector.vectors.astype(np.float16))
        own_weights.write(archive, model.tuned_weights)


def load(path: Path, *, tuned_weights: bool = True) -> Model:
    """The model at `path`, without its examples. Where not `own`, what the lesson tuned, up to 100 MB, stays in the
    file too: enough to show a model, not to answer with it. Raises ModelError for anything that is not a whole
    model."""
    with opened(path) as archive:
        model = _read_model(archive)
        return replace(model, tuned_weights=own_weights.read(archive, model.backbone)) if tuned_weights else model


def is_tuned(path: Path) -> bool:
    """Whether the lesson has tuned some of the backbone, so that the model at `path` needs a network of its own. Raises
    ModelError."""
    with opened(path) as archive:
        return own_weights.there(archive)


def load_examples(path: Path) -> Examples:
    """The examples that the model at `path` was taught on. Raises ModelError."""
    with opened(path) as archive:
        model = _read_model(archive)
        listed = _read_listing(archive, model)
        shape = (len(listed.names), model.head.weights.shape[0])
        vectors = read_array(archive, "examples/vectors.npy", shape, np.float16)
        return Examples(listed.names, listed.labels, vectors, listed.groups)


def has_examples(path: Path) -> bool:
    """Whether the examples are in the model at `path`: without them, nothing can join them. Raises ModelError."""
    with opened(path) as archive:
        return bool(read_json(archive, "examples/names.json"))


def load_listing(path: Path) -> Listing:
    """The examples without their vectors, which are most of a file. Raises ModelError."""
    with opened(path) as archive:
        return _read_listing(archive, _read_model(archive))


def thumbnails(path: Path, examples: Iterable[int]) -> list[bytes]:
    """The small JPEG pictures of some examples, in the order asked; b"" for one that is not there. Raises
    ModelError."""
    found = []
    with opened(path) as archive:
        for example in examples:
            try:
                found.append(read(archive, _thumbnail_name(int(example)), 2**18))
            except ModelError:
                found.append(b"")
    return found


def retitle(path: Path, title: str) -> None:
    """Give the model another title, in the file itself. Raises ModelError."""
    with opened(path) as old:
        model = _read_model(old)
        renamed = replace(model, card=replace(model.card, title=title))
        with _replacing(path) as handle, zipfile.ZipFile(handle, "w", zipfile.ZIP_DEFLATED) as new:
            for info in old.infolist():
                if info.filename == "model.json":
                    write_json(new, "model.json", _described(renamed))
                    continue
                with old.open(info) as source, new.open(member(info.filename, info.compress_type), "w") as target:
                    while block := source.read(2**20):
                        target.write(block)


def _described(model: Model) -> dict[str, Any]:
    report = model.report
    return {
        "format": FORMAT,
        "version": VERSION,
        "labels": list(model.labels),
        "backbone": {"name": model.backbone, "sha256": model.backbone_sha256, "features": len(model.head.weights)},
        "temperature": model.head.temperature,
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


def _described_card(card: ModelCard) -> dict[str, Any]:
    described = asdict(card)
    described["joined"] = described.pop("corrections")  # as files of this version have called it from the first
    return described


def _read_model(archive: zipfile.ZipFile) -> Model:
    described = read_json(archive, "model.json")
    require(isinstance(described, dict) and described.get("format") == FORMAT)
    if not isinstance(described.get("version"), int) or described["version"] > VERSION:
        raise ModelError("model.newer")
    try:
        return _built(archive, described)
    except (KeyError, TypeError, ValueError, OverflowError) as error:
        raise ModelError("model.damaged") from error


def _built(archive: zipfile.ZipFile, described: dict[str, Any]) -> Model:
    labels = described["labels"]
    require(isinstance(labels, list) and all(isinstance(label, str) and label.strip() for label in labels))
    require(2 <= len(labels) == len(set(labels)) and max(map(len, labels)) <= settings.MAX_LABEL_LENGTH)
    backbone, card, report = described["backbone"], described["card"], described["report"]
    features, classes, tested = int(backbone["features"]), len(labels), int(report["tested"])
    require(0 < features <= 2**16 and 0 <= tested <= settings.MAX_ENTRIES and classes <= settings.MAX_CLASSES)
    require(len(report["per_class"]) == classes and report["method"] in ("cross-validation", "held out", "own split"))
    answer = read_array(archive, "report/answer.npy", (tested,), np.int32)
    require(_inside(answer, classes))
    fine = _fine(described.get("fine"), classes)
    columns = classes if fine is None else len(fine.names)
    temperature = _number(described["temperature"], 1e-4, 1e4)
    before, joined = described.get("lesson"), tuple(int(count) for count in card.get("joined", ()))
    require(all(count > 0 for count in joined) and (before is None or 2 <= before <= columns))
    return Model(
        labels=tuple(labels),
        backbone=_text(backbone["name"]),
        backbone_sha256=_text(backbone["sha256"]),
        head=_head(archive, "head", (features, columns), temperature),
        threshold=_number(described["threshold"], 0, 1),
        subclasses=fine,
        ood_detector=_familiar(archive, described.get("familiar"), features),
        card=ModelCard(
            title=_text(card["title"]),
            made=_text(card["made"]),
            version=_text(card["version"]),
            pictures={_text(label): int(count) for label, count in card["pictures"].items()},
            skipped=int(card["skipped"]),
            seed=int(card["seed"]),
            seconds=_number(card["seconds"], 0, 1e9),
            notes=tuple(_text(note) for note in card["notes"]),
            before=_score(card["before"]) if card.get("before") else None,
            corrections=joined,
        ),
        report=Report(
            method=report["method"],
            score=_score(report["score"]),
            per_class=tuple(_score(score) for score in report["per_class"]),
            confusion=read_array(archive, "report/confusion.npy", (classes, classes), np.int32),
            calibration_error=_number(report["calibration_error"], 0, 1),
            example=read_array(archive, "report/example.npy", (tested,), np.int32),
            answer=answer,
            probability=read_array(archive, "report/probability.npy", (tested,), np.float32),
        ),
        lesson_head=_head(archive, "lesson", (features, before), temperature) if before else None,
    )


def _head(archive: zipfile.ZipFile, folder: str, shape: tuple[int, int], temperature: float) -> Head:
    weights = read_array(archive, f"{folder}/weights.npy", shape, np.float32)
    return Head(weights, read_array(archive, f"{folder}/bias.npy", shape[1:], np.float32), temperature)


def _read_listing(archive: zipfile.ZipFile, model: Model) -> Listing:
    names = read_json(archive, "examples/names.json")
    require(isinstance(names, list) and all(isinstance(name, str) for name in names))
    labels = read_array(archive, "examples/labels.npy", (len(names),), np.int32)
    require(_inside(labels, len(model.labels)))
    return Listing(tuple(names), labels, read_array(archive, "examples/groups.npy", (len(names),), np.int32))


def _fine(described: dict[str, Any] | None, labels: int) -> Subclasses | None:
    if described is None:
        return None
    names, label = described["names"], described["label"]
    require(isinstance(names, list) and isinstance(label, list) and labels <= len(names) <= settings.MAX_CLASSES)
    require(all(isinstance(name, str) and len(name) <= settings.MAX_LABEL_LENGTH for name in names))
    require(len(label) == len(names) and all(type(position) is int for position in label))
    require(set(label) == set(range(labels)))  # every label has a class of its own
    return Subclasses(tuple(names), np.array(label, np.int32))


def _familiar(
    archive: zipfile.ZipFile, described: dict[str, Any] | None, features: int
) -> OutOfDistributionDetector | None:
    if described is None:
        return None
    count, length = (int(number) for number in described["shape"])
    require(0 < count <= settings.MAX_ENTRIES and 0 < length <= features)
    vectors = read_array(archive, "familiar/vectors.npy", (count, length), np.float16)
    return OutOfDistributionDetector(vectors.astype(np.float32), _number(described["least"], -1, 1))


def _score(described: dict[str, Any]) -> Score:
    right, total = int(described["right"]), int(described["total"])
    require(0 <= right <= total)
    return Score(right, total, _number(described["low"], 0, 1), _number(described["high"], 0, 1))


def _text(value: Any) -> str:
    require(isinstance(value, str) and len(value) <= 1000)
    return str(value)


def _number(value: Any, low: float, high: float) -> float:
    number = float(value)
    require(math.isfinite(number) and low <= number <= high)
    return number


def _inside(positions: NDArray[Any], count: int) -> bool:
    return bool(((positions >= 0) & (positions < count)).all())


def _thumbnail_name(number: int) -> str:
    return f"thumbnails/{number}.jpg"


@contextmanager
def _replacing(path: Path) -> Iterator[BinaryIO]:
    """A file that takes the place of `path` when all of it is on the disk; on any error nothing is left."""
    path.parent.mkdir(parents=True, exist_ok=True)
    for left in path.parent.glob(f".{glob.escape(path.name)}.*.part"):
        if time.time() - left.stat().st_mtime > _ABANDONED:
            left.unlink(missing_ok=True)
    part = path.with_name(f".{path.name}.{os.getpid()}.part")
    try:
        with part.open("w+b") as handle:
            yield handle
            handle.flush()
            os.fsync(handle.fileno())
        part.replace(path)
    finally:
        with suppress(FileNotFoundError):
            part.unlink()
