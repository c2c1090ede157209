"""A lesson from end to end, on pictures drawn for it."""

from __future__ import annotations

import json
import os
import shutil
import zipfile
from collections.abc import Callable, Mapping
from pathlib import Path

import numpy as np
import pytest
from drawn import PAINTS, blots, encoded, film, painted, zipped

from core.backbones import ensure
from core.errors import BackboneError, DatasetError, LessonError
from core.learning import features
from core.learning.progress import STAGES, Progress, Stage
from core.learning.recipe import Fitted, Lesson, Stop
from core.learning.settings import Settings
from core.learning.teach import improve, teach
from core.model.file import load, load_examples, retitle, thumbnails
from core.model.model import Head
from core.model.recognise import Recogniser
from core.pictures import archive, camera_bursts
from core.pictures.dataset import Dataset
from core.pictures.decode import decode

pytestmark = pytest.mark.slow  # together they take long

ImproveBy = Callable[..., None]
THOROUGH = Settings(mode="thorough")
RED_BLUE = {"빨강": "red", "blue": "blue"}


def no_one(_: Progress) -> None:
    """A listener that does not listen."""


def drawn(path: Path, count: int, labels: Mapping[str, str] = RED_BLUE, first: int = 0) -> Dataset:
    """So many pictures of each paint; no two numbers are alike."""
    files = {
        f"{label}/{n}.png": painted(paint, n) for label, paint in labels.items() for n in range(first, first + count)
    }
    return archive.find([zipped(path, files)])


