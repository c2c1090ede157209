"""Timing and memory, for comparisons on noisy machines."""

from __future__ import annotations

import platform
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import psutil

from core.machine import cores

PROJECT = Path(__file__).resolve().parent.parent
HEADER = "| what | TeachLens | baseline | ratio |\n|---|---|---|---|"


@dataclass(frozen=True)
class Line:
    """One line of the table."""

    what: str
    ours: str
    baseline: str
    ratio: str

    def row(self) -> str:
        """The line as a row of a Markdown table."""
        return f"| {self.what} | {self.ours} | {self.baseline} | {self.ratio} |"


def seconds(work: Callable[[], object]) -> float:
    """The seconds that some work takes."""
    began = time.perf_counter()
    work()
    return time.perf_counter() - began


def compared(pairs: Sequence[tuple[float, float]]) -> tuple[float, float, float]:
    """Of measurements (ours, baseline) taken close together: the median of either, and the median of their ratios,
    which a machine that is slow for a while does not change."""
    return (
        statistics.median(ours for ours, _ in pairs),
        statistics.median(baseline for _, baseline in pairs),
        statistics.median(ours / baseline for ours, baseline in pairs),
    )


def in_turn(ours: Callable[[], object], baseline: Callable[[], object], repeats: int) -> list[tuple[float, float]]:
    """Seconds of both, one right after the other, the first of them taking turns; a round that warms up goes
    uncounted."""
    ours()
    baseline()
    pairs = []
    for number in range(repeats):
        if number % 2:
            theirs = seconds(baseline)
            pairs.append((seconds(ours), theirs))
        else:
            pairs.append((seconds(ours), seconds(baseline)))
    return pairs


@dataclass(frozen=True)
class Run:
    """A process that has ended."""

    seconds: float
    peak_mb: float  # the process and its children together
    output: str


def run(command: Sequence[str]) -> Run:
    """Run a command of this Python's (`-m core …`) in the project and watch its memory. Raises RuntimeError with its
    stderr where it fails."""
    with tempfile.TemporaryFile() as errors:
        began = time.perf_counter()
        process = subprocess.Popen(
            [sys.executable, *command], cwd=PROJECT, stdout=subprocess.PIPE, stderr=errors, text=True
        )
        with Watch(process.pid) as watch:
            output, _ = process.communicate()
            spent = time.perf_counter() - began
        if process.returncode:
            errors.seek(0)
            message = errors.read().decode(errors="replace")
            raise RuntimeError(f"{' '.join(command)}: exit code {process.returncode}\n{message}")
    return Run(spent, watch.peak_mb, output)


class Watch:
    """Peak memory of a process and its children while the block runs, in MB."""

    def __init__(self, pid: int, every: float = 0.1) -> None:
        self.peak_mb = 0.0
        self._pid = pid
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
            self.peak_mb = max(self.peak_mb, now_mb(self._pid))
            if self._over.wait(self._every):
                return


def now_mb(pid: int) -> float:
    """Megabytes of a process and its children at this moment, what they share counted once; 0 where it has ended.

    That is their proportional set size, if nobody else has the same libraries open; but others have (this process, to
    begin with), and are charged for a part. What each has for itself, and the largest shared part, is the least that
    they would take alone, so it is that where it is more."""
    private, shared, proportional = 0, 0, 0
    with suppress(psutil.NoSuchProcess):
        process = psutil.Process(pid)
        for member in (process, *process.children(recursive=True)):
            with suppress(psutil.Error):
                memory = member.memory_full_info()
                private += memory.uss
                shared = max(shared, memory.rss - memory.uss)
                proportional += getattr(memory, "pss", 0)  # Linux alone knows it
    return max(proportional, private + shared) / 1e6


def times(ratio: float) -> str:
    """A ratio as text, such as "1.25 ×"."""
    return f"{ratio:.2f} ×" if ratio < 10 else f"{ratio:.0f} ×"


def machine() -> str:
    """The machine on which this was measured, as text."""
    processor = platform.processor() or platform.machine()
    with suppress(OSError):
        lines = Path("/proc/cpuinfo").read_text("utf-8", "replace").splitlines()
        processor = next((line.partition(": ")[2] for line in lines if line.startswith("model name")), processor)
    return f"{cores()} cores ({processor}), no accelerator, {platform.system()}, Python {platform.python_version()}"
