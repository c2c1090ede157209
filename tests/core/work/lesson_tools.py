"""Looking after lessons from outside."""

from __future__ import annotations

import time
from collections.abc import Callable

import psutil


def children(parent: int | None = None) -> list[psutil.Process]:
    """The living processes of lessons, of this process or of another."""
    found = []
    for process in psutil.Process(parent).children():
        try:
            if "core.work.child" in process.cmdline() and not gone(process):
                found.append(process)
        except psutil.NoSuchProcess:
            continue
    return found


def gone(process: psutil.Process) -> bool:
    """Has it ended? Nobody may have fetched its exit code yet."""
    try:
        return process.status() == psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return True


def until(true: Callable[[], object], seconds: float = 60) -> None:
    """Wait for something to become true."""
    end = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < end, "it never came true"
        time.sleep(0.02)
