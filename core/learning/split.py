"""Which pictures belong together, and which are learned from and which are tested on."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray

from core.learning.features import Features
from core.model.model import FloatArray, IntArray, Method
from core.pictures.camera_bursts import burst_of
from core.pictures.dataset import Entry, natural

FOLDS = 5
FEW = 30  # pictures: a class with fewer is tested by cross-validation, whatever it costs
CROSS_VALIDATED = (
    3_000  # pictures: up to so many all are tested, each by a head that has not seen it; above, one in five
)
# Nearly the same picture: at most so many of the difference hash's 256 bits apart, and so alike to the backbone. Bits
# alone are not enough, plain backgrounds share many; nor is likeness alone, one hand shows many signs.
NEAR = ((20, 0.75), (32, 0.93))
BURST_COSINE = 0.92  # neighbours by name that look so alike were taken in one go
_BLOCK = 1024  # pictures compared at a time: 4 MB for every pair of blocks

_LAST_NUMBER = re.compile(r"(\d{1,18})(?=\D*$)")


def grouped(entries: Sequence[Entry], vectors: NDArray[Any], perceptual_hashes: NDArray[np.uint8]) -> IntArray:
    """(n,) a number for each picture; near-duplicates, neighbours of a burst, and whatever was shown in one go share
    it. `vectors` are (n, features), `prints` (n, 32). Everything that is linked, also over others, is one group."""
    parent = np.arange(len(entries))
    bursts = [burst_of(entry.name) for entry in entries]

    def root(number: int) -> int:
        while parent[number] != number:
            parent[number] = parent[parent[number]]
            number = int(parent[number])
        return number

    def apart(one: int, other: int) -> bool:
        """Two things before the same wall may look nearly the same: that gives no answer away, and linked they would
        take their bursts along."""
        return entries[one].label != entries[other].label and bool(bursts[one] and bursts[other])

    near = (pair for pair in _near_duplicates(vectors, perceptual_hashes) if not apart(*pair))
    for pairs in (near, _bursts(entries, vectors), _shown(bursts)):
        for one, other in pairs:
            parent[root(one)] = root(other)
    _, groups = np.unique([root(number) for number in range(len(entries))], return_inverse=True)
    return groups.astype(np.int32)


def _cosines(vectors: NDArray[Any], ones: NDArray[Any], others: NDArray[Any]) -> FloatArray:
    found = np.empty(len(ones), np.float32)
    for start in range(0, len(ones), _BLOCK):
        part = slice(start, start + _BLOCK)
        a = np.asarray(vectors[ones[part]], np.float32)
        b = np.asarray(vectors[others[part]], np.float32)
        norms = np.linalg.norm(a, axis=1) * np.linalg.norm(b, axis=1)
        found[part] = np.einsum("ij,ij->i", a, b) / np.maximum(norms, 1e-9)
    return found


def _near_duplicates(vectors: NDArray[Any], perceptual_hashes: NDArray[np.uint8]) -> Iterator[tuple[int, int]]:
    """Pairs whose hashes differ in few bits: from ±1 vectors, bits apart = (256 - dot) / 2, block by block."""
    for top in range(0, len(perceptual_hashes), _BLOCK):
        rows = _signs(perceptual_hashes[top : top + _BLOCK])
        for left in range(top, len(perceptual_hashes), _BLOCK):
            alike = rows @ _signs(perceptual_hashes[left : left + _BLOCK]).T
            ones, others = np.nonzero(alike >= 256 - 2 * NEAR[-1][0])
            apart = (256 - alike[ones, others]) / 2
            ones, others = (ones + top).astype(np.int32), (others + left).astype(np.int32)
            cosines = _cosines(vectors, ones, others)
            near = np.any([(apart <= bits) & (cosines >= likeness) for bits, likeness in NEAR], axis=0)
            close = near & (others > ones)
            yield from zip(ones[close].tolist(), others[close].tolist(), strict=True)


def _signs(perceptual_hashes: NDArray[np.uint8]) -> FloatArray:
    return np.unpackbits(perceptual_hashes, axis=1).astype(np.float32) * 2 - 1


def _bursts(entries: Sequence[Entry], vectors: NDArray[Any]) -> Iterator[tuple[int, int]]:
    """Pairs of one folder and label whose names differ by one in their last number and that look alike."""
    order = sorted(range(len(entries)), key=lambda number: natural(entries[number].name))
    ones, others = [], []
    for one, other in pairwise(order):
        if entries[one].label == entries[other].label and _follows(entries[one].name, entries[other].name):
            ones.append(one)
            others.append(other)
    pairs: tuple[IntArray, IntArray] = np.array(ones, np.int32), np.array(others, np.int32)
    alike = _cosines(vectors, *pairs) >= BURST_COSINE
    yield from zip(pairs[0][alike].tolist(), pairs[1][alike].tolist(), strict=True)


def _shown(bursts: Sequence[str | None]) -> Iterator[tuple[int, int]]:
    """Pairs that were shown to a camera in one go, however different they look."""
    first: dict[str, int] = {}
    for number, burst in enumerate(bursts):
        if burst:
            yield first.setdefault(burst, number), number


def _follows(name: str, other: str) -> bool:
    a, b = _LAST_NUMBER.search(name), _LAST_NUMBER.search(other)
    if not a or not b or name[: a.start()] != other[: b.start()] or name[a.end() :] != other[b.end() :]:
        return False
    return int(b[1]) - int(a[1]) == 1


def folded(targets: IntArray, groups: IntArray, seed: int, folds: int = FOLDS) -> IntArray:
    """(n,) the fold in which each picture is tested, 0..folds-1; groups stay whole and every class is spread as evenly
    as they allow. -1 for a class that is a single group: tested apart from it, nothing would be left to learn it
    from."""
    generator = np.random.default_rng(seed)
    groups = np.unique(groups, return_inverse=True)[1].astype(np.int32)
    classes, count = int(targets.max()) + 1, int(groups.max()) + 1
    members: list[list[int]] = [[] for _ in range(count)]
    for number, group in enumerate(groups.tolist()):
        members[group].append(number)
    groups_of_class = np.zeros(classes, int)
    for rows in members:
        groups_of_class[np.unique(targets[rows])] += 1
    order = generator.permutation(count)
    order = order[np.argsort([-len(members[group]) for group in order], kind="stable")]
    loads = np.zeros((classes, folds))  # pictures of a class in a fold
    sizes = np.zeros(folds)
    found = np.full(len(targets), -1, np.int32)
    for group in order:
        rows = members[group]
        kinds = np.unique(targets[rows])
        if (groups_of_class[kinds] < 2).any():
            continue
        fold = int(np.lexsort((generator.random(folds), sizes, loads[kinds].sum(axis=0)))[0])
        found[rows] = fold
        loads[:, fold] += np.bincount(targets[rows], minlength=classes)
        sizes[fold] += len(rows)
    return found


@dataclass(frozen=True)
class Plan:
    """Which pictures are tested, each by a head that learned from none of its fold, and which the model learns from."""

    method: Method
    folds: IntArray  # (n,) the fold in which a picture is tested; -1: never
    final: IntArray  # positions of the pictures that the model itself learns from


def planned(features: Features, groups: IntArray, seed: int) -> Plan:
    """The source's own test (or else validation) pictures where it has some, and the model does not learn from them;
    else all pictures in turn, or one in five of many. Where the source leaves a class nothing to learn from, its split
    is not used."""
    splits = np.array([entry.split or "train" for entry in features.entries])
    everything = np.arange(len(splits), dtype=np.int32)
    for own in ("test", "validation"):
        held = splits == own
        if held.any() and len(np.unique(features.targets[~held])) == len(features.labels):
            return Plan("own split", np.where(held, 0, -1).astype(np.int32), everything[~held])
    folds = folded(features.targets, groups, seed)
    few = np.bincount(features.targets).min() < FEW
    if few or len(splits) <= CROSS_VALIDATED:
        return Plan("cross-validation", folds, everything)
    return Plan("held out", np.where(folds == 0, 0, -1).astype(np.int32), everything)


def sampled(targets: IntArray, count: int, seed: int) -> IntArray:
    """Positions of about `count` pictures, of every class as equally many as it has, in rising order."""
    order = np.random.default_rng(seed).permutation(len(targets))
    order = order[np.argsort(targets[order], kind="stable")]  # class by class, mixed within
    starts = np.searchsorted(targets[order], targets[order])
    rank = np.arange(len(order)) - starts
    return np.sort(order[np.argsort(rank, kind="stable")[:count]]).astype(np.int32)
