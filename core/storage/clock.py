"""A clock for ages: the time of day that does not jump while this process lives, however the machine's is set."""

from __future__ import annotations

import threading
import time

_lock = threading.Lock()
_anchor: float | None = None


def uptime() -> float:
    """Seconds since a fixed moment, counted on while the machine sleeps where the system can tell."""
    if hasattr(time, "CLOCK_BOOTTIME"):
        return time.clock_gettime(time.CLOCK_BOOTTIME)
    return time.monotonic()


def steady_time() -> float:
    """Seconds since the epoch, as the machine's clock said when this was first asked for, and counted on from there."""
    global _anchor  # noqa: PLW0603
    with _lock:
        if _anchor is None:
            _anchor = time.time() - uptime()
        return _anchor + uptime()
