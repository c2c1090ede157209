"""The improvement of a model: its decisions, with blocks that only pretend to learn; and all of it, in a process of
its own, as that needs Keras."""

from __future__ import annotations

import importlib.util
import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from types import ModuleType, SimpleNamespace
from typing import Any

import numpy as np
import pytest

from core import settings
from core.backbones import card
from core.errors import LessonError
from core.learning import recipes
from core.learning.features import Features, Thumbnails
from core.learning.progress import Clock
from core.learning.recipe import Fitted, Lesson
from core.learning.settings import Settings
from core.learning.split import Plan
from core.learning.teach import improve, teach
from core.model.file import load, load_examples
from core.model.model import FloatArray, IntArray
from core.model.recognise import Recogniser
from core.pictures import archive
from core.pictures.dataset import Dataset, Entry
from doodles import samples

pytestmark = pytest.mark.slow  # every test fine-tunes in Keras

IMPROVE = """
import json, sys
from pathlib import Path
import numpy as np
from core.learning import activations, recipes, thorough
from core.learning.settings import Settings
from core.learning.teach import improve
from core.pictures import archive

source, path, epochs, clearer, stop_after = Path(sys.argv[1]), Path(sys.argv[2]), *map(float, sys.argv[3:])
from dataclasses import replace
thorough._EPOCHS, thorough._MIN_EPOCHS, thorough._STANDARD_ERRORS = int(epochs), 1, clearer
activations._AUGMENTED_VIEWS = 2
recipe = recipes.get("thorough")
recipes.register(replace(recipe, improvement=replace(recipe.improvement, min_pictures=36)))
told = []
better = improve(path, archive.find([source]), Settings(mode="thorough"), told.append, lambda: len(told) > stop_after)
stages = list(dict.fromkeys(event.stage for event in told))
epochs = [vars_ for event in told[-1:] for vars_ in event.epochs] or max((event.epochs for event in told), key=len)
answer = {"better": better, "stages": stages, "epochs": len(epochs), "events": len(told)}
answer["shares"] = [event.share for event in told]

if better:  # what the model file says of a picture, beside the same weights in Keras
    import keras
    from core.backbones import Backbone, card, keras_network
    from core.model.file import load
    from core.pictures.picture import to_model_input
    from doodles import samples

    model = load(path)
    known = card(model.backbone)
    first = activations.first_layer(known)
    blocks, convolutions = keras_network.build_from_layer(model.backbone, first)
    described = keras_network.layers(model.backbone)
    for number, convolution in convolutions.items():
        kernel = model.tuned_weights[f"{number}/kernel"].transpose(keras_network._axes(described[number]))
        convolution.set_weights([kernel, model.tuned_weights[f"{number}/bias"]])
    whole = keras_network.build(model.backbone)
    add = keras.Model(whole.input, whole.get_layer(f"layer{first - 1}").output)
    plain = Backbone(model.backbone)
    backbone, apart, moved = Backbone(model.backbone, tuned_weights=model.tuned_weights), 0.0, 0.0
    for seed in range(4):
        seen = to_model_input(samples.draw("fish", samples.HELD_OUT + seed), known.size)
        scaled = ((seen.astype(np.float32) - known.mean) / known.scale)[None]
        frozen = keras.ops.convert_to_numpy(whole(scaled, training=False)[1])
        tuned = keras.ops.convert_to_numpy(blocks(add(scaled, training=False)))
        ours = model.head.probabilities(backbone.vector(seen)[None])
        levels = plain.vector(seen)[None, known.final_features :]
        theirs = model.head.probabilities(np.concatenate([frozen, tuned, levels], axis=1))
        apart, moved = max(apart, float(np.abs(ours - theirs).max())), float(np.abs(tuned - frozen).max())
    answer |= {"apart": apart, "moved": moved}
print(json.dumps(answer))
"""


