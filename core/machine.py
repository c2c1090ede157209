"""What this machine, or the container around us, lets us use."""

from __future__ import annotations

import os
import sys
from contextlib import suppress
from pathlib import Path

# The environment of a process that teaches: NumPy's linear algebra (OpenBLAS, as it is loaded) keeps to one core. Its
# threads wait for one another by spinning: with two cores and anything else running on them, such as the app's pages, a
# lesson's fits take some ten times longer on two threads than on one, and alone on the machine they take no less.
CALM = {"OPENBLAS_NUM_THREADS": "1"}


def cores() -> int:
    """Processor cores that this process may really use: a container's quota counts, not the host's number."""
    try:
        available = len(os.sched_getaffinity(0))
    except AttributeError:  # macOS, Windows
        available = os.cpu_count() or 1
    try:
        quota, period = Path("/sys/fs/cgroup/cpu.max").read_text().split()
        if quota != "max":
            available = min(available, max(1, round(int(quota) / int(period))))
    except (OSError, ValueError):
        pass
    return available


def memory() -> int:
    """Bytes of memory that this process may really use: a container's limit counts, not the host's number."""
    available = _installed()
    for limit in ("memory.max", "memory/memory.limit_in_bytes"):  # of control groups, version 2 and 1
        with suppress(OSError, ValueError):  # no such file; "max"
            available = min(available, int(Path("/sys/fs/cgroup", limit).read_text()))
    return available


def _installed() -> int:
    if sys.platform == "win32":
        import ctypes

        told = (ctypes.c_uint64 * 8)(64)  # MEMORYSTATUSEX: its own length (and the load), then the physical memory, ...
        ctypes.windll.kernel32.GlobalMemoryStatusEx(told)
        return int(told[1])
    return os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
