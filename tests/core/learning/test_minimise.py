"""Finding the lowest point of a smooth function."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

from core.learning import minimise
from core.learning.minimise import golden_section, lbfgs


def test_lbfgs_finds_the_lowest_point_of_a_long_valley() -> None:
    scales = np.array([1.0, 100.0, 1e4])

    def valley(point: NDArray[np.float64]) -> tuple[float, NDArray[np.float64]]:
        offset = point - 3
        return float(scales @ offset**2) / 2, scales * offset

    result = lbfgs(valley, np.zeros(3), gradient=1e-8, decrease=0, iterations=500)
    assert np.allclose(result, 3, atol=1e-6)


def test_golden_section_finds_the_lowest_point() -> None:
    assert golden_section(lambda x: (x - 0.7) ** 2, -2, 2, 1e-4) == pytest.approx(0.7, abs=1e-3)


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_lbfgs_keeps_to_the_precision_of_its_start(dtype: type) -> None:
    asked: set[np.dtype] = set()

    def bowl(point: NDArray[np.floating]) -> tuple[float, NDArray[np.floating]]:
        asked.add(point.dtype)
        return float(point @ point) / 2, point

    assert np.abs(lbfgs(bowl, np.ones(5, dtype), gradient=1e-6, decrease=0, iterations=50)).max() <= 1e-6
    assert asked == {np.dtype(dtype)}


@pytest.mark.parametrize(
    ("limits", "most"),
    [
        ({"gradient": 1e9, "decrease": 0.0, "iterations": 100}, 1),
        ({"gradient": 0.0, "decrease": 1.0, "iterations": 100}, 22),
        ({"gradient": 0.0, "decrease": 0.0, "iterations": 0}, 1),
    ],
)
def test_lbfgs_ends_at_each_of_its_limits(limits: dict[str, float], most: int) -> None:
    calls = 0

    def slope(point: NDArray[np.float64]) -> tuple[float, NDArray[np.float64]]:
        nonlocal calls
        calls += 1
        return float(np.logaddexp(0, -point).sum()), -1 / (1 + np.exp(point))  # falls for ever, more and more slowly

    lbfgs(slope, np.zeros(3), **limits)  # type: ignore[arg-type]
    assert 1 <= calls <= most


def test_golden_section_finds_a_lowest_point_at_the_edge() -> None:
    assert golden_section(lambda x: x, 0, 1, 1e-4) == pytest.approx(0, abs=1e-3)


def test_a_long_valley_is_followed_with_few_steps_remembered_too(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(minimise, "_HISTORY_BYTES", 0)
    scales = np.geomspace(1, 1e3, 12)

    def valley(point: NDArray[np.float64]) -> tuple[float, NDArray[np.float64]]:
        return float(scales @ (point - 3) ** 2) / 2, scales * (point - 3)

    assert np.allclose(lbfgs(valley, np.zeros(12), gradient=1e-8, decrease=0, iterations=500), 3, atol=1e-6)
