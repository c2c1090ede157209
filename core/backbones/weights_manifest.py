"""The weights of a TensorFlow.js model: a manifest in `model.json`, and files of numbers beside it.

Format: tfjs-core, `src/io/types.ts`, `WeightsManifestConfig`: groups, each of files that belong together as one row of
bytes, and of the weights that lie in them one after the other; quantised ones are `number * scale + min`.
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from core.backbones.layer_graph import MAX_WEIGHTS
from core.errors import BackboneError

_FILE_NAME = re.compile(r"[\w\-][\w\-. ()]{0,99}")
_MAX_WEIGHTS, _MAX_FILES, _MAX_SIDE = 5_000, 1_000, 2**24
_TYPES: dict[str, np.dtype[Any]] = {
    "float32": np.dtype("<f4"),
    "float16": np.dtype("<f2"),
    "uint8": np.dtype("u1"),
    "uint16": np.dtype("<u2"),
}


def file_names(manifest: Any) -> list[str]:
    """The files in which the weights lie, in order: names without a folder. Raises BackboneError."""
    names = [name for group in _groups(manifest) for name in group["paths"]]
    _require(len(names) <= _MAX_FILES)
    _require(all(isinstance(name, str) and _FILE_NAME.fullmatch(name) for name in names))
    _require(len(set(names)) == len(names))
    return names


def byte_count(manifest: Any) -> int:
    """How many bytes the files have, all together, as the manifest says. Raises BackboneError."""
    return sum(_bytes(weight) for group in _groups(manifest) for weight in group["weights"])


def read(manifest: Any, files: Mapping[str, bytes]) -> dict[str, NDArray[np.float32]]:
    """The weights by name, float32, all finite, from the files by name; every byte belongs to a weight. Raises
    BackboneError."""
    file_names(manifest)
    groups = _groups(manifest)
    described = [weight for group in groups for weight in group["weights"]]
    _require(len(described) <= _MAX_WEIGHTS)
    if sum(math.prod(_shape(weight)) for weight in described) > MAX_WEIGHTS:
        raise BackboneError("layers.too_large")
    weights: dict[str, NDArray[np.float32]] = {}
    for group in groups:
        expected, there = sum(map(_bytes, group["weights"])), sum(len(files[name]) for name in group["paths"])
        if expected != there:
            names = ", ".join(group["paths"][:3])
            raise BackboneError("layers.other_size", file=names, expected=f"{expected:,}", size=f"{there:,}")
        content, start = b"".join(files[name] for name in group["paths"]), 0
        for weight in group["weights"]:
            name, end = weight["name"], start + _bytes(weight)
            _require(isinstance(name, str) and name not in weights)
            weights[name] = _numbers(weight, content[start:end])
            start = end
    return weights


def _groups(manifest: Any) -> list[dict[str, Any]]:
    _require(isinstance(manifest, list) and 0 < len(manifest) <= _MAX_FILES)
    for group in manifest:
        _require(isinstance(group, dict) and all(isinstance(group.get(key), list) for key in ("paths", "weights")))
        _require(all(isinstance(weight, dict) for weight in group["weights"]))
    return list(manifest)


def _shape(weight: Mapping[str, Any]) -> tuple[int, ...]:
    shape = weight.get("shape")
    if not isinstance(shape, list) or len(shape) > 4:
        raise BackboneError("layers.damaged")
    _require(all(type(side) is int and 0 < side <= _MAX_SIDE for side in shape))
    return tuple(shape)


def _type(weight: Mapping[str, Any]) -> np.dtype[Any]:
    """How the numbers are stored."""
    _require(weight.get("dtype") == "float32")
    quantised = weight.get("quantization")
    if quantised is None:
        return _TYPES["float32"]
    if not isinstance(quantised, dict) or quantised.get("dtype") not in ("uint8", "uint16", "float16"):
        raise BackboneError("layers.damaged")
    return _TYPES[quantised["dtype"]]


def _bytes(weight: Mapping[str, Any]) -> int:
    return math.prod(_shape(weight)) * _type(weight).itemsize


def _numbers(weight: Mapping[str, Any], content: bytes) -> NDArray[np.float32]:
    numbers = np.frombuffer(content, _type(weight)).reshape(_shape(weight))
    if numbers.dtype.kind == "u":
        scale, least = (weight["quantization"].get(name) for name in ("scale", "min"))
        if type(scale) not in (int, float) or type(least) not in (int, float):
            raise BackboneError("layers.damaged")
        with np.errstate(all="ignore"):
            found = (numbers * float(scale) + float(least)).astype(np.float32)  # in float64, as JavaScript does it
    else:
        found = numbers.astype(np.float32)
    if not np.isfinite(found).all():
        raise BackboneError("layers.not_finite")
    return found


def _require(condition: bool) -> None:
    if not condition:
        raise BackboneError("layers.damaged")
