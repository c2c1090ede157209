"""What a lesson has tuned of a backbone, in a model file."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable

import numpy as np
import pytest

from core.backbones.catalogue import layers
from core.backbones.shapes import weight_shapes
from core.backbones.weights import TunedWeights
from core.errors import ModelError
from core.model import tuned_weights

JOINED = "efficientnet-lite0+efficientnet-lite1-192"
SHAPES = weight_shapes(layers("efficientnet-lite0"))
LAST = max(int(name.partition("/")[0]) for name in SHAPES)


def tuned() -> dict[str, np.ndarray]:
    return {f"{LAST}/{part}": np.full(SHAPES[f"{LAST}/{part}"], 0.5, np.float32) for part in ("kernel", "bias")}


def archive(weights: TunedWeights) -> zipfile.ZipFile:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as new:
        tuned_weights.write(new, weights)
    return zipfile.ZipFile(file)


@pytest.mark.parametrize("backbone", ["efficientnet-lite0", JOINED])
def test_what_was_written_is_read_for_the_first_network(backbone: str) -> None:
    written = archive(tuned())
    assert tuned_weights.there(written)
    weights = tuned_weights.read(written, backbone)
    assert weights.keys() == tuned().keys() and all((array == 0.5).all() for array in weights.values())


def test_none_are_none() -> None:
    assert not tuned_weights.there(archive({}))
    assert not tuned_weights.read(archive({}), "efficientnet-lite0")


@pytest.mark.parametrize(
    "change",
    [
        lambda weights: weights.pop(f"{LAST}/bias"),
        lambda weights: weights.update({"9999/kernel": np.zeros(3, np.float32)}),
        lambda weights: weights.update({f"{LAST}/bias": np.zeros(3, np.float32)}),
        lambda weights: weights.update({f"{LAST}/bias": np.full(SHAPES[f"{LAST}/bias"], 3e38, np.float32)}),
        lambda weights: weights.update({f"{LAST}/bias": np.full(SHAPES[f"{LAST}/bias"], np.nan, np.float32)}),
    ],
)
def test_what_no_lesson_makes_is_refused(change: Callable[[dict[str, np.ndarray]], None]) -> None:
    weights = tuned()
    change(weights)
    with pytest.raises(ModelError):
        tuned_weights.read(archive(weights), "efficientnet-lite0")


def test_a_backbone_that_nobody_knows_or_that_stays_frozen_is_named() -> None:
    with pytest.raises(ModelError) as refused:
        tuned_weights.read(archive(tuned()), "dragonfly")
    assert refused.value.key == "model.other_backbone"


def test_a_backbone_without_weights_needs_all_of_them() -> None:
    with pytest.raises(ModelError):
        tuned_weights.read(archive({}), "resnet50-classic")
