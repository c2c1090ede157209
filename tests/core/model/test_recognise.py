"""A picture in, an answer out."""

from __future__ import annotations

import hashlib
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from drawn import PAINTS, blots, encoded
from PIL import Image

from core import settings
from core.backbones import Backbone, card, cards
from core.backbones.networks.joined import EARLIER
from core.errors import ModelError, PictureError
from core.learning import logistic_regression
from core.learning.report import report
from core.model.file import save
from core.model.model import Examples, Head, Model, ModelCard
from core.model.recognise import Recogniser
from core.pictures.picture import to_model_input

CARD = cards()[0]
LABELS = ("빨강", "green", "blue")
Build = Callable[..., Model]


@pytest.fixture(scope="module")
def linear(cache: Path) -> logistic_regression.Linear:
    """A head that was fitted on some pictures of each paint."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("TEACHLENS_CACHE", str(cache))
        backbone = Backbone(CARD.name, threads=1)
    vectors = np.stack(
        [backbone.vector(to_model_input(blots(paint, n), CARD.size)) for paint in PAINTS for n in range(10)]
    )
    rows = np.arange(len(vectors), dtype=np.int32)
    return logistic_regression.fit_path(vectors, rows, rows // 10, len(PAINTS), (0.1,))[0]


@pytest.fixture
def build(linear: logistic_regression.Linear) -> Build:
    """Makes a model that tells the three paints apart."""

    def built(threshold: float = 0.5, temperature: float = 1.0, sha256: str = CARD.sha256) -> Model:
        head = Head(linear.weights, linear.bias, temperature)
        nothing = np.zeros(0, np.int32)
        return Model(
            labels=LABELS,
            backbone=CARD.name,
            backbone_sha256=sha256,
            head=head,
            threshold=threshold,
            card=ModelCard("paints", "2026-01-01T00:00:00+00:00", "0.1.0", dict.fromkeys(LABELS, 6), 0, 0, 1.0),
            report=report("held out", np.zeros((0, 3), np.float32), 1.0, nothing, nothing),
        )

    return built


def test_the_best_answer_comes_first_and_all_add_up_to_one(build: Build) -> None:
    recogniser = Recogniser(build())
    for paint, label in zip(PAINTS, LABELS, strict=True):
        answer = recogniser.recognise(blots(paint, 50, 200))
        assert answer.labels[0] == label and set(answer.labels) == set(LABELS)
        assert list(answer.probabilities) == sorted(answer.probabilities, reverse=True)
        assert sum(answer.probabilities) == pytest.approx(1, abs=1e-5)
        assert all(isinstance(probability, float) for probability in answer.probabilities)


def test_below_the_threshold_it_is_not_sure(build: Build) -> None:
    picture = blots("red", 50)
    best = Recogniser(build()).recognise(picture).probabilities[0]
    assert Recogniser(build(threshold=best - 1e-4)).recognise(picture).sure
    unsure = Recogniser(build(threshold=best + 1e-4)).recognise(picture)
    assert not unsure.sure and unsure.labels[0] == "빨강"


def test_a_higher_temperature_is_less_sure_of_the_same_answer(build: Build) -> None:
    picture = blots("blue", 51)
    cool, warm = (Recogniser(build(temperature=t)).recognise(picture) for t in (1.0, 5.0))
    assert cool.labels[0] == warm.labels[0] == "blue"
    assert cool.probabilities[0] > warm.probabilities[0] > 1 / 3


def test_a_file_and_a_model_and_bytes_and_a_picture_give_the_same_answer(build: Build, tmp_path: Path) -> None:
    model = build()
    path = tmp_path / "paints.teachlens"
    nothing = np.zeros(0, np.int32)
    save(path, model, Examples((), nothing, np.zeros((0, CARD.features), np.float16), nothing), [])
    picture = blots("green", 52, 300)
    expected = Recogniser(model).recognise(picture)
    for answer in (Recogniser(path).recognise(picture), Recogniser(path).recognise_bytes(encoded(picture))):
        assert answer.labels == expected.labels
        assert answer.probabilities == pytest.approx(expected.probabilities, abs=1e-6)


def test_what_the_model_saw_is_shown(build: Build) -> None:
    picture = blots("red", 53, 400)[:300]
    answer = Recogniser(build()).recognise(picture)
    assert np.array_equal(answer.model_input, to_model_input(picture, CARD.size))


def test_the_picture_that_was_given_stays_as_it_was(build: Build) -> None:
    picture = blots("red", 54, CARD.size)
    before = picture.copy()
    recogniser = Recogniser(build())
    first = recogniser.recognise(picture)
    assert np.array_equal(picture, before)
    assert recogniser.recognise(picture).probabilities == first.probabilities


def test_a_large_jpeg_read_reduced_says_what_the_whole_says(build: Build) -> None:
    large = np.asarray(Image.fromarray(blots("blue", 55, 400)).resize((2000, 2000), Image.Resampling.BICUBIC))
    recogniser = Recogniser(build())
    reduced = recogniser.recognise_bytes(encoded(large, "JPEG", quality=92))
    whole = recogniser.recognise(large)
    assert reduced.labels[0] == whole.labels[0] == "blue"
    one, other = (recogniser.backbone.vector(answer.model_input) for answer in (reduced, whole))
    assert one @ other > 0.98 * np.linalg.norm(one) * np.linalg.norm(other)


def test_a_picture_lying_on_its_side_is_seen_upright(build: Build) -> None:
    exif = Image.Exif()
    exif[0x0112] = 6
    picture = blots("red", 56, 256)
    recogniser = Recogniser(build())
    stored = np.ascontiguousarray(np.rot90(picture, 1))
    turned = recogniser.recognise_bytes(encoded(stored, exif=exif.tobytes()))
    assert turned.probabilities == pytest.approx(recogniser.recognise(picture).probabilities, abs=1e-6)


@pytest.mark.parametrize("data", [b"", b"no picture", encoded(blots("red", 1))[:99]])
def test_what_is_no_picture_is_an_error_in_words(build: Build, data: bytes) -> None:
    with pytest.raises(PictureError) as caught:
        Recogniser(build()).recognise_bytes(data)
    assert caught.value.say("en") and caught.value.say("ko")


def test_a_model_of_another_edition_of_its_backbone_is_refused(build: Build) -> None:
    with pytest.raises(ModelError) as caught:
        Recogniser(build(sha256="0" * 64))
    assert caught.value.key == "model.other_backbone" and CARD.title in caught.value.say("ko")


def test_models_share_a_loaded_backbone(build: Build) -> None:
    backbone = Backbone(CARD.name, threads=1)
    one, other = Recogniser(build(), backbone=backbone), Recogniser(build(temperature=5.0), backbone=backbone)
    assert one.backbone is other.backbone is backbone
    picture = blots("green", 57)
    assert one.recognise(picture).labels[0] == other.recognise(picture).labels[0] == "green"


def test_endless_logits_still_are_probabilities(build: Build) -> None:
    model = build()
    model = replace(model, head=replace(model.head, weights=model.head.weights * 1e6, temperature=0.01))
    answer = Recogniser(model).recognise(blots("red", 58))
    assert np.isfinite(answer.probabilities).all() and sum(answer.probabilities) == pytest.approx(1)


def test_answering_imports_nothing_of_teaching() -> None:
    code = "import sys; from core.model.recognise import Recogniser; print(*sys.modules)"
    run = subprocess.run([sys.executable, "-c", code], cwd=settings.PROJECT, capture_output=True, text=True, check=True)
    loaded = set(run.stdout.split())
    assert "core.backbones.run" in loaded
    heavy = {"core.learning", "core.work", "tensorflow", "keras", "sklearn", "scipy", "pandas", "streamlit"}
    assert not loaded & heavy


def test_a_model_taught_with_the_earlier_joined_backbone_answers_as_before(build: Build, tmp_path: Path) -> None:
    """Its inputs were made by way of the largest part's; those of a model taught now come from the picture itself."""
    joined = card(EARLIER[0].name)
    parts = [card(part) for part in joined.parts]
    earlier = hashlib.sha256("".join(f"{part.name} {part.sha256} " for part in parts).encode()).hexdigest()
    chance = np.random.default_rng(3)
    head = Head(chance.normal(0, 0.1, (joined.features, 3)).astype(np.float32), np.zeros(3, np.float32), 1.0)
    picture = blots("red", 5, 401)[:, :333]
    through = to_model_input(picture, joined.size)
    for sha256, taken in ((earlier, through), (joined.sha256, picture)):
        path = tmp_path / f"{sha256[:4]}.teachlens"
        examples = Examples(
            (), np.zeros(0, np.int32), np.zeros((0, joined.features), np.float16), np.zeros(0, np.int32)
        )
        save(path, replace(build(), backbone=joined.name, backbone_sha256=sha256, head=head), examples, [])
        answer = Recogniser(path).recognise(picture)
        by_hand = [Backbone(part.name).vector(to_model_input(taken, part.size)) for part in parts]
        probabilities = head.probabilities(np.concatenate(by_hand)[None])[0]
        assert answer.probabilities == pytest.approx(sorted(probabilities.tolist(), reverse=True), abs=1e-6)
        assert np.array_equal(answer.model_input, through)
