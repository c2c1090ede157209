"""Recipes, ways of teaching: all of them keep what they say of themselves, and a new one is one registration."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from drawn import painted, zipped

from core import settings
from core.backbones import card
from core.errors import LessonError
from core.learning import recipes
from core.learning.progress import Progress, Stage
from core.learning.recipe import Fitted, Lesson, Recipe
from core.learning.settings import Settings
from core.learning.teach import teach
from core.messages import LANGUAGES, say
from core.model.file import load, load_examples
from core.model.model import Head
from core.model.recognise import Recogniser
from core.pictures import archive


def centroids(lesson: Lesson) -> Fitted:
    """A recipe's fit in a few lines: the nearest class mean, tested on the pictures it was made from."""
    vectors = np.asarray(lesson.features.vectors[:, 0], np.float32)
    targets = lesson.features.targets
    lesson.clock.update("learn", 0, 1)
    means = np.stack([vectors[targets == label].mean(axis=0) for label in range(len(lesson.features.labels))])
    head = Head(means.T, -(means**2).sum(axis=1) / 2, 1.0)
    lesson.clock.update("learn", 1, 1)
    rows = np.arange(len(targets), dtype=np.int32)
    return Fitted(
        backbone=lesson.settings.backbone,
        head=head,
        vectors=lesson.features.vectors[:, 0],
        test=rows,
        logits=head.logits(vectors),
        method="held out",
        ood_detector=None,
        notes=("classic.from_scratch",),
    )


STAGES: tuple[Stage, ...] = ("read", "look", "learn", "save")
CENTROIDS = Recipe(
    name="centroids",
    summary="a mean for each class",
    stages=STAGES,
    estimate=lambda pictures, classes: dict.fromkeys(STAGES, 0.1),
    fit=centroids,
    views=lambda pictures, classes: 1,
)


@pytest.fixture
def registered(monkeypatch: pytest.MonkeyPatch) -> None:
    """With a recipe of somebody's own, for a test."""
    monkeypatch.setattr(recipes, "_registered", dict(recipes._registered))
    recipes.register(CENTROIDS)


def source(path: Path) -> Path:
    return zipped(path, {f"{paint}/{n}.png": painted(paint, n) for paint in ("red", "blue") for n in range(4)})


def test_a_new_recipe_teaches_a_model_once_it_is_registered(tmp_path: Path, registered: None) -> None:
    events: list[Progress] = []
    path = tmp_path / "m.teachlens"
    teach(archive.find([source(tmp_path / "a.zip")]), Settings(mode="centroids"), path, events.append)
    model = load(path)
    assert model.card.notes == ("classic.from_scratch",) and model.report.score.total == 8
    assert Recogniser(model).recognise_bytes(painted("red", 50)).labels[0] == "red"
    assert load_examples(path).vectors.shape == (8, card(Settings().backbone).features)
    assert tuple(dict.fromkeys(event.stage for event in events)) == STAGES
    shares = [event.share for event in events]
    assert shares == sorted(shares) and shares[-1] == 1 and events[-1].seconds_left == 0


def test_the_command_line_offers_a_new_recipe_too(registered: None, capsys: pytest.CaptureFixture[str]) -> None:
    from core.command.main import main

    for asked in (["--help"], ["teach", "--help"]):
        with pytest.raises(SystemExit):
            main(asked)
    said = capsys.readouterr().out
    assert "centroids: read, look, learn, save" in said and "centroids: a mean for each class" in " ".join(said.split())


def test_a_recipe_that_this_machine_cannot_follow_is_refused_before_anything_is_read(
    tmp_path: Path, registered: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    recipes.register(replace(CENTROIDS, min_memory=5 * 10**9, memory_obstacle="classic.memory"))
    monkeypatch.setattr("core.machine.memory", lambda: 2 * 10**9)
    dataset = archive.find([source(tmp_path / "a.zip")])
    (tmp_path / "a.zip").unlink()
    with pytest.raises(LessonError) as caught:
        teach(dataset, Settings(mode="centroids"), tmp_path / "m.teachlens", lambda _: None)
    assert caught.value.key == "classic.memory" and caught.value.values == {"needed": "5", "there": "2.0"}


def test_the_default_stands_first_and_an_unknown_one_is_refused() -> None:
    first, *others = recipes.registered()
    assert first.name == recipes.DEFAULT == Settings().mode and {one.name for one in others} >= {"thorough", "classic"}
    assert recipes.find("osmosis") is None
    with pytest.raises(LessonError):
        recipes.get("osmosis")


@pytest.mark.parametrize("recipe", recipes.registered(), ids=lambda recipe: recipe.name)
def test_a_recipe_estimates_its_stages_in_their_order(recipe: Recipe) -> None:
    for part in (recipe, recipe.improvement):
        if part is not None:
            few, many = part.estimate(10, 2), part.estimate(10_000, 20)
            assert tuple(few) == tuple(many) == part.stages
            assert part.stages[:2] == ("read", "look") and part.stages[-1] == "save"
            assert all(seconds > 0 for seconds in few.values()) and sum(many.values()) > sum(few.values())


@pytest.mark.parametrize("recipe", recipes.registered(), ids=lambda recipe: recipe.name)
def test_what_a_recipe_says_to_people_is_there_in_both_languages(
    recipe: Recipe, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("core.machine.memory", lambda: 10**8)
    said = [(key, {}) for key in (recipe.title, recipe.note) if key]
    said += [(recipe.starting_point(), {})] if recipe.starting_point else []
    said += [one for one in (recipe.obstacle, recipe.improvement and recipe.improvement.obstacle()) if one]
    assert said or recipe.name == recipes.DEFAULT
    for key, values in said:
        assert all(say(key, language, **values) for language in LANGUAGES)


def test_asking_for_recipes_is_light() -> None:
    code = "import sys; from core.learning import recipes; recipes.registered(); print(*sys.modules)"
    run = subprocess.run([sys.executable, "-c", code], cwd=settings.PROJECT, capture_output=True, text=True, check=True)
    heavy = {"keras", "tensorflow", "torch", "ai_edge_litert", "cv2", "core.learning.features", "core.learning.teach"}
    assert "core.learning.recipes.classic" in run.stdout.split() and not heavy & set(run.stdout.split())
