"""The classic way: the whole of a ResNet50 learns, picture by picture, and is served like any model."""

from __future__ import annotations

import hashlib
import json
import math
import os
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
from drawn import blots, painted, zipped

from core import settings
from core.backbones import catalogue, pretrained, resnet
from core.errors import BackboneError, LessonError, TeachLensError
from core.learning import classic, recipes
from core.learning.evaluate import evaluate
from core.learning.features import Features, extract
from core.learning.progress import Epoch
from core.learning.settings import Settings
from core.learning.teach import teach
from core.machine import memory
from core.model.file import load, load_examples, thumbnails
from core.model.model import Head
from core.model.recognise import Recogniser
from core.pictures import archive
from core.pictures.dataset import Dataset

# One epoch, and each operation at once: for so few pictures, a graph would take longer to build than to be of use.
_LESSON = """
import json, sys
from dataclasses import asdict
from pathlib import Path
import keras
from core.learning import classic
from core.learning.settings import Settings
from core.learning.teach import teach
from core.pictures import archive

build = classic.keras_classic.build
def eager(*arguments):
    network = build(*arguments)
    network.run_eagerly = True
    return network
classic.keras_classic.build, classic.EPOCHS, classic.BATCH = eager, 1, 4
told = lambda progress: print(json.dumps(asdict(progress)))
teach(archive.find([Path(sys.argv[1])]), Settings(mode="classic"), Path(sys.argv[2]), told)
"""


def drawn(path: Path, count: int, first: int = 0, split: str = "") -> Dataset:
    files = {
        f"{split}{paint}/{n}.png": painted(paint, n) for paint in ("red", "blue") for n in range(first, first + count)
    }
    return archive.find([zipped(path, files)])


def plenty() -> int:
    return 64 * 10**9


@pytest.fixture
def roomy(monkeypatch: pytest.MonkeyPatch) -> None:
    """A machine with memory for it, whatever this one has."""
    monkeypatch.setattr("core.machine.memory", plenty)


@pytest.mark.slow
def test_a_classic_lesson_makes_a_model_like_any_other(tmp_path: Path) -> None:
    if memory() < 3 * 10**9:
        pytest.skip("even a small ResNet50 lesson takes 2 GB")
    dataset = drawn(tmp_path / "paints.zip", 6)
    target = tmp_path / "models" / "paints.teachlens"
    code = f"import core.machine as m; m.memory = lambda: {plenty()}\n{_LESSON}"
    command = [sys.executable, "-c", code, str(tmp_path / "paints.zip"), str(target)]
    environment = {**os.environ, "TF_CPP_MIN_LOG_LEVEL": "3"}
    run = subprocess.run(command, cwd=settings.PROJECT, env=environment, check=True, capture_output=True, text=True)
    told = [json.loads(line) for line in run.stdout.splitlines() if line.startswith("{")]

    assert list(dict.fromkeys(event["stage"] for event in told)) == list(recipes.get("classic").stages)
    (epoch,) = next(event["epochs"] for event in reversed(told) if event["stage"] == "train")
    assert epoch["loss"] > 0 and 0 <= epoch["accuracy"] <= 1 and epoch["held_out_loss"] > 0
    shares = [event["share"] for event in told]
    assert shares == sorted(shares) and shares[-1] == 1

    model = load(target)
    assert model.backbone == resnet.NAME and model.head.weights.shape == (resnet.FEATURES, 2)
    assert model.head.temperature == 1 and model.card.notes == ("classic.from_scratch",)
    assert model.report.method == "held out" and 2 <= model.report.score.total <= 4
    assert list(target.parent.iterdir()) == [target]

    # What was reported is what it answers, and what it answers is what it was tested with.
    examples = load_examples(target)
    report, recogniser = model.report, Recogniser(model)
    for example, answer, probability in zip(report.example, report.answer, report.probability, strict=True):
        label, _, file = examples.names[example].rpartition("/")
        said = recogniser.recognise(blots(label, int(file.removesuffix(".png"))))
        assert said.labels[0] == model.labels[answer]
        assert said.probabilities[0] == pytest.approx(probability, abs=2e-3)  # vectors are kept as float16
    assert evaluate(target, dataset, lambda _: None).score.total == 12


def test_where_memory_is_too_small_it_is_refused_before_anything_is_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("core.machine.memory", lambda: 2_700 * 10**6)
    dataset = drawn(tmp_path / "a.zip", 3)
    (tmp_path / "a.zip").unlink()
    with pytest.raises(LessonError) as caught:
        teach(dataset, Settings(mode="classic"), tmp_path / "x.teachlens", lambda _: None)
    assert caught.value.key == "classic.memory" and "2.7" in caught.value.say("ko")


