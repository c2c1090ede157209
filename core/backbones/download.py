"""Downloads a weight file: beside `core.work.link`, the one place in `core` that asks anything of the network.

It grows in a part beside its place and gets its name once its hash is right. A part that an earlier attempt left is
gone on with where the server knows ranges (RFC 9110, section 14); it is begun anew where the server does not, or where
the hash of what was put together is wrong.
"""

from __future__ import annotations

import os
import re
import shutil
import ssl
import time
from collections.abc import Callable
from contextlib import suppress
from http.client import HTTPException, HTTPResponse
from pathlib import Path
from urllib.error import HTTPError
from urllib.parse import urlsplit
from urllib.request import Request, build_opener

from core import VERSION
from core.backbones.card import DownloadableWeights
from core.backbones.downloadable import is_whole
from core.errors import BackboneError
from core.storage.atomic import replace
from core.storage.room import is_no_room

PATIENCE = 20.0  # seconds without a byte before a server counts as stalled
_ATTEMPTS = 3  # in a row that bring nothing new; as long as something comes, it goes on
_PAUSE = 1.0  # seconds between two attempts
_CHUNK = 2**17  # bytes
_HDF5, _ZIP = b"\x89HDF\r\n\x1a\n", b"PK\x03\x04"  # what weight files of Keras begin with, and torch's
_LATER = {408, 425, 429}  # what a server says, beside all from 500 on, that may be different a moment later


class _MayPassError(Exception):
    """Trouble that the next attempt may not have; carries the error to raise if all have it."""

    def __init__(self, error: BackboneError) -> None:
        super().__init__(error)
        self.error = error


def download(
    weights: DownloadableWeights,
    folder: Path,
    tell: Callable[[int, int], None],
    stop: Callable[[], bool] = lambda: False,
    patience: float = PATIENCE,
) -> Path | None:
    """The weight file in `folder`, its hash checked; None where `stop` said so, and then what is there already stays
    for the next time. `tell` hears (done, total) in bytes, `patience` is in seconds. One process at a time: whoever
    calls sees to that. Raises BackboneError, and then nothing broken is left."""
    part = folder / f"{weights.file}.{weights.digest.rpartition(':')[2][:16]}.part"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        _check_room(weights, folder, part)
        for other in set(folder.glob(f"{weights.file}.*.part")) - {part}:  # of a file that was meant once
            other.unlink()
        for _ in range(2):
            in_one_go = _complete(weights, part, tell, stop, patience)
            if in_one_go is None:
                return None
            if is_whole(weights, part):
                return _complete_file(part, folder / weights.file)
            part.unlink()
            if in_one_go:
                break
        raise BackboneError("backbone.other_file", host=_host(weights))
    except OSError as error:  # of our own disk: those of the network have become BackboneError
        if not is_no_room(error):
            raise BackboneError("backbone.no_cache", folder=str(folder)) from error
        part.unlink(missing_ok=True)
        raise _no_room(weights, folder) from error
    finally:
        with suppress(OSError):
            if not _size(part):
                part.unlink()


def _complete(
    weights: DownloadableWeights,
    part: Path,
    tell: Callable[[int, int], None],
    stop: Callable[[], bool],
    patience: float,
) -> bool | None:
    """Let the part grow until it has all its bytes. Whether they came in one go, or were put together and may be of two
    files; None where `stop` said so."""
    in_one_go, idle = not _size(part), 0
    while (have := _size(part)) != weights.bytes:
        in_one_go = in_one_go and not have
        if stop():
            return None
        trouble = BackboneError("backbone.cut", host=_host(weights))
        try:
            _grow(weights, part, tell, stop, patience)
        except _MayPassError as passing:
            trouble = passing.error
        idle = 0 if _size(part) > have else idle + 1
        if idle == _ATTEMPTS:
            raise trouble
        if _size(part) != weights.bytes and not stop():
            time.sleep(_PAUSE)
    return in_one_go


