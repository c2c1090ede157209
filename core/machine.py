"""The processor cores and the memory that the machine, or a container, lets this process use."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

# The environment of a process that teaches: NumPy's linear algebra (OpenBLAS, as it is loaded) keeps to one core. Its
# threads wait for one another by spinning: with two cores and anything else running on them, such as the app's pages, a
# lesson's fits take some ten times longer on two threads than on one, and alone on the machine they take no less.
SINGLE_THREADED_BLAS = {"OPENBLAS_NUM_THREADS": "1"}

_ROOT = Path("/")


def cores(root: Path = _ROOT) -> int:
    """The number of processor cores that this process may use, within a container's quota. `root` is the folder with
    `proc` and `sys`."""
    try:
        available = len(os.sched_getaffinity(0))
    except AttributeError:  # macOS, Windows
        available = os.cpu_count() or 1
    for folder in _control_groups(root, "cpu"):
        quotas = (_read_numbers(folder, "cpu.max"), _read_numbers(folder, "cpu.cfs_quota_us", "cpu.cfs_period_us"))
        for quota, period in quotas:
            if quota > 0 and period > 0:
                available = min(available, max(1, round(quota / period)))
    return available


def memory(root: Path = _ROOT) -> int:
    """The bytes of memory that this process may use, within a container's limit. `root` is as in `cores`."""
    available = _installed_memory()
    for folder in _control_groups(root, "memory"):
        for limit, _ in (_read_numbers(folder, "memory.max"), _read_numbers(folder, "memory.limit_in_bytes")):
            if limit > 0:
                available = min(available, limit)
    return available


def _control_groups(root: Path, controller: str) -> Iterator[Path]:
    """The folders of Linux' control groups that limit this process, of version 2 and of version 1's `controller`: its
    own group and all those above, as each of them may set a limit. In a container, `/proc` may give the path on the
    host, of which only the uppermost folder exists (cgroups(7), "/proc files")."""
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


def _read_numbers(folder: Path, *names: str) -> tuple[int, int]:
    """The first two numbers in some files; -1 for one that is missing or unlimited ("max")."""
    words: list[str] = []
    with suppress(OSError):
        for name in names:
            words += (folder / name).read_text("utf-8", "replace").split()
    numbers = [int(word) if word.isascii() and word.isdecimal() else -1 for word in (*words, "", "")]
    return numbers[0], numbers[1]


def _installed_memory() -> int:
    if sys.platform == "win32":
        import ctypes

        status = (ctypes.c_uint64 * 8)(64)  # MEMORYSTATUSEX: its length (and the load), then the physical memory, …
        ctypes.windll.kernel32.GlobalMemoryStatusEx(status)
        return int(status[1])
    return os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
