"""The thorough way, in a process of its own, as it needs Keras."""

from __future__ import annotations

import importlib.util
import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from core import settings
from core.errors import LessonError
from core.learning.settings import Settings
from core.learning.teach import improve, teach
from core.model.file import load, load_examples
from core.model.recognise import Recogniser
from core.pictures import archive
from doodles import samples

pytestmark = pytest.mark.slow  # every test fine-tunes in Keras

IMPROVE = """
import json, sys
from pathlib import Path
import numpy as np
from core.learning import teach, thorough
from core.learning import activations
from core.learning.settings import Settings
from core.learning.teach import improve
from core.pictures import archive

source, path, epochs, clearer, stop_after = Path(sys.argv[1]), Path(sys.argv[2]), *map(float, sys.argv[3:])
thorough._EPOCHS, thorough._FEWEST_EPOCHS, thorough._CLEARER, activations._VARIATIONS = int(epochs), 1, clearer, 2
teach.THOROUGH_LEAST = 36
told = []
better = improve(path, archive.find([source]), Settings(), told.append, lambda: len(told) > stop_after)
stages = list(dict.fromkeys(event.stage for event in told))
epochs = [vars_ for event in told[-1:] for vars_ in event.epochs] or max((event.epochs for event in told), key=len)
answer = {"better": better, "stages": stages, "epochs": len(epochs), "share": told[-1].share, "events": len(told)}

if better:  # what the model file says of a picture, beside the same weights in Keras
    import keras
    from core.backbones import Backbone, card, keras_network
    from core.model.file import load
    from core.pictures.picture import to_model_input
    from doodles import samples

    model = load(path)
    known = card(model.backbone)
    first = activations.first_layer(known)
    tail, convolutions = keras_network.tail(model.backbone, first)
    described = keras_network.layers(model.backbone)
    for number, convolution in convolutions.items():
        kernel = model.tuned_weights[f"{number}/kernel"].transpose(keras_network._axes(described[number]))
        convolution.set_weights([kernel, model.tuned_weights[f"{number}/bias"]])
    whole = keras_network.build(model.backbone)
    add = keras.Model(whole.input, whole.get_layer(f"layer{first - 1}").output)
    backbone, apart, moved = Backbone(model.backbone, tuned_weights=model.tuned_weights), 0.0, 0.0
    for seed in range(4):
        seen = to_model_input(samples.draw("fish", samples.HELD_OUT + seed), known.size)
        scaled = ((seen.astype(np.float32) - known.mean) / known.scale)[None]
        frozen = keras.ops.convert_to_numpy(whole(scaled, training=False)[1])
        tuned = keras.ops.convert_to_numpy(tail(add(scaled, training=False)))
        ours = model.head.probabilities(backbone.vector(seen)[None])
        theirs = model.head.probabilities(np.concatenate([frozen, tuned], axis=1))
        apart, moved = max(apart, float(np.abs(ours - theirs).max())), float(np.abs(tuned - frozen).max())
    answer |= {"apart": apart, "moved": moved}
print(json.dumps(answer))
"""


@pytest.fixture(scope="module")
def source(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("drawn") / "drawn.zip"
    samples.write_zip(path, language="en", pictures_each=6)
    return path


@pytest.fixture
def quick(source: Path, tmp_path: Path) -> Path:
    """A model that a quick lesson made."""
    path = tmp_path / "model.teachlens"
    teach(archive.find([source]), Settings(title="doodles"), path, lambda progress: None)
    return path


def improved(
    source: Path, model: Path, *, epochs: int = 2, clearer: float = -1e9, stop_after: float = 1e9, **environment: str
) -> dict[str, Any]:
    """What the improving of a model says; `clearer` far below 0 takes whatever comes."""
    command = [sys.executable, "-c", IMPROVE, str(source), str(model), *map(str, (epochs, clearer, stop_after))]
    quiet = {**os.environ, "TF_CPP_MIN_LOG_LEVEL": "3", "CUDA_VISIBLE_DEVICES": "-1", **environment}
    done = subprocess.run(command, cwd=settings.PROJECT, env=quiet, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr[-3000:]
    answer: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return answer


def test_a_model_is_improved_and_answers_as_its_network_does_in_keras(source: Path, quick: Path) -> None:
    before = load(quick)
    told = improved(source, quick)
    after = load(quick)
    assert told["better"] and told["stages"] == ["read", "look", "vary", "train", "save"] and told["share"] == 1
    assert told["moved"] > 1e-3 and told["apart"] < 1e-3
    assert (
        after.tuned_weights
        and not before.tuned_weights
        and after.labels == before.labels
        and after.card.title == "doodles"
    )
    assert after.head.weights.shape == (2 * len(before.head.weights), 6)
    assert after.card.before is not None and after.card.before.total == after.report.score.total > 0
    assert after.report.score.right >= after.card.before.right  # else it would have stayed as it was
    assert load_examples(quick).vectors.shape == (36, 2 * len(before.head.weights))
    right = [
        Recogniser(after).recognise(samples.draw(kind, samples.HELD_OUT + 20)).labels[0] == kind
        for kind in samples.KINDS
    ]
    assert sum(right) >= 4


def test_a_model_stays_as_it_was_where_nothing_better_is_found(source: Path, quick: Path) -> None:
    content = quick.read_bytes()
    told = improved(source, quick, epochs=2, clearer=1e9)
    assert not told["better"] and quick.read_bytes() == content


def test_it_stops_where_it_is_told_to(source: Path, quick: Path) -> None:
    told = improved(source, quick, epochs=50, clearer=1e9, stop_after=76)  # 73 events come before it begins to train
    assert told["epochs"] <= 2 and told["stages"][-2:] == ["train", "save"]


def test_a_few_pictures_are_too_few_to_tell(source: Path, quick: Path) -> None:
    with pytest.raises(LessonError) as caught:
        improve(quick, archive.find([source]), Settings(), lambda progress: None, lambda: False)
    assert caught.value.key == "lesson.too_few" and "250" in caught.value.say("ko")


@pytest.mark.skipif(importlib.util.find_spec("torch") is None, reason="torch is not installed")
def test_it_trains_with_torch_too(source: Path, quick: Path) -> None:
    told = improved(source, quick, KERAS_BACKEND="torch")
    assert told["better"] and told["apart"] < 1e-3
