"""What is like nothing that was taught."""

from __future__ import annotations

import numpy as np
import pytest

from core.learning.out_of_distribution import ID_RECALL, fit_ood_detector
from core.model.model import FloatArray, normalised

GENERATOR = np.random.default_rng(5)


def things(kind: int, count: int, features: int = 64) -> FloatArray:
    """Vectors of one kind of thing: around a direction of its own."""
    direction = np.random.default_rng(kind).exponential(size=features)
    return np.asarray(direction + GENERATOR.normal(scale=0.4, size=(count, features)), np.float32)


def taught(each: int = 60) -> tuple[FloatArray, np.ndarray, np.ndarray]:
    vectors = np.concatenate([things(1, each), things(2, each)])
    targets = np.repeat(np.arange(2, dtype=np.int32), each)
    return vectors, targets, np.arange(2 * each, dtype=np.int32)


def test_new_pictures_of_what_was_taught_are_familiar_and_other_things_are_not() -> None:
    rule = fit_ood_detector(*taught(), seed=0)
    known = np.mean([rule.is_in_distribution(vector) for kind in (1, 2) for vector in things(kind, 200)])
    strange = np.mean([rule.is_in_distribution(vector) for kind in range(3, 9) for vector in things(kind, 50)])
    assert known == pytest.approx(ID_RECALL, abs=0.04)
    assert strange < 0.02


def test_near_duplicates_do_not_make_it_stricter() -> None:
    vectors, targets, groups = taught(30)
    twice = (np.repeat(vectors, 4, axis=0), np.repeat(targets, 4), np.repeat(groups, 4))
    alone, together = fit_ood_detector(vectors, targets, groups, 0), fit_ood_detector(*twice, 0)
    assert together.min_similarity == pytest.approx(alone.min_similarity, abs=0.02)  # and not 1, as copies have it


def test_with_too_little_to_tell_everything_is_familiar() -> None:
    rule = fit_ood_detector(things(1, 3), np.array([0, 0, 1], np.int32), np.arange(3, dtype=np.int32), 0)
    assert rule.is_in_distribution(things(7, 1)[0])


def test_only_the_first_features_count() -> None:
    rule = fit_ood_detector(*taught(), seed=0)
    (vector,) = things(1, 1)
    assert rule.is_in_distribution(np.concatenate([vector, np.full(64, 1e6, np.float32)])) == rule.is_in_distribution(
        vector
    )


def test_many_pictures_are_compared_with_some_of_them() -> None:
    vectors, targets, groups = taught(3_000)
    assert fit_ood_detector(vectors, targets, groups, 0).vectors.shape == (2_000, 64)


def test_vectors_of_nothing_stay_nothing() -> None:
    unit = normalised(np.array([[0, 0], [3, 4]], np.float32))
    assert np.allclose(unit, [[0, 0], [0.6, 0.8]])
