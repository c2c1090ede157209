"""Who belongs together, and who is tested by whom."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from core.learning.near_duplicates import group_near_duplicates
from core.learning.split import stratified_group_folds, stratified_sample
from core.pictures.dataset import Entry


def showing(bursts: int, frames: int, labels: np.ndarray) -> tuple[list[Entry], np.ndarray]:
    """Frames of bursts, and what a backbone might say: frames of a burst resemble one another, and nothing else."""
    generator = np.random.default_rng(1)
    named = [
        Entry(Path("a.zip"), number, f"x/shown-{number // frames:012x}-{number % frames:04}.jpg", str(label))
        for number, label in enumerate(np.repeat(labels, frames))
    ]
    vectors = np.repeat(generator.normal(size=(bursts, 40)), frames, axis=0)
    return named, (vectors + generator.normal(0, 0.4, vectors.shape)).astype(np.float16)


def test_no_fold_ever_splits_a_burst_and_bursts_of_a_class_are_spread() -> None:
    labels = np.repeat([0, 1, 2], [6, 2, 1])
    named, vectors = showing(9, 8, labels)
    perceptual_hashes = np.random.default_rng(2).integers(0, 256, (len(named), 32), np.uint8)
    targets, bursts = np.repeat(labels, 8).astype(np.int32), np.repeat(np.arange(9), 8)
    for seed in range(10):
        folds = stratified_group_folds(targets, group_near_duplicates(named, vectors, perceptual_hashes), seed)
        assert all(len(set(folds[bursts == burst])) == 1 for burst in range(9))
        assert len(set(folds[targets == 0])) == 5 and len(set(folds[targets == 1])) == 2
        assert set(folds[targets == 2]) == {-1}  # shown once: nothing of it can be tested


def test_scores_of_what_was_shown_cannot_leak() -> None:
    """Bursts with labels drawn by lot: whoever knows a burst by heart knows its frames, and nothing of another."""
    labels = np.random.default_rng(3).permutation(np.repeat([0, 1], 20))
    named, vectors = showing(40, 6, labels)
    perceptual_hashes = np.random.default_rng(2).integers(0, 256, (len(named), 32), np.uint8)
    targets = np.repeat(labels, 6).astype(np.int32)

    def share_right(groups: np.ndarray) -> float:
        folds, right = stratified_group_folds(targets, groups.astype(np.int32), 0), 0
        for fold in range(5):
            held, known = folds == fold, folds != fold
            apart = np.linalg.norm(vectors[held][:, None].astype(float) - vectors[known], axis=2)
            right += int((targets[known][apart.argmin(axis=1)] == targets[held]).sum())
        return right / len(targets)

    assert share_right(np.arange(len(targets))) > 0.95  # as it would look if frames were pictures of their own
    assert share_right(group_near_duplicates(named, vectors, perceptual_hashes)) < 0.65


def test_folds_keep_groups_whole_and_spread_every_class() -> None:
    targets = np.repeat(np.arange(3, dtype=np.int32), [40, 20, 7])
    groups = (np.arange(len(targets)) // 2).astype(np.int32)
    folds = stratified_group_folds(targets, groups, seed=0)
    for group in set(groups):
        assert len(set(folds[groups == group])) == 1
    for target in range(3):
        counts = np.bincount(folds[targets == target], minlength=5)
        assert counts.max() - counts.min() <= 2


@pytest.mark.parametrize("count", [2, 3])
def test_with_few_pictures_every_class_still_has_some_to_learn_from(count: int) -> None:
    targets = np.repeat(np.arange(4, dtype=np.int32), count)
    folds = stratified_group_folds(targets, np.arange(len(targets), dtype=np.int32), seed=3)
    for fold in set(folds):
        assert set(targets[folds != fold]) == {0, 1, 2, 3}


def test_a_class_of_one_group_is_never_tested() -> None:
    targets = np.array([0, 0, 0, 1, 1, 1], np.int32)
    folds = stratified_group_folds(targets, np.array([0, 0, 0, 7, 8, 9], np.int32), seed=0)
    assert (folds[:3] == -1).all()
    assert (folds[3:] >= 0).all()


def test_another_seed_is_another_split_and_the_same_seed_the_same() -> None:
    targets = np.zeros(50, np.int32)
    groups = np.arange(50, dtype=np.int32)
    assert np.array_equal(stratified_group_folds(targets, groups, 1), stratified_group_folds(targets, groups, 1))
    assert not np.array_equal(stratified_group_folds(targets, groups, 1), stratified_group_folds(targets, groups, 2))


def test_a_sample_takes_equally_of_every_class_and_all_of_the_small_ones() -> None:
    targets = np.repeat(np.arange(3, dtype=np.int32), [1000, 500, 5])
    counts = np.bincount(targets[stratified_sample(targets, 205, seed=0)])
    assert counts.tolist() == [100, 100, 5]
