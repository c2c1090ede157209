"""Timing and memory, for comparisons on noisy machines."""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import psutil

PROJECT = Path(__file__).resolve().parent.parent


@dataclass(frozen=True)
class Line:
    """One line of the table."""

    what: str
    ours: str
    baseline: str
    ratio: str


def in_turn(ours: Callable[[], object], baseline: Callable[[], object], rounds: int) -> tuple[float, float, float]:
    """Median seconds of both, run one after the other in every round, and the median of their ratios."""
    ours(), baseline()  # warm
    times = [(_seconds(ours), _seconds(baseline)) for _ in range(rounds)]
    return (
        statistics.median(time for time, _ in times),
        statistics.median(time for _, time in times),
        statistics.median(one / other for one, other in times),
    )


def _seconds(work: Callable[[], object]) -> float:
    began = time.perf_counter()
    work()
    return time.perf_counter() - began


@dataclass(frozen=True)
class Run:
    """A process that has ended."""

    seconds: float
    peak_mb: float  # of proportional set size, the process and its children together
    output: str


def run(command: Sequence[str], environment: dict[str, str] | None = None) -> Run:
    """Run a command of this Python's (`-m core …`) and watch its memory. Raises CalledProcessError."""
    began = time.perf_counter()
    process = subprocess.Popen(
        [sys.executable, *command],
        cwd=PROJECT,
        env={**os.environ, **(environment or {})},
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )
    with Watch(process.pid) as watch:
        output, _ = process.communicate()
    if process.returncode:
        raise subprocess.CalledProcessError(process.returncode, command, output)
    return Run(time.perf_counter() - began, watch.peak_mb, output)


class Watch:
    """Peak memory of a process and its children while the block runs: proportional set size in MB, so that what they
    share counts once."""

    def __init__(self, pid: int, every: float = 0.1) -> None:
        self.peak_mb = 0.0
        self._process = psutil.Process(pid)
        self._every = every
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._watch, daemon=True)

    def __enter__(self) -> Watch:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        self._thread.join()

    def _watch(self) -> None:
        while True:
            self.peak_mb = max(self.peak_mb, self.now_mb())
            if self._over.wait(self._every):
                return

    def now_mb(self) -> float:
        """Megabytes at this moment."""
        total = 0
        try:
            for process in [self._process, *self._process.children(recursive=True)]:
                try:
                    total += process.memory_full_info().pss
                except (psutil.NoSuchProcess, psutil.ZombieProcess):
                    continue
        except psutil.NoSuchProcess:
            return 0.0
        return total / 1e6


def times(ratio: float) -> str:
    """A ratio as people read it."""
    return f"{ratio:.2f} ×" if ratio < 10 else f"{ratio:.0f} ×"