@pytest.fixture
def own_cache(tmp_path: Path, cache: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A cache with the LiteRT file and no features."""
    ensure("efficientnet-lite0")
    shutil.copytree(cache / "backbones", tmp_path / "cache" / "backbones", copy_function=os.link)
    monkeypatch.setenv("TEACHLENS_CACHE", str(tmp_path / "cache"))
    return tmp_path / "cache"


def files_in(*folders: Path) -> set[str]:
    return {path.name for folder in folders for path in folder.rglob("*") if path.is_file()}


def test_what_was_shown_once_is_learned_and_only_what_was_shown_again_is_tested(tmp_path: Path) -> None:
    for number, kind in enumerate(("fish", "fish", "house", "house", "sun")):
        camera_bursts.add(tmp_path / "shown", kind, film(kind, 6, seed=number), f"{number:012x}")
    model = teach(archive.find([tmp_path / "shown"]), Settings(), tmp_path / "m.teachlens", no_one)
    assert [score.total for score in model.report.per_class] == [12, 12, 0]
    examples = load_examples(tmp_path / "m.teachlens")
    bursts = [camera_bursts.burst_of(name) for name in examples.names]
    assert all(len(set(examples.groups[[one == burst for one in bursts]])) == 1 for burst in bursts)
    assert Recogniser(tmp_path / "m.teachlens").recognise_bytes(film("sun", 1, seed=4)[0]).labels[0] == "sun"


def test_what_was_taught_is_recognised_and_the_report_is_sane(tmp_path: Path) -> None:
    target = tmp_path / "models" / "paints.teachlens"
    told: list[Progress] = []
    taught = teach(drawn(tmp_path / "물감.zip", 10), Settings(title="물감"), target, told.append)

    model = load(target)
    assert model.labels == taught.labels == ("blue", "빨강")
    assert model.card == taught.card and model.threshold == taught.threshold
    assert model.card.pictures == {"blue": 10, "빨강": 10} and model.card.skipped == 0
    assert model.card.title == "물감"

    recogniser = Recogniser(target)
    answers = [
        (label, recogniser.recognise_bytes(painted(paint, n)).labels[0])
        for label, paint in RED_BLUE.items()
        for n in range(900, 906)
    ]
    assert sum(label == answer for label, answer in answers) >= 11

    report = model.report
    assert report.method == "cross-validation"
    assert report.score.total == 20 and report.score.right >= 18
    assert 0 <= report.score.low < report.score.value <= report.score.high <= 1
    assert [score.total for score in report.per_class] == [10, 10]
    assert report.confusion.sum() == 20 and np.trace(report.confusion) == report.score.right
    assert sorted(report.example.tolist()) == list(range(20))
    assert ((report.probability >= 0.5) & (report.probability <= 1)).all()  # the better of two

    examples = load_examples(target)
    assert examples.names[:2] == ("빨강/0.png", "빨강/1.png") and examples.labels.tolist() == [1] * 10 + [0] * 10
    assert decode(thumbnails(target, [3])[0]).shape == (64, 64, 3)
    assert files_in(target.parent) == {"paints.teachlens"}

    assert list(dict.fromkeys(event.stage for event in told)) == list(STAGES)
    shares = [event.share for event in told]
    assert shares == sorted(shares) and shares[-1] == 1
    assert [event.done for event in told if event.stage == "look"] == list(range(1, 21))
    assert all(event.seconds_left is None or event.seconds_left >= 0 for event in told)


def test_two_pictures_a_class_are_enough(tmp_path: Path) -> None:
    paints = {paint: paint for paint in PAINTS}
    model = teach(drawn(tmp_path / "few.zip", 2, paints), Settings(), tmp_path / "few.teachlens", no_one)
    assert model.labels == ("blue", "green", "red")
    assert model.report.score.total == 6
    assert np.isfinite(load(tmp_path / "few.teachlens").head.weights).all()
    assert abs(sum(Recogniser(model).recognise(blots("red", 77)).probabilities) - 1) < 1e-5


def test_a_class_with_few_pictures_beside_one_with_many_is_not_forgotten(tmp_path: Path) -> None:
    files = {f"blue/{n}.png": painted("blue", n) for n in range(24)} | {
        f"빨강/{n}.png": painted("red", n) for n in range(100, 104)
    }
    model = teach(archive.find([zipped(tmp_path / "u.zip", files)]), Settings(), tmp_path / "u.teachlens", no_one)
    recogniser = Recogniser(model)
    answers = [recogniser.recognise(blots("red", n)).labels[0] for n in range(200, 210)]
    assert answers.count("빨강") >= 9


def nearly(number: int, paint: str) -> dict[str, bytes]:
    """One picture in several files: packed otherwise, smaller, brighter, a little shifted."""
    picture = blots(paint, number, 200)
    others = {
        "b": encoded(picture, "JPEG", quality=60),
        "c": encoded(picture[::2, ::2], "JPEG", quality=90),
        "d": encoded(np.clip(picture.astype(int) + 9, 0, 255).astype(np.uint8), "JPEG", quality=90),
        "e": encoded(np.roll(picture, 1, axis=1)),
    }
    return {"a": encoded(picture)} | others


def test_near_duplicates_stay_on_one_side(tmp_path: Path) -> None:
    """With all copies on one side, a picture is never tested by a head that learned from its copy."""
    files = {
        f"{paint}/{number} {copy}.x": content
        for paint in ("red", "blue")
        for number in range(3)
        for copy, content in nearly(number, paint).items()
    }
    target = tmp_path / "copies.teachlens"
    teach(archive.find([zipped(tmp_path / "copies.zip", files)]), Settings(), target, no_one)
    examples = load_examples(target)
    groups = {name.rpartition(" ")[0]: set[int]() for name in examples.names}
    for name, group in zip(examples.names, examples.groups.tolist(), strict=True):
        groups[name.rpartition(" ")[0]].add(group)
    assert all(len(group) == 1 for group in groups.values())
    assert len(set.union(*groups.values())) == 6


def test_a_class_of_near_duplicates_alone_is_reported_untested(tmp_path: Path) -> None:
    files = {f"red/{copy}.x": content for copy, content in nearly(1, "red").items()}
    files |= {f"blue/{n}.png": painted("blue", n) for n in range(6)}
    target = tmp_path / "untested.teachlens"
    model = teach(archive.find([zipped(tmp_path / "u.zip", files)]), Settings(), target, no_one)
    blue, red = model.report.per_class
    assert (red.total, red.low, red.high) == (0, 0, 1)
    assert blue.total == 6 == model.report.score.total
    assert Recogniser(target).recognise(blots("red", 1, 200)).labels[0] == "red"


def test_where_nothing_can_be_tested_the_model_says_so_and_works(tmp_path: Path) -> None:
    files = {f"{paint}/{copy}.x": content for paint in ("red", "blue") for copy, content in nearly(1, paint).items()}
    target = tmp_path / "untested.teachlens"
    teach(archive.find([zipped(tmp_path / "u.zip", files)]), Settings(), target, no_one)
    model = load(target)
    assert (model.report.score.total, model.report.score.low, model.report.score.high) == (0, 0, 1)
    assert model.head.temperature == 1
    assert Recogniser(model).recognise(blots("blue", 1, 200)).labels[0] == "blue"


@pytest.mark.parametrize("held_out", ["test", "valid"])
def test_the_sources_own_split_is_respected(tmp_path: Path, held_out: str) -> None:
    """Held-out pictures lie in the wrong folders: learned from, they would spoil the model; tested, they are wrong."""
    files = {f"train/{paint}/{n}.png": painted(paint, n) for paint in ("red", "blue") for n in range(8)}
    swapped = {"red": "blue", "blue": "red"}
    files |= {f"{held_out}/{swapped[paint]}/{n}.png": painted(paint, n) for paint in swapped for n in range(50, 58)}
    target = tmp_path / "split.teachlens"
    model = teach(archive.find([zipped(tmp_path / "s.zip", files)]), Settings(), target, no_one)
    report = model.report
    assert report.method == "own split"
    assert report.score.total == 16 and report.score.right <= 2
    names = load_examples(target).names
    assert all(names[example].startswith(f"{held_out}/") for example in report.example)
    recogniser = Recogniser(model)
    answers = [recogniser.recognise(blots("red", n)).labels[0] for n in range(300, 306)]
    assert answers.count("red") >= 5


def test_a_split_that_leaves_a_class_nothing_to_learn_from_is_not_used(tmp_path: Path) -> None:
    files = {f"train/red/{n}.png": painted("red", n) for n in range(5)}
    files |= {f"test/{paint}/{n}.png": painted(paint, n) for paint in ("red", "blue") for n in range(50, 54)}
    model = teach(archive.find([zipped(tmp_path / "s.zip", files)]), Settings(), tmp_path / "s.teachlens", no_one)
    assert model.report.method == "cross-validation" and model.report.score.total == 13


def test_pictures_that_cannot_be_read_are_left_out_and_counted(tmp_path: Path) -> None:
    files = {f"{paint}/{n}.png": painted(paint, n) for paint in ("red", "blue") for n in range(3)}
    files |= {"red/cut.png": painted("red", 9)[:200], "blue/empty.png": b"", "blue/page.jpg": b"<html>", "n.txt": b"x"}
    files |= {"Red/4.png": painted("red", 4)}  # another spelling is no file left out
    model = teach(archive.find([zipped(tmp_path / "b.zip", files)]), Settings(), tmp_path / "b.teachlens", no_one)
    assert model.card.pictures == {"blue": 3, "red": 4} and model.card.skipped == 4
    assert len(load_examples(tmp_path / "b.teachlens").names) == 7


def test_where_too_little_can_be_read_the_lesson_is_refused(tmp_path: Path) -> None:
    files = {f"{paint}/{n}.png": painted(paint, n) for paint in ("red", "blue") for n in range(2)}
    files["blue/1.png"] = b"broken"
    with pytest.raises(DatasetError) as caught:
        teach(archive.find([zipped(tmp_path / "b.zip", files)]), Settings(), tmp_path / "b.teachlens", no_one)
    assert caught.value.key == "dataset.too_few" and caught.value.values == {"label": "blue", "missing": 1}
    assert not (tmp_path / "b.teachlens").exists()


def test_what_lacks_is_refused_before_anything_is_read(tmp_path: Path) -> None:
    dataset = drawn(tmp_path / "one.zip", 3, {"red": "red"})
    (tmp_path / "one.zip").unlink()
    with pytest.raises(DatasetError) as caught:
        teach(dataset, Settings(), tmp_path / "x.teachlens", no_one)
    assert caught.value.key == "dataset.one_class"


def test_an_unknown_backbone_is_refused(tmp_path: Path) -> None:
    with pytest.raises(BackboneError):
        teach(drawn(tmp_path / "a.zip", 2), Settings(backbone="dragonfly"), tmp_path / "x.teachlens", no_one)
    assert not (tmp_path / "x.teachlens").exists()


@pytest.mark.parametrize("stage", STAGES)
def test_an_interrupt_in_the_middle_leaves_nothing(tmp_path: Path, own_cache: Path, stage: Stage) -> None:
    before = files_in(own_cache)
    target = tmp_path / "models" / "x.teachlens"

    def interrupted(progress: Progress) -> None:
        if progress.stage == stage and (progress.done or stage == "save"):
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        teach(drawn(tmp_path / "a.zip", 12), Settings(), target, interrupted)
    left = files_in(own_cache) - before
    assert all(name.endswith((".sqlite", ".sqlite-wal", ".sqlite-shm")) for name in left)  # whole features may stay
    assert not target.parent.exists() or files_in(target.parent) == set()


def test_an_interrupt_leaves_an_older_model_as_it_was(tmp_path: Path) -> None:
    target = tmp_path / "x.teachlens"
    target.write_bytes(b"an older model")

    def interrupted(progress: Progress) -> None:
        if progress.stage == "save":
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        teach(drawn(tmp_path / "a.zip", 3), Settings(), target, interrupted)
    assert target.read_bytes() == b"an older model"
    teach(drawn(tmp_path / "a.zip", 3), Settings(), target, no_one)
    assert load(target).labels == ("blue", "빨강")


def test_a_second_lesson_does_not_extract_again(
    tmp_path: Path, own_cache: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = teach(drawn(tmp_path / "a.zip", 6), Settings(), tmp_path / "a.teachlens", no_one)
    extracted: list[int] = []
    really = features.extract_one

    def counted(data: bytes, *arguments: object) -> features.CachedFeatures:
        extracted.append(len(data))
        return really(data, *arguments)  # type: ignore[arg-type]

    monkeypatch.setattr(features, "extract_one", counted)
    second = teach(drawn(tmp_path / "b.zip", 6), Settings(), tmp_path / "b.teachlens", no_one)
    assert extracted == []
    assert np.array_equal(first.head.weights, second.head.weights)
    teach(drawn(tmp_path / "c.zip", 7), Settings(), tmp_path / "c.teachlens", no_one)
    assert len(extracted) == 2  # the new one of each class


def test_a_lesson_without_pictures_leaves_nothing_of_them_in_the_cache(tmp_path: Path, own_cache: Path) -> None:
    dataset = drawn(tmp_path / "a.zip", 4)
    teach(dataset, Settings(examples=False), tmp_path / "a.teachlens", no_one)
    thumbnails = [features.thumbnail(decode(archive.read_one(entry))) for entry in dataset.entries]
    kept = b"".join(path.read_bytes() for path in own_cache.rglob("*") if path.is_file())
    assert not any(thumbnail in kept for thumbnail in thumbnails)
    teach(dataset, Settings(), tmp_path / "b.teachlens", no_one)
    kept = b"".join(path.read_bytes() for path in own_cache.rglob("*.sqlite"))
    assert any(thumbnail[:1_000] in kept for thumbnail in thumbnails)  # as otherwise it would be


def content(path: Path) -> dict[str, object]:
    """What is in a model file, but for when it was made and how long it took."""
    with zipfile.ZipFile(path) as opened:
        found: dict[str, object] = {name: opened.read(name) for name in opened.namelist()}
    described = json.loads(found["model.json"])  # type: ignore[arg-type]
    del described["card"]["made"], described["card"]["seconds"]
    return {**found, "model.json": described}


def test_the_same_seed_gives_the_same_file(tmp_path: Path, own_cache: Path) -> None:
    dataset = drawn(tmp_path / "a.zip", 6)
    for name, seed in (("one", 4), ("cached", 4), ("extracted again", 4), ("other", 5)):
        if name == "extracted again":
            shutil.rmtree(own_cache / "features")
        teach(dataset, Settings(seed=seed), tmp_path / f"{name}.teachlens", no_one)
    one = content(tmp_path / "one.teachlens")
    assert content(tmp_path / "cached.teachlens") == one
    assert content(tmp_path / "extracted again.teachlens") == one
    assert content(tmp_path / "other.teachlens") != one


def test_a_private_model_keeps_only_numbers_of_its_pictures(tmp_path: Path) -> None:
    dataset = drawn(tmp_path / "paints.zip", 8)
    kept = teach(dataset, Settings(), tmp_path / "kept.teachlens", no_one)
    teach(dataset, Settings(examples=False), tmp_path / "m.teachlens", no_one)
    model, examples = load(tmp_path / "m.teachlens"), load_examples(tmp_path / "m.teachlens")
    assert examples.names == () and examples.vectors.shape == (0, len(model.head.weights))
    with zipfile.ZipFile(tmp_path / "m.teachlens") as archive:
        assert not [name for name in archive.namelist() if name.startswith("thumbnails/")]
        assert all(b"0.png" not in archive.read(name) for name in archive.namelist())
    assert model.report.score == kept.report.score and (model.report.confusion == kept.report.confusion).all()
    assert np.array_equal(model.head.weights, kept.head.weights)
    for of_single_pictures in (model.report.example, model.report.answer, model.report.probability):
        assert not len(of_single_pictures)
    # What stays, as the settings say: numbers of them, by which it tells what is like nothing it was taught.
    assert model.ood_detector is not None and len(model.ood_detector.vectors) == 16
    assert Recogniser(model).recognise_bytes(painted("red", 70)).labels[0] == "빨강"


def fitted(lesson: Lesson, temperature: float, right: int) -> Fitted:
    """What a fit might give: half of the test pictures are right, `right` of them without it."""
    rows = np.arange(4, dtype=np.int32)
    weights = np.zeros((lesson.features.vectors.shape[2], 2), np.float32)
    return Fitted(
        backbone=lesson.settings.backbone,
        head=Head(weights, np.zeros(2, np.float32), temperature),
        vectors=np.zeros((len(lesson.features.entries), len(weights)), np.float16),
        test=rows,
        logits=np.eye(2, dtype=np.float32)[rows % 2],
        method=lesson.held_out_method,
        ood_detector=None,
        baseline_right=right,
    )


def test_a_private_model_stays_private_where_it_is_improved(tmp_path: Path, improve_by: ImproveBy) -> None:
    dataset, path = drawn(tmp_path / "paints.zip", 8), tmp_path / "m.teachlens"
    settings = Settings(examples=False, mode="thorough")
    teach(dataset, settings, path, no_one)
    improve_by(lambda lesson, stop: fitted(lesson, 3.0, 1))
    assert improve(path, dataset, settings, no_one, lambda: False)
    better = load(path)
    assert better.head.temperature == 3 and better.report.score.total == 4 and not len(better.report.example)
    assert load_examples(path).names == () and thumbnails(path, [0]) == [b""]


def test_an_improved_model_keeps_its_title_and_says_what_it_was_before(tmp_path: Path, improve_by: ImproveBy) -> None:
    dataset, path = drawn(tmp_path / "paints.zip", 8), tmp_path / "m.teachlens"
    before = teach(dataset, THOROUGH, path, no_one)
    retitle(path, "renamed meanwhile")
    improve_by(lambda lesson, stop: fitted(lesson, 3.0, 3))
    assert improve(path, dataset, THOROUGH, no_one, lambda: False)
    after = load(path)
    assert after.card.title == "renamed meanwhile" and after.card.made == before.card.made
    assert after.card.before is not None and (after.card.before.right, after.report.score.right) == (3, 2)
    assert after.report.method == "held out" and after.card.seconds >= before.card.seconds


def test_what_is_no_better_leaves_the_model_as_it_was(tmp_path: Path, improve_by: ImproveBy) -> None:
    dataset, path = drawn(tmp_path / "paints.zip", 8), tmp_path / "m.teachlens"
    teach(dataset, THOROUGH, path, no_one)
    content = path.read_bytes()
    improve_by(lambda lesson, stop: None)
    assert not improve(path, dataset, THOROUGH, no_one, lambda: False)
    assert path.read_bytes() == content


def test_the_improvement_takes_the_features_of_the_lesson(
    tmp_path: Path, improve_by: ImproveBy, monkeypatch: pytest.MonkeyPatch
) -> None:
    dataset, path, folder = drawn(tmp_path / "paints.zip", 8), tmp_path / "m.teachlens", tmp_path / "features"
    seen: list[Lesson] = []

    def fit(lesson: Lesson, stop: Stop) -> None:
        seen.append(lesson)

    improve_by(fit)
    teach(dataset, THOROUGH, path, no_one, features_folder=folder)
    read: list[object] = []
    really = archive.read
    monkeypatch.setattr(features.archive, "read", lambda entries: read.append(entries) or really(entries))
    told: list[Progress] = []
    improve(path, dataset, THOROUGH, told.append, lambda: False, features_folder=folder)
    assert not read  # nothing was read and decoded again
    improve(path, dataset, THOROUGH, no_one, lambda: False)
    assert len(read) == 1
    handed, again = seen
    assert np.array_equal(handed.features.vectors, again.features.vectors)
    assert handed.dataset == again.dataset and np.array_equal(handed.plan.folds, again.plan.folds)
    assert [event.stage for event in told][:2] == ["read", "look"] and told[-1].share == 1


def test_features_of_other_pictures_are_not_taken(
    tmp_path: Path, improve_by: ImproveBy, monkeypatch: pytest.MonkeyPatch
) -> None:
    dataset, path, folder = drawn(tmp_path / "paints.zip", 8), tmp_path / "m.teachlens", tmp_path / "features"
    teach(dataset, THOROUGH, path, no_one)
    teach(drawn(tmp_path / "others.zip", 8), THOROUGH, tmp_path / "o.teachlens", no_one, features_folder=folder)
    seen: list[Lesson] = []
    improve_by(lambda lesson, stop: seen.append(lesson))
    improve(path, dataset, THOROUGH, no_one, lambda: False, features_folder=folder)
    assert seen[0].dataset.entries == dataset.entries


def test_a_recipe_that_improves_nothing_is_not_asked_to(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="quick"):
        improve(tmp_path / "m.teachlens", drawn(tmp_path / "a.zip", 4), Settings(), no_one, lambda: False)


def test_a_recipe_that_there_is_not_is_refused_in_words(tmp_path: Path) -> None:
    with pytest.raises(LessonError) as caught:
        teach(drawn(tmp_path / "a.zip", 2), Settings(mode="osmosis"), tmp_path / "x.teachlens", no_one)
    assert caught.value.key == "lesson.unknown_recipe" and "thorough" in caught.value.say("ko")
