"""The live route, as cameras use it and as those who mean no good do: a real server, raw clients."""

from __future__ import annotations

import asyncio
import base64
import json
import os
import socket
import struct
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import uvicorn
from drawn import PAINTS, blots, encoded
from starlette.applications import Starlette
from starlette.websockets import WebSocket
from websockets.exceptions import ConnectionClosed
from websockets.sync.client import ClientConnection, connect

from core import settings
from server import live
from server.loaded import loaded

pytestmark = pytest.mark.slow  # together they take long

PAGE = "http://localhost:8501"
SOON = 0.6  # seconds: some 20 times what an answer takes, for machines that are busy with other tests
StoredModel = Callable[..., Path]


@pytest.fixture(scope="module")
def server() -> Iterator[str]:
    """Host and port of a server with nothing but the route, as Streamlit configures it."""
    free = socket.create_server(("127.0.0.1", 0))
    config = uvicorn.Config(
        Starlette(routes=live.routes), ws="websockets-sansio", log_level="critical", ws_max_size=200 * 2**20
    )
    running = uvicorn.Server(config)
    thread = threading.Thread(target=running.run, args=([free],), daemon=True)
    thread.start()
    while not running.started:
        time.sleep(0.01)
    yield f"127.0.0.1:{free.getsockname()[1]}"
    running.should_exit = True
    thread.join(10)


@pytest.fixture
def model(shelved: StoredModel) -> Path:
    path = shelved()
    loaded(path)
    return path


@pytest.fixture(autouse=True)
def all_places_are_free_again() -> Iterator[None]:
    yield
    until_all_have_left()


def until_all_have_left(but: int = 0) -> None:
    for _ in range(150):
        if len(live._cameras) <= but:
            return
        time.sleep(0.02)
    raise AssertionError("a camera has left and kept its place")


def frame(paint: str = "red", number: int = 50, side: int = 224, flags: int = 0) -> bytes:
    return bytes([flags]) + encoded(blots(paint, number, side), "JPEG", quality=80)


@contextmanager
def door(server: str, origin: str | None = PAGE, path: str = "/live") -> Iterator[ClientConnection]:
    """A connection that has sent nothing yet."""
    with connect(f"ws://{server}{path}", origin=origin, compression=None, max_size=None) as line:  # type: ignore[arg-type]
        yield line


@contextmanager
def camera(server: str, model: Path, **named: Any) -> Iterator[ClientConnection]:
    """A connection that is ready for frames."""
    with door(server, **named) as line:
        line.send(json.dumps({"ticket": live.ticket(model, PAGE)}))
        assert json.loads(line.recv(10)) == {"ready": True, "side": 224}
        yield line


def ask(line: ClientConnection, what: bytes | str) -> dict[str, Any]:
    line.send(what)
    return json.loads(line.recv(10))


def closed(line: ClientConnection) -> int:
    """The code with which the server closes."""
    with pytest.raises(ConnectionClosed) as end:
        line.recv(10)
    assert end.value.rcvd is not None
    return end.value.rcvd.code


@contextmanager
def another_goes_on(server: str, model: Path) -> Iterator[list[float]]:
    """Another camera that sends frames all the while; whatever happens, it gets the right answers, and in time."""
    over, seconds, wrong = threading.Event(), [], []

    def watch() -> None:
        frames = {paint: frame(paint) for paint in PAINTS}
        with camera(server, model) as line:
            while not over.is_set():
                for number, (_, jpeg) in enumerate(frames.items()):
                    began = time.perf_counter()
                    answered = ask(line, jpeg)
                    if answered != {"refused": "late"}:  # the machine may be busy with something else
                        seconds.append(time.perf_counter() - began)
                        if answered.get("best", [None])[0] != number:
                            wrong.append(answered)
                    time.sleep(0.02)

    def more() -> None:
        wanted, until = len(seconds) + 3, time.monotonic() + 20
        while len(seconds) < wanted:
            assert thread.is_alive() and time.monotonic() < until
            time.sleep(0.02)

    thread = threading.Thread(target=watch)
    thread.start()
    try:
        more()
        yield seconds
        more()
    finally:
        over.set()
        thread.join(20)
    assert not wrong


# --- As it should be ---------------------------------------------------------------------------------------------


