"""Live recognition: a WebSocket route beside the pages. A camera's frames come in, answers go out, nothing is kept.

A connection begins with `{"ticket": "…"}` within 5 seconds and gets `{"ready": true, "side": 224}`. Then come binary
frames, each one byte of flags (`HEAT`: with a heat map) and a JPEG, and each gets an answer, see `answer`.
All cameras share one line of frames, first come, first served; none has more than one in it: what comes meanwhile, or
faster than `LIVE_RATE`, is refused as `too_fast`. A connection that is refused is closed with a code: `TICKET`,
`ORIGIN`, `FULL`, `GONE`.
"""

from __future__ import annotations

import asyncio
import json
import secrets
import threading
import time
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from starlette.routing import WebSocketRoute
from starlette.websockets import WebSocket, WebSocketDisconnect

from core import settings
from core.errors import BackboneError, ModelError, PictureError
from server.loaded import loaded

HEAT = 1  # bit of a frame's flags
BEST = 10  # guesses in an answer
TICKET, ORIGIN, GONE, FULL = 4401, 4403, 4404, 4429  # why a connection was closed
_FIRST_SECONDS, _FIRST_CHARACTERS = 5, 1_000  # for the ticket to come, and of what it comes in
_BURST = 15  # frames that may come faster than the rate: a network lets go of some at once after it was stuck
_JPEG, _SCAN = b"\xff\xd8\xff", b"\xff\xda"
_SCANS = 16  # of one JPEG: cameras make 1, the most patient encoders 10; each costs a pass over the whole picture
_worker = ThreadPoolExecutor(1, "teachlens-live")  # one, in which all frames stand in line; asleep when there are none


@dataclass(frozen=True)
class _Admission:
    """What a ticket is good for."""

    path: Path  # of a model file
    origin: str
    until: float  # time.monotonic()


_admissions: dict[str, _Admission] = {}  # by ticket, the oldest first
_admitting = threading.Lock()
_cameras: dict[WebSocket, float] = {}  # those admitted, and when each sent its last frame
_closing: set[asyncio.Future[None]] = set()  # connections of silent cameras that are being closed


def ticket(path: Path, origin: str) -> str:
    """A secret that admits a page to the live route for `LIVE_TICKET_SECONDS`, for the model file `path` alone;
    `origin` is the page's own, or its whole address."""
    made, now = secrets.token_urlsafe(32), time.monotonic()
    with _admitting:
        for old in [old for old, admission in _admissions.items() if admission.until < now]:
            del _admissions[old]
        _admissions[made] = _Admission(path, _origin(origin), now + settings.LIVE_TICKET_SECONDS)
    return made


def answer(path: Path, frame: bytes) -> dict[str, Any]:
    """The answer of the model at `path` to a frame, whichever way it came, once the frames before it are done: that of
    `Answer.to_frame_dict` with at most `BEST` guesses, and `ms` (milliseconds since it came). Where there is none:
    `refused`, and why: `too_large` (bytes), `pixels`, `not_a_picture`, `late`, `model_gone`."""
    return _submit(path, frame).result()


def _submit(path: Path, frame: bytes) -> Future[dict[str, Any]]:
    """Put a frame at the end of the line."""
    return _worker.submit(_answer, path, frame, time.monotonic())


def _answer(path: Path, frame: bytes, arrival: float) -> dict[str, Any]:
    if len(frame) > settings.LIVE_FRAME_BYTES:
        return _refusal("too_large")
    flags, data = frame[:1], frame[1:]
    if not data.startswith(_JPEG) or data.count(_SCAN) > _SCANS:
        return _refusal("not_a_picture")
    if time.monotonic() - arrival > settings.LIVE_WAIT_SECONDS:
        return _refusal("late")
    try:
        answered = loaded(path).answer(data, explained=bool(flags[0] & HEAT), max_pixels=settings.LIVE_PIXELS)
    except (ModelError, BackboneError):
        return _refusal("model_gone")
    except PictureError as error:
        return _refusal("pixels" if error.key == "picture.too_large" else "not_a_picture")
    return answered.to_frame_dict(BEST) | {"ms": round((time.monotonic() - arrival) * 1000, 1)}


def _refusal(reason: str) -> dict[str, Any]:
    return {"refused": reason}


class _RejectedError(Exception):
    """A connection that is not served: the code and the reason it is closed with."""

    def __init__(self, code: int, reason: str) -> None:
        super().__init__(code, reason)
        self.code, self.reason = code, reason


async def _live(websocket: WebSocket) -> None:
    """One camera, from its ticket to its end."""
    await websocket.accept()
    with suppress(WebSocketDisconnect):
        try:
            path = _admitted(await _received_ticket(websocket), websocket.headers.get("origin"))
            with _reserved(websocket):
                await _serve(websocket, path)
        except _RejectedError as rejected:
            await websocket.close(rejected.code, rejected.reason)


