"""What is printed where: sentences or JSON lines, results on stdout, all else on stderr."""

from __future__ import annotations

import json

import pytest

from core.command.console import Console
from core.errors import PictureError
from core.learning.progress import Epoch, Progress
from core.pictures.dataset import Skipped


def test_people_get_sentences_in_their_language(capsys: pytest.CaptureFixture[str]) -> None:
    console = Console("ko", json_lines=False)
    console.say("command.ready")
    console.emit_json("result", {"ready": True})
    console.error(PictureError("picture.empty"))
    printed = capsys.readouterr()
    assert printed.out == "바로 학습할 수 있어요.\n" and printed.err.strip() == PictureError("picture.empty").say("ko")


def test_programs_get_one_json_object_a_line_and_nothing_else(capsys: pytest.CaptureFixture[str]) -> None:
    console = Console("en", json_lines=True)
    console.say("command.ready")
    console.emit_json("result", {"이름": 1})
    console.error(PictureError("picture.empty"))
    printed = capsys.readouterr()
    lines = [json.loads(line) for line in printed.out.splitlines()]
    assert lines[0] == {"result": {"이름": 1}} and lines[1]["error"]["key"] == "picture.empty"
    assert printed.err == ""


def test_a_person_is_told_the_first_files_left_out_and_how_many_more(capsys: pytest.CaptureFixture[str]) -> None:
    skipped = [Skipped(f"{number}.txt", "layout.no_picture") for number in range(13)]
    Console("en", json_lines=False).say_skipped(skipped)
    printed = capsys.readouterr().err
    assert "0.txt: " in printed and "9.txt: " in printed and "10.txt" not in printed and "3 more" in printed


def test_numbers_that_are_none_are_null_in_json(capsys: pytest.CaptureFixture[str]) -> None:
    epoch = Epoch(0.5, 0.75, float("nan"), float("nan"))
    Console("en", json_lines=True).progress(Progress("train", 2, 2, 0.9, epochs=(epoch,)))
    epochs = json.loads(capsys.readouterr().out)["progress"]["epochs"]
    assert epochs == [{"loss": 0.5, "accuracy": 0.75, "held_out_loss": None, "held_out_accuracy": None}]


def test_elsewhere_than_on_a_terminal_a_stage_is_one_line(capsys: pytest.CaptureFixture[str]) -> None:
    console = Console("en", json_lines=False)
    for done in range(5):
        console.progress(Progress("look", done, 4, done / 8))
    printed = capsys.readouterr().err
    assert printed.splitlines() == [" 50%  looking at the pictures  4/4"]
