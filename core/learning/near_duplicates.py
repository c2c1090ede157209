"""Which pictures belong together: near-duplicates, neighbours of a series, and whatever one burst showed."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray

from core.learning.features import Features, final_vectors
from core.model.model import FloatArray, IntArray
from core.pictures.camera_bursts import burst_of
from core.pictures.dataset import Entry, natural

# A near-duplicate: at most so many of the difference hash's 256 bits apart, and at least so large a cosine similarity.
# Bits alone are not enough, plain backgrounds share many; nor is similarity alone, one hand shows many signs.
NEAR = ((20, 0.75), (32, 0.93))
SERIES_SIMILARITY = 0.92  # neighbours by name with such a cosine similarity were taken in one go
_BLOCK = 1024  # pictures compared at a time: 4 MB for every pair of blocks
_DENSE = _BLOCK**2 // 32  # pairs of a block from which on one matrix product is cheaper than single dot products

_LAST_NUMBER = re.compile(r"(\d{1,18})(?=\D*$)")


def group_near_duplicates(
    entries: Sequence[Entry], vectors: NDArray[Any], perceptual_hashes: NDArray[np.uint8]
) -> IntArray:
    """(n,) int32, the group of each picture, 0, 1, …: the connected components of all pairs that are near-duplicates,
    neighbours of a series, or of one burst. `vectors` are (n, features), `perceptual_hashes` (n, 32).

    Near-duplicates of two labels from two bursts are no pair: two things before the same wall look nearly the same,
    which gives no answer away, and joined they would take their bursts along.
    """
    components = _Components(len(entries))
    bursts = [burst_of(entry.name) for entry in entries]
    components.join(*_pairs_of_bursts(bursts))
    _join_near_duplicates(components, entries, bursts, vectors, perceptual_hashes)
    ones, others = _pairs_of_series(entries)
    alike = _cosine_similarities(vectors, ones, others) >= SERIES_SIMILARITY
    components.join(ones[alike], others[alike])
    return np.unique(components.label, return_inverse=True)[1].astype(np.int32)


def groups_of(features: Features, backbone: str) -> IntArray:
    """(n,) int32, those of a lesson's pictures, compared by the final features of its backbone's first network."""
    return group_near_duplicates(features.entries, final_vectors(features, backbone), features.perceptual_hashes)


class _Components:
    """Connected components of a graph that grows, a whole array of edges at a time."""

    def __init__(self, count: int) -> None:
        self.label: NDArray[np.int64] = np.arange(count)  # of each vertex: the largest vertex of its component

    def join(self, ones: NDArray[Any], others: NDArray[Any]) -> None:
        """Add edges: every component takes the largest label among its neighbours until none differ."""
        while True:
            labels, other_labels = self.label[ones], self.label[others]
            differ = labels != other_labels
            if not differ.any():
                return
            ones, others, labels, other_labels = ones[differ], others[differ], labels[differ], other_labels[differ]
            parent = np.arange(len(self.label))
            np.maximum.at(parent, np.minimum(labels, other_labels), np.maximum(labels, other_labels))
            while not np.array_equal(grandparent := parent[parent], parent):
                parent = grandparent
            self.label = parent[self.label]


def _join_near_duplicates(
    components: _Components,
    entries: Sequence[Entry],
    bursts: Sequence[str | None],
    vectors: NDArray[Any],
    perceptual_hashes: NDArray[np.uint8],
) -> None:
    """Block by block; pairs that are connected by then need no comparison, so that any number of equal pictures costs
    a comparison or two each."""
    label = np.unique([entry.label for entry in entries], return_inverse=True)[1]
    in_burst = np.array([bool(burst) for burst in bursts], bool)
    count = len(perceptual_hashes)
    for top in range(0, count, _BLOCK):
        rows = _signs(perceptual_hashes[top : top + _BLOCK])
        for left in range(top, count, _BLOCK):
            # Of ±1 vectors, bits apart = (256 - dot product) / 2.
            dots = rows @ _signs(perceptual_hashes[left : left + _BLOCK]).T
            ones, others = np.nonzero(dots >= 256 - 2 * NEAR[-1][0])
            bits = (256 - dots[ones, others]) / 2
            ones, others = ones + top, others + left
            wanted = others > ones
            wanted &= (label[ones] == label[others]) | ~(in_burst[ones] & in_burst[others])
            ones, others, bits = ones[wanted], others[wanted], bits[wanted]
            for size in (_BLOCK, len(ones)):  # the first few mostly connect what the others would
                apart = components.label[ones] != components.label[others]
                ones, others, bits = ones[apart], others[apart], bits[apart]
                similarities = _similarities_of_block(vectors, ones[:size], others[:size], top, left)
                near = np.any([(bits[:size] <= most) & (similarities >= least) for most, least in NEAR], axis=0)
                components.join(ones[:size][near], others[:size][near])
                ones, others, bits = ones[size:], others[size:], bits[size:]


def _similarities_of_block(
    vectors: NDArray[Any], ones: NDArray[Any], others: NDArray[Any], top: int, left: int
) -> FloatArray:
    """(pairs,) cosine similarities of pairs of two blocks that begin at `top` and `left`."""
    if len(ones) < _DENSE:
        return _cosine_similarities(vectors, ones, others)
    blocks = [np.asarray(vectors[start : start + _BLOCK], np.float32) for start in (top, left)]
    row, column = (block / np.maximum(np.linalg.norm(block, axis=1, keepdims=True), 1e-9) for block in blocks)
    return np.asarray((row @ column.T)[ones - top, others - left], np.float32)


def _cosine_similarities(vectors: NDArray[Any], ones: NDArray[Any], others: NDArray[Any]) -> FloatArray:
    """(pairs,) of the rows `ones` and `others` of (n, features) `vectors`."""
    similarities = np.empty(len(ones), np.float32)
    for start in range(0, len(ones), _BLOCK):
        part = slice(start, start + _BLOCK)
        a = np.asarray(vectors[ones[part]], np.float32)
        b = np.asarray(vectors[others[part]], np.float32)
        norms = np.linalg.norm(a, axis=1) * np.linalg.norm(b, axis=1)
        similarities[part] = np.einsum("ij,ij->i", a, b) / np.maximum(norms, 1e-9)
    return similarities


def _signs(perceptual_hashes: NDArray[np.uint8]) -> FloatArray:
    """(n, 256) of -1 and 1."""
    return np.unpackbits(perceptual_hashes, axis=1).astype(np.float32) * 2 - 1


def _pairs_of_series(entries: Sequence[Entry]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Pairs of one folder and label whose names differ by one in their last number."""
    order = sorted(range(len(entries)), key=lambda number: natural(entries[number].name))
    pairs = [
        (one, other)
        for one, other in pairwise(order)
        if entries[one].label == entries[other].label and _follows(entries[one].name, entries[other].name)
    ]
    ones, others = np.array(pairs, np.int64).reshape(-1, 2).T
    return ones, others


def _pairs_of_bursts(bursts: Sequence[str | None]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """The first picture of each burst with every other, however different they look."""
    first: dict[str, int] = {}
    pairs = [(first.setdefault(burst, number), number) for number, burst in enumerate(bursts) if burst]
    ones, others = np.array(pairs, np.int64).reshape(-1, 2).T
    return ones, others


def _follows(name: str, other: str) -> bool:
    """Whether the last number in `other` is one more than that in `name`, and all else the same."""
    a, b = _LAST_NUMBER.search(name), _LAST_NUMBER.search(other)
    if not a or not b or name[: a.start()] != other[: b.start()] or name[a.end() :] != other[b.end() :]:
        return False
    return int(b[1]) - int(a[1]) == 1
