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
from core.work import process

MULTIPLY = "import numpy, psutil; a = numpy.ones((600, 600)); a @ a; print(psutil.Process().num_threads())"
RECOGNISE = """
import os, runpy, sys
class Watch:
    def find_spec(self, name, *_):
        if name == "numpy":
            print("threads of NumPy:", os.environ.get("OPENBLAS_NUM_THREADS"))
sys.meta_path.insert(0, Watch())
sys.argv[1:] = ["recognise", "no_such.teachlens", "x.jpg"]
runpy.run_module("core", run_name="__main__")
"""


def said(code: str, environment: Mapping[str, str]) -> str:
    """What a fresh Python prints that runs some code."""
    plain = {name: value for name, value in os.environ.items() if name not in CALM}
    command = [sys.executable, "-c", code]
    places = {**plain, **environment}
    return subprocess.run(command, cwd=PROJECT, env=places, capture_output=True, text=True, check=False).stdout


def test_there_is_a_core_and_no_more_than_the_machine_has() -> None:
    assert 1 <= cores() <= (os.cpu_count() or 1)


def test_memory_is_what_the_machine_has_or_less() -> None:
    assert 2**26 <= memory() <= psutil.virtual_memory().total


# --- Control groups ---------------------------------------------------------------------------------------------


def linux(root: Path, groups: str, files: Mapping[str, str]) -> Path:
    """A root folder with `/proc/self/cgroup` and files below `/sys/fs/cgroup`."""
    for name, content in {"proc/self/cgroup": groups, **{f"sys/fs/cgroup/{n}": c for n, c in files.items()}}.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(content)
    return root


V1 = "12:pids:/docker/ab\n5:cpu,cpuacct:/docker/ab\n4:memory:/docker/ab\n1:name=systemd:/docker/ab\n"


@pytest.mark.parametrize(
    ("groups", "files"),
    [
        ("0::/\n", {"cpu.max": "100000 100000\n"}),
        ("0::/user.slice/app.scope\n", {"user.slice/app.scope/cpu.max": "100000 100000\n"}),
        ("0::/a/b/c\n", {"a/cpu.max": "150 100\n", "a/b/cpu.max": "50 100\n", "a/b/c/cpu.max": "max 100\n"}),
        ("0::/../../other\n", {"cpu.max": "100000 100000\n"}),
        ("", {"cpu.max": "100000 100000\n"}),
        (V1, {"cpu/cpu.cfs_quota_us": "100000\n", "cpu/cpu.cfs_period_us": "100000\n"}),
        (V1, {"cpu,cpuacct/docker/ab/cpu.cfs_quota_us": "5000", "cpu,cpuacct/docker/ab/cpu.cfs_period_us": "100000"}),
        (V1, {"cpu,cpuacct/docker/cpu.cfs_quota_us": "120000", "cpu,cpuacct/docker/cpu.cfs_period_us": "100000"}),
        (V1 + "0::/x\n", {"cpu/docker/ab/cpu.cfs_quota_us": "99999", "cpu/docker/ab/cpu.cfs_period_us": "100000"}),
    ],
)
def test_a_quota_of_either_version_counts_wherever_above_it_is_set(
    tmp_path: Path, groups: str, files: Mapping[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(os, "sched_getaffinity", lambda _: set(range(8)), raising=False)
    assert cores(linux(tmp_path, groups, files)) == 1


@pytest.mark.parametrize(
    ("groups", "files"),
    [
        ("0::/\n", {}),
        ("0::/\n", {"cpu.max": "max 100000\n"}),
        ("0::/\n", {"cpu.max": "900000 100000\n"}),
        ("0::/\n", {"cpu.max": "words\n"}),
        ("0::/\n", {"cpu.max": ""}),
        ("0::/\n", {"cpu.max": "100000 0\n"}),
        ("0::/mine\n", {"other/cpu.max": "100000 100000\n"}),
        (V1, {"cpu/cpu.cfs_quota_us": "-1\n", "cpu/cpu.cfs_period_us": "100000\n"}),
        (V1, {"memory/cpu.cfs_quota_us": "100000\n", "memory/cpu.cfs_period_us": "100000\n"}),
        ("nothing of this kind\n\n:::::\n", {}),
    ],
)
def test_what_is_no_quota_limits_nothing(
    tmp_path: Path, groups: str, files: Mapping[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(os, "sched_getaffinity", lambda _: set(range(8)), raising=False)
    assert cores(linux(tmp_path, groups, files)) == 8


@pytest.mark.parametrize(
    ("groups", "files"),
    [
        ("0::/\n", {"memory.max": "67108864\n"}),
        ("0::/a/b\n", {"a/memory.max": "67108864\n", "a/b/memory.max": "max\n"}),
        (V1, {"memory/memory.limit_in_bytes": "67108864\n"}),
        (V1, {"memory/docker/memory.limit_in_bytes": "67108864\n", "memory/docker/ab/memory.limit_in_bytes": "-1\n"}),
    ],
)
def test_a_limit_of_memory_counts_wherever_above_it_is_set(
    tmp_path: Path, groups: str, files: Mapping[str, str]
) -> None:
    assert memory(linux(tmp_path, groups, files)) == 2**26


def test_no_limit_of_memory_is_the_machines_own(tmp_path: Path) -> None:
    unlimited = {"memory/memory.limit_in_bytes": "9223372036854771712\n", "memory.max": "max\n"}
    assert memory(linux(tmp_path, V1, unlimited)) == memory(tmp_path / "no_such_root") >= 2**26


@pytest.mark.skipif(cores() < 2, reason="on one core there is one thread anyway")
@pytest.mark.skipif(sys.platform == "darwin", reason="NumPy uses Accelerate there")
def test_linear_algebra_keeps_to_one_core_where_it_is_calm() -> None:
    assert int(said(MULTIPLY, CALM)) < int(said(MULTIPLY, {}))


def test_the_command_line_is_calm_before_numpy_is_there() -> None:
    assert "threads of NumPy: 1" in said(RECOGNISE, {}).splitlines()


def test_processes_beside_the_app_are_calm(tmp_path: Path) -> None:
    with (tmp_path / "log").open("wb") as log:
        child = process.start_module("core", ["--version"], stdin=subprocess.PIPE, output=log)
    try:
        assert psutil.Process(child.pid).environ()["OPENBLAS_NUM_THREADS"] == "1"
    finally:
        child.communicate()
