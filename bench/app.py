"""The app as a person meets it: how soon it is there, how soon it answers, what it takes while it teaches."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bench.measure import PROJECT, Line, Watch, compared, times

_ROUNDS = 3
_BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
FLAGS = ("--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-sync", "--no-first-run")
_ONE_LINE = "import streamlit; streamlit.title('Hello')"


@dataclass(frozen=True)
class _Visit:
    """What one visit to a fresh server found; seconds count from its start."""

    usable: float  # until the page stands
    answered: float  # until the answer to a sample
    peak_mb: float  # of the server and what it started


def lines(source: Path, folder: Path) -> list[Line]:
    """Start-up, first answer and memory, driven in the Chromium of this machine, beside a Streamlit app of one line;
    nothing where there is no Chromium."""
    chromium = browser_here()
    if chromium is None:
        return []
    from playwright.sync_api import sync_playwright

    script = folder / "one_line.py"
    script.write_text(_ONE_LINE)
    homes = [folder / f"visit{number}" for number in range(_ROUNDS)]
    with sync_playwright() as play:
        browser = play.chromium.launch(executable_path=chromium, args=list(FLAGS))
        _one_line(browser, script)  # the browser's own first page goes uncounted
        pairs = [(_ours(browser, source, home), _one_line(browser, script)) for home in homes]
        browser.close()
    usable, bare, usable_ratio = compared([(ours.usable, theirs.usable) for ours, theirs in pairs])
    answered, _, answered_ratio = compared([(ours.answered, theirs.usable) for ours, theirs in pairs])
    peak, least = max(ours.peak_mb for ours, _ in pairs), max(theirs.peak_mb for _, theirs in pairs)
    beside = f"{bare:.1f} s, a Streamlit app of one line to its page"
    alone = f"{least:.0f} MB, that app of one line"
    return [
        Line("`streamlit run app.py` to a usable page", f"{usable:.1f} s", beside, times(usable_ratio)),
        Line("… and to the first answer, to a sample", f"{answered:.1f} s", beside, times(answered_ratio)),
        Line("the app and a quick lesson together, peak memory", f"{peak:.0f} MB", alone, times(peak / least)),
    ]


def browser_here() -> str | None:
    """The Chromium of this machine; None, and said so, where there is none."""
    path = next((path for name in _BROWSERS if (path := shutil.which(name))), None)
    if path is None:
        print("no Chromium: what is seen in a browser is left out", file=sys.stderr)
    return path


def _ours(browser: Any, source: Path, home: Path) -> _Visit:
    """Start the app; try a sample; teach, with the result on the page."""
    # What follows a quick lesson where there is memory for it, takes its own 1.2 GB: see `bench.modes`.
    environment = {"TEACHLENS_HOME": str(home), "TEACHLENS_CACHE": str(home / "cache"), "TEACHLENS_TUNING": "off"}
    began = time.perf_counter()
    with served(PROJECT / "app.py", environment) as (address, watch):
        page = browser.new_page(locale="en-GB")
        page.goto(address)
        page.locator(".st-key-start_try button").wait_for()
        usable = time.perf_counter() - began
        page.locator(".st-key-start_try button").click()
        page.locator(".tl-verdict").wait_for()
        answered = time.perf_counter() - began
        page.goto(f"{address}/teach")
        page.locator(".tl-layouts").wait_for()
        page.locator("input[type=file]").first.set_input_files(source)
        page.locator(".tl-strip").first.wait_for()
        page.locator(".st-key-teach_go button").click()
        page.locator(".tl-result").wait_for(timeout=300_000)
        page.wait_for_timeout(1_000)
        page.close()
    return _Visit(usable, answered, watch.peak_mb)


def _one_line(browser: Any, script: Path) -> _Visit:
    """Start a Streamlit app that only says hello."""
    began = time.perf_counter()
    with served(script, {}) as (address, watch):
        page = browser.new_page()
        page.goto(address)
        page.get_by_role("heading", name="Hello").wait_for()
        usable = time.perf_counter() - began
        page.wait_for_timeout(1_000)
        page.close()
    return _Visit(usable, usable, watch.peak_mb)


@contextmanager
def served(script: Path, variables: dict[str, str]) -> Iterator[tuple[str, Watch]]:
    """`streamlit run` of a script: its address, and its memory watched to the end of the block."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [sys.executable, "-m", "streamlit", "run", script.name, "--server.port", str(port)]
    environment = {**os.environ, **variables, "STREAMLIT_SERVER_HEADLESS": "true"}
    quiet = subprocess.DEVNULL
    server = subprocess.Popen(command, cwd=script.parent, env=environment, stdout=quiet, stderr=quiet)
    try:
        with Watch(server.pid) as watch:
            address = f"http://localhost:{port}"
            _await_health(address)
            yield address, watch
    finally:
        server.terminate()
        server.wait(30)


def _await_health(address: str, timeout: float = 60) -> None:
    until = time.monotonic() + timeout
    while time.monotonic() < until:
        with suppress(OSError), urllib.request.urlopen(f"{address}/_stcore/health", timeout=1):
            return
        time.sleep(0.02)
    raise RuntimeError(f"the app does not answer at {address}")
