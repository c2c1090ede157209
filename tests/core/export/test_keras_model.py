"""A whole model in Keras, in a process of its own."""

from __future__ import annotations

import importlib.util
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(importlib.util.find_spec("keras") is None, reason="no Keras here"),
]
CODE = """
import sys
from pathlib import Path
import numpy as np
from core.export import keras_model
from core.export.network import inputs, prepared
from core.export.pictures import drawn
from core.model.file import load
from core.model.recognise import Recogniser
path = Path(sys.argv[1])
model, app = load(path), Recogniser(path)
network = keras_model.build(model)
parts = keras_model.build_features(model, "part{:02}".format)
for seed in range(3):
    picture = drawn(seed)
    batch = {name: one[None].astype(np.float32) for name, one in prepared(picture, inputs(model)).items()}
    outputs = network(batch)
    answer = app.recognise(picture)
    assert np.abs(keras_model.answered(outputs)[0] - answer.by_position()).max() < 1e-4
    familiar = float(np.asarray(outputs["similarity"])[0, 0]) >= model.ood_detector.min_similarity
    assert familiar == answer.familiar
    found = parts(batch)
    vector = np.concatenate([np.asarray(found[name])[0] for name in sorted(found)])
    assert np.abs(vector - app.backbone.vector(picture)).max() < 1e-3
assert not any(type(layer).__name__ == "Lambda" for layer in network.layers)
print(len(found), "parts")
"""


@pytest.mark.parametrize(("tier", "parts"), [("quick", 3), ("balanced", 6)])
def test_it_answers_as_the_app_and_gives_the_parts_of_the_vector(
    tier: str, parts: int, taught: Callable[..., Path]
) -> None:
    run = subprocess.run(
        [sys.executable, "-c", CODE, str(taught(tier))], capture_output=True, text=True, check=False, cwd=_project()
    )
    assert run.returncode == 0, run.stderr[-2000:]
    assert f"{parts} parts" in run.stdout


def _project() -> Path:
    from core import settings

    return settings.PROJECT
