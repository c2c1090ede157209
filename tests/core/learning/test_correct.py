"""Pictures join a model that was taught, and are taken back."""

from __future__ import annotations

import shutil
import subprocess
import sys
import unicodedata
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from drawn import encoded, painted, zipped

from core.errors import LessonError, ModelError, PictureError
from core.learning import correct
from core.learning.settings import Settings
from core.learning.teach import improve, teach
from core.model import container, file, store
from core.model.file import load, load_examples, save, thumbnails
from core.model.model import Examples
from core.model.recognise import Recogniser
from core.pictures import archive
from core.settings import PROJECT
from core.storage.area import VisitArea
from core.storage.room import is_no_room
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
    copy = store.copy_bundled(sample, VisitArea(tmp_path))
    assert correct.can(copy)
    model = correct.add(copy, [("a.png", encoded(draw("fish", 977, 224)))], "mug")
    assert model.labels[-1] == "mug" and answers(copy, encoded(draw("fish", 977, 224))) == "mug"


def test_nothing_joins_a_model_without_examples(path: Path) -> None:
    model, examples = load(path), load_examples(path)
    nothing = type(examples)((), examples.labels[:0], examples.vectors[:0], examples.groups[:0])
    save(path, model, nothing, [])
    assert not correct.can(path)
    with pytest.raises(ModelError):
        correct.add(path, [("a.png", GREEN)], "green")


def test_corrections_of_threads_and_other_processes_are_all_kept(path: Path) -> None:
    """Beside them, others give the model another title."""
    picture = path.with_name("green.png")
    picture.write_bytes(GREEN)
    command = [sys.executable, "-m", "core", "correct", str(path), str(picture), "--label"]
    others = [subprocess.Popen([*command, name], stdout=subprocess.DEVNULL, cwd=PROJECT) for name in ("ash", "oak")]
    with ThreadPoolExecutor(4) as threads:
        jobs = [threads.submit(correct.add, path, [(f"{n}.png", painted("green", n))], f"tree {n}") for n in range(4)]
        jobs += [threads.submit(file.retitle, path, f"title {n}") for n in range(4)]
        for job in jobs:
            job.result()
    assert [other.wait(120) for other in others] == [0, 0]
    model, examples = load(path), load_examples(path)
    assert model.card.corrections == (1,) * 6 and model.card.title.startswith("title ")
    assert set(model.labels) == {"blue", "red", "ash", "oak", *(f"tree {n}" for n in range(4))}
    assert len(examples.names) == len(set(examples.groups[16:].tolist())) + 16 == 22
    assert [item.name for item in path.parent.iterdir() if item.name.startswith(".")] == []


@pytest.mark.parametrize("count", [40, 4_000])
def test_bytes_written_and_rows_read_do_not_grow_with_the_examples(
    path: Path, monkeypatch: pytest.MonkeyPatch, count: int
) -> None:
    model, few = load(path), load_examples(path)
    rows = np.arange(count, dtype=np.int32) % len(few.labels)
    many = Examples(tuple(map(str, rows)), few.labels[rows], few.vectors[rows], np.arange(count, dtype=np.int32))
    save(path, model, many, [b"small"] * count)
    monkeypatch.setattr(correct, "_MOST", 30)
    read: list[int] = []
    seeking = container._Part.readinto
    monkeypatch.setattr(
        container._Part, "readinto", lambda part, buffer: (size := seeking(part, buffer), read.append(size))[0]
    )
    before = path.stat().st_size
    correct.add(path, [("a.png", GREEN)], "red")
    assert path.stat().st_size - before < 40_000
    # The directory, names and labels of all, and of 30 their vectors; the vectors of all would be 10 MB.
    assert sum(read) < 1_000_000 + 200 * count


def test_a_full_disk_while_correcting_changes_nothing(path: Path, once: Path) -> None:
    resource = pytest.importorskip("resource", reason="Windows limits no file's size")
    Recogniser(path)  # its network's file is made
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    try:
        resource.setrlimit(resource.RLIMIT_FSIZE, (path.stat().st_size + 500, limits[1]))
        with pytest.raises(OSError) as refused:
            correct.add(path, [("a.png", GREEN)], "green")
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)
    assert is_no_room(refused.value) and path.read_bytes() == once.read_bytes()
    assert correct.add(path, [("a.png", GREEN)], "green").card.corrections == (1,)


def test_another_edition_of_the_network_does_not_mix_with_the_examples(path: Path) -> None:
    save(path, replace(load(path), backbone_sha256="ab" * 32), load_examples(path), [])
    with pytest.raises(ModelError) as refused:
        correct.add(path, [("a.png", GREEN)], "green")
    assert refused.value.key == "model.other_backbone"


def test_there_is_an_end_to_what_joins(path: Path, once: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(correct, "MAX_CORRECTED", 1)
    with pytest.raises(ModelError) as refused:
        correct.add(path, [("a.png", GREEN), ("b.png", GREEN)], "green")
    assert refused.value.key == "model.too_many_corrected" and path.read_bytes() == once.read_bytes()


def test_merged_corrections_are_taken_back_one_by_one(path: Path, once: Path) -> None:
    """As files have them that were written before corrections were appended."""
    correct.add(path, [("a.png", GREEN)], "green")
    between = load(path)
    correct.add(path, [("b.png", painted("green", 1)), ("c.png", painted("green", 2))], "green")
    file.merge_corrections(path)
    correct.add(path, [("d.png", painted("green", 3))], "oak")
    assert load(path).card.corrections == (1, 2, 1)
    assert correct.undo(path).labels == ("blue", "red", "green")
    after = correct.undo(path)
    assert after.card.corrections == (1,) and np.allclose(after.head.weights, between.head.weights, atol=1e-6)
    correct.undo(path)
    assert path.read_bytes() == once.read_bytes()


def test_a_model_that_was_put_right_meanwhile_is_not_replaced_by_an_improved_one(
    path: Path, once: Path, improve_by: Callable[..., None]
) -> None:
    improve_by(lambda *_: object())
    correct.add(path, [("a.png", GREEN)], "green")
    before, dataset = path.read_bytes(), archive.find([once.with_name("paints.zip")])
    with pytest.raises(LessonError) as refused:
        improve(path, dataset, Settings(mode="thorough"), lambda _: None, lambda: False)
    assert refused.value.key == "lesson.put_right_meanwhile" and path.read_bytes() == before
