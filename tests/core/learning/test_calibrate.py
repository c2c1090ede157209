"""Temperature, threshold and calibration error."""

from __future__ import annotations

import numpy as np
import pytest

from core.learning import calibrate
from core.learning.report import report


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


def test_a_head_refitted_to_few_pictures_is_taken_to_be_surer_than_those_tested() -> None:
    few, many = overconfident(12, 1.0), overconfident(4000, 1.0)
    assert calibrate.temperature(*few, refitted=True) < 0.9 * calibrate.temperature(*few)
    assert calibrate.temperature(*many, refitted=True) == pytest.approx(calibrate.temperature(*many), rel=0.01)


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


def test_nothing_tested_has_no_calibration_error_and_the_lowest_threshold() -> None:
    nothing = np.zeros(0, np.float32)
    assert calibrate.calibration_error(nothing, np.zeros(0, bool)) == 0
    assert calibrate.threshold(nothing, np.zeros(0, bool)) == calibrate.LOWEST_THRESHOLD


def test_probabilities_of_large_logits_are_finite_and_add_up_to_one() -> None:
    logits = np.array([[1e4, 0, -1e4], [0, 0, 0]], np.float32)
    probabilities = np.exp(calibrate.log_probabilities(logits))
    assert probabilities.sum(axis=1) == pytest.approx(1)
    assert calibrate.cross_entropy(logits, np.array([0, 1], np.int32)) == pytest.approx(np.log(3) / 2)