def test_a_frame_gets_the_answer_that_the_model_gives(server: str, model: Path) -> None:
    from core.pictures.decode import decode

    with camera(server, model) as line:
        for number, paint in enumerate(PAINTS):
            answered, wanted = ask(line, frame(paint)), loaded(model).answer(decode(frame(paint)[1:]))
            assert answered["best"] == list(wanted.positions) and answered["best"][0] == number
            assert answered["probabilities"] == pytest.approx(wanted.probabilities, abs=1e-4)
            assert (answered["sure"], answered["familiar"], answered["finer"]) == (wanted.sure, True, "")
            assert "heat" not in answered and 0 < answered["ms"] < 5_000


def test_a_frame_that_asks_for_it_is_told_where_the_model_looked(server: str, model: Path) -> None:
    with camera(server, model) as line:
        answered = ask(line, frame(flags=live.HEAT))
    heat = np.frombuffer(base64.b64decode(answered["heat"]), np.uint8).reshape(answered["grid"])
    assert heat.shape == (28, 28) and heat.min() == 0 and heat.max() == 255


def test_the_slower_way_gives_the_same_answer(server: str, model: Path) -> None:
    jpeg = frame("blue", flags=live.HEAT)
    with camera(server, model) as line:
        fast = ask(line, jpeg)
    slow = json.loads(json.dumps(live.answer(model, jpeg)))
    assert {**fast, "ms": 0} == {**slow, "ms": 0}


def test_the_next_frame_sees_a_model_that_has_changed(server: str, shelved: StoredModel, model: Path) -> None:
    with camera(server, model) as line:
        assert ask(line, frame("red"))["best"][0] == 0
        weights, bias = loaded(model).model.head.weights, loaded(model).model.head.bias
        turned = type(loaded(model).model.head)(np.ascontiguousarray(weights[:, ::-1]), bias[::-1].copy(), 1.0)
        shelved(head=turned)
        os.utime(model, (1, 1))
        assert ask(line, frame("red"))["best"][0] == 2
        model.unlink()
        assert ask(line, frame("red")) == {"refused": "model_gone"}


def test_the_route_stands_below_a_folder_too(server: str, model: Path) -> None:
    with camera(server, model, path="/some/app/live") as line:
        assert ask(line, frame())["best"][0] == 0


def test_a_ticket_is_good_for_a_page_below_its_origin(server: str, model: Path) -> None:
    with door(server) as line:
        line.send(json.dumps({"ticket": live.ticket(model, f"{PAGE}/recognise?visit=x")}))
        assert json.loads(line.recv(10))["ready"] is True


