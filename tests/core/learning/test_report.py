"""What is said of a model."""

from __future__ import annotations

import numpy as np
import pytest

from core.learning.report import report, score


def test_wilson_interval_of_a_known_case() -> None:
    result = score(8, 10)
    assert (result.low, result.high) == (pytest.approx(0.490, abs=1e-3), pytest.approx(0.943, abs=1e-3))
    assert score(0, 0).value == 0
    assert (score(0, 0).low, score(0, 0).high) == (0, 1)


def test_the_report_counts_every_cell() -> None:
    logits = np.array([[5, 0], [5, 0], [0, 5], [0, 5]], np.float32)
    result = report("held out", logits, 1.0, np.array([0, 1, 1, 1], np.int32), np.array([7, 8, 9, 3], np.int32))
    assert result.confusion.tolist() == [[1, 0], [1, 2]]
    assert (result.score.right, result.score.total) == (3, 4)
    assert [(s.right, s.total) for s in result.per_class] == [(1, 1), (2, 3)]
    assert result.example.tolist() == [7, 8, 9, 3]
    assert result.answer.tolist() == [0, 0, 1, 1]
    assert result.probability == pytest.approx(1 / (1 + np.exp(-5)), abs=1e-5)
