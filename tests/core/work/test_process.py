"""Python processes beside the app: the project's own modules, their output in a file."""

from __future__ import annotations

import subprocess
from pathlib import Path

from core import VERSION
from core.work import process


def test_a_module_of_the_project_runs_wherever_the_app_was_started(tmp_path: Path) -> None:
    with (tmp_path / "log.txt").open("wb") as output:
        started = process.start_module(
            "core", ["--version"], stdin=subprocess.DEVNULL, output=output, environment={"NO_COLOR": "1"}
        )
        assert started.wait(60) == 0
    assert VERSION in (tmp_path / "log.txt").read_text("utf-8")


def test_its_environment_is_the_apps_and_what_is_added(tmp_path: Path) -> None:
    with (tmp_path / "log.txt").open("wb") as output:
        started = process.start_module("this", [], stdin=subprocess.DEVNULL, output=output)
        assert started.wait(60) == 0
    assert "Zen of Python" in (tmp_path / "log.txt").read_text("utf-8")
