"""Response headers that tell browsers what this app may do."""

from __future__ import annotations

from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

# Who may show the app in a frame: itself, and the hosts that people share Streamlit apps on.
FRAME_ANCESTORS = "'self' https://*.streamlit.app https://*.streamlit.io https://*.hf.space https://huggingface.co"

HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",  # the address may hold the token of a visit
    "Content-Security-Policy": f"frame-ancestors {FRAME_ANCESTORS}",
    "Permissions-Policy": "camera=(self), microphone=(), geolocation=()",
}


class ResponseHeaders:
    """ASGI middleware that adds `HEADERS` to every answer over HTTP; WebSockets pass untouched."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in HEADERS.items():
                    headers.setdefault(name, value)
            await send(message)

        await self._app(scope, receive, send_with_headers)
