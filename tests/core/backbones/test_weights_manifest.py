"""The weights of a TensorFlow.js model, from manifest and files."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from core.backbones import weights_manifest
from core.backbones.weights_manifest import byte_count, file_names, read
from core.errors import BackboneError

FIRST = np.arange(6, dtype="<f4").reshape(2, 3)
SECOND = np.array([7.5], "<f4")


def group(*paths: str, **more: Any) -> dict[str, Any]:
    weights = [{"name": "a/kernel", "shape": [2, 3], "dtype": "float32"}]
    return {"paths": list(paths), "weights": [*weights, {"name": "a/bias", "shape": [1], "dtype": "float32"}], **more}


def test_weights_lie_one_after_the_other_across_files() -> None:
    content = FIRST.tobytes() + SECOND.tobytes()
    manifest = [group("one.bin", "two.bin")]
    weights = read(manifest, {"one.bin": content[:9], "two.bin": content[9:]})
    assert file_names(manifest) == ["one.bin", "two.bin"] and byte_count(manifest) == 28
    assert (weights["a/kernel"] == FIRST).all() and (weights["a/bias"] == SECOND).all()
    assert {array.dtype for array in weights.values()} == {np.dtype(np.float32)}


@pytest.mark.parametrize("kind", ["uint8", "uint16"])
def test_quantised_weights_are_a_scale_and_a_least(kind: str) -> None:
    numbers = np.array([0, 3, 255], kind)
    weight = {"name": "a", "shape": [3], "dtype": "float32", "quantization": {"dtype": kind, "scale": 0.1, "min": -2}}
    weights = read([{"paths": ["w"], "weights": [weight]}], {"w": numbers.tobytes()})
    assert weights["a"] == pytest.approx([-2, -1.7, 23.5], abs=1e-6)


def test_half_precision_is_read() -> None:
    weight = {"name": "a", "shape": [2], "dtype": "float32", "quantization": {"dtype": "float16"}}
    content = np.array([0.5, -3], "<f2").tobytes()
    assert read([{"paths": ["w"], "weights": [weight]}], {"w": content})["a"].tolist() == [0.5, -3]


@pytest.mark.parametrize("change", [-1, 1])
def test_every_byte_belongs_to_a_weight(change: int) -> None:
    content = FIRST.tobytes() + SECOND.tobytes()
    content = content[:change] if change < 0 else content + b"\0"
    with pytest.raises(BackboneError) as refused:
        read([group("w.bin")], {"w.bin": content})
    assert refused.value.key == "layers.other_size" and "28" in str(refused.value)


@pytest.mark.parametrize("number", [np.nan, np.inf])
def test_weights_are_numbers(number: float) -> None:
    with pytest.raises(BackboneError) as refused:
        read([group("w.bin")], {"w.bin": FIRST.tobytes() + np.array([number], "<f4").tobytes()})
    assert refused.value.key == "layers.not_finite"


@pytest.mark.parametrize(
    "path", ["../w.bin", "/etc/passwd", "a/b.bin", "https://example.com/w", "", ".w", "a\\b", "w\0", None, 3, "x" * 200]
)
def test_files_have_plain_names(path: Any) -> None:
    with pytest.raises(BackboneError):
        file_names([group(path)])


@pytest.mark.parametrize(
    "weight",
    [
        {"shape": [2**24, 2**24]},
        {"shape": [2**25]},
        {"shape": [-1]},
        {"shape": [0]},
        {"shape": [True]},
        {"shape": [1.0]},
        {"shape": "3"},
        {"shape": [1] * 5},
        {"shape": None},
        {"dtype": "int32"},
        {"dtype": "string"},
        {"name": 3},
        {"name": "a/kernel"},
        {"quantization": "uint8"},
        {"quantization": {"dtype": "uint4"}},
        {"quantization": {"dtype": "uint8", "scale": "1", "min": 0}},
        {"quantization": {"dtype": "uint8", "scale": 1e300, "min": 0}},
    ],
)
def test_what_no_program_writes_is_refused_before_anything_is_read(weight: dict[str, Any]) -> None:
    second = {"name": "a/bias", "shape": [1], "dtype": "float32", **weight}
    manifest = [group("w.bin", weights=[group("w.bin")["weights"][0], second])]
    one_byte = "quantization" in weight
    content = FIRST.tobytes() + (b"\xff" if one_byte else SECOND.tobytes())
    with pytest.raises(BackboneError):
        read(manifest, {"w.bin": content})


@pytest.mark.parametrize(
    "manifest", [None, [], {}, [3], [{"paths": "w", "weights": []}], [{"paths": [], "weights": [3]}]]
)
def test_a_manifest_is_a_list_of_groups(manifest: Any) -> None:
    with pytest.raises(BackboneError):
        weights_manifest.byte_count(manifest)
