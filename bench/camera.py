"""Live recognition: what a frame costs in the server alone, over the loopback network; and from the camera's frame to
the answer on the page, in Chromium with its fake camera, browser and server on the same cores.

`python -m bench.camera MODEL` is the server: it prints its port and a ticket for each camera.
"""

from __future__ import annotations

import json
import socket
import statistics
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np

from bench.app import FLAGS, browser_here, served
from bench.bare import Bare
from bench.measure import PROJECT, Line, compared, times
from bench.speed import NAME, SIZE
from core.machine import cores
from core.pictures.decode import decode
from core.pictures.picture import to_model_input
from doodles import samples

_PAGE = "http://localhost"
_CAMERAS = 3
_FRAMES = 30  # different ones
_ROUNDS = 5
_SECONDS = 5.0  # that cameras look at once
_GOAL = 20  # frames a second that each of them should get
_RATES = (30, 60)  # frames a second, of the camera in the browser
_CAMERA = ("--use-fake-ui-for-media-stream", "--use-fake-device-for-media-stream=fps={}")
# Runs before the page's own scripts: notes how long after its frame each answer came, in milliseconds.
_NOTES = """
window.answers = [];
let frame = 0;
const ask = HTMLVideoElement.prototype.requestVideoFrameCallback;
HTMLVideoElement.prototype.requestVideoFrameCallback = function (tell) {
  return ask.call(this, (now, data) => {
    frame = performance.now();
    tell(now, data);
  });
};
window.WebSocket = class extends WebSocket {
  constructor(...how) {
    super(...how);
    this.addEventListener('message', ({ data }) => {
      if (this.since && data.includes('"best"')) window.answers.push(performance.now() - this.since);
      this.since = 0;
    });
  }
  send(data) {
    if (this.url.endsWith('/live')) this.since = frame;
    super.send(data);
  }
};
"""


def lines(model: Path, folder: Path) -> list[Line]:
    """The lines of the server alone, and of the page in Chromium."""
    return [*alone(model), *in_chromium(folder)]


def alone(model: Path) -> list[Line]:
    """A frame's way from one camera to its answer, beside decoding it and running the bare network; three at once."""
    with _served(model) as (address, tickets), _camera(address, tickets[0]) as ask:
        frames, heated = _frames(0), _frames(1)
        bare = Bare(NAME, cores())

        def at_best() -> float:
            return _median_seconds(frames, lambda frame: bare.run(to_model_input(decode(frame[1:]), SIZE)))

        for _ in range(2):  # everything is warm then
            _median_seconds(frames, ask)
            at_best()
        plain, explained = [], []
        for _ in range(_ROUNDS):
            plain.append((_median_seconds(frames, ask), at_best()))
            explained.append((_median_seconds(heated, ask), at_best()))
        ours, least, ratio = compared(plain)
        ours_explained, _, ratio_explained = compared(explained)
        rates, waits = _at_once(address, tickets[1:])
    beside = f"{least * 1000:.1f} ms, decoding it and the bare network"
    rates_text = ", ".join(f"{rate:.0f}" for rate in sorted(rates))
    late = f"p50 {_at(waits, 50):.0f} ms, p95 {_at(waits, 95):.0f} ms"
    return [
        Line("a live frame from camera to answer, the server alone", f"{ours * 1000:.1f} ms", beside, times(ratio)),
        Line("… with where it looked", f"{ours_explained * 1000:.1f} ms", beside, times(ratio_explained)),
        Line(
            f"{_CAMERAS} live cameras at once, as fast as they are answered",
            f"{rates_text} a second ({late})",
            f"{_GOAL} a second each, the goal",
            times(min(rates) / _GOAL),
        ),
    ]


def in_chromium(folder: Path) -> list[Line]:
    """Answers a second and how long they take, on the page "Recognise", for cameras of some speeds, and for several at
    once; nothing where there is no Chromium."""
    chromium = browser_here()
    if chromium is None:
        return []
    from playwright.sync_api import sync_playwright

    table = []
    environment = {"TEACHLENS_HOME": str(folder / "live"), "TEACHLENS_TUNING": "off"}
    with served(PROJECT / "app.py", environment) as (address, _), sync_playwright() as play:
        for rate, pages in ((_RATES[0], 1), (_RATES[1], 1), (_RATES[0], _CAMERAS)):
            flags = [*FLAGS, *(flag.format(rate) for flag in _CAMERA)]
            browser = play.chromium.launch(executable_path=chromium, args=flags)
            rates, waits = _measure_pages(browser, address, pages)
            browser.close()
            late = f"p50 {np.percentile(waits, 50):.0f} ms, p95 {np.percentile(waits, 95):.0f} ms"
            rates_text = ", ".join(f"{value:.0f}" for value in sorted(rates))
            what = "a live camera" if pages == 1 else f"{pages} live cameras at once, each"
            goal = f"{rate} a second, the camera's own"
            table.append(
                Line(f"{what} of {rate} a second in Chromium", f"{rates_text} ({late})", goal, times(min(rates) / rate))
            )
    return table


