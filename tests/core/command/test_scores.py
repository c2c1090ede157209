"""A report and its advice, as sentences and as JSON values."""

from __future__ import annotations

import numpy as np
import pytest

from core.command import scores
from core.command.console import Console
from core.learning.report import report
from core.model.model import Report
from core.review.advice import Advice

LABELS = ("cat", "dog", "fox")
GIVEN = np.repeat(np.arange(3, dtype=np.int32), 4)


@pytest.fixture
def tested() -> Report:
    """Of four pictures each: two cats are taken for dogs, one fox for a cat."""
    answers = GIVEN.copy()
    answers[:2], answers[8] = 1, 0
    logits = np.eye(3, dtype=np.float32)[answers] * 9
    return report("held out", logits, 1.0, GIVEN, np.arange(12, dtype=np.int32))


def test_the_score_and_the_confusions_are_said_the_worst_first(
    tested: Report, capsys: pytest.CaptureFixture[str]
) -> None:
    scores.say_report(tested, LABELS, Console("en", json_lines=False))
    lines = capsys.readouterr().out.splitlines()
    assert lines[0].startswith("It got 9 of 12 pictures right that it had not seen: 75%")
    assert lines[1:4] == ["  cat: 2 of 4", "  dog: 4 of 4", "  fox: 3 of 4"]
    assert lines[4:] == ["Took cat for dog: 2 times.", "Took fox for cat: 1 times."]


def test_of_an_untested_model_no_score_is_said(capsys: pytest.CaptureFixture[str]) -> None:
    nothing = report("held out", np.zeros((0, 3), np.float32), 1.0, GIVEN[:0], GIVEN[:0])
    scores.say_report(nothing, LABELS, Console("en", json_lines=False))
    assert "not known" in capsys.readouterr().out


def test_programs_get_the_same_as_numbers(tested: Report) -> None:
    result = scores.report_to_dict(tested, LABELS)
    assert (result["right"], result["total"], result["accuracy"], result["method"]) == (9, 12, 0.75, "held out")
    assert result["per_class"] == {"cat": [2, 4], "dog": [4, 4], "fox": [3, 4]}
    assert result["confusion"] == [[2, 2, 0], [0, 4, 0], [1, 0, 3]]


def test_advice_is_said_and_told_with_its_key(capsys: pytest.CaptureFixture[str]) -> None:
    console = Console("ko", json_lines=False)
    advice = [Advice("review.good")]
    scores.say_advice(advice, console)
    (line,) = capsys.readouterr().out.splitlines()
    assert scores.advice_to_dicts(advice, console) == [{"key": "review.good", "message": line.removeprefix("→ ")}]


def test_of_pictures_that_may_have_been_taught_nothing_more_is_claimed(
    tested: Report, capsys: pytest.CaptureFixture[str]
) -> None:
    scores.say_report(tested, LABELS, Console("en", json_lines=False), score_key="command.evaluated")
    line = capsys.readouterr().out.splitlines()[0]
    assert line.startswith("It gets 9 of these 12 pictures right: 75%") and "had not seen" not in line
