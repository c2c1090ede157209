"""From a dataset to a model and an honest report, as a recipe says; and the improvement of that model."""

from __future__ import annotations

import time
from contextlib import suppress
from dataclasses import replace
from functools import partial
from pathlib import Path

from core.backbones import card
from core.errors import DatasetError, LessonError
from core.learning import features as feature_files
from core.learning import recipes
from core.learning.assemble import assemble, assemble_improved, write
from core.learning.features import Features, extract
from core.learning.near_duplicates import groups_of
from core.learning.progress import Clock, Listener
from core.learning.recipe import Lesson, Recipe, Stop
from core.learning.settings import Settings
from core.learning.split import plan_split
from core.model.file import changing, load
from core.model.model import Model
from core.pictures.dataset import Dataset, lacks


def teach(
    dataset: Dataset, settings: Settings, target: Path, listen: Listener, *, features_folder: Path | None = None
) -> Model:
    """Teach a model on a dataset and write it at `target`, whole or not at all; what its recipe does beyond that is
    `improve`, for which the features are kept in `features_folder`. Raises DatasetError when something is missing
    (`core.pictures.dataset.lacks` says what), what reading and backbones raise, and LessonError for a recipe that there
    is not or that this machine cannot follow.

    >>> model = teach(archive.find([Path("fruit.zip")]), Settings(), Path("fruit.teachlens"), print)
    """
    began = time.monotonic()
    recipe = recipes.get(settings.mode)
    _require_complete(dataset)
    if recipe.obstacle:
        key, values = recipe.obstacle
        raise LessonError(key, **values)
    clock = Clock(listen, recipe.estimate(len(dataset.entries), len(dataset.labels)))
    lesson = _prepare(dataset, recipe, settings, clock)
    if features_folder is not None:
        with suppress(OSError):  # an improvement then reads the pictures again
            feature_files.save(lesson.features, features_folder)
    fitted = recipe.fit(lesson)
    model = assemble(lesson, fitted, time.monotonic() - began)
    clock.update("save", 0, 1)
    write(target, model, lesson, fitted.vectors)
    clock.update("save", 1, 1)
    return model


def improve(
    path: Path,
    dataset: Dataset,
    settings: Settings,
    listen: Listener,
    stop: Stop,
    *,
    features_folder: Path | None = None,
) -> bool:
    """Improve the model at `path`, which `teach` made of the same dataset with the same settings and, where it was
    given, the same `features_folder`. Where that is better, it takes the model's place, whole or not at all; whether it
    did. `stop` is asked again and again: where it says so, the best so far is what counts. For child processes alone,
    as it needs Keras. Raises as `teach` does, ModelError where the model is gone, and LessonError for too few or too
    many pictures; ValueError for a recipe that improves nothing."""
    began = time.monotonic()
    recipe = recipes.get(settings.mode)
    improvement = recipe.improvement
    if improvement is None:
        raise ValueError(f"the recipe {recipe.name} improves nothing")
    if len(dataset.entries) < improvement.min_pictures:
        raise LessonError("lesson.too_few", least=f"{improvement.min_pictures:,}")
    if len(dataset.entries) > improvement.max_pictures:
        raise LessonError("lesson.too_many", most=f"{improvement.max_pictures:,}")
    clock = Clock(listen, improvement.estimate(len(dataset.entries), len(dataset.labels)))
    kept = None if features_folder is None else feature_files.load(features_folder)
    lesson = _prepare(dataset, recipe, settings, clock, kept)
    fitted = improvement.fit(lesson, stop)
    clock.update("save", 0, 1)
    if fitted is not None:
        with changing(path):
            model = load(path)  # as it is by now: somebody may have given it another title
            if model.card.corrections:
                raise LessonError("lesson.put_right_meanwhile")
            write(path, assemble_improved(model, lesson, fitted, time.monotonic() - began), lesson, fitted.vectors)
    clock.update("save", 1, 1)
    return fitted is not None


def _prepare(
    dataset: Dataset, recipe: Recipe, settings: Settings, clock: Clock, kept: Features | None = None
) -> Lesson:
    """The stages "read" and "look" of every recipe: the features of the pictures that can be read, which of them are
    near-duplicates, and which are tested on. Features that were `kept` are taken where they are the dataset's."""
    count = len(dataset.entries)
    clock.update("read", count, count)
    backbone = Settings().backbone if recipe.backbone else settings.backbone
    views = recipe.views(count, len(dataset.labels))
    if kept is not None and _belong_to(kept, dataset, backbone, views):
        features = kept
        clock.update("look", count, count)
    else:
        features = extract(dataset, backbone, views, partial(clock.update, "look"), keep=settings.examples)
    readable = replace(dataset, entries=features.entries)
    _require_complete(readable)
    groups = groups_of(features, backbone)
    return Lesson(readable, features, groups, plan_split(features, groups, settings.seed), settings, clock)


def _belong_to(features: Features, dataset: Dataset, backbone: str, views: int) -> bool:
    """Whether features are those of this dataset, as far as they can tell."""
    count = len(features.entries)
    return (
        features.vectors.shape == (count, views, card(backbone).features)
        and features.labels == dataset.labels
        and set(features.entries) <= set(dataset.entries)
    )


def _require_complete(dataset: Dataset) -> None:
    if missing := lacks(dataset):
        raise DatasetError(missing[0].key, **missing[0].values)
