"""Shares and times of a lesson's events."""

from __future__ import annotations

import pytest

from core.learning.progress import Clock, Progress


@pytest.fixture
def now(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """The time, in seconds, as a list of one that a test may change."""
    time = [0.0]
    monkeypatch.setattr("core.learning.progress.time.monotonic", lambda: time[0])
    return time


def test_the_pace_counts_from_where_it_has_settled(now: list[float]) -> None:
    events: list[Progress] = []
    clock = Clock(events.append, {"look": 1.0, "train": 10.0})
    clock.update("look", 1, 1)
    clock.update("train", 0, 11)
    now[0] = 40.0
    clock.settle(1)
    clock.update("train", 1, 11)
    now[0] = 42.0
    clock.update("train", 2, 11)
    assert events[-1].seconds_left == pytest.approx(2 * 9)


def test_a_stage_that_is_slower_than_expected_takes_no_share_back(now: list[float]) -> None:
    events: list[Progress] = []
    clock = Clock(events.append, {"look": 1.0, "learn": 1.0})
    for done in range(11):
        now[0] = 0.1 * done if done < 3 else 50.0 * done
        clock.update("look", done, 10)
    shares = [event.share for event in events]
    assert shares == sorted(shares) and shares[-1] < 1


@pytest.mark.parametrize("last", ["save", "test"])
def test_the_last_stage_ends_at_all_of_it_whatever_it_is_called(now: list[float], last: str) -> None:
    events: list[Progress] = []
    clock = Clock(events.append, {"read": 1.0, last: 30.0})  # type: ignore[dict-item]
    clock.update("read", 1, 1)
    clock.update(last, 0, 2)  # type: ignore[arg-type]
    clock.update(last, 1, 2)  # type: ignore[arg-type]
    assert events[-1].share < 1
    clock.update(last, 2, 2)  # type: ignore[arg-type]
    assert (events[-1].share, events[-1].seconds_left) == (1.0, 0.0)
