"""Lines from one network's features to another's."""

from __future__ import annotations

import numpy as np

from core.export.feature_lines import feature_lines, moved
from core.model.model import Head


def test_a_shift_and_a_stretch_are_found() -> None:
    chance = np.random.default_rng(0)
    x = chance.normal(size=(200, 6)).astype(np.float32)
    slope, offset = feature_lines(x, x * 1.5 + 2)
    assert np.allclose(slope, 1.5, atol=0.02) and np.allclose(offset, 2, atol=0.02)


def test_a_feature_that_does_not_vary_is_only_shifted() -> None:
    x = np.ones((50, 2), np.float32)
    x[:, 1] = np.arange(50)
    slope, offset = feature_lines(x, x + 3)
    assert np.allclose(slope, 1, atol=1e-3) and np.allclose(offset, 3, atol=0.05)


def test_a_head_is_moved_with_the_lines() -> None:
    chance = np.random.default_rng(1)
    head = Head(chance.normal(size=(4, 3)).astype(np.float32), chance.normal(size=3).astype(np.float32), 0.7)
    x, slope = chance.normal(size=(5, 4)).astype(np.float32), np.array([1, 2, 0.5, 1], np.float32)
    offset = np.array([0, 1, -1, 3], np.float32)
    assert np.allclose(moved(head, slope, offset).probabilities(x), head.probabilities(x * slope + offset), atol=1e-5)
