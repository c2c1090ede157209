"""Image models of Google's Teachable Machine, and others of the same files: `model.json`, its weights, `metadata.json`.

What such a model does to a picture is what its own library does, `@teachablemachine/image` 0.8.4, as `src/utils/tf.ts`
and `src/utils/canvas.ts` have it: the centre square, resized, and its numbers as `x / 127 - 1`. It was taught
elsewhere: no pictures are in it and no score, and its answers are not tempered.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np

from core import VERSION, settings
from core.backbones import layers_model, weights_manifest
from core.backbones.layer_graph import MAX_WEIGHTS
from core.backbones.networks.layers_model import NAME
from core.errors import ModelError
from core.model.file import save
from core.model.members import parse_json
from core.model.model import Examples, Head, Model, ModelCard, Report, Subclasses
from core.model.recognise import Recogniser
from core.model.text import printable

MODEL, METADATA = "model.json", "metadata.json"
THRESHOLD = 0.5  # an answer below is "not sure": the model itself says nothing of it
_SCALE = 127.0  # x / 127 - 1 is (x - 127) / 127
_MAX_BYTES, _MAX_VALUES = 2**23, 400_000  # of model.json: three joined EfficientNets take a fourth
_SIZE = 224  # pixels, where neither model nor metadata says it
_YEARS = range(1970, 2200)  # as model files have them


def gather(read_file: Callable[[str, int], bytes | None]) -> dict[str, bytes]:
    """The files of a model, by name. `read_file` is asked for one by its name and the most bytes it may have, and gives
    None where there is none of that name. Raises ModelError, BackboneError, and what it raises."""
    files = {name: _required(read_file, name, _MAX_BYTES) for name in (MODEL, METADATA)}
    _refuse_others(_parsed(files, METADATA))
    manifest = _parsed(files, MODEL).get("weightsManifest")
    names, total = weights_manifest.file_names(manifest), weights_manifest.byte_count(manifest)
    if total > 4 * MAX_WEIGHTS:
        raise ModelError("open.too_large", file=", ".join(names[:3]), limit=4 * MAX_WEIGHTS // 10**6)
    left = total
    for name in names:
        files[name] = _required(read_file, name, left)
        left -= len(files[name])
    return files


def read(files: Mapping[str, bytes], title: str) -> Model:
    """The model that these files make up; `title` is for one without a name of its own. Raises ModelError,
    BackboneError."""
    metadata = _parsed(files, METADATA)
    _refuse_others(metadata)
    size = metadata.get("imageSize", _SIZE)
    layers = layers_model.read(_parsed(files, MODEL), files, mean=_SCALE, scale=_SCALE, size=size)
    labels = _labels(metadata.get("labels"))
    classes = len(layers.head_bias) if layers.label is None else int(layers.label.max()) + 1
    if len(labels) != classes:
        raise ModelError("open.other_labels", labels=len(labels), classes=classes)
    model = Model(
        labels=labels,
        backbone=NAME,
        backbone_sha256=layers.graph.sha256,
        layer_graph=layers.graph,
        tuned_weights=layers.weights,
        head=Head(layers.head_weights, layers.head_bias, 1.0),
        threshold=_threshold(metadata.get("userMetadata")),
        subclasses=None if layers.label is None else Subclasses(("",) * len(layers.label), layers.label),
        card=ModelCard(
            title=_title(metadata.get("modelName")) or _title(title) or "Teachable Machine",
            made=_made(metadata.get("timeStamp")),
            version=VERSION,
            pictures={},  # none were taught here
            skipped=0,
            seed=0,
            seconds=0.0,
        ),
        report=Report.untested(classes),
    )
    grey = np.full((layers.graph.size, layers.graph.size, 3), 127, np.uint8)
    if not np.isfinite(Recogniser(model, threads=1).recognise(grey).probabilities).all():
        raise ModelError("layers.not_finite")
    return model


def write(path: Path, model: Model) -> None:
    """Write the model as a model file, without examples. Raises StorageError, OSError."""
    save(path, model, Examples.none(len(model.head.weights)), ())


def _required(read_file: Callable[[str, int], bytes | None], name: str, limit: int) -> bytes:
    content = read_file(name, limit)
    if content is None:
        raise ModelError("open.no_file", file=name)
    if len(content) > limit:
        raise ModelError("open.too_large", file=name, limit=max(1, limit // 10**6))
    return content


def _parsed(files: Mapping[str, bytes], name: str) -> dict[str, Any]:
    if name not in files:
        raise ModelError("open.no_file", file=name)
    try:
        content = parse_json(files[name], _MAX_VALUES)
    except ModelError as error:
        raise ModelError("open.no_json", file=name) from error
    if not isinstance(content, dict):
        raise ModelError("open.no_json", file=name)
    return content


def _refuse_others(metadata: Mapping[str, Any]) -> None:
    """Raises ModelError for models that recognise no colour pictures."""
    package = str(metadata.get("packageName", ""))
    if "wordLabels" in metadata or "tfjsSpeechCommandsVersion" in metadata or package.endswith("/audio"):
        raise ModelError("open.audio")
    if package.endswith("/pose") or "posenet" in str(metadata.get("modelSettings"))[:1000]:
        raise ModelError("open.pose")
    if metadata.get("grayscale") is True:
        raise ModelError("layers.grey")


def _labels(given: Any) -> tuple[str, ...]:
    """Labels as a model may have them: each with letters, and only once."""
    if not isinstance(given, list) or len(given) > settings.MAX_CLASSES or not all(isinstance(x, str) for x in given):
        raise ModelError("open.no_labels")
    labels: list[str] = []
    for number, text in enumerate(given, start=1):
        plain = " ".join(printable(text).split())[: settings.MAX_LABEL_LENGTH] or f"Class {number}"
        label, again = plain, 2
        while label in labels:
            label, again = f"{plain[: settings.MAX_LABEL_LENGTH - 6]} {again}", again + 1
        labels.append(label)
    return tuple(labels)


def _threshold(given: Any) -> float:
    """What our own exports say."""
    threshold: Any = given.get("threshold") if isinstance(given, dict) else None
    return float(threshold) if type(threshold) in (int, float) and 0 <= threshold <= 1 else THRESHOLD


def _title(given: Any) -> str:
    return " ".join(printable(given).split())[: settings.MAX_LABEL_LENGTH] if isinstance(given, str) else ""


def _made(given: Any) -> str:
    """When it was made, ISO 8601; now, where that is not known."""
    try:
        made = datetime.fromisoformat(given).astimezone(UTC)
    except (TypeError, ValueError, OverflowError):
        made = datetime.now(UTC)
    made = made if made.year in _YEARS else datetime.now(UTC)
    return made.isoformat(timespec="seconds")