def _measure_pages(browser: Any, address: str, pages: int) -> tuple[list[float], list[float]]:
    """Answers a second of each of some pages that look at once, and the milliseconds that each answer took."""
    pages_open = [browser.new_context(locale="en-GB", permissions=["camera"]).new_page() for _ in range(pages)]
    for page in pages_open:
        page.add_init_script(_NOTES)
        page.goto(f"{address}/recognise")
        page.get_by_role("radio", name="Camera").click()
        page.locator(".tl-camera-door button").click()
    for page in pages_open:
        page.wait_for_function("window.answers.length > 20", timeout=60_000)
    for page in pages_open:
        page.evaluate("window.answers = []; window.began = performance.now();")
    time.sleep(_SECONDS)
    rates, waits = [], []
    for page in pages_open:
        spent, answers = page.evaluate("[performance.now() - window.began, window.answers]")
        rates.append(len(answers) * 1000 / spent)
        waits += answers
    return rates, waits


def _frames(flags: int) -> list[bytes]:
    import cv2

    frames = []
    for number in range(_FRAMES):
        drawn = samples.draw(samples.KINDS[number % len(samples.KINDS)], samples.HELD_OUT + number, SIZE)
        encoded = cv2.imencode(".jpg", cv2.cvtColor(drawn, cv2.COLOR_RGB2BGR), [cv2.IMWRITE_JPEG_QUALITY, 80])[1]
        frames.append(bytes([flags]) + encoded.tobytes())
    return frames


def _median_seconds(frames: list[bytes], work: Callable[[bytes], object]) -> float:
    """Median seconds of the work on each frame."""
    spent = []
    for frame in frames:
        began = time.perf_counter()
        work(frame)
        spent.append(time.perf_counter() - began)
    return statistics.median(spent)


def _at_once(address: str, tickets: list[str]) -> tuple[list[float], list[float]]:
    """Answers a second of each of several cameras, and the seconds that each answer took."""
    frames, counts, waits = _frames(0), [0] * len(tickets), []
    ready = threading.Barrier(len(tickets))

    def send_frames(which: int) -> None:
        with _camera(address, tickets[which]) as ask:
            ready.wait(30)
            until = time.perf_counter() + _SECONDS
            while (began := time.perf_counter()) < until:
                if ask(frames[counts[which] % len(frames)]):  # else it was late: not an answer
                    waits.append(time.perf_counter() - began)
                    counts[which] += 1

    threads = [threading.Thread(target=send_frames, args=(which,)) for which in range(len(tickets))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return [count / _SECONDS for count in counts], waits


def _at(seconds: list[float], percentile: int) -> float:
    return float(np.percentile(seconds, percentile)) * 1000


@contextmanager
def _camera(address: str, ticket: str) -> Iterator[Callable[[bytes], bool]]:
    """A camera: sends a frame and waits; whether it was answered."""
    from websockets import Origin
    from websockets.sync.client import connect  # Streamlit needs it, too

    with connect(f"ws://{address}/live", origin=Origin(_PAGE), compression=None) as line:
        line.send(json.dumps({"ticket": ticket}))
        line.recv(60)

        def ask(frame: bytes) -> bool:
            line.send(frame)
            return "best" in json.loads(line.recv(60))

        yield ask


@contextmanager
def _served(model: Path) -> Iterator[tuple[str, list[str]]]:
    """The live route in a process of its own: its address, and a ticket for each camera."""
    command = [sys.executable, "-m", "bench.camera", str(model)]
    server = subprocess.Popen(command, cwd=PROJECT, stdout=subprocess.PIPE, text=True)
    assert server.stdout is not None
    try:
        port, *tickets = server.stdout.readline().split()
        yield f"127.0.0.1:{port}", tickets
    finally:
        server.terminate()
        server.wait(30)


def _serve(model: Path) -> None:
    import uvicorn
    from starlette.applications import Starlette

    from server import live

    listener = socket.create_server(("127.0.0.1", 0))
    tickets = [live.ticket(model, _PAGE) for _ in range(1 + _CAMERAS)]
    print(listener.getsockname()[1], *tickets, flush=True)
    config = uvicorn.Config(Starlette(routes=live.routes), ws="websockets-sansio", log_level="warning")
    uvicorn.Server(config).run([listener])


if __name__ == "__main__":
    _serve(Path(sys.argv[1]))
