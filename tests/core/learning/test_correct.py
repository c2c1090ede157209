"""Pictures join a model that was taught, and are taken back."""

from __future__ import annotations

import shutil
import unicodedata
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from drawn import encoded, painted, zipped

from core.errors import LessonError, ModelError, PictureError
from core.learning import correct
from core.learning.settings import Settings
from core.learning.teach import improve, teach
from core.model import store
from core.model.file import load, load_examples, save, thumbnails
from core.model.recognise import Recogniser
from core.pictures import archive
from core.storage.area import VisitArea
from doodles.samples import draw

GREEN = painted("green", 900)


@pytest.fixture(scope="module")
def once(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A model of red and blue things."""
    folder = tmp_path_factory.mktemp("taught")
    files = {f"{paint}/{n}.png": painted(paint, n) for paint in ("red", "blue") for n in range(8)}
    dataset = archive.find([zipped(folder / "paints.zip", files)])
    teach(dataset, Settings(), folder / "paints.teachlens", lambda _: None)
    return folder / "paints.teachlens"


@pytest.fixture
def path(once: Path, tmp_path: Path) -> Path:
    (tmp_path / "models").mkdir()
    return Path(shutil.copy(once, tmp_path / "models"))


def answers(path: Path, data: bytes) -> str:
    return Recogniser(path).recognise_bytes(data).labels[0]


def test_a_wrong_answer_is_put_right_and_the_others_stay(path: Path) -> None:
    wrong = "blue" if answers(path, GREEN) == "red" else "red"
    model = correct.add(path, [("it.png", GREEN)], wrong)
    assert answers(path, GREEN) == wrong
    assert all(answers(path, painted(paint, n)) == paint for paint in ("red", "blue") for n in range(8))
    assert model.card.pictures[wrong] == 9 and model.card.corrected_pictures == 1
    examples = load_examples(path)
    assert examples.names[-1] == "it.png" and model.labels[examples.labels[-1]] == wrong
    assert thumbnails(path, [16])[0].startswith(b"\xff\xd8")


def test_whoever_speaks_last_is_right(path: Path) -> None:
    known = painted("red", 0)
    correct.add(path, [("0.png", known)], "blue")
    assert answers(path, known) == "blue"
    correct.add(path, [("0.png", known)], "red")
    assert answers(path, known) == "red"


def test_what_is_put_right_is_familiar_from_then_on(path: Path) -> None:
    strange = encoded(draw("house", 3, 224))
    assert not Recogniser(path).recognise_bytes(strange).familiar
    correct.add(path, [("house.png", strange)], "red")
    assert Recogniser(path).recognise_bytes(strange).familiar


def test_a_new_label_joins_and_is_recognised_in_other_pictures(path: Path) -> None:
    model = correct.add(path, [(f"{n}.png", painted("green", n)) for n in range(4)], " green ")
    assert model.labels == ("blue", "red", "green") and load(path).labels == model.labels
    assert [answers(path, painted("green", n)) for n in range(50, 56)] == ["green"] * 6
    assert answers(path, painted("red", 50)) == "red" and answers(path, painted("blue", 50)) == "blue"
    assert model.report.per_class[2].total == 0 and model.report.confusion.shape == (3, 3)
    assert len(set(load_examples(path).groups[-4:].tolist())) == 1


def test_every_step_can_be_taken_back_to_the_very_model_of_the_lesson(path: Path, once: Path) -> None:
    correct.add(path, [("a.png", GREEN)], "green")
    between = load(path)
    correct.add(path, [("b.png", painted("green", 1)), ("c.png", painted("green", 2))], "green")
    assert load(path).card.corrections == (1, 2)
    after = correct.undo(path)
    assert after.card.corrections == (1,) and after.labels == between.labels
    assert np.allclose(after.head.weights, between.head.weights, atol=1e-6)
    correct.undo(path)
    assert path.read_bytes() == once.read_bytes()
    with pytest.raises(ModelError) as refused:
        correct.undo(path)
    assert refused.value.key == "model.nothing_joined"


def test_a_label_is_spelt_as_it_was(path: Path) -> None:
    correct.add(path, [("a.png", GREEN)], unicodedata.normalize("NFD", "초록"))
    assert correct.add(path, [("b.png", painted("green", 1))], "RED").labels == ("blue", "red", "초록")
    with pytest.raises(ModelError) as refused:
        correct.add(path, [("c.png", GREEN)], "  ")
    assert refused.value.key == "model.label_empty"


def test_what_is_no_picture_changes_nothing(path: Path, once: Path) -> None:
    with pytest.raises(PictureError):
        correct.add(path, [("a.png", GREEN), ("b.png", b"no picture")], "green")
    assert path.read_bytes() == once.read_bytes()


def test_nothing_joins_a_sample_but_its_copy(tmp_path: Path) -> None:
    sample = store.SAMPLES / "doodles.en.teachlens"
    assert not correct.can(sample)
    with pytest.raises(ModelError) as refused:
        correct.add(sample, [("a.png", GREEN)], "green")
    assert refused.value.key == "model.no_examples"
    tuned_weights = store.copy_bundled(sample, VisitArea(tmp_path))
    assert correct.can(tuned_weights)
    model = correct.add(tuned_weights, [("a.png", encoded(draw("fish", 977, 224)))], "mug")
    assert model.labels[-1] == "mug" and answers(tuned_weights, encoded(draw("fish", 977, 224))) == "mug"


def test_nothing_joins_a_model_without_examples(path: Path) -> None:
    model, examples = load(path), load_examples(path)
    nothing = type(examples)((), examples.labels[:0], examples.vectors[:0], examples.groups[:0])
    save(path, model, nothing, [])
    assert not correct.can(path)
    with pytest.raises(ModelError):
        correct.add(path, [("a.png", GREEN)], "green")


def test_a_model_that_was_put_right_meanwhile_is_not_replaced_by_an_improved_one(
    path: Path, once: Path, improve_by: Callable[..., None]
) -> None:
    improve_by(lambda *_: object())
    correct.add(path, [("a.png", GREEN)], "green")
    before, dataset = path.read_bytes(), archive.find([once.with_name("paints.zip")])
    with pytest.raises(LessonError) as refused:
        improve(path, dataset, Settings(mode="thorough"), lambda _: None, lambda: False)
    assert refused.value.key == "lesson.put_right_meanwhile" and path.read_bytes() == before
