"""Links under which exported models are given out to other pages, as Scratch's: `/tm/<secret>/model.json` and the files
beside it, read from the export's zip.

A link is known to nobody who was not told it; it ends when somebody ends it, with its model or its visit, when nobody
has asked for a day, and with the app.
"""

from __future__ import annotations

import os
import secrets
import threading
import zipfile
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

_TYPES = {
    "model.json": "application/json",
    "weights.bin": "application/octet-stream",
    "metadata.json": "application/json",
}
# Any page may read it; Chrome asks the person before a public page reaches this computer.
_HEADERS = {
    "Access-Control-Allow-Origin": "*",
    "Access-Control-Allow-Methods": "GET, OPTIONS",
    "Access-Control-Allow-Headers": "*",
    "Access-Control-Allow-Private-Network": "true",
    "Cross-Origin-Resource-Policy": "cross-origin",
    "Cache-Control": "no-store",
}


@dataclass(frozen=True)
class _Link:
    """What is given out."""

    model: Path
    zip_file: Path


_links: dict[str, _Link] = {}  # by their secrets
_guard = threading.Lock()


def is_allowed() -> bool:
    """Whether the owner of a host allows links to visitors: `TEACHLENS_LINKS=on`. On one's own machine they are."""
    return os.environ.get("TEACHLENS_LINKS") == "on"


def start(model: Path, zip_file: Path) -> None:
    """Give the export of a model out, in place of an earlier one of it."""
    with _guard:
        if known := find(model):
            del _links[known]
        _links[secrets.token_urlsafe(16)] = _Link(model, zip_file)


def find(model: Path) -> str | None:
    """The secret of the link of a model; None where it is not given out."""
    return next((secret for secret, link in list(_links.items()) if link.model == model), None)


def stop(secret: str) -> None:
    """End a link."""
    with _guard:
        _links.pop(secret, None)


def path(secret: str) -> str:
    """The path of a link, as clients of Teachable Machine's models take it: with a slash at its end."""
    return f"/tm/{secret}/"


def _serve(request: Request) -> Response:
    """One of the three files; 404 for everything else. It is read in a thread of Starlette's."""
    if request.method == "OPTIONS":
        return Response(status_code=204, headers=_HEADERS)
    link, name = _links.get(request.path_params["secret"]), request.path_params["name"]
    if link is None or name not in _TYPES or not link.model.exists():
        return Response("no such model", 404, _HEADERS)
    try:
        with zipfile.ZipFile(link.zip_file) as archive:
            member = next(one for one in archive.namelist() if one.rpartition("/")[2] == name)
            content = archive.read(member)
    except (OSError, StopIteration, zipfile.BadZipFile):  # it went with its visit
        return Response("no such model", 404, _HEADERS)
    with suppress(OSError):
        os.utime(link.zip_file)  # what is in use stays another day
    return Response(content, media_type=_TYPES[name], headers=_HEADERS)


routes = [Route("/tm/{secret}/{name}", _serve, methods=["GET", "OPTIONS"])]
