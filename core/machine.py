"""What this machine, or the container around us, lets us use."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

# The environment of a process that teaches: NumPy's linear algebra (OpenBLAS, as it is loaded) keeps to one core. Its
# threads wait for one another by spinning: with two cores and anything else running on them, such as the app's pages, a
# lesson's fits take some ten times longer on two threads than on one, and alone on the machine they take no less.
CALM = {"OPENBLAS_NUM_THREADS": "1"}

_ROOT = Path("/")


def cores(root: Path = _ROOT) -> int:
    """Processor cores that this process may really use: a container's quota counts, not the host's number. `root` is
    the folder with `proc` and `sys`."""
    try:
        available = len(os.sched_getaffinity(0))
    except AttributeError:  # macOS, Windows
        available = os.cpu_count() or 1
    for folder in _control_groups(root, "cpu"):
        for quota, period in (_numbers(folder, "cpu.max"), _numbers(folder, "cpu.cfs_quota_us", "cpu.cfs_period_us")):
            if quota > 0 and period > 0:
                available = min(available, max(1, round(quota / period)))
    return available


def memory(root: Path = _ROOT) -> int:
    """Bytes of memory that this process may really use: a container's limit counts, not the host's number. `root` is as
    in `cores`."""
    available = _installed()
    for folder in _control_groups(root, "memory"):
        for limit, _ in (_numbers(folder, "memory.max"), _numbers(folder, "memory.limit_in_bytes")):
            if limit > 0:
                available = min(available, limit)
    return available


def _control_groups(root: Path, controller: str) -> Iterator[Path]:
    """The folders of Linux' control groups that limit this process, of version 2 and of version 1's `controller`: its
    own group and all those above, as each of them may set a limit. In a container, `/proc` may tell the path on the
    host, of which only the uppermost folder is there (cgroups(7), "/proc files")."""
    mounts = root / "sys/fs/cgroup"
    try:
        lines = (root / "proc/self/cgroup").read_text("utf-8", "replace").splitlines()
    except OSError:  # no Linux, or no `/proc`
        lines = []
    paths = {mounts: "/", mounts / controller: "/"}
    for line in lines:
        controllers, colon, path = line.partition(":")[2].partition(":")
        if not colon:
            continue
        if not controllers:
            paths |= {mounts: path, mounts / "unified": path}
        elif controller in controllers.split(","):
            paths |= {mounts / controller: path, mounts / controllers: path}
    for mount, path in paths.items():
        parts = [part for part in path.split("/") if part not in ("", ".", "..")]
        for depth in range(len(parts) + 1):
            folder = mount.joinpath(*parts[:depth])
            if folder.is_dir():
                yield folder


def _numbers(folder: Path, *names: str) -> tuple[int, int]:
    """The first two numbers in some files; -1 for one that is not there or not limited ("max")."""
    words: list[str] = []
    with suppress(OSError):
        for name in names:
            words += (folder / name).read_text("utf-8", "replace").split()
    numbers = [int(word) if word.isascii() and word.isdecimal() else -1 for word in (*words, "", "")]
    return numbers[0], numbers[1]


def _installed() -> int:
    if sys.platform == "win32":
        import ctypes

        status = (ctypes.c_uint64 * 8)(64)  # MEMORYSTATUSEX: its own length (and the load), then the physical memory, …
        ctypes.windll.kernel32.GlobalMemoryStatusEx(status)
        return int(status[1])
    return os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
