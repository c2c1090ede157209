"""Blocks that are trained, in a process of its own, as that needs Keras."""

from __future__ import annotations

import json
import os
import subprocess
import sys

import pytest

from core import settings

_TRAIN = """
import json
import numpy as np
from core.backbones import card
from core.backbones.catalogue import layers
from core.backbones.shapes import tensor_shapes
from core.learning import activations
from core.learning.fine_tuned_blocks import FineTunedBlocks
from core.learning.logistic_regression import Linear

network = card("efficientnet-lite0")
first = activations.first_layer(network)
shape = tensor_shapes(layers(network.name), network.size)[first]
kept = activations.Activations(1, shape)
generator = np.random.default_rng(0)
targets = np.arange(8, dtype=np.int32) % 2
for picture in range(8):
    kept.write(picture, 0, generator.normal(targets[picture], 1, shape).astype(np.float32))
pictures, views = np.arange(8, dtype=np.int32), np.zeros(8, np.int32)
head = Linear(np.zeros((network.features, 2), np.float32), np.zeros(2, np.float32))
blocks = FineTunedBlocks(network.name, first, head, seed=0)
frozen, weights, tuned = blocks.vectors(kept, pictures, 0), blocks.weights(), blocks.tuned_weights()
blocks.compile(2e-4, 1, 12)
losses = [blocks.train_on_batch(kept.read(pictures, views), targets, np.ones(8, np.float32))[0] for _ in range(12)]
moved = float(np.abs(blocks.vectors(kept, pictures, 0) - frozen).max())
changed = [name for name, one in blocks.tuned_weights().items() if not np.array_equal(one, tuned[name])]
blocks.restore(weights)
back = float(np.abs(blocks.vectors(kept, pictures, 0) - frozen).max())
answer = {"losses": losses, "moved": moved, "back": back, "changed": len(changed), "all": len(tuned)}
print(json.dumps({**answer, "first": first, "numbers": sorted({int(name.partition("/")[0]) for name in tuned})}))
"""


@pytest.mark.slow
def test_they_learn_and_go_back_to_what_they_were() -> None:
    environment = {**os.environ, "TF_CPP_MIN_LOG_LEVEL": "3", "CUDA_VISIBLE_DEVICES": "-1"}
    run = subprocess.run(
        [sys.executable, "-c", _TRAIN],
        cwd=settings.PROJECT,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert run.returncode == 0, run.stderr[-3000:]
    answer = json.loads(run.stdout.splitlines()[-1])
    assert answer["losses"][0] == pytest.approx(0.6931, abs=1e-3)  # the head begins where it was put: two equal classes
    assert answer["losses"][-1] < answer["losses"][0] / 2
    assert answer["moved"] > 1e-3 and answer["back"] < 1e-4
    assert answer["changed"] == answer["all"] and min(answer["numbers"]) >= answer["first"]