async def _received_ticket(websocket: WebSocket) -> str:
    """The ticket that it came with; "" where there was none in time."""
    try:
        text = await asyncio.wait_for(websocket.receive_text(), _FIRST_SECONDS)
        return str(json.loads(text)["ticket"]) if len(text) < _FIRST_CHARACTERS else ""
    except (TimeoutError, KeyError, TypeError, ValueError, RecursionError):  # bytes in place of text are a KeyError
        return ""


def _admitted(token: str, origin: str | None) -> Path:
    """The model file that a ticket admits a page of this origin to. Raises _RejectedError."""
    with _admitting:
        admission = _admissions.get(token)
    if admission is None or admission.until < time.monotonic():
        raise _RejectedError(TICKET, "no such ticket, or an old one")
    if origin is None or _origin(origin) != admission.origin:
        raise _RejectedError(ORIGIN, "not from the page that the ticket is for")
    return admission.path


@contextmanager
def _reserved(websocket: WebSocket) -> Iterator[None]:
    """One of the `LIVE_CAMERAS` places; where all are taken, that of a camera that has been silent. Counting and taking
    happen without an await in between, so that no other connection can come in there. Raises _RejectedError."""
    if len(_cameras) >= settings.LIVE_CAMERAS:
        silent = min(_cameras, key=_cameras.__getitem__)
        if time.monotonic() - _cameras[silent] < settings.LIVE_SILENT_SECONDS:
            raise _RejectedError(FULL, "too many cameras")
        del _cameras[silent]
        _close_aside(silent)
    _cameras[websocket] = time.monotonic()
    try:
        yield
    finally:
        _cameras.pop(websocket, None)


def _close_aside(silent: WebSocket) -> None:
    """Close a silent camera's connection without waiting for it, which may take long."""

    async def close() -> None:
        with suppress(WebSocketDisconnect, RuntimeError):  # it may be leaving just now
            await silent.close(FULL, "silent, while others wait")

    task = asyncio.ensure_future(close())
    _closing.add(task)
    task.add_done_callback(_closing.discard)


async def _serve(websocket: WebSocket, path: Path) -> None:
    """Answer frame after frame until the camera leaves. Raises _RejectedError where there is no such model."""
    try:
        ready = await asyncio.to_thread(loaded, path)
    except (ModelError, BackboneError) as error:
        raise _RejectedError(GONE, "no such model") from error
    await websocket.send_json({"ready": True, "side": ready.side})
    pace = _Pace()
    arriving: asyncio.Future[Any] = asyncio.ensure_future(websocket.receive())
    answering: asyncio.Future[dict[str, Any]] | None = None  # of the one frame that is in the line
    try:
        while True:
            # Frames are taken in while another is answered: otherwise they would be old by the time they are read.
            await asyncio.wait({arriving, answering} if answering else {arriving}, return_when=asyncio.FIRST_COMPLETED)
            if answering and answering.done():
                await _send(websocket, answering.result())
                answering = None
            if arriving.done():
                message = arriving.result()
                if message["type"] == "websocket.disconnect" or websocket not in _cameras:
                    return
                _cameras[websocket] = time.monotonic()
                if pace.allows() and answering is None:
                    answering = asyncio.wrap_future(_submit(path, message.get("bytes") or b""))  # text is no picture
                else:
                    await _send(websocket, _refusal("too_fast"))
                arriving = asyncio.ensure_future(websocket.receive())
    finally:
        arriving.cancel()
        if answering:
            answering.cancel()


async def _send(websocket: WebSocket, answered: dict[str, Any]) -> None:
    await websocket.send_text(json.dumps(answered, ensure_ascii=False))


class _Pace:
    """`LIVE_RATE` frames a second, and some at once that were held up."""

    def __init__(self) -> None:
        self._allowed, self._before = float(_BURST), time.monotonic()

    def allows(self) -> bool:
        """Whether a frame may come now."""
        now = time.monotonic()
        self._allowed = min(_BURST, self._allowed + (now - self._before) * settings.LIVE_RATE)
        self._before = now
        if self._allowed < 1:
            return False
        self._allowed -= 1
        return True


def _origin(address: str) -> str:
    """Scheme, host and port of an address, as a browser says them in `Origin`."""
    parts = urlsplit(address)
    return f"{parts.scheme}://{parts.netloc}".lower()


# With a folder before it where the app does not stand at the root of its host (server.baseUrlPath).
routes = [WebSocketRoute("/live", _live), WebSocketRoute("/{folder:path}/live", _live)]