def test_a_classic_model_can_be_private_too(tmp_path: Path, roomy: None, monkeypatch: pytest.MonkeyPatch) -> None:
    def answers(dataset: Dataset, backbone: str, views: int, *rest: Any) -> Features:
        frozen = extract(dataset, Settings().backbone, views, rest[0])  # in its place: a ResNet50 takes minutes
        return replace(frozen, vectors=np.zeros((len(frozen.entries), 1, resnet.FEATURES), np.float16))

    head = Head(np.zeros((resnet.FEATURES, 2), np.float32), np.array([1, 0], np.float32), 1.0)
    trained = SimpleNamespace(head=head, tuned_weights={}, note="classic.from_scratch")
    monkeypatch.setattr(classic, "extract", answers)
    monkeypatch.setattr(classic, "train", lambda *_: trained)
    target = tmp_path / "x.teachlens"
    teach(drawn(tmp_path / "a.zip", 6), Settings(mode="classic", examples=False), target, lambda _: None)
    model = load(target, tuned_weights=False)
    assert model.backbone == resnet.NAME and model.report.score.total > 0 and not len(model.report.example)
    assert load_examples(target).names == () and thumbnails(target, [0]) == [b""]


class TrainedOnError(Exception):
    """What would be trained on, and what is held out, by name."""


def trained_on(monkeypatch: pytest.MonkeyPatch, dataset: Dataset, target: Path) -> tuple[set[str], set[str]]:
    def train(features: Features, training: Any, validation: Any, *_: object) -> None:
        raise TrainedOnError(*({features.entries[row].name for row in rows} for rows in (training, validation)))

    monkeypatch.setattr(classic, "train", train)
    with pytest.raises(TrainedOnError) as caught:
        teach(dataset, Settings(mode="classic"), target, lambda _: None)
    assert not target.exists()
    learned, held = caught.value.args
    return learned, held


def test_one_in_five_is_held_out(tmp_path: Path, roomy: None, monkeypatch: pytest.MonkeyPatch) -> None:
    learned, held = trained_on(monkeypatch, drawn(tmp_path / "a.zip", 15), tmp_path / "x.teachlens")
    assert len(learned | held) == 30 and not learned & held and len(held) == 6
    assert {name.partition("/")[0] for name in held} == {"red", "blue"}


