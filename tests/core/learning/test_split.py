"""Who belongs together, and who is tested by whom."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from core.learning.split import folded, grouped, sampled
from core.pictures.dataset import Entry


def entries(*names: str, label: str = "cat") -> list[Entry]:
    return [Entry(Path("a.zip"), number, name, label) for number, name in enumerate(names)]


def prints_and_vectors(count: int) -> tuple[np.ndarray, np.ndarray]:
    generator = np.random.default_rng(0)
    return generator.integers(0, 256, (count, 32), np.uint8), generator.normal(size=(count, 50)).astype(np.float16)


def test_different_pictures_are_groups_of_their_own() -> None:
    prints, vectors = prints_and_vectors(6)
    assert len(set(grouped(entries(*"abcdef"), vectors, prints))) == 6


def test_near_duplicates_share_a_group_also_over_a_third() -> None:
    prints, vectors = prints_and_vectors(5)
    prints[3] = prints[1]
    prints[3, 0] ^= 0b1111  # four bits away
    prints[4] = prints[3]
    prints[4, 1] ^= 0b11111111
    vectors[3] = vectors[4] = vectors[1]
    groups = grouped(entries("x1", "y9", "z", "b", "c"), vectors, prints)
    assert groups[1] == groups[3] == groups[4]
    assert len(set(groups)) == 3


def test_the_same_bits_of_a_plain_background_are_no_duplicates() -> None:
    prints, vectors = prints_and_vectors(2)
    prints[:] = 0
    assert len(set(grouped(entries("p", "q"), vectors, prints))) == 2


def test_a_burst_is_one_group_and_look_alikes_of_other_numbers_are_not() -> None:
    prints, vectors = prints_and_vectors(4)
    vectors[:] = vectors[0]
    groups = grouped(entries("a/IMG_0009.jpg", "a/IMG_0010.jpg", "a/IMG_0031.jpg", "b/IMG_0011.jpg"), vectors, prints)
    assert groups[0] == groups[1]
    assert len(set(groups)) == 3


def test_folds_keep_groups_whole_and_spread_every_class() -> None:
    targets = np.repeat(np.arange(3, dtype=np.int32), [40, 20, 7])
    groups = (np.arange(len(targets)) // 2).astype(np.int32)
    folds = folded(targets, groups, seed=0)
    for group in set(groups):
        assert len(set(folds[groups == group])) == 1
    for target in range(3):
        counts = np.bincount(folds[targets == target], minlength=5)
        assert counts.max() - counts.min() <= 2


@pytest.mark.parametrize("count", [2, 3])
def test_with_few_pictures_every_class_still_has_some_to_learn_from(count: int) -> None:
    targets = np.repeat(np.arange(4, dtype=np.int32), count)
    folds = folded(targets, np.arange(len(targets), dtype=np.int32), seed=3)
    for fold in set(folds):
        assert set(targets[folds != fold]) == {0, 1, 2, 3}


def test_a_class_of_one_group_is_never_tested() -> None:
    targets = np.array([0, 0, 0, 1, 1, 1], np.int32)
    folds = folded(targets, np.array([0, 0, 0, 7, 8, 9], np.int32), seed=0)
    assert (folds[:3] == -1).all()
    assert (folds[3:] >= 0).all()


def test_another_seed_is_another_split_and_the_same_seed_the_same() -> None:
    targets = np.zeros(50, np.int32)
    groups = np.arange(50, dtype=np.int32)
    assert np.array_equal(folded(targets, groups, 1), folded(targets, groups, 1))
    assert not np.array_equal(folded(targets, groups, 1), folded(targets, groups, 2))


def test_a_sample_takes_equally_of_every_class_and_all_of_the_small_ones() -> None:
    targets = np.repeat(np.arange(3, dtype=np.int32), [1000, 500, 5])
    counts = np.bincount(targets[sampled(targets, 205, seed=0)])
    assert counts.tolist() == [100, 100, 5]
