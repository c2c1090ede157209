"""Response headers stand on every answer, and other middleware may have its own."""

from __future__ import annotations

import asyncio

from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import PlainTextResponse
from starlette.routing import Route, WebSocketRoute
from starlette.websockets import WebSocket

from server.headers import HEADERS, ResponseHeaders


async def answer(_request: Request) -> PlainTextResponse:
    return PlainTextResponse("here", headers={"Referrer-Policy": "same-origin"})


async def talk(websocket: WebSocket) -> None:
    await websocket.accept()
    await websocket.send_text("hello")
    await websocket.close()


app = Starlette(routes=[Route("/", answer), WebSocketRoute("/talk", talk)], middleware=[Middleware(ResponseHeaders)])


async def exchange(scope: dict, incoming: list[dict]) -> list[dict]:
    """What the app sends for what it receives, straight over ASGI."""
    sent: list[dict] = []
    waiting = iter(incoming)

    async def receive() -> dict:
        return next(waiting)

    async def send(message: dict) -> None:
        sent.append(message)

    await app(scope, receive, send)
    return sent


def request(path: str) -> dict:
    return {
        "type": "http",
        "method": "GET",
        "path": path,
        "raw_path": path.encode(),
        "query_string": b"",
        "headers": [],
    }


def headers(sent: list[dict]) -> dict[str, str]:
    return {name.decode(): value.decode() for name, value in sent[0]["headers"]}


def test_every_answer_has_the_headers() -> None:
    messages = asyncio.run(exchange(request("/nowhere"), [{"type": "http.request"}]))
    assert messages[0]["status"] == 404
    assert {name.lower(): value for name, value in HEADERS.items()}.items() <= headers(messages).items()


def test_a_header_that_is_there_stays() -> None:
    names = headers(asyncio.run(exchange(request("/"), [{"type": "http.request"}])))
    assert names["referrer-policy"] == "same-origin"
    assert names["x-content-type-options"] == "nosniff"


def test_the_camera_is_for_this_page_only_and_hosts_may_frame_it() -> None:
    assert HEADERS["Permissions-Policy"].startswith("camera=(self)")
    assert "https://*.streamlit.app" in HEADERS["Content-Security-Policy"]
    assert "frame-ancestors" in HEADERS["Content-Security-Policy"]


def test_websockets_pass_untouched() -> None:
    scope = {"type": "websocket", "path": "/talk", "raw_path": b"/talk", "query_string": b"", "headers": []}
    sent = asyncio.run(exchange(scope, [{"type": "websocket.connect"}]))
    assert [message["type"] for message in sent] == ["websocket.accept", "websocket.send", "websocket.close"]
    assert sent[1]["text"] == "hello"