THOROUGH = Settings(mode="thorough")
CARD = card(THOROUGH.backbone)
COUNT, LABELS = 150, 3
EVERYTHING = np.arange(COUNT, dtype=np.int32)
PLAN = Plan("cross-validation", (EVERYTHING // LABELS % 5).astype(np.int32), EVERYTHING)
TEST = PLAN.folds == 0


class PretendedBlocks:
    """Takes the place of the fine-tuned blocks: their features tell some pictures' labels, and mislead about others."""

    clear = np.ones(COUNT, bool)
    misleading = np.zeros(COUNT, bool)

    def __init__(self, *_: object) -> None:
        self.epoch = 0

    def compile(self, *_: object, **__: object) -> None:
        """As Keras'."""

    def train_on_batch(self, *_: object) -> tuple[float, float]:
        return 1.0, 0.5

    def vectors(self, _: object, pictures: IntArray, view: int) -> FloatArray:
        labels = (pictures + self.misleading[pictures]) % LABELS
        vectors = np.random.default_rng(view).normal(0, 0.1, (COUNT, CARD.final_features))[pictures]
        vectors[self.clear[pictures], labels[self.clear[pictures]]] += 3
        return vectors.astype(np.float32)

    def weights(self) -> list[FloatArray]:
        return []

    def restore(self, weights: list[FloatArray]) -> None:
        """Nothing was trained."""

    def tuned_weights(self) -> dict[str, FloatArray]:
        return {"57/bias": np.zeros(1, np.float32)}


@pytest.fixture
def pretended(monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[..., Fitted | None]]:
    """Fine-tunes with blocks that are clear about some pictures, and misleading about others."""
    stand_in = ModuleType("core.learning.fine_tuned_blocks")
    stand_in.FineTunedBlocks = PretendedBlocks  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, stand_in.__name__, stand_in)
    monkeypatch.delitem(sys.modules, "core.learning.thorough", raising=False)
    thorough = importlib.import_module("core.learning.thorough")

    def activations(*_: object) -> SimpleNamespace:
        return SimpleNamespace(views=2, read=lambda *_: None)

    monkeypatch.setattr(thorough.activations, "compute", activations)
    monkeypatch.setattr(thorough, "_EPOCHS", 1)
    monkeypatch.setattr(thorough, "_MIN_EPOCHS", 1)
    monkeypatch.setattr(thorough, "C_CANDIDATES", (0.1,))
    monkeypatch.setattr(thorough, "LEVEL_WEIGHTS", (1.0,))

    def run(clear: Any, misleading: Any) -> Fitted | None:
        monkeypatch.setattr(PretendedBlocks, "clear", clear)
        monkeypatch.setattr(PretendedBlocks, "misleading", misleading)
        generator = np.random.default_rng(1)
        targets = EVERYTHING % LABELS
        vectors = generator.normal(0, 1, (COUNT, 2, CARD.features))
        vectors[EVERYTHING, :, targets] += 2.5  # what a head on the frozen features can go by
        entries = tuple(Entry(Path("a.zip"), row, f"{row}.png", str(row % LABELS)) for row in EVERYTHING)
        hashes = np.zeros((COUNT, 32), np.uint8)
        labels = tuple(map(str, range(LABELS)))
        features = Features(entries, (), labels, targets, vectors.astype(np.float16), hashes, Thumbnails())
        improvement = recipes.get("thorough").improvement
        assert improvement is not None
        clock = Clock(lambda progress: None, improvement.estimate(COUNT, LABELS))
        lesson = Lesson(Dataset(entries), features, EVERYTHING, PLAN, THOROUGH, clock)
        fitted: Fitted | None = thorough.fit(lesson, lambda: False)
        return fitted

    yield run
    sys.modules.pop("core.learning.thorough", None)


NONE, ALL = np.zeros(COUNT, bool), np.ones(COUNT, bool)


def right(fitted: Fitted) -> int:
    return int((fitted.logits.argmax(axis=1) == fitted.test % LABELS).sum())


@pytest.mark.slow
def test_what_is_better_is_kept_and_its_score_is_of_pictures_that_had_no_say(pretended: Callable[..., Any]) -> None:
    fitted = pretended(ALL, NONE)
    assert fitted is not None and fitted.test.tolist() == np.flatnonzero(TEST).tolist()
    assert right(fitted) > fitted.baseline_right > 0
    assert fitted.vectors.shape == (COUNT, CARD.final_features + CARD.features) and fitted.method == "held out"


@pytest.mark.slow
def test_the_test_pictures_do_not_decide_whether_it_is_kept(pretended: Callable[..., Any]) -> None:
    """They would refuse this one: on them, and on them alone, it is worse. It is kept, and its score says so."""
    fitted = pretended(ALL, TEST)
    assert fitted is not None and right(fitted) < fitted.baseline_right


@pytest.mark.slow
def test_what_only_the_test_pictures_find_better_is_not_kept(pretended: Callable[..., Any]) -> None:
    assert pretended(TEST, NONE) is None


def test_what_makes_no_difference_is_not_kept(pretended: Callable[..., Any]) -> None:
    assert pretended(NONE, NONE) is None


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
    assert told["better"] and told["stages"] == ["read", "look", "vary", "train", "save"] and told["shares"][-1] == 1
    assert told["shares"] == sorted(told["shares"])
    assert told["moved"] > 1e-3 and told["apart"] < 1e-3
    assert (
        after.tuned_weights
        and not before.tuned_weights
        and after.labels == before.labels
        and after.card.title == "doodles"
    )
    features = len(before.head.weights) + CARD.final_features
    assert after.head.weights.shape == (features, 6)
    assert after.card.before is not None and after.card.before.total == after.report.score.total > 0
    assert load_examples(quick).vectors.shape == (36, features)
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
        improve(quick, archive.find([source]), THOROUGH, lambda progress: None, lambda: False)
    assert caught.value.key == "lesson.too_few" and "250" in caught.value.say("ko")


@pytest.mark.skipif(importlib.util.find_spec("torch") is None, reason="torch is not installed")
def test_it_trains_with_torch_too(source: Path, quick: Path) -> None:
    told = improved(source, quick, KERAS_BACKEND="torch")
    assert told["better"] and told["apart"] < 1e-3
