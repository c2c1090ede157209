"""Visits: the private area of one person's browser, found again by a random token; old ones are removed."""

from __future__ import annotations

import ipaddress
import re
import secrets
import shutil
import time
from collections.abc import Mapping
from pathlib import Path
from urllib.parse import urlsplit

from core.settings import models_folder

KEPT_SECONDS = 3 * 24 * 3600  # a hosted visit that nobody came back to is removed after three days
_TOKEN = re.compile(r"[A-Za-z0-9_-]{22}")  # what secrets.token_urlsafe(16) makes: 128 bits
_LOCAL_HOSTS = {"localhost", "127.0.0.1", "::1"}
_FORWARDED = {"forwarded", "x-forwarded-for", "x-forwarded-host", "x-real-ip"}


def new_token() -> str:
    """A token that nobody can guess."""
    return secrets.token_urlsafe(16)


def valid(token: object) -> bool:
    """Whether `token` is just what `new_token` makes; nothing else becomes part of a path."""
    return isinstance(token, str) and _TOKEN.fullmatch(token) is not None


def folder(token: str) -> Path:
    """The private area of a visit; not created. Raises ValueError for what is no token."""
    if not valid(token):
        raise ValueError("not a visit's token")
    return models_folder() / "visits" / token


def local_folder() -> Path:
    """The one area of a person who runs TeachLens on their own machine."""
    return models_folder() / "local"


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


def remove_old(now: float | None = None) -> int:
    """Remove the hosted visits that were not used for `KEPT_SECONDS`; returns how many went."""
    now = time.time() if now is None else now
    removed = 0
    for area in (models_folder() / "visits").glob("*"):
        try:
            if valid(area.name) and now - area.stat().st_mtime > KEPT_SECONDS:
                shutil.rmtree(area)
                removed += 1
        except OSError:  # another process was quicker, or a file is still open: next time
            continue
    return removed
