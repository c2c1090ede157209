"""In Keras, a backbone gives what it gives in LiteRT, batch normalisation folded or not."""

from __future__ import annotations

import importlib.util
import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from drawn import blots

from core import settings
from core.backbones import Backbone, card, catalogue
from core.backbones.architecture import Convolution
from core.backbones.weights import folded
from core.pictures.picture import to_model_input

NAME = "efficientnet-lite0"
FIRST = catalogue.first_tuned_layer(NAME)
_KERAS = """
import sys
import keras
import numpy as np
from core.backbones import card, keras_network

name, first, pictures, out = sys.argv[1], int(sys.argv[2]), *sys.argv[3:]
network, known = keras_network.build(name), card(name)
scaled = (np.load(pictures).astype(np.float32) - known.mean) / known.scale
feature_map, vector = network(scaled, training=False)
blocks, convolutions = keras_network.build_from_layer(name, first)
stem = keras.Model(network.input, network.get_layer(f"layer{first - 1}").output)
folded_vector = blocks(stem(scaled, training=False))
outputs = {"map": feature_map, "vector": vector, "folded": folded_vector}
np.savez(out, **{key: np.asarray(value) for key, value in outputs.items()},
         **keras_network.tuned_weights(name, convolutions))
"""


@pytest.mark.slow
@pytest.mark.skipif(importlib.util.find_spec("tensorflow") is None, reason="TensorFlow is not installed")
def test_keras_gives_the_same_within_a_ten_thousandth(tmp_path: Path) -> None:
    pictures = np.stack([to_model_input(blots("red", seed, 200), card(NAME).size) for seed in range(3)])
    np.save(tmp_path / "pictures.npy", pictures)
    arguments = [NAME, str(FIRST), str(tmp_path / "pictures.npy"), str(tmp_path / "outputs.npz")]
    quiet = {**os.environ, "TF_CPP_MIN_LOG_LEVEL": "3", "CUDA_VISIBLE_DEVICES": "-1"}
    subprocess.run([sys.executable, "-c", _KERAS, *arguments], cwd=settings.PROJECT, env=quiet, check=True)
    outputs = np.load(tmp_path / "outputs.npz")
    backbone = Backbone(NAME, threads=1)
    rows = zip(pictures, outputs["map"], outputs["vector"], outputs["folded"], strict=True)
    for picture, feature_map, vector, folded_vector in rows:
        ours, (our_map,) = backbone.vector_and_maps(picture)
        assert np.abs(ours - vector).max() < 1e-4 and np.abs(our_map - feature_map).max() < 1e-4
        assert np.abs(ours - folded_vector).max() < 1e-4

    weights, tuned = catalogue.weights(NAME), set(outputs.files) - {"map", "vector", "folded"}
    layers = {n: one for n, one in enumerate(catalogue.layers(NAME)) if n >= FIRST and isinstance(one, Convolution)}
    assert tuned == {f"{number}/{part}" for number in layers for part in ("kernel", "bias")}
    for number, layer in layers.items():  # not yet trained: the backbone's own
        kernel, bias = folded(layer, weights)
        assert np.array_equal(outputs[f"{number}/kernel"], kernel) and np.array_equal(outputs[f"{number}/bias"], bias)
