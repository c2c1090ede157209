"""What this machine lets us use."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

import psutil
import pytest

from core.machine import CALM, cores, memory
from core.settings import PROJECT
from core.work import job_queue

MULTIPLY = "import numpy, psutil; a = numpy.ones((600, 600)); a @ a; print(psutil.Process().num_threads())"
VERSION = """
import atexit, os, runpy, sys
sys.argv[1:] = ["--version"]
atexit.register(lambda: print("numpy" in sys.modules, os.environ["OPENBLAS_NUM_THREADS"]))
runpy.run_module("core", run_name="__main__")
"""


def said(code: str, environment: Mapping[str, str]) -> str:
    """What a fresh Python prints that runs some code."""
    plain = {name: value for name, value in os.environ.items() if name not in CALM}
    command = [sys.executable, "-c", code]
    places = {**plain, **environment}
    return subprocess.run(command, cwd=PROJECT, env=places, capture_output=True, text=True, check=True).stdout


def test_there_is_a_core_and_no_more_than_the_machine_has() -> None:
    assert 1 <= cores() <= (os.cpu_count() or 1)


def test_memory_is_what_the_machine_has_or_less() -> None:
    assert 2**26 <= memory() <= psutil.virtual_memory().total


@pytest.mark.skipif(cores() < 2, reason="on one core there is one thread anyway")
@pytest.mark.skipif(sys.platform == "darwin", reason="NumPy uses Accelerate there")
def test_linear_algebra_keeps_to_one_core_where_it_is_calm() -> None:
    assert int(said(MULTIPLY, CALM)) < int(said(MULTIPLY, {}))


def test_the_command_line_is_calm_before_numpy_is_there() -> None:
    assert said(VERSION, {}).splitlines()[-1] == "False 1"


def test_a_lesson_is_calm(tmp_path: Path) -> None:
    child = job_queue._begin(tmp_path)
    try:
        assert psutil.Process(child.pid).environ()["OPENBLAS_NUM_THREADS"] == "1"
    finally:
        job_queue._end(child)
