"""How a head is chosen and tested."""

from __future__ import annotations

from collections import Counter
from typing import Any

import numpy as np
import pytest

from core.backbones.card import Block
from core.learning import quick
from core.learning.features import Features, Thumbnails
from core.learning.logistic_regression import C_CANDIDATES, Linear, fit_path_on_views
from core.learning.recipe import FEW_PICTURES
from core.learning.split import Plan
from core.model.model import FloatArray, IntArray, Method

CLASSES, EACH = 3, 20
COUNT = CLASSES * EACH
FINAL = (Block(8, is_level=False),)


def features(noise: float = 1.0) -> Features:
    """Of pictures in three classes, as points in 8 dimensions."""
    generator = np.random.default_rng(0)
    targets = np.arange(COUNT, dtype=np.int32) % CLASSES
    vectors = np.eye(8, dtype=np.float32)[targets] * 2 + generator.normal(0, noise, (COUNT, 8))
    return Features(
        entries=(),
        skipped=(),
        labels=("a", "b", "c"),
        targets=targets,
        vectors=vectors[:, None].astype(np.float16),
        perceptual_hashes=np.zeros((COUNT, 32), np.uint8),
        thumbnails=Thumbnails(),
    )


GROUPS = np.arange(COUNT, dtype=np.int32)
EVERYTHING = np.arange(COUNT, dtype=np.int32)
FIRST_FIFTH = np.where(EVERYTHING < COUNT // 5, 0, -1).astype(np.int32)
PLANS = {
    "cross-validation": Plan("cross-validation", (EVERYTHING // CLASSES % 5).astype(np.int32), EVERYTHING),
    "own split": Plan("own split", FIRST_FIFTH, EVERYTHING[COUNT // 5 :]),
    "held out": Plan("held out", FIRST_FIFTH, EVERYTHING),
}


@pytest.fixture
def fitted(monkeypatch: pytest.MonkeyPatch) -> list[tuple[frozenset[int], tuple[float, ...]]]:
    """The pictures and values of C of every fit."""
    fits: list[tuple[frozenset[int], tuple[float, ...]]] = []

    def counted(
        vectors: FloatArray,
        pictures: IntArray,
        views: int,
        targets: IntArray,
        classes: int,
        Cs: tuple[float, ...],
        *levels: Any,
    ) -> list[Linear]:
        fits.append((frozenset(pictures.tolist()), Cs))
        return fit_path_on_views(vectors, pictures, views, targets, classes, Cs, *levels)

    monkeypatch.setattr(quick, "fit_path_on_views", counted)
    return fits


@pytest.mark.parametrize("method", PLANS)
def test_no_pictures_are_fitted_twice_with_the_same_C(  # noqa: N802
    method: Method, fitted: list[tuple[frozenset[int], tuple[float, ...]]]
) -> None:
    plan = PLANS[method]
    quick.learn(features(), FINAL, GROUPS, plan, 0, lambda *_: None)
    fits = Counter((rows, C) for rows, Cs in fitted for C in Cs)
    assert max(fits.values()) == 1
    last, _ = fitted[-1]
    assert last == set(plan.final.tolist())


def test_the_sources_own_test_pictures_have_no_say() -> None:
    """With other labels on them, the head is the same."""
    plan, right = PLANS["own split"], features()
    wrong = features()
    wrong.targets[plan.folds == 0] = (wrong.targets[plan.folds == 0] + 1) % CLASSES
    heads = [quick.learn(one, FINAL, GROUPS, plan, 0, lambda *_: None).head for one in (right, wrong)]
    assert np.array_equal(heads[0].weights, heads[1].weights)


def test_the_head_that_is_tested_on_a_sources_own_split_is_the_one_that_is_kept() -> None:
    plan, pictures = PLANS["own split"], features()
    learned = quick.learn(pictures, FINAL, GROUPS, plan, 0, lambda *_: None)
    head, test, logits = learned.head, learned.test, learned.logits
    kept = Linear(head.weights, head.bias).logits(pictures.vectors[test, 0])
    assert np.array_equal(logits, kept) and test.tolist() == list(range(COUNT // 5))


def test_no_picture_has_a_say_in_how_it_is_tested() -> None:
    """With another label on one fold, the answers to that fold stay: none of its heads learned from it, and how the
    candidates are weighed is asked of the other folds."""
    plan, pictures, other = PLANS["cross-validation"], features(1.5), features(1.5)
    fold = plan.folds == 2
    other.targets[fold] = (other.targets[fold] + 1) % CLASSES
    logits = [quick.learn(one, FINAL, GROUPS, plan, 0, lambda *_: None).logits for one in (pictures, other)]
    answers = [one.argmax(axis=1) for one in logits]
    assert np.array_equal(answers[0][fold], answers[1][fold])
    assert not np.array_equal(answers[0][~fold], answers[1][~fold])


@pytest.mark.parametrize("method", PLANS)
def test_its_progress_ends_with_the_last_fit_and_never_falls(method: Method) -> None:
    events: list[tuple[int, int]] = []
    quick.learn(features(), FINAL, GROUPS, PLANS[method], 0, lambda *event: events.append(event))
    done, totals = zip(*events, strict=True)
    assert list(done) == sorted(done) and done[0] == 0 and done[-1] == totals[-1]
    assert len(set(totals)) == 1 and len(C_CANDIDATES) <= len(events)


def with_levels(noise: float, each: int) -> Features:
    """Pictures whose final features say little, and whose levels say which class it is."""
    generator = np.random.default_rng(0)
    targets = np.arange(CLASSES * each, dtype=np.int32) % CLASSES
    final = np.eye(8)[targets] * 1.5 + generator.normal(0, 1, (len(targets), 8))
    levels = np.eye(64)[targets] * 3 + generator.normal(0, noise, (len(targets), 64))
    vectors = np.concatenate([final, levels], axis=1)[:, None].astype(np.float16)
    hashes = np.zeros((len(targets), 32), np.uint8)
    return Features((), (), ("a", "b", "c"), targets, vectors, hashes, Thumbnails())


LEVELS = (Block(8, is_level=False), Block(64, is_level=True))


def cross_validated(pictures: Features, blocks: tuple[Block, ...]) -> quick.Learned:
    count = len(pictures.targets)
    everything = np.arange(count, dtype=np.int32)
    plan = Plan("cross-validation", (everything // CLASSES % 5).astype(np.int32), everything)
    return quick.learn(pictures, blocks, everything, plan, 0, lambda *_: None)


def test_levels_count_as_much_as_they_help() -> None:
    helpful, useless = cross_validated(with_levels(0.5, 30), LEVELS), cross_validated(with_levels(50, 30), LEVELS)
    assert helpful.level_weight > 0.5
    assert useless.level_weight < 0.1
    assert (helpful.logits.argmax(axis=1) == with_levels(0.5, 30).targets[helpful.test]).mean() > 0.95


def test_few_pictures_leave_the_levels_out() -> None:
    assert cross_validated(with_levels(0.5, FEW_PICTURES - 1), LEVELS).level_weight == 0


def test_the_weight_is_chosen_on_some_of_many_pictures(
    monkeypatch: pytest.MonkeyPatch, fitted: list[tuple[frozenset[int], tuple[float, ...]]]
) -> None:
    monkeypatch.setattr(quick, "_MAX_WEIGHED", 45)
    learned = cross_validated(with_levels(0.5, 60), LEVELS)
    assert learned.level_weight > 0
    assert {len(rows) <= 45 for rows, _ in fitted[:5]} == {True} and len(fitted) == 11


def test_things_that_are_never_mixed_up_are_learned_too() -> None:
    learned = cross_validated(features(0.01), FINAL)
    assert np.isfinite(learned.head.weights).all() and np.isfinite(learned.logits).all()
    assert (learned.logits.argmax(axis=1) == features().targets[learned.test]).all()


def test_where_nothing_can_be_tested_a_head_is_learned_all_the_same() -> None:
    plan = Plan("cross-validation", np.full(COUNT, -1, np.int32), EVERYTHING)
    learned = quick.learn(features(), FINAL, GROUPS, plan, 0, lambda *_: None)
    assert len(learned.test) == len(learned.logits) == 0
    right = Linear(learned.head.weights, learned.head.bias).logits(features().vectors[:, 0]).argmax(axis=1)
    assert (right == features().targets).mean() > 0.8
