"""Corrections that were appended to a model file: one small zip each, behind all that was there before.

model.json           names, label and group of the pictures that joined
vectors.npy          their feature vectors (pictures, features)
head/*.npy           the head that was fitted with them
thumbnails/<n>.jpg   one small picture each, numbered on from the examples before

What a model is after some of them follows from the model before and from these, so that taking the last one back is
taking its bytes away.
"""

from __future__ import annotations

import re
import zipfile
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from core import settings
from core.errors import ModelError
from core.model.container import appendable
from core.model.description import FORMAT, count_of, label_of, read_head
from core.model.members import MOMENT, read_array, read_json, require, write_array, write_json
from core.model.model import (
    MAX_CORRECTED,
    NEIGHBOURS,
    FloatArray,
    Head,
    Model,
    OutOfDistributionDetector,
    Report,
    Score,
    normalised,
)
from core.model.text import printable

NAMES = re.compile(r"model\.json|vectors\.npy|head/(weights|bias)\.npy|thumbnails/[0-9]{1,6}\.jpg")
MAX_GROUP = 2 * settings.MAX_ENTRIES  # numbers of groups: one for every example, and for every correction
MAX_NAME = 1_000  # characters, of an example
_VERSION = 2  # in the place where a TeachLens that knows no appended corrections looks for the model's
_MAX_BYTES = 2**22  # of a correction's model.json


@dataclass(frozen=True)
class Correction:
    """Pictures that joined a model's examples in one go, under one label."""

    names: tuple[str, ...]
    label: str  # one of the model's, or a new one
    group: int  # they share it in the examples
    vectors: NDArray[np.float16]  # (pictures, features)


def content(correction: Correction, head: Head, thumbnails: Sequence[bytes], first: int) -> bytes:
    """The bytes to append; the thumbnails' numbers begin at `first`."""

    def write(archive: zipfile.ZipFile) -> None:
        names = names_to_keep(correction.names, _MAX_BYTES)
        fields = {"names": names, "label": correction.label, "group": correction.group}
        write_json(archive, "model.json", {"format": FORMAT, "version": _VERSION, "correction": fields})
        write_array(archive, "vectors.npy", correction.vectors, zipfile.ZIP_STORED)
        write_array(archive, "head/weights.npy", head.weights, zipfile.ZIP_STORED)
        write_array(archive, "head/bias.npy", head.bias, zipfile.ZIP_STORED)
        for number, thumbnail in enumerate(thumbnails, first):
            archive.writestr(zipfile.ZipInfo(thumbnail_name(number), MOMENT), thumbnail)

    return appendable(write)


def names_to_keep(names: Sequence[str], max_bytes: int) -> list[str]:
    """Names of examples as a file may have them; of long ones their ends, where all would take more than
    `max_bytes` as JSON."""
    kept = [printable(name)[-MAX_NAME:] for name in names]
    if sum(2 * len(name.encode()) + 8 for name in kept) <= max_bytes:
        return kept
    longest = max_bytes // len(kept) // 8 - 1  # characters, of four bytes each, all of them escaped
    return [name[-longest:] for name in kept]


def thumbnail_name(number: int) -> str:
    """The member with the small picture of an example."""
    return f"thumbnails/{number}.jpg"


def read_corrections(archives: Sequence[zipfile.ZipFile], model: Model) -> tuple[Correction, ...]:
    """What was appended behind `model`, as the first zip of the file has it. Raises ModelError."""
    require(not archives or model.subclasses is None)
    corrections: list[Correction] = []
    count = model.card.corrected_pictures
    for archive in archives:
        correction = _read(archive, len(model.head.weights))
        corrections.append(correction)
        count += len(correction.names)
        require(count <= MAX_CORRECTED)
    return tuple(corrections)


def _read(archive: zipfile.ZipFile, features: int) -> Correction:
    described = read_json(archive, "model.json", _MAX_BYTES, MAX_CORRECTED + 20)
    require(isinstance(described, dict) and described.get("format") == FORMAT)
    if type(described.get("version")) is not int or described["version"] > _VERSION:
        raise ModelError("model.newer")
    fields = described.get("correction")
    require(isinstance(fields, dict) and isinstance(fields.get("names"), list) and bool(fields["names"]))
    names = fields["names"]
    require(all(isinstance(name, str) and len(name) <= MAX_NAME for name in names))
    return Correction(
        names=tuple(map(printable, names)),
        label=label_of(fields.get("label")),
        group=count_of(fields.get("group"), MAX_GROUP),
        vectors=read_array(archive, "vectors.npy", (len(names), features), np.float16),
    )


def corrected(model: Model, corrections: Sequence[Correction], head: Head | zipfile.ZipFile) -> Model:
    """The model after these corrections; its head is `head`, or stands in the appended zip. Raises ModelError."""
    labels, pictures = list(model.labels), dict(model.card.pictures)
    for correction in corrections:
        if correction.label not in labels:
            labels.append(correction.label)
        pictures[correction.label] = pictures.get(correction.label, 0) + len(correction.names)
    require(len(labels) <= settings.MAX_CLASSES)
    if isinstance(head, zipfile.ZipFile):
        head = read_head(head, "head", (len(model.head.weights), len(labels)), model.head.temperature)
    sizes = tuple(len(correction.names) for correction in corrections)
    detector = model.ood_detector
    return replace(
        model,
        labels=tuple(labels),
        head=head,
        card=replace(model.card, pictures=pictures, corrections=(*model.card.corrections, *sizes)),
        report=report_of_labels(model.report, len(labels)),
        ood_detector=detector and _with_neighbours(detector, np.concatenate([one.vectors for one in corrections])),
        lesson_head=model.lesson_head or model.head,
    )


def report_of_labels(report: Report, classes: int) -> Report:
    """The report with a place for so many labels; of those that came after the test, nothing was tested."""
    more = max(0, classes - len(report.per_class))
    return replace(
        report,
        per_class=(report.per_class + (Score(0, 0, 0.0, 1.0),) * more)[:classes],
        confusion=np.pad(report.confusion, (0, more))[:classes, :classes],
    )


def _with_neighbours(detector: OutOfDistributionDetector, vectors: NDArray[np.float16]) -> OutOfDistributionDetector:
    """A person has said what these are: each counts for as many neighbours as it takes to be familiar."""
    first = normalised(vectors[:, : detector.vectors.shape[1]].astype(np.float32))
    neighbours: FloatArray = first.astype(np.float16).astype(np.float32)  # as a file keeps them
    return replace(detector, vectors=np.concatenate([detector.vectors, np.repeat(neighbours, NEIGHBOURS, axis=0)]))