def test_cameras_share_fairly(server: str, model: Path) -> None:
    over, counts = time.monotonic() + 2, [0] * 3

    def watch(which: int) -> None:
        jpeg = frame(side=224)
        with camera(server, model) as line:
            while time.monotonic() < over:
                counts[which] += "best" in ask(line, jpeg)

    threads = [threading.Thread(target=watch, args=(which,)) for which in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert min(counts) > 1 and max(counts) <= 1.5 * min(counts) + 2


# --- Who may not come in -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("origin", ["http://evil.example", "https://localhost:8501", "http://localhost:8502", None, ""])
def test_another_origin_is_turned_away(origin: str | None, server: str, model: Path) -> None:
    with another_goes_on(server, model), door(server, origin) as line:
        line.send(json.dumps({"ticket": live.ticket(model, PAGE)}))
        assert closed(line) == live.ORIGIN


@pytest.mark.parametrize(
    "first",
    [
        "{}",
        '{"ticket": "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"}',
        '{"ticket": null}',
        "[]",
        "no json",
        "[" * 900,
        '"' + "x" * 2**20 + '"',
        b"\x00bytes",
        b"",
        "",
    ],
    ids=range(10),
)
def test_without_a_ticket_nobody_comes_in(first: str | bytes, server: str, model: Path) -> None:
    with door(server) as line:
        line.send(first)
        assert closed(line) == live.TICKET
    assert ok(server, model)


def test_an_old_ticket_is_none(server: str, model: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(settings, "LIVE_TICKET_SECONDS", 0.05)
    old = live.ticket(model, PAGE)
    time.sleep(0.1)
    with door(server) as line:
        line.send(json.dumps({"ticket": old}))
        assert closed(line) == live.TICKET
    live.ticket(model, PAGE)
    assert old not in live._admissions  # and it takes no room


def test_a_ticket_is_for_one_model(server: str, model: Path, shelved: StoredModel) -> None:
    """Who has a ticket may not choose another file by it."""
    one, other = live.ticket(model, PAGE), live.ticket(shelved("other", labels=("a", "b", "c")), PAGE)
    assert one != other and len(one) >= 43
    with door(server) as line:
        line.send(json.dumps({"ticket": one, "path": "other", "model": "other"}))
        assert json.loads(line.recv(10))["ready"] is True


def test_who_says_nothing_is_not_waited_for(server: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(live, "_FIRST_SECONDS", 0.1)
    with door(server) as line:
        assert closed(line) == live.TICKET


def test_a_model_that_is_gone_closes_the_door(server: str, home: Path) -> None:
    with door(server) as line:
        line.send(json.dumps({"ticket": live.ticket(home / "gone.teachlens", PAGE)}))
        assert closed(line) == live.GONE


def test_there_are_so_many_places_and_one_that_leaves_gives_its_own_back(
    server: str, model: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(settings, "LIVE_CAMERAS", 2)
    with camera(server, model) as first:
        with camera(server, model):
            with door(server) as third:
                third.send(json.dumps({"ticket": live.ticket(model, PAGE)}))
                assert closed(third) == live.FULL
            assert ask(first, frame())["best"][0] == 0
        until_all_have_left(but=1)
        with camera(server, model) as fourth:
            assert ask(fourth, frame())["best"][0] == 0


def test_a_silent_camera_gives_its_place_to_one_that_waits(
    server: str, model: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(settings, "LIVE_CAMERAS", 2)
    monkeypatch.setattr(settings, "LIVE_SILENT_SECONDS", 0.3)
    with camera(server, model) as silent, camera(server, model) as busy:
        for _ in range(8):
            time.sleep(0.05)
            assert "best" in ask(busy, frame())
        with camera(server, model) as newcomer:
            assert closed(silent) == live.FULL
            assert "best" in ask(newcomer, frame()) and "best" in ask(busy, frame())


def test_however_many_come_at_once_there_are_no_more_than_the_places(
    server: str, model: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Also while the connections of silent cameras, whose places they take, are slow to close."""
    monkeypatch.setattr(settings, "LIVE_CAMERAS", 2)
    monkeypatch.setattr(settings, "LIVE_SILENT_SECONDS", 60)
    serve, close, counts, outcomes = live._serve, WebSocket.close, [], []

    async def counted(websocket: WebSocket, path: Path) -> None:
        counts.append(len(live._cameras))
        await serve(websocket, path)

    async def slow(self: WebSocket, code: int = 1000, reason: str | None = None) -> None:
        await asyncio.sleep(0.3)
        await close(self, code, reason)

    def come(all_there: threading.Barrier) -> None:
        with door(server) as line:
            all_there.wait()
            line.send(json.dumps({"ticket": live.ticket(model, PAGE)}))
            try:
                outcomes.append("ready" in json.loads(line.recv(10)))
                gone.wait(10)
            except ConnectionClosed as end:
                outcomes.append(False)
                assert end.rcvd is not None and end.rcvd.code == live.FULL

    gone, together = threading.Event(), threading.Barrier(8)
    with camera(server, model), camera(server, model):
        live._cameras.update(dict.fromkeys(live._cameras, -1e9))  # both have been silent for long
        monkeypatch.setattr(live, "_serve", counted)
        monkeypatch.setattr(WebSocket, "close", slow)
        threads = [threading.Thread(target=come, args=(together,)) for _ in range(8)]
        for thread in threads:
            thread.start()
        until = time.monotonic() + 20
        while len(outcomes) < 8 and time.monotonic() < until:
            time.sleep(0.01)
        gone.set()
        for thread in threads:
            thread.join(10)
    assert sorted(outcomes) == [False] * 6 + [True] * 2
    assert max(counts) == 2


# --- Frames that are none ----------------------------------------------------------------------------------------


def bomb() -> bytes:
    """A JPEG of few bytes and many passes over the picture, as a progressive one may have."""
    plain = encoded(blots("red", 1, 64), "JPEG", progressive=True)
    scan = plain.index(b"\xff\xda")
    return plain[:-2] + plain[scan:-2] * 20 + plain[-2:]


def bad_frames() -> dict[str, tuple[bytes | str, str]]:
    whole = frame()
    return {
        "too many bytes": (b"\0\xff\xd8\xff" + bytes(settings.LIVE_FRAME_BYTES), "too_large"),
        "very many bytes": (bytes(20 * 2**20), "too_large"),
        "too many pixels": (frame(side=800), "pixels"),
        "a claim of very many pixels": (claims(whole, 65_000, 65_000), "pixels"),
        "many passes": (b"\0" + bomb(), "not_a_picture"),
        "half a frame": (whole[: len(whole) // 2], "not_a_picture"),
        "the first bytes": (whole[:4], "not_a_picture"),
        "flags alone": (b"\1", "not_a_picture"),
        "nothing": (b"", "not_a_picture"),
        "another kind": (b"\0" + encoded(blots("red", 1), "PNG"), "not_a_picture"),
        "without flags": (whole[1:], "not_a_picture"),
        "noise": (b"\0\xff\xd8\xff" + np.random.default_rng(0).bytes(20_000), "not_a_picture"),
        "text": ("a frame?", "not_a_picture"),
        "a second ticket": (json.dumps({"ticket": "x"}), "not_a_picture"),
    }


def claims(whole: bytes, width: int, height: int) -> bytes:
    """A frame whose header says another size."""
    at = whole.index(b"\xff\xc0") + 5
    return whole[:at] + struct.pack(">HH", height, width) + whole[at + 4 :]


def ok(server: str, model: Path) -> bool:
    with camera(server, model) as line:
        return ask(line, frame("green"))["best"][0] == 1


@pytest.mark.parametrize("kind", list(bad_frames()))
def test_what_is_no_frame_is_refused_and_the_camera_goes_on(kind: str, server: str, model: Path) -> None:
    sent, reason = bad_frames()[kind]
    with camera(server, model) as line:
        assert ask(line, sent) == {"refused": reason}
        assert ask(line, frame("blue"))["best"][0] == 2
        assert live.answer(model, sent if isinstance(sent, bytes) else b"") == {"refused": reason}


def test_bad_frames_disturb_nobody_else(server: str, model: Path) -> None:
    with another_goes_on(server, model) as seconds, camera(server, model) as line:
        for _ in range(3):
            for sent, reason in bad_frames().values():
                assert ask(line, sent) in ({"refused": reason}, {"refused": "too_fast"})
    assert np.median(seconds) < SOON


def test_a_thousand_frames_at_once_are_refused_but_for_those_of_its_rate(server: str, model: Path) -> None:
    with another_goes_on(server, model) as seconds, camera(server, model) as line:
        jpeg, began = frame(), time.monotonic()
        answers: list[dict[str, Any]] = []
        reader = threading.Thread(target=lambda: answers.extend(json.loads(line.recv(30)) for _ in range(1000)))
        reader.start()
        for _ in range(1000):
            line.send(jpeg)
        reader.join(60)
        took = time.monotonic() - began
    count = sum("best" in one for one in answers)
    assert len(answers) == 1000 and {one.get("refused", "too_fast") for one in answers} == {"too_fast"}
    assert 1 <= count <= live._BURST + took * settings.LIVE_RATE
    assert count < 500
    assert np.median(seconds) < SOON


def test_a_frame_that_waited_too_long_is_dropped(model: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    go_on, started = threading.Event(), threading.Event()

    def busy() -> None:
        started.set()
        go_on.wait(10)

    live._worker.submit(busy)
    assert started.wait(10)
    waiting = live._submit(model, frame())
    time.sleep(settings.LIVE_WAIT_SECONDS + 0.05)
    go_on.set()
    assert waiting.result(10) == {"refused": "late"}
    assert live.answer(model, frame())["best"][0] == 0


def test_a_bug_ends_one_connection_alone(server: str, model: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    sound, faulty = loaded, model.with_name("faulty")

    def broken(path: Path) -> Any:
        if path == faulty and threading.current_thread().name.startswith("teachlens-live"):
            raise ZeroDivisionError
        return sound(model)

    monkeypatch.setattr(live, "loaded", broken)
    with another_goes_on(server, model), camera(server, faulty) as line:
        line.send(frame())
        with pytest.raises(ConnectionClosed):
            line.recv(10)


# --- Below the frames --------------------------------------------------------------------------------------------


def piece(content: bytes, opcode: int, *, last: bool, claimed: int | None = None, masked: bool = True) -> bytes:
    """A frame of the WebSocket protocol (RFC 6455, 5.2), with a mask of zeros."""
    length = len(content) if claimed is None else claimed
    if length < 126:
        size = bytes([length])
    else:
        size = b"\x7e" + struct.pack(">H", length) if length < 2**16 else b"\x7f" + struct.pack(">Q", length)
    head = bytes([(0x80 if last else 0) | opcode, size[0] | (0x80 if masked else 0)]) + size[1:]
    return head + (bytes(4) if masked else b"") + content


@contextmanager
def raw(server: str, model: Path) -> Iterator[socket.socket]:
    """A camera without a library: what it sends is just what goes over the line."""
    host, port = server.split(":")
    with socket.create_connection((host, int(port)), 10) as line:
        key = base64.b64encode(os.urandom(16)).decode()
        line.sendall(
            f"GET /live HTTP/1.1\r\nHost: {server}\r\nOrigin: {PAGE}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
            f"Sec-WebSocket-Key: {key}\r\nSec-WebSocket-Version: 13\r\n\r\n".encode()
        )
        assert until(line, b"\r\n\r\n").startswith(b"HTTP/1.1 101")
        line.sendall(piece(json.dumps({"ticket": live.ticket(model, PAGE)}).encode(), 1, last=True))
        assert b'"ready"' in until(line, b"}")
        yield line


def until(line: socket.socket, end: bytes) -> bytes:
    """What comes, as far as its end, or all of it where the line is closed."""
    come = b""
    while end not in come and (more := line.recv(1)):
        come += more
    return come


def test_a_frame_in_fragments_is_answered_when_it_is_whole(server: str, model: Path) -> None:
    jpeg = frame("blue")
    with another_goes_on(server, model), raw(server, model) as line:
        line.sendall(piece(jpeg[:1], 2, last=False))
        for start in range(1, len(jpeg), 500):
            line.sendall(piece(jpeg[start : start + 500], 0, last=start + 500 >= len(jpeg)))
        assert b'"best": [2' in until(line, b"}")


@pytest.mark.parametrize(
    "sent",
    [
        piece(frame()[:100], 2, last=True, claimed=5_000),  # and no more
        piece(frame()[:100], 2, last=False),
        piece(b"", 2, last=True, claimed=2**62),
        piece(b"x", 0, last=True),  # goes on with what was not begun
        piece(b"x", 2, last=True, masked=False),
        piece(b"x", 0xB, last=True),
        piece(b"\xff\xfe", 1, last=True),  # text that is none
        b"\x00" * 64,
        b"GET / HTTP/1.1\r\n\r\n",
    ],
    ids=["cut off", "without an end", "endless", "out of order", "bare", "unknown", "no text", "zeros", "a request"],
)
def test_what_breaks_the_protocol_ends_its_own_connection_alone(sent: bytes, server: str, model: Path) -> None:
    with another_goes_on(server, model) as seconds:
        with raw(server, model) as line:
            line.sendall(sent)
            line.settimeout(0.3)
            with suppress(TimeoutError, OSError):
                answered = until(line, b"}")
                assert b'"best"' not in answered
        assert ok(server, model)
    assert np.median(seconds) < SOON


def test_whoever_vanishes_amid_a_frame_gives_the_place_back(server: str, model: Path) -> None:
    for _ in range(settings.LIVE_CAMERAS + 2):
        with raw(server, model) as line:
            line.sendall(piece(frame(), 2, last=True))
            line.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))  # reset, without a word
        until_all_have_left()
    assert ok(server, model)


def test_nobody_looks_and_nothing_runs(server: str, model: Path) -> None:
    with camera(server, model) as line:
        ask(line, frame())
        began = time.process_time()
        time.sleep(1)
        assert time.process_time() - began < 0.1
