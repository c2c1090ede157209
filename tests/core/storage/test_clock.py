"""The clock for ages: it goes on, and does not jump."""

from __future__ import annotations

import time

import pytest

from core.storage import clock


def test_it_begins_with_the_time_of_day_and_goes_on(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clock, "_anchor", None)
    monkeypatch.setattr(clock, "uptime", iter([100.0, 100.0, 107.5]).__next__)
    monkeypatch.setattr(time, "time", lambda: 2_000_000_000.0)
    assert clock.steady_time() == 2_000_000_000.0
    assert clock.steady_time() == 2_000_000_007.5


@pytest.mark.parametrize("seconds", [4 * 86_400, -4 * 86_400])
def test_it_does_not_jump_with_the_clock_of_the_machine(monkeypatch: pytest.MonkeyPatch, seconds: float) -> None:
    before, true_time = clock.steady_time(), time.time
    monkeypatch.setattr(time, "time", lambda: true_time() + seconds)
    assert 0 <= clock.steady_time() - before < 3600


def test_uptime_never_goes_back() -> None:
    assert clock.uptime() <= clock.uptime()
