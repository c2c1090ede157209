"""The command line in a process of its own: its arguments, its languages and its exit codes."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from command_line import CommandLine, posix_only, zipped

from core.command import BROKEN_PIPE, BUG, DONE, INTERRUPTED, PARTLY, REFUSED, USAGE

pytestmark = pytest.mark.slow  # together they take long


def test_help_tells_every_exit_code_and_every_kind_of_line(teachlens: CommandLine) -> None:
    done = teachlens("--help")
    assert done.returncode == DONE
    for code in (DONE, BUG, USAGE, REFUSED, PARTLY, INTERRUPTED, BROKEN_PIPE):
        assert f"\n  {code} " in done.stdout
    for kind in ("found", "progress", "skipped", "answer", "result", "error"):
        assert f'{{"{kind}": ' in done.stdout
    for command in ("teach", "recognise", "evaluate", "inspect", "backbones"):
        assert teachlens(command, "--help").returncode == DONE


@pytest.mark.parametrize(
    "arguments",
    [
        (),
        ("learn",),
        ("teach", "물감.zip"),
        ("recognise", "물감.teachlens"),
        ("recognise", "물감.teachlens", "x.png", "--top", "0"),
        ("backbones", "--language", "fr"),
        ("correct", "물감.teachlens", "--label", "mug"),
        ("correct", "물감.teachlens", "x.png", "--undo"),
        ("backbones", "fetch"),
        ("backbones", "resnet50"),
    ],
)
def test_wrong_usage_is_exit_code_2(teachlens: CommandLine, arguments: tuple[str, ...]) -> None:
    done = teachlens(*arguments)
    assert done.returncode == USAGE and "usage: python -m core" in done.stderr


def test_the_language_is_the_systems_unless_asked_otherwise(teachlens: CommandLine) -> None:
    assert "찾을 수 없어요" in teachlens("inspect", "gone.zip", LANG="ko_KR.UTF-8").stderr
    assert "cannot be found" in teachlens("inspect", "gone.zip", LANG="de_DE.UTF-8").stderr
    assert "cannot be found" in teachlens("inspect", "gone.zip", "--language", "en", LANG="ko_KR.UTF-8").stderr
    assert "찾을 수 없어요" in teachlens("inspect", "gone.zip", "--language", "ko").stderr


@pytest.fixture
def heard_signals() -> Iterator[None]:
    """Tests that run in the background have SIGINT ignored, and what they start would inherit that."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


@posix_only
@pytest.mark.usefixtures("heard_signals")
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_an_interrupted_lesson_leaves_nothing(teachlens: CommandLine, tmp_path: Path, number: signal.Signals) -> None:
    source = zipped(tmp_path / "many.zip", ("blue", "빨강"), 300, first=10_000 * number)
    target = tmp_path / "models" / "many.teachlens"
    with teachlens.start("teach", source, "-o", target, "--json") as process:
        assert process.stdout
        for line in process.stdout:
            if b'"look"' in line:
                break
        process.send_signal(number)
        last = process.stdout.read().splitlines()[-1]
    assert process.returncode == INTERRUPTED
    assert json.loads(last)["error"]["key"] == "command.interrupted"
    assert not target.parent.exists() and teachlens.leftovers() == []


@posix_only
def test_a_reader_who_leaves_is_no_bug(teachlens: CommandLine, tmp_path: Path) -> None:
    table = tmp_path / "answers.csv"
    process = teachlens.start(
        "recognise", teachlens.model, teachlens.source, "--csv", table, "--json", stderr=subprocess.PIPE
    )
    assert process.stdout and process.stderr
    process.stdout.close()
    aside = process.stderr.read().decode()
    process.stderr.close()
    assert process.wait() == BROKEN_PIPE
    assert aside == "" and list(tmp_path.iterdir()) == []


def test_a_bug_prints_its_trace(teachlens: CommandLine) -> None:
    code = (
        "import sys; from core.command import main, inspecting\n"
        "def backbones(*_): raise ZeroDivisionError('oh')\n"
        "inspecting.backbones = backbones\n"
        "sys.exit(main.main(['backbones', '--json']))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], env=teachlens.environment(), capture_output=True, text=True, check=False
    )
    assert done.returncode == BUG
    assert "ZeroDivisionError: oh" in done.stderr
    assert json.loads(done.stdout)["error"]["key"] == "command.bug"


def test_a_full_disk_is_told_in_a_sentence(teachlens: CommandLine) -> None:
    code = (
        "import errno, sys; from core.command import main, inspecting\n"
        "def backbones(*_): raise OSError(errno.ENOSPC, 'No space left on device', '/disk/x')\n"
        "inspecting.backbones = backbones\n"
        "sys.exit(main.main(['backbones']))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], env=teachlens.environment(), capture_output=True, text=True, check=False
    )
    assert done.returncode == REFUSED
    assert "No space left on device" in done.stderr and "/disk/x" in done.stderr and "Traceback" not in done.stderr


@posix_only
def test_a_terminal_gets_one_line_that_is_written_over(teachlens: CommandLine, tmp_path: Path) -> None:
    import pty

    ours, theirs = pty.openpty()
    with teachlens.start("teach", teachlens.source, "-o", tmp_path / "m.teachlens", stderr=theirs) as process:
        os.close(theirs)
        output = b""
        while True:
            try:
                block = os.read(ours, 4096)
            except OSError:  # the other end is closed
                break
            if not block:
                break
            output += block
    os.close(ours)
    assert process.returncode == DONE
    assert output.count(b"\r\x1b[K") >= 5
    assert output.count(b"\n") == 1 and output.endswith(b"\n")
