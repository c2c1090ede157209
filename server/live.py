"""Live recognition: a WebSocket route beside the pages. A camera's frames come in, answers go out, nothing is kept.

A connection begins with `{"ticket": "…"}` within 5 seconds and is told `{"ready": true, "side": 224}`. Then come binary
frames, each one byte of flags (`HEAT`: say where the model looked) and a JPEG, and each gets an answer, see `answer`.
All cameras share one line of frames, first come, first served; none has more than one in it: what comes meanwhile, or
faster than `LIVE_RATE`, is refused as `too_fast`. A connection that is refused is closed with a code: `TICKET`,
`ORIGIN`, `FULL`, `GONE`.
"""

from __future__ import annotations

import asyncio
import base64
import json
import secrets
import threading
import time
from collections.abc import AsyncIterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import asynccontextmanager, suppress
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
    """The answer of the model at `path` to a frame, whichever way it came, in its turn after others' frames: `best`
    (positions in the model's labels, best first, at most `BEST`), their `probabilities` (0..1), `sure`, `familiar`,
    `finer`, `ms` (milliseconds since it came), and if asked `heat` (base64 of uint8, row by row, 255 where it looked
    most) with its `grid` [height, width]. Where there is none: `refused`, and why: `too_large` (bytes), `pixels`,
    `not_a_picture`, `late`, `model_gone`."""
    return _in_turn(path, frame).result()


def _in_turn(path: Path, frame: bytes) -> Future[dict[str, Any]]:
    return _worker.submit(_answered, path, frame, time.monotonic())


def _answered(path: Path, frame: bytes, came: float) -> dict[str, Any]:
    if len(frame) > settings.LIVE_FRAME_BYTES:
        return _refused("too_large")
    flags, data = frame[:1], frame[1:]
    if not data.startswith(_JPEG) or data.count(_SCAN) > _SCANS:
        return _refused("not_a_picture")
    if time.monotonic() - came > settings.LIVE_WAIT_SECONDS:
        return _refused("late")
    from core.pictures.decode import decode

    try:
        ready = loaded(path)
        picture = decode(data, shortest=ready.side, pixels=settings.LIVE_PIXELS)
    except (ModelError, BackboneError):
        return _refused("model_gone")
    except PictureError as error:
        return _refused("pixels" if error.key == "picture.too_large" else "not_a_picture")
    said = ready.answer(picture, explained=bool(flags[0] & HEAT))
    told = {
        "best": said.positions[:BEST],
        "probabilities": [round(probability, 4) for probability in said.probabilities[:BEST]],
        "sure": said.sure,
        "familiar": said.familiar,
        "finer": said.subclass,
    }
    if said.heat is not None:
        from core.model.explain import to_uint8

        told |= {"heat": base64.b64encode(to_uint8(said.heat).tobytes()).decode(), "grid": said.heat.shape}
    return told | {"ms": round((time.monotonic() - came) * 1000, 1)}


def _refused(reason: str) -> dict[str, Any]:
    return {"refused": reason}


class _AwayError(Exception):
    """A connection that is not served: the code and the reason it is closed with."""

    def __init__(self, code: int, reason: str) -> None:
        super().__init__(code, reason)
        self.code, self.reason = code, reason


async def _live(websocket: WebSocket) -> None:
    """One camera, from its ticket to its end."""
    await websocket.accept()
    with suppress(WebSocketDisconnect):
        try:
            path = _admitted(await _first(websocket), websocket.headers.get("origin"))
            async with _place(websocket):
                await _serve(websocket, path)
        except _AwayError as away:
            await websocket.close(away.code, away.reason)


async def _first(websocket: WebSocket) -> str:
    """The ticket that it came with; "" where there was none in time."""
    try:
        said = await asyncio.wait_for(websocket.receive_text(), _FIRST_SECONDS)
        return str(json.loads(said)["ticket"]) if len(said) < _FIRST_CHARACTERS else ""
    except (TimeoutError, KeyError, TypeError, ValueError, RecursionError):  # bytes in place of text are a KeyError
        return ""


def _admitted(token: str, origin: str | None) -> Path:
    """The model file that a ticket admits a page of this origin to. Raises _AwayError."""
    with _admitting:
        admission = _admissions.get(token)
    if admission is None or admission.until < time.monotonic():
        raise _AwayError(TICKET, "no such ticket, or an old one")
    if origin is None or _origin(origin) != admission.origin:
        raise _AwayError(ORIGIN, "not from the page that the ticket is for")
    return admission.path


@asynccontextmanager
async def _place(websocket: WebSocket) -> AsyncIterator[None]:
    """One of the few places for cameras; where all are taken, that of one that has been silent. Raises _AwayError."""
    if len(_cameras) >= settings.LIVE_CAMERAS:
        silent = min(_cameras, key=_cameras.__getitem__)
        if time.monotonic() - _cameras[silent] < settings.LIVE_SILENT_SECONDS:
            raise _AwayError(FULL, "too many cameras")
        del _cameras[silent]
        with suppress(WebSocketDisconnect, RuntimeError):  # it may be leaving just now
            await silent.close(FULL, "silent, while others wait")
    _cameras[websocket] = time.monotonic()
    try:
        yield
    finally:
        _cameras.pop(websocket, None)


async def _serve(websocket: WebSocket, path: Path) -> None:
    """Answer frame after frame until the camera leaves. Raises _AwayError where there is no such model."""
    try:
        ready = await asyncio.to_thread(loaded, path)
    except (ModelError, BackboneError) as error:
        raise _AwayError(GONE, "no such model") from error
    await websocket.send_json({"ready": True, "side": ready.side})
    pace = _Pace()
    coming: asyncio.Future[Any] = asyncio.ensure_future(websocket.receive())
    said: asyncio.Future[dict[str, Any]] | None = None  # the answer to the one frame that is in the line
    try:
        while True:
            # Frames are taken in while another is looked at: they would be of the past once they had their turn.
            await asyncio.wait({coming, said} if said else {coming}, return_when=asyncio.FIRST_COMPLETED)
            if said and said.done():
                await _tell(websocket, said.result())
                said = None
            if coming.done():
                message = coming.result()
                if message["type"] == "websocket.disconnect" or websocket not in _cameras:
                    return
                _cameras[websocket] = time.monotonic()
                if pace.allows() and said is None:
                    said = asyncio.wrap_future(_in_turn(path, message.get("bytes") or b""))  # text is no picture
                else:
                    await _tell(websocket, _refused("too_fast"))
                coming = asyncio.ensure_future(websocket.receive())
    finally:
        coming.cancel()
        if said:
            said.cancel()


async def _tell(websocket: WebSocket, said: dict[str, Any]) -> None:
    await websocket.send_text(json.dumps(said, ensure_ascii=False))


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
