"""Fetches the small files behind a link that a person gave; beside `core.backbones.download`, the one place in `core`
that asks anything of the network."""

from __future__ import annotations

import ipaddress
import socket
import time
from http.client import HTTPException, HTTPMessage, HTTPResponse, HTTPSConnection
from typing import IO, Any
from urllib.error import HTTPError
from urllib.parse import quote, urljoin, urlsplit, urlunsplit
from urllib.request import HTTPRedirectHandler, HTTPSHandler, OpenerDirector, ProxyHandler, Request, build_opener

from core import VERSION
from core.errors import ModelError

PATIENCE = 15.0  # seconds without a byte before a server counts as stalled
MAX_SECONDS = 60.0  # for one file, however slowly it comes
_MAX_LENGTH = 2_000  # characters of a link
_CHUNK = 2**16  # bytes
_LOCAL = ("localhost", "127.0.0.1", "::1")


def folder_of(link: str, *, own_machine: bool = True) -> str:
    """The address of the folder that a link means, which ends in a slash: the link itself, or where the `model.json`
    that it names lies. Raises ModelError for a link that is none, or not an encrypted one; unencrypted ones to this
    machine are taken where a person asks on their `own_machine`."""
    link = link.strip()
    try:
        parts = urlsplit(link)
        allowed = parts.scheme == "https" or (own_machine and parts.scheme == "http" and parts.hostname in _LOCAL)
        usable = bool(parts.hostname) and not parts.username and parts.port != 0 and len(link) <= _MAX_LENGTH
    except ValueError:
        allowed = usable = False
    if not allowed or not usable or not link.isascii() or not link.isprintable() or " " in link:
        raise ModelError("open.no_link")
    path = parts.path.removesuffix("model.json")
    return urlunsplit((parts.scheme, parts.netloc, path if path.endswith("/") else f"{path}/", "", ""))


def fetch(
    folder: str,
    name: str,
    limit: int,
    *,
    own_machine: bool = True,
    patience: float = PATIENCE,
    most: float = MAX_SECONDS,
) -> bytes | None:
    """The file `name` in a folder of the web, no more than `limit` bytes; None where there is none. Where a visitor of
    a host asks, not a person on their `own_machine`, only public addresses are connected to. Raises ModelError."""
    host = urlsplit(folder).hostname or folder
    end = time.monotonic() + most
    request = Request(urljoin(folder, quote(name)), headers={"User-Agent": f"TeachLens/{VERSION}"})
    try:
        with _opener(own_machine).open(request, timeout=patience) as response:
            content = bytearray()
            while chunk := response.read1(_CHUNK):
                content += chunk
                if len(content) > limit:
                    raise ModelError("open.too_large", file=name, limit=max(1, limit // 10**6))
                if time.monotonic() > end:
                    raise ModelError("open.slow", host=host)
            if response.length:
                raise ModelError("open.no_answer", host=host)
            return bytes(content)
    except HTTPError as error:
        error.close()
        if error.code in (404, 410):
            return None
        raise ModelError("open.refused", host=host, status=error.code) from error
    except (OSError, HTTPException, ValueError) as error:
        slow = isinstance(getattr(error, "reason", error), TimeoutError)
        raise ModelError("open.slow" if slow else "open.no_answer", host=host) from error


def _opener(own_machine: bool) -> OpenerDirector:
    redirects = _CarefulRedirects(own_machine)
    return build_opener(redirects) if own_machine else build_opener(redirects, ProxyHandler({}), _PublicHosts)


class _PublicHosts(HTTPSHandler):
    """Connects to public addresses only: what a name leads to is looked up once, checked, and connected to."""

    def https_open(self, req: Request) -> HTTPResponse:
        return self.do_open(_PublicConnection, req)


class _PublicConnection(HTTPSConnection):
    def connect(self) -> None:
        self._create_connection = _connect_publicly
        super().connect()


def _connect_publicly(address: tuple[str, int], *arguments: Any, **options: Any) -> socket.socket:
    found = [str(place[0]) for *_, place in socket.getaddrinfo(*address, type=socket.SOCK_STREAM)]
    if not all(ipaddress.ip_address(one.partition("%")[0]).is_global for one in found):
        raise ModelError("open.private")
    return socket.create_connection((found[0], address[1]), *arguments, **options)


class _CarefulRedirects(HTTPRedirectHandler):
    """Follows only to what could have been asked for in the first place."""

    def __init__(self, own_machine: bool) -> None:
        self._own_machine = own_machine

    def redirect_request(
        self, req: Request, fp: IO[bytes], code: int, msg: str, headers: HTTPMessage, newurl: str
    ) -> Request | None:
        folder_of(newurl, own_machine=self._own_machine)
        return super().redirect_request(req, fp, code, msg, headers, newurl)
