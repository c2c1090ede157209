"""Which pictures belong together."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import combinations
from pathlib import Path

import numpy as np
import pytest

from core.learning import near_duplicates
from core.learning.near_duplicates import NEAR, group_near_duplicates
from core.pictures.camera_bursts import burst_of
from core.pictures.dataset import Entry


def entries(*names: str, label: str = "cat") -> list[Entry]:
    return [Entry(Path("a.zip"), number, name, label) for number, name in enumerate(names)]


def prints_and_vectors(count: int) -> tuple[np.ndarray, np.ndarray]:
    generator = np.random.default_rng(0)
    return generator.integers(0, 256, (count, 32), np.uint8), generator.normal(size=(count, 50)).astype(np.float16)


def test_different_pictures_are_groups_of_their_own() -> None:
    perceptual_hashes, vectors = prints_and_vectors(6)
    assert len(set(group_near_duplicates(entries(*"abcdef"), vectors, perceptual_hashes))) == 6


def test_near_duplicates_share_a_group_also_over_a_third() -> None:
    perceptual_hashes, vectors = prints_and_vectors(5)
    perceptual_hashes[3] = perceptual_hashes[1]
    perceptual_hashes[3, 0] ^= 0b1111  # four bits away
    perceptual_hashes[4] = perceptual_hashes[3]
    perceptual_hashes[4, 1] ^= 0b11111111
    vectors[3] = vectors[4] = vectors[1]
    groups = group_near_duplicates(entries("x1", "y9", "z", "b", "c"), vectors, perceptual_hashes)
    assert groups[1] == groups[3] == groups[4]
    assert len(set(groups)) == 3


def test_the_same_bits_of_a_plain_background_are_no_duplicates() -> None:
    perceptual_hashes, vectors = prints_and_vectors(2)
    perceptual_hashes[:] = 0
    assert len(set(group_near_duplicates(entries("p", "q"), vectors, perceptual_hashes))) == 2


def test_a_burst_is_one_group_and_look_alikes_of_other_numbers_are_not() -> None:
    perceptual_hashes, vectors = prints_and_vectors(4)
    vectors[:] = vectors[0]
    groups = group_near_duplicates(
        entries("a/IMG_0009.jpg", "a/IMG_0010.jpg", "a/IMG_0031.jpg", "b/IMG_0011.jpg"), vectors, perceptual_hashes
    )
    assert groups[0] == groups[1]
    assert len(set(groups)) == 3


def test_a_burst_that_was_shown_is_one_group_however_different_its_frames_are() -> None:
    perceptual_hashes, vectors = prints_and_vectors(6)
    one, other = "000000000001", "000000000002"
    names = [f"x/shown-{one}-0001.jpg", "x/a.jpg", f"y/shown-{one}-0007.jpg", f"x/shown-{other}-0002.jpg"]
    groups = group_near_duplicates(
        entries(*names, f"x/shown-{other}-0009.jpg", "x/shown-0009.jpg"), vectors, perceptual_hashes
    )
    assert groups[0] == groups[2] and groups[3] == groups[4]
    assert len(set(groups)) == 4


def test_bursts_of_two_classes_that_look_alike_stay_apart_and_those_of_one_do_not() -> None:
    perceptual_hashes, vectors = prints_and_vectors(4)
    perceptual_hashes[:], vectors[:] = perceptual_hashes[0], vectors[0]  # the same wall behind them all
    shown = [f"x/shown-00000000000{burst}-0001.jpg" for burst in range(4)]
    cat, dog = entries(*shown[:2]), entries(*shown[2:], label="dog")
    groups = group_near_duplicates([*cat, *dog], vectors, perceptual_hashes)
    assert groups[0] == groups[1] != groups[2] == groups[3]
    photos = [*entries("a.jpg", "b.jpg"), *entries("c.jpg", "d.jpg", label="dog")]
    assert len(set(group_near_duplicates(photos, vectors, perceptual_hashes))) == 1


# --- Many at once ------------------------------------------------------------------------------------------------


def union_find(entries: Sequence[Entry], vectors: np.ndarray, perceptual_hashes: np.ndarray) -> np.ndarray:
    """The definition, a pair at a time: what the groups of near-duplicates and bursts are."""
    parent = list(range(len(entries)))

    def root(number: int) -> int:
        while parent[number] != number:
            number = parent[number]
        return number

    bursts = [burst_of(entry.name) for entry in entries]
    unit = vectors.astype(np.float64) / np.linalg.norm(vectors.astype(np.float64), axis=1, keepdims=True)
    for one, other in combinations(range(len(entries)), 2):
        bits = int(np.unpackbits(perceptual_hashes[one] ^ perceptual_hashes[other]).sum())
        near = any(bits <= most and unit[one] @ unit[other] >= least for most, least in NEAR)
        apart = entries[one].label != entries[other].label and bool(bursts[one] and bursts[other])
        if (near and not apart) or (bursts[one] and bursts[one] == bursts[other]):
            parent[root(one)] = root(other)
    return np.array([root(number) for number in range(len(entries))])


def partition(groups: np.ndarray) -> set[frozenset[int]]:
    return {frozenset(np.flatnonzero(groups == group).tolist()) for group in set(groups.tolist())}


@pytest.mark.parametrize("dense", [1, 50, 10**9])
@pytest.mark.parametrize("seed", range(8))
def test_groups_are_those_of_the_definition(seed: int, dense: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """Random pictures that are versions of a few, of several labels, some of them in bursts; in blocks of a few."""
    monkeypatch.setattr(near_duplicates, "_BLOCK", 16)
    monkeypatch.setattr(near_duplicates, "_DENSE", dense)
    generator = np.random.default_rng(seed)
    count, scenes = 90, 12
    scene = generator.integers(0, scenes, count)
    bits = generator.integers(0, 2, (scenes, 256))[scene] ^ (generator.random((count, 256)) < 0.05)
    vectors = generator.normal(size=(scenes, 30))[scene] + generator.normal(0, 0.45, (count, 30))
    named = [
        Entry(
            Path("a.zip"),
            number,
            f"shown-{generator.integers(0, 6):012x}-{number:04}.jpg" if generator.random() < 0.4 else f"{number}_x.jpg",
            str(generator.integers(0, 3)),
        )
        for number in range(count)
    ]
    perceptual_hashes = np.packbits(bits.astype(np.uint8), axis=1)
    groups = group_near_duplicates(named, vectors.astype(np.float32), perceptual_hashes)
    expected = union_find(named, vectors.astype(np.float32), perceptual_hashes)
    assert partition(groups) == partition(expected)
    assert set(groups.tolist()) == set(range(groups.max() + 1))


def compared_pairs(monkeypatch: pytest.MonkeyPatch, named: Sequence[Entry], vectors: np.ndarray) -> tuple[int, int]:
    """How many pairs of equal pictures are compared by their vectors, and how many groups there are."""
    compared = 0
    really = near_duplicates._similarities_of_block

    def counted(vectors: np.ndarray, ones: np.ndarray, others: np.ndarray, top: int, left: int) -> np.ndarray:
        nonlocal compared
        compared += len(ones)
        return really(vectors, ones, others, top, left)

    monkeypatch.setattr(near_duplicates, "_similarities_of_block", counted)
    groups = group_near_duplicates(named, vectors, np.zeros((len(named), 32), np.uint8))
    monkeypatch.undo()
    return compared, len(set(groups.tolist()))


def test_comparisons_of_equal_pictures_grow_with_their_number_and_not_with_that_of_their_pairs(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    for count in (500, 1_000, 3_000, 6_000):
        named = [Entry(Path("a.zip"), number, f"{number}.jpg", "cat") for number in range(count)]
        compared, groups = compared_pairs(monkeypatch, named, np.ones((count, 4), np.float16))
        assert groups == 1 and compared < 3 * count


def test_equal_frames_of_bursts_of_two_labels_are_two_groups_at_no_more_cost(monkeypatch: pytest.MonkeyPatch) -> None:
    count = 3_000
    named = [
        Entry(Path("a.zip"), number, f"shown-{number // 100:012x}-{number % 100:04}.jpg", str(number // 1_500))
        for number in range(count)
    ]
    compared, groups = compared_pairs(monkeypatch, named, np.ones((count, 4), np.float16))
    assert groups == 2 and compared < 3 * count


@pytest.mark.parametrize("vertices", [1, 2, 50, 400])
def test_long_chains_are_joined_whatever_their_order(vertices: int) -> None:
    order = np.random.default_rng(vertices).permutation(vertices)
    components = near_duplicates._Components(vertices)
    components.join(order[:-1], order[1:])
    assert set(components.label.tolist()) == {vertices - 1}


def test_no_pictures_are_no_groups() -> None:
    assert group_near_duplicates([], np.zeros((0, 8), np.float16), np.zeros((0, 32), np.uint8)).tolist() == []
