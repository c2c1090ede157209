"""A local server of weight files that stalls, cuts, lies and recovers, as a test wants it."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

HDF5 = b"\x89HDF\r\n\x1a\n"
Deed = Callable[["Handler", bytes, int], None]  # what it does with the content, from a byte on


class Handler(BaseHTTPRequestHandler):
    """Does for each request the next of the server's deeds, and the last of them ever after."""

    server: Any

    def do_GET(self) -> None:
        asked = self.headers.get("Range")
        deeds = self.server.deeds
        self.server.asked.append(asked)
        start = int(asked.removeprefix("bytes=").removesuffix("-")) if asked else 0
        try:
            deeds[min(len(self.server.asked), len(deeds)) - 1](self, self.server.content, start)
        except (BrokenPipeError, ConnectionResetError):  # whoever asked has gone away
            self.close_connection = True

    do_CONNECT = do_GET  # noqa: N815

    def log_message(self, *_: object) -> None:
        """Nothing is logged."""


class Server:
    """What a test knows of it."""

    def __init__(self, server: Any) -> None:
        self._server = server
        self.url = f"http://127.0.0.1:{server.server_address[1]}"

    @property
    def asked(self) -> list[str | None]:
        """The ranges that were asked for, one by one; None: the whole."""
        return list(self._server.asked)


@contextmanager
def serving(content: bytes, *deeds: Deed) -> Iterator[Server]:
    """A server of the content; one that does its work where no deeds are given."""
    server: Any = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads, server.block_on_close = True, False
    server.content, server.deeds, server.asked = content, deeds or (well,), []
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    try:
        yield Server(server)
    finally:
        server.shutdown()
        server.server_close()


def head(to: Handler, status: int, **fields: object) -> None:
    """Status and header fields; `Content_Type` stands for Content-Type."""
    to.send_response(status)
    for name, value in fields.items():
        to.send_header(name.replace("_", "-"), str(value))
    to.end_headers()


def well(to: Handler, content: bytes, start: int) -> None:
    """As it should be."""
    if start >= len(content):
        return head(to, 416, Content_Length=0)
    whole = {"Content_Length": len(content) - start}
    if start:
        head(to, 206, Content_Range=f"bytes {start}-{len(content) - 1}/{len(content)}", **whole)
    else:
        head(to, 200, **whole)
    to.wfile.write(content[start:])
    return None


def after(go_on: threading.Event) -> Deed:
    """Sends the whole once it is told to go on."""

    def waits(to: Handler, content: bytes, start: int) -> None:
        go_on.wait(20)
        well(to, content, start)

    return waits


def without_ranges(to: Handler, content: bytes, _: int) -> None:
    """The whole, whatever was asked."""
    well(to, content, 0)


def cut(share: float) -> Deed:
    """Closes the connection after that share of what it announced."""

    def deed(to: Handler, content: bytes, start: int) -> None:
        well(_Cut(to, int((len(content) - start) * share)), content, start)  # type: ignore[arg-type]
        to.close_connection = True

    return deed


class _Cut:
    """A handler of which only so many bytes of the body get through."""

    def __init__(self, to: Handler, most: int) -> None:
        self._to, self._most = to, most
        self.wfile = self

    def write(self, body: bytes) -> None:
        self._to.wfile.write(body[: self._most])

    def __getattr__(self, name: str) -> Any:
        return getattr(self._to, name)


def stall(seconds: float, share: float = 0.5) -> Deed:
    """Sends a share of what it announced, and then nothing for a while."""

    def deed(to: Handler, content: bytes, start: int) -> None:
        cut(share)(to, content, start)
        to.wfile.flush()
        time.sleep(seconds)

    return deed


def status(code: int) -> Deed:
    """Answers with that code."""

    def deed(to: Handler, *_: object) -> None:
        head(to, code, Content_Length=0)

    return deed


def says(body: bytes, **fields: object) -> Deed:
    """Answers with something else; without a length where none is among the header fields."""

    def deed(to: Handler, *_: object) -> None:
        to.protocol_version = "HTTP/1.0"
        head(to, 200, **fields)
        to.wfile.write(body)
        to.close_connection = True

    return deed
