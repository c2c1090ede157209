"""Visits: who is local, and which hosted visits are removed, as nobody has come back to them."""

from __future__ import annotations

import ipaddress
import json
import logging
import os
import shutil
import threading
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from core.settings import models_folder
from core.storage import atomic
from core.storage.area import VISIT_SECONDS, VisitArea
from core.storage.clock import steady_time

logger = logging.getLogger("teachlens")
TIDY_SECONDS = 3600  # between two rounds of `remove_unused`
_MARKED_SECONDS = 1800  # a visit was found unused so long before it goes, by an earlier round
_FUTURE_SECONDS = 3600  # a time further ahead was written by a clock that was wrong
_LOCAL_HOSTS = {"localhost", "127.0.0.1", "::1"}
_FORWARDED = {"forwarded", "x-forwarded-for", "x-forwarded-host", "x-real-ip"}


def is_local(url: str | None, address: str | None, headers: Mapping[str, str]) -> bool:
    """Whether the browser runs on this very machine.

    `url` is what the browser says of itself, so it is believed only where the connection agrees: a loopback
    address (or none known), the same host in the request, and no proxy in between.
    """
    if not url or urlsplit(url).hostname not in _LOCAL_HOSTS:
        return False
    names = {name.lower(): value for name, value in headers.items()}
    if names.keys() & _FORWARDED:
        return False
    if "host" in names and urlsplit(f"//{names['host']}").hostname not in _LOCAL_HOSTS:
        return False
    try:
        return address is None or ipaddress.ip_address(address).is_loopback
    except ValueError:
        return False


@dataclass
class _Round:
    """What the rounds of `remove_unused` remember, on disk too, as a process may not live for long."""

    at: float = 0.0  # of the last round, seconds since the epoch; 0: there was none
    marks: dict[str, tuple[float, float]] = field(default_factory=dict)  # token: when it was marked, its last use then


_used: dict[Path, float] = {}  # visits that this process has served: when last, by `steady_time`
_last = _Round()
_lock = threading.Lock()


def mark_used(area: VisitArea) -> None:
    """Note that a visit is in use now."""
    _used[area.root] = steady_time()
    os.utime(area.root)


def remove_unused(now: float | None = None) -> int:
    """One round: mark the hosted visits that nobody has used for `VISIT_SECONDS`, and remove those that an earlier
    round had marked; how many went.

    No single look at the clock removes anything: `now` (seconds since the epoch) is a time that does not jump with the
    machine's clock; a process that finds the last round further back than a visit lasts has a wrong clock or was off
    for long, and marks anew; and a time of use that lies ahead is put right.
    """
    global _last  # noqa: PLW0603
    with _lock:
        now = steady_time() if now is None else now
        last = _last if _last.at else _read()
        marks = last.marks if 0 <= now - last.at <= VISIT_SECONDS else {}
        this, removed = _Round(now), 0
        for area in VisitArea.all():
            try:
                if not area.is_hosted or now - _used.get(area.root, float("-inf")) <= VISIT_SECONDS:
                    continue
                used = area.root.stat().st_mtime
                if used > now + _FUTURE_SECONDS:
                    os.utime(area.root, (now, now))
                elif now - used > VISIT_SECONDS:
                    marked, used_then = marks.get(area.owner, (now, used))
                    if used == used_then and now - marked >= _MARKED_SECONDS:
                        shutil.rmtree(area.root)
                        _used.pop(area.root, None)
                        removed += 1
                    else:
                        this.marks[area.owner] = (marked if used == used_then else now, used)
            except OSError:  # another process was quicker, or a file is still open: next time
                continue
        _last = this
        _write(this)
        return removed


def _state_file() -> Path:
    return models_folder() / "visits" / ".rounds.json"


def _read() -> _Round:
    try:
        described: dict[str, Any] = json.loads(_state_file().read_text("utf-8"))
        marks = {str(token): (float(at), float(used)) for token, (at, used) in described["marks"].items()}
        return _Round(float(described["at"]), marks)
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return _Round()


def _write(this: _Round) -> None:
    if not _state_file().parent.is_dir():  # there was never a hosted visit
        return
    try:
        atomic.write_json(_state_file(), {"at": this.at, "marks": this.marks})
    except OSError:  # a full disk keeps no visit from being removed: the next round remembers by itself
        logger.warning("the round of old visits could not be written down")