def _grow(
    weights: DownloadableWeights,
    part: Path,
    tell: Callable[[int, int], None],
    stop: Callable[[], bool],
    patience: float,
) -> None:
    """One request, and what comes of it. Raises _MayPassError, BackboneError."""
    have = _size(part)
    if have > weights.bytes:
        part.unlink()
        have = 0
    with _opened(weights, part, have, patience) as response:
        start = _start(response, have)
        if start is None:  # not what was asked for: next time from the beginning
            part.unlink(missing_ok=True)
            raise _MayPassError(BackboneError("backbone.cut", host=_host(weights)))
        if start + (response.length or 0) > weights.bytes:
            part.unlink(missing_ok=True)
            raise BackboneError("backbone.too_large", host=_host(weights), size=weights.megabytes)
        with part.open("r+b" if start else "wb") as file:
            done = file.seek(start)
            while not stop() and (chunk := _read(response, weights)):
                if not done:
                    _check_kind(chunk, response, weights)
                done += len(chunk)
                if done > weights.bytes:
                    file.truncate(0)
                    raise BackboneError("backbone.too_large", host=_host(weights), size=weights.megabytes)
                file.write(chunk)
                tell(done, weights.bytes)


def _opened(weights: DownloadableWeights, part: Path, have: int, patience: float) -> HTTPResponse:
    host = _host(weights)
    headers = {"User-Agent": f"TeachLens/{VERSION}", "Accept-Encoding": "identity"}
    if have:
        headers["Range"] = f"bytes={have}-"
    try:
        # An opener of its own, for proxies as they are set by now.
        response: HTTPResponse = build_opener().open(Request(weights.url, headers=headers), timeout=patience)
    except HTTPError as error:
        error.close()
        if error.code == 407:
            raise BackboneError("backbone.proxy", host=host) from error
        refused = BackboneError("backbone.refused", host=host, status=error.code)
        if error.code == 416:  # it has no such range: what we have is of another file
            part.unlink(missing_ok=True)
        elif error.code < 500 and error.code not in _LATER:
            raise refused from error
        raise _MayPassError(refused) from error
    except (OSError, HTTPException) as error:
        raise _trouble(error, weights) from error
    if response.headers.get_content_type() == "text/html":
        response.close()
        raise BackboneError("backbone.web_page", host=host)
    return response


def _trouble(error: Exception, weights: DownloadableWeights) -> Exception:
    """What a broken connection means."""
    host = _host(weights)
    reason = getattr(error, "reason", error)
    if isinstance(reason, ssl.SSLCertVerificationError):
        return BackboneError("backbone.untrusted", host=host)
    if "Tunnel connection failed" in str(reason):
        return BackboneError("backbone.proxy", host=host)
    if isinstance(reason, TimeoutError):
        return _MayPassError(BackboneError("backbone.stalled", host=host))
    if isinstance(reason, HTTPException | ConnectionResetError | ConnectionAbortedError | ssl.SSLError):
        return _MayPassError(BackboneError("backbone.cut", host=host))
    return BackboneError("backbone.no_network", host=host, file=weights.file)


def _read(response: HTTPResponse, weights: DownloadableWeights) -> bytes:
    """What has come; empty at the end, wherever that is."""
    try:
        return response.read1(_CHUNK)
    except (OSError, HTTPException) as error:
        raise _trouble(error, weights) from error


def _start(response: HTTPResponse, have: int) -> int | None:
    """From which byte on the response holds the file; None where it is neither what is missing nor the whole."""
    if response.status != 206:
        return 0
    content_range = re.match(r"bytes (\d+)-", response.headers.get("Content-Range", ""))
    start = int(content_range[1]) if content_range else None
    return start if start in (0, have) else None


def _check_kind(first: bytes, response: HTTPResponse, weights: DownloadableWeights) -> None:
    expected = _ZIP if weights.transformer else _HDF5
    if not expected.startswith(first[: len(expected)]):
        page = first.lstrip()[:1] == b"<"
        raise BackboneError("backbone.web_page" if page else "backbone.other_file", host=_host(weights))


def _check_room(weights: DownloadableWeights, folder: Path, part: Path) -> None:
    """The file, and what is made of it afterwards, must find room."""
    if shutil.disk_usage(folder).free < 2 * weights.bytes - _size(part):
        raise _no_room(weights, folder)


def _no_room(weights: DownloadableWeights, folder: Path) -> BackboneError:
    return BackboneError("backbone.no_room", folder=str(folder), size=2 * weights.megabytes)


def _complete_file(part: Path, path: Path) -> Path:
    """Give the part its name, once all of it is on the disk."""
    with part.open("r+b") as file:
        os.fsync(file.fileno())
    replace(part, path)
    return path


def _size(part: Path) -> int:
    try:
        return part.stat().st_size
    except FileNotFoundError:
        return 0


def _host(weights: DownloadableWeights) -> str:
    return urlsplit(weights.url).hostname or weights.url
