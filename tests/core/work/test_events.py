"""Events of a lesson: told at a calm pace, read again and again at little cost."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from core.errors import DatasetError
from core.learning.progress import Progress, Stage
from core.work.events import EventWriter, read_events


def step(stage: Stage, done: int, total: int = 1000, left: float | None = None) -> Progress:
    return Progress(stage, done, total, 0.5, left)


def written(path: Path) -> list[tuple[str, int]]:
    events = [json.loads(line) for line in path.read_text("utf-8").splitlines()]
    return [(event["progress"]["stage"], event["progress"]["done"]) for event in events if "progress" in event]


def test_a_flood_of_progress_is_thinned_and_the_end_of_a_stage_is_told(tmp_path: Path) -> None:
    path = tmp_path / "events.jsonl"
    with EventWriter(path) as tell:
        for done in range(1, 1001):
            tell(step("look", done))
    events = written(path)
    assert events[0] == ("look", 1) and events[-1] == ("look", 1000)
    assert len(events) < 100


def test_a_stage_that_stops_short_of_its_total_keeps_its_last_event(tmp_path: Path) -> None:
    path = tmp_path / "events.jsonl"
    with EventWriter(path) as tell:
        for done in range(5):
            tell(step("look", done))
        for done in range(3):
            tell(step("learn", done))
    events = written(path)
    assert events[events.index(("learn", 0)) - 1] == ("look", 4)
    assert events[-1] == ("learn", 2)


def test_every_event_is_on_the_disk_when_it_is_told(tmp_path: Path) -> None:
    path = tmp_path / "events.jsonl"
    with EventWriter(path) as tell:
        tell(step("read", 0))
        assert read_events(path).progress == {"read": step("read", 0)}
        tell(step("look", 7, left=3.0))
        assert read_events(path).progress == {"read": step("read", 0), "look": step("look", 7, left=3.0)}


def test_an_error_keeps_its_key_and_values(tmp_path: Path) -> None:
    path = tmp_path / "events.jsonl"
    with EventWriter(path) as tell:
        tell.error(DatasetError("dataset.one_class", label="고양이"))
    assert read_events(path).error == ("dataset.one_class", {"label": "고양이"})


def test_a_line_that_is_still_being_written_is_read_when_it_is_whole(tmp_path: Path) -> None:
    path = tmp_path / "events.jsonl"
    with EventWriter(path) as tell:
        tell(step("read", 1))
        tell(step("look", 2))
    whole = path.read_bytes()
    cut = len(whole) - 10
    path.write_bytes(whole[:cut])
    assert list(read_events(path).progress) == ["read"]
    with path.open("ab") as file:
        file.write(whole[cut:])
    assert list(read_events(path).progress) == ["read", "look"]


def test_a_line_broken_by_a_kill_is_passed_over(tmp_path: Path) -> None:
    path = tmp_path / "events.jsonl"
    path.write_text('{"at": 1, "progr\n')
    with EventWriter(path) as tell:
        tell(step("look", 2))
    assert read_events(path).progress == {"look": step("look", 2)}


def test_no_events_yet_is_no_progress(tmp_path: Path) -> None:
    assert read_events(tmp_path / "events.jsonl").progress == {}


def test_the_time_left_counts_down_between_events(tmp_path: Path) -> None:
    path = tmp_path / "events.jsonl"
    with EventWriter(path) as tell:
        tell(step("read", 1, left=50.0))
        tell(step("look", 1, left=20.0))
    events = read_events(path)
    assert events.seconds_left(events.at) == pytest.approx(20)
    assert events.seconds_left(events.at + 5) == pytest.approx(15)
    assert events.seconds_left(events.at + 90) == 0
    assert events.seconds_left(events.at - 90) == pytest.approx(20)  # the clock was set back


def test_the_time_left_is_unknown_until_the_latest_stage_knows_it(tmp_path: Path) -> None:
    path = tmp_path / "events.jsonl"
    assert read_events(path).seconds_left(0) is None
    with EventWriter(path) as tell:
        tell(step("read", 1, left=50.0))
        tell(step("look", 1))
    assert read_events(path).seconds_left(0) is None
