"""Links under which exported models are given out to other pages, as Scratch's: `/tm/<secret>/model.json` and the files
beside it, read from the export's zip.

A link is known to nobody who was not told it; it ends when somebody ends it, when the zip goes with its visit, and with
the app.
"""

from __future__ import annotations

import os
import secrets
import threading
import zipfile
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
_links: dict[str, Path] = {}  # secret: zip
_guard = threading.Lock()


def is_allowed() -> bool:
    """Whether the owner of a host allows links to visitors: `TEACHLENS_LINKS=on`. On one's own machine they are."""
    return os.environ.get("TEACHLENS_LINKS") == "on"


def start(zip_file: Path) -> None:
    """Give an export out, unless it is given out already."""
    with _guard:
        if find(zip_file) is None:
            _links[secrets.token_urlsafe(16)] = zip_file


def find(zip_file: Path) -> str | None:
    """The secret of the link of an export; None where it is not given out."""
    return next((secret for secret, path in list(_links.items()) if path == zip_file), None)


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
    zip_file, name = _links.get(request.path_params["secret"]), request.path_params["name"]
    if zip_file is None or name not in _TYPES:
        return Response("no such model", 404, _HEADERS)
    try:
        with zipfile.ZipFile(zip_file) as archive:
            member = next(one for one in archive.namelist() if one.rpartition("/")[2] == name)
            content = archive.read(member)
    except (OSError, StopIteration, zipfile.BadZipFile):  # it went with its visit
        return Response("no such model", 404, _HEADERS)
    return Response(content, media_type=_TYPES[name], headers=_HEADERS)


routes = [Route("/tm/{secret}/{name}", _serve, methods=["GET", "OPTIONS"])]