def test_the_sources_own_test_pictures_are_held_out(
    tmp_path: Path, roomy: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    drawn(tmp_path / "train.zip", 5)
    drawn(tmp_path / "test.zip", 3, first=50)
    dataset = archive.find([tmp_path / "train.zip", tmp_path / "test.zip"])
    learned, held = trained_on(monkeypatch, dataset, tmp_path / "x.teachlens")
    assert len(learned) == 10 and len(held) == 6 and all(int(name.split("/")[-1][:2]) >= 50 for name in held)


class Fake:
    """Takes the network's place: remembers what it was shown, and says what a loss might be."""

    def __init__(self, *losses: float) -> None:
        self.losses = list(losses)
        self.learned: list[list[int]] = []
        self.asked: list[list[int]] = []

    def reset_metrics(self) -> None:
        """As Keras'."""

    def train_on_batch(self, x: Any, y: Any, return_dict: bool) -> dict[str, float]:
        assert x.shape[1:] == (224, 224, 3) and x.dtype == np.float32 and x.max() > 100 and return_dict
        self.learned.append(y.tolist())
        return {"loss": self.losses.pop(0), "accuracy": 0.5}

    def test_on_batch(self, x: Any, y: Any, return_dict: bool) -> dict[str, float]:
        self.asked.append(y.tolist())
        return {"loss": 2.0, "accuracy": 0.25}

    def get_layer(self, _: str) -> Fake:
        return self

    def get_weights(self) -> tuple[Any, Any]:
        return np.ones((resnet.FEATURES, 2), np.float32), np.zeros(2, np.float32)


@pytest.fixture
def faked(monkeypatch: pytest.MonkeyPatch) -> Callable[..., Fake]:
    """Puts a fake in the network's place, and makes batches small."""

    def put(*losses: float, epochs: int = 2) -> Fake:
        fake = Fake(*losses)
        monkeypatch.setattr(classic.keras_classic, "build", lambda *_: fake)
        monkeypatch.setattr(classic.keras_classic, "tuned_weights", lambda _: {"0/bias": np.zeros(3, np.float32)})
        monkeypatch.setattr(classic, "BATCH", 4)
        monkeypatch.setattr(classic, "EPOCHS", epochs)
        return fake

    return put


def features(tmp_path: Path) -> Features:
    return extract(drawn(tmp_path / "f.zip", 6), "efficientnet-lite0", 1, lambda *_: None)


LEARNED, HELD = np.arange(10, dtype=np.int32), np.array([10, 11], np.int32)


def test_every_epoch_goes_through_all_pictures_once_in_another_order(
    tmp_path: Path, faked: Callable[..., Fake]
) -> None:
    fake = faked(*(3.0, 2.0, 1.0), *(0.3, 0.2, 0.1))
    told: list[tuple[int, int, tuple[Epoch, ...]]] = []
    settled: list[int] = []
    found = features(tmp_path)
    learned = classic.train(found, LEARNED, HELD, 0, lambda *one: told.append(one), settled.append)
    assert [len(batch) for batch in fake.learned] == [4, 4, 2] * 2
    first, second = ([y for batch in fake.learned[part] for y in batch] for part in (slice(3), slice(3, 6)))
    assert sorted(first) == sorted(second) == sorted(found.targets[LEARNED].tolist()) and first != second
    assert fake.asked == [found.targets[HELD].tolist()] * 2
    assert [done for done, _, _ in told] == [0, 1, 2, 3, 4, 4, 5, 6, 7, 8] and told[-1][:2] == (8, 8) and settled == [1]
    assert told[-1][2] == (Epoch(1.0, 0.5, 2.0, 0.25), Epoch(0.1, 0.5, 2.0, 0.25))
    assert isinstance(learned.head, Head) and learned.note == "classic.from_scratch"


def test_with_nothing_held_out_it_learns_all_the_same(tmp_path: Path, faked: Callable[..., Fake]) -> None:
    faked(1.0, 1.0, 1.0, epochs=1)
    told: list[tuple[Epoch, ...]] = []
    classic.train(features(tmp_path), LEARNED, HELD[:0], 0, lambda _, __, epochs: told.append(epochs), lambda _: None)
    assert told[-1][0].loss == 1 and math.isnan(told[-1][0].held_out_loss)


def test_numbers_that_run_away_end_the_lesson_in_words(tmp_path: Path, faked: Callable[..., Fake]) -> None:
    fake = faked(1.0, float("nan"), float("nan"))
    with pytest.raises(LessonError) as caught:
        classic.train(features(tmp_path), LEARNED, HELD, 0, lambda *_: None, lambda _: None)
    assert caught.value.key == "classic.diverged" and not fake.asked


def test_a_picture_that_is_gone_by_then_ends_the_lesson_in_words(tmp_path: Path, faked: Callable[..., Fake]) -> None:
    faked(1.0)
    found = features(tmp_path)
    (tmp_path / "f.zip").unlink()
    with pytest.raises(TeachLensError):
        classic.train(found, LEARNED, HELD, 0, lambda *_: None, lambda _: None)


def test_pictures_are_read_batch_by_batch(
    tmp_path: Path, faked: Callable[..., Fake], monkeypatch: pytest.MonkeyPatch
) -> None:
    fake = faked(*[1.0] * 3, epochs=1)
    found = features(tmp_path)
    ahead: list[int] = []
    really, read = classic.decode, 0

    def counted(*arguments: Any, **named: Any) -> Any:
        nonlocal read
        read += 1
        ahead.append(read - sum(map(len, (*fake.learned, *fake.asked))))
        return really(*arguments, **named)

    monkeypatch.setattr(classic, "decode", counted)
    classic.train(found, LEARNED, HELD, 0, lambda *_: None, lambda _: None)
    assert read == 12 and max(ahead) == 4


def test_weights_in_the_folder_that_was_pointed_at_are_found(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    known = catalogue.card("resnet50")
    file = replace(known.download, digest=f"sha256:{hashlib.sha256(b'weights').hexdigest()}")
    monkeypatch.setitem(catalogue._registered, known.name, replace(known, weights=file))
    monkeypatch.setenv("TEACHLENS_WEIGHTS", str(tmp_path))
    assert pretrained.resnet50() is None and not pretrained.is_there()
    (tmp_path / file.file).write_bytes(b"weights")
    assert pretrained.resnet50() == tmp_path / file.file and pretrained.is_there()
    (tmp_path / file.file).write_bytes(b"others")
    with pytest.raises(BackboneError):
        pretrained.resnet50()


# --- The recipe that is shown -----------------------------------------------------------------------------------------


@pytest.mark.slow
def test_the_recipe_runs_as_it_is_shown(tmp_path: Path) -> None:
    """Line by line, but for its numbers; and each operation at once, as above."""
    if memory() < 3 * 10**9:
        pytest.skip("even a small ResNet50 takes 2 GB")
    recipe = (settings.PROJECT / "core" / "learning" / "classic_recipe.py").read_text("utf-8")
    assert len([line for line in recipe.splitlines() if line.strip()]) <= 30
    numbers = {'"pictures"': repr(str(tmp_path / "drawn")), "224, 32, 10": "64, 4, 1", '"imagenet"': "None"}
    for shown, small in numbers.items():
        assert recipe.count(shown) == 1
        recipe = recipe.replace(shown, small)
    for paint in ("red", "blue"):
        folder = tmp_path / "drawn" / paint
        folder.mkdir(parents=True)
        for number in range(5):
            (folder / f"{number}.png").write_bytes(painted(paint, number))
    at_once = "import tensorflow; tensorflow.config.run_functions_eagerly(True)\n"
    tail = "\nprint(labels, len(network.history.history['val_accuracy']), network.count_params())"
    environment = {**os.environ, "TF_CPP_MIN_LOG_LEVEL": "3"}
    run = subprocess.run(
        [sys.executable, "-c", at_once + recipe + tail], env=environment, check=True, capture_output=True, text=True
    )
    *_, words, last = run.stdout.strip().splitlines()
    assert words.endswith("of the held-out pictures right")
    assert last == f"['blue', 'red'] 1 {23_587_712 + 2049 * 1024 + 1025 * 2}"
