"""The network of the classic recipe: what LiteRT says of it is what Keras says."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from drawn import blots

from core import settings
from core.backbones import Backbone, resnet
from core.backbones.shapes import weight_shapes
from core.model.model import Head
from core.pictures.picture import to_model_input

_KERAS = """
import sys
import numpy as np
import pytest
from core.backbones import keras_classic

pictures, out = sys.argv[1:]
network = keras_classic.build(4, None, 0)
random = np.random.default_rng(0)
for layer in network.layers:  # statistics far from those of a network that has not learned
    if layer.name.endswith("_bn"):
        gamma = random.uniform(0.6, 1.4, layer.gamma.shape) * (0.4 if layer.name.endswith("_3_bn") else 1)
        beta, mean = (random.normal(0, 0.3, gamma.shape) for _ in range(2))
        layer.set_weights([gamma, beta, mean, random.uniform(0.5, 2, gamma.shape)])
kernel, bias = network.get_layer("answer").get_weights()
network.get_layer("answer").set_weights([kernel * 3, bias + random.normal(0, 0.1, bias.shape)])
inputs = np.load(pictures).astype(np.float32)
np.savez(out, answers=network.predict(inputs, verbose=0), **keras_classic.tuned_weights(network))
np.savez(out + ".head.npz", *network.get_layer("answer").get_weights())
"""


@pytest.mark.slow
def test_litert_says_what_keras_says(tmp_path: Path) -> None:
    pictures = np.stack(
        [to_model_input(blots(paint, n, 300), 224) for n, paint in enumerate(("red", "green", "blue", "red"))]
    )
    np.save(tmp_path / "pictures.npy", pictures)
    out = tmp_path / "network.npz"
    environment = {**os.environ, "TF_CPP_MIN_LOG_LEVEL": "3"}
    command = [sys.executable, "-c", _KERAS, str(tmp_path / "pictures.npy"), str(out)]
    subprocess.run(command, cwd=settings.PROJECT, env=environment, check=True)
    with np.load(out) as arrays:
        answers, tuned_weights = arrays["answers"], {name: arrays[name] for name in arrays.files if name != "answers"}
    with np.load(f"{out}.head.npz") as arrays:
        head = Head(arrays["arr_0"], arrays["arr_1"], 1.0)
    assert {name: array.shape for name, array in tuned_weights.items()} == weight_shapes(resnet.resnet50())

    backbone = Backbone(resnet.NAME, tuned_weights=tuned_weights)
    vectors = np.stack([backbone.vector(picture) for picture in pictures])
    assert vectors.shape == (4, resnet.FEATURES) and [
        map_.shape for map_ in backbone.vector_and_maps(pictures[0])[1]
    ] == [(7, 7, 2048)]
    assert np.ptp(answers, axis=0).max() > 0.05  # it tells them apart
    assert np.abs(head.probabilities(vectors) - answers).max() < 1e-4


_PRETRAINED = """
import sys
from pathlib import Path
import h5py
import keras
import numpy as np
import pytest
from keras.src.legacy.saving import legacy_h5_format  # as the published weight files are written
from core.backbones import keras_classic

path = Path(sys.argv[1])
taught = keras.applications.ResNet50(weights=None, include_top=False)
with h5py.File(path, "w") as file:
    legacy_h5_format.save_weights_to_hdf5_group(file, taught)
network = keras_classic.build(3, path, 1)
for name in ("conv1_conv", "conv3_block1_0_bn", "conv5_block3_3_conv"):
    there, here = (one.get_layer(name).get_weights() for one in (taught, network))
    assert there and all(map(np.array_equal, there, here)), name
"""


@pytest.mark.slow
def test_weights_in_the_layout_of_keras_applications_are_where_it_begins(tmp_path: Path) -> None:
    environment = {**os.environ, "TF_CPP_MIN_LOG_LEVEL": "3"}
    command = [sys.executable, "-c", _PRETRAINED, str(tmp_path / "resnet50.h5")]
    subprocess.run(command, cwd=settings.PROJECT, env=environment, check=True)
