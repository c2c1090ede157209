"""Visits: who is local, and which are removed: none by a single look at a clock."""

from __future__ import annotations

import errno
import os
import shutil
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from core.storage import atomic, clock
from core.storage.area import VISIT_SECONDS, VisitArea, new_token
from server import visits

DAY = 86_400.0  # seconds
NOW = 2_000_000_000.0  # seconds since the epoch


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A home of its own, and a process that has just begun."""
    monkeypatch.setenv("TEACHLENS_HOME", str(tmp_path))
    restart()
    yield tmp_path
    restart()


def restart() -> None:
    """What a process remembers is gone."""
    visits._last = visits._Round()
    visits._used.clear()


def visited(days_ago: float, now: float = NOW) -> VisitArea:
    """A hosted visit with a model, last used so many days before `now`."""
    area = VisitArea.of_token(new_token())
    area.models.mkdir(parents=True)
    (area.models / "a.teachlens").write_bytes(b"model")
    os.utime(area.root, (now - days_ago * DAY,) * 2)
    return area


def rounds(*times: float) -> int:
    """How many visits go in rounds at these times."""
    return sum(visits.remove_unused(now) for now in times)


@pytest.mark.parametrize(
    ("url", "address", "headers", "local"),
    [
        ("http://localhost:8501/teach", None, {"Host": "localhost:8501"}, True),
        ("http://127.0.0.1:8501", "127.0.0.1", {"Host": "127.0.0.1:8501"}, True),
        ("http://[::1]:8501", "::1", {"Host": "[::1]:8501"}, True),
        ("http://localhost:8501", None, {}, True),
        ("https://teachlens.streamlit.app/", None, {"Host": "teachlens.streamlit.app"}, False),
        ("http://localhost:8501", "203.0.113.9", {"Host": "localhost:8501"}, False),  # says so, comes from elsewhere
        ("http://localhost:8501", "127.0.0.1", {"Host": "teachlens.example"}, False),  # says so to another host
        ("http://localhost:8501", "127.0.0.1", {"Host": "localhost", "X-Forwarded-For": "203.0.113.9"}, False),
        ("http://localhost:8501", "not an address", {}, False),
        ("http://192.168.0.7:8501", "192.168.0.8", {"Host": "192.168.0.7:8501"}, False),
        (None, None, {}, False),
        ("", None, {}, False),
    ],
)
def test_who_is_local(url: str | None, address: str | None, headers: dict[str, str], local: bool) -> None:
    assert visits.is_local(url, address, headers) is local


def test_only_visits_unused_for_three_days_are_removed(home: Path) -> None:
    old, recent = visited(3.1), visited(2.9)
    for other in (home / "visits" / "notes", home / "local"):
        (other / "models").mkdir(parents=True)
        os.utime(other, (NOW - 30 * DAY,) * 2)
    assert rounds(NOW, NOW + 3600) == 1
    assert not old.root.exists()
    assert (recent.models / "a.teachlens").exists()
    assert (home / "visits" / "notes" / "models").exists() and (home / "local" / "models").exists()


def test_nothing_to_remove_is_fine(home: Path) -> None:
    assert visits.remove_unused() == 0 and list(home.iterdir()) == []


def test_one_look_removes_nothing_and_two_in_a_row_neither() -> None:
    old = visited(30)
    assert rounds(NOW, NOW + 60) == 0 and old.root.exists()
    assert rounds(NOW + 3600) == 1


def test_a_visit_that_is_used_after_it_was_marked_stays() -> None:
    back = visited(30)
    rounds(NOW)
    os.utime(back.root, (NOW + 1800, NOW + 1800))
    assert rounds(NOW + 3600, NOW + 7200) == 0 and back.root.exists()


def test_a_process_whose_clock_is_days_ahead_marks_first(home: Path) -> None:
    used = visited(0.1)
    rounds(NOW)
    restart()
    assert rounds(NOW + 4 * DAY) == 0  # it cannot tell this from having been off
    os.utime(used.root, (NOW + 4 * DAY,) * 2)  # used, by the same clock
    assert rounds(NOW + 4 * DAY + 3600) == 0 and used.root.exists()


def test_marks_outlive_a_process_and_are_no_older_than_a_visit_lasts() -> None:
    old = visited(30)
    rounds(NOW)
    restart()
    assert rounds(NOW + 3600) == 1 and not old.root.exists()
    other = visited(30)
    rounds(NOW + 7200)
    restart()
    assert rounds(NOW + 7200 + VISIT_SECONDS + 1) == 0 and other.root.exists()


def test_while_a_process_lives_no_jump_of_the_clock_makes_a_visit_old(monkeypatch: pytest.MonkeyPatch) -> None:
    now = clock.steady_time()
    used, yesterday = visited(0, now), visited(1, now)
    true_time = time.time
    rounds(now)
    monkeypatch.setattr(time, "time", lambda: true_time() + 4 * DAY)
    visits.mark_used(used)
    assert sum(visits.remove_unused() for _ in range(3)) == 0
    assert abs(clock.steady_time() - now) < DAY
    assert used.root.exists() and yesterday.root.exists()


def test_a_visit_that_this_process_has_served_stays_whatever_its_time_says() -> None:
    area = visited(0)
    visits.mark_used(area)
    now = clock.steady_time()
    os.utime(area.root, (now - 30 * DAY,) * 2)
    assert rounds(now, now + 3600, now + 7200) == 0
    assert rounds(now + VISIT_SECONDS + 60, now + VISIT_SECONDS + 3700) == 1


def test_a_time_that_lies_ahead_is_put_right_and_the_visit_goes_in_its_time() -> None:
    ahead = visited(-3650)
    assert rounds(NOW) == 0
    assert ahead.root.stat().st_mtime == NOW
    assert rounds(NOW + 2 * DAY, NOW + 3.1 * DAY, NOW + 3.2 * DAY) == 1 and not ahead.root.exists()


def test_on_a_full_disk_old_visits_go_all_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    old = visited(30)
    monkeypatch.setattr(atomic, "write_json", full)
    assert rounds(NOW, NOW + 3600) == 1 and not old.root.exists()


def test_one_that_cannot_be_removed_keeps_no_other(monkeypatch: pytest.MonkeyPatch) -> None:
    open_elsewhere, old = visited(30), visited(30)
    remove = shutil.rmtree

    def refuse(path: Path) -> None:
        if path == open_elsewhere.root:
            raise PermissionError(path)
        remove(path)

    monkeypatch.setattr(shutil, "rmtree", refuse)
    assert rounds(NOW, NOW + 3600) == 1
    assert open_elsewhere.root.exists() and not old.root.exists()
