"""Probabilities, their temperature, and what is said of a model."""

from __future__ import annotations

import numpy as np
import pytest

from core.learning import calibrate
from core.learning.report import report, score


def overconfident(count: int, factor: float) -> tuple[np.ndarray, np.ndarray]:
    """Logits `factor` times too large for labels drawn by their true probabilities."""
    generator = np.random.default_rng(0)
    true = generator.normal(size=(count, 4)).astype(np.float32) * 2
    targets = (true + generator.gumbel(size=true.shape)).argmax(axis=1).astype(np.int32)
    return true * np.float32(factor), targets


def test_the_temperature_undoes_overconfidence() -> None:
    logits, targets = overconfident(4000, 3.0)
    assert calibrate.temperature(logits, targets) == pytest.approx(3.0, rel=0.1)


def test_few_pictures_hardly_move_the_temperature() -> None:
    logits, targets = overconfident(4, 3.0)
    assert 0.7 < calibrate.temperature(logits, targets) < 1.5


def test_without_tested_pictures_the_temperature_is_one() -> None:
    assert calibrate.temperature(np.zeros((0, 3), np.float32), np.zeros(0, np.int32)) == 1


def test_calibration_lowers_the_calibration_error() -> None:
    logits, targets = overconfident(4000, 3.0)
    raw = report("held out", logits, 1.0, targets, np.arange(4000, dtype=np.int32))
    mended = report(
        "held out", logits, calibrate.temperature(logits, targets), targets, np.arange(4000, dtype=np.int32)
    )
    assert mended.calibration_error < 0.03 < raw.calibration_error


def test_calibration_error_of_a_liar() -> None:
    assert calibrate.calibration_error(np.full(10, 0.9, np.float32), np.zeros(10, bool)) == pytest.approx(0.9)


def test_the_threshold_keeps_the_right_answers_and_stays_within_its_limits() -> None:
    probabilities = np.linspace(0.6, 1.0, 101).astype(np.float32)
    right = np.ones(101, bool)
    chosen = calibrate.threshold(probabilities, right)
    assert (probabilities >= chosen).mean() == pytest.approx(0.95, abs=0.011)
    assert calibrate.threshold(np.full(5, 0.2, np.float32), np.ones(5, bool)) == calibrate.LOWEST_THRESHOLD
    assert calibrate.threshold(np.full(5, 1.0, np.float32), np.ones(5, bool)) == calibrate.HIGHEST_THRESHOLD


def test_wilson_interval_of_a_known_case() -> None:
    found = score(8, 10)
    assert (found.low, found.high) == (pytest.approx(0.490, abs=1e-3), pytest.approx(0.943, abs=1e-3))
    assert score(0, 0).value == 0
    assert (score(0, 0).low, score(0, 0).high) == (0, 1)


def test_the_report_counts_every_cell() -> None:
    logits = np.array([[5, 0], [5, 0], [0, 5], [0, 5]], np.float32)
    found = report("held out", logits, 1.0, np.array([0, 1, 1, 1], np.int32), np.array([7, 8, 9, 3], np.int32))
    assert found.confusion.tolist() == [[1, 0], [1, 2]]
    assert (found.score.right, found.score.total) == (3, 4)
    assert [(s.right, s.total) for s in found.per_class] == [(1, 1), (2, 3)]
    assert found.example.tolist() == [7, 8, 9, 3]
    assert found.answer.tolist() == [0, 0, 1, 1]
    assert found.probability == pytest.approx(1 / (1 + np.exp(-5)), abs=1e-5)
