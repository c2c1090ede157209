"""A real server and a real Chromium, with a camera that shows a test pattern."""

from __future__ import annotations

import os
import re
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

import pytest

PROJECT = Path(__file__).resolve().parents[2]
OUT = PROJECT / "tests" / "out"
_PLACES = (
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
    "C:/Program Files/Google/Chrome/Application/chrome.exe",
)
_FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
    "--use-fake-ui-for-media-stream",
    "--use-fake-device-for-media-stream",
)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Browser tests run last: Playwright leaves an event loop running, which other tests of asyncio would trip over."""
    ours = [item for item in items if Path(__file__).parent in item.path.parents]
    for item in ours:
        item.add_marker("browser")
    items.sort(key=lambda item: item in ours)


def chromium() -> str | None:
    """The Chromium or Chrome of this machine."""
    names = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
    return next((found for name in names if (found := shutil.which(name))), None) or next(
        (place for place in _PLACES if Path(place).exists()), None
    )


@pytest.fixture(scope="session")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("home")


@pytest.fixture(scope="session")
def server(home: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of the app, started as the README says."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    log = tmp_path_factory.mktemp("log") / "server.log"
    places = {
        "STREAMLIT_SERVER_HEADLESS": "true",
        "TEACHLENS_HOME": str(home),
        "TEACHLENS_CACHE": str(tmp_path_factory.mktemp("cache")),
    }
    with log.open("w") as output:
        command = [sys.executable, "-m", "streamlit", "run", "app.py", "--server.port", str(port)]
        process = subprocess.Popen(command, cwd=PROJECT, env={**os.environ, **places}, stdout=output, stderr=output)
        address = f"http://localhost:{port}"
        try:
            for _ in range(240):
                with suppress(OSError), urllib.request.urlopen(f"{address}/_stcore/health", timeout=5) as answer:
                    if answer.status == 200:
                        break
                assert process.poll() is None, log.read_text()
                time.sleep(0.25)
            yield address
        finally:
            process.terminate()
            process.wait(20)
    said = log.read_text()
    assert "Traceback" not in said, said


@pytest.fixture(scope="session")
def launch() -> Iterator[Callable[..., object]]:
    """Starts the Chromium of this machine, with more flags where some are given."""
    path = chromium()
    if path is None:
        if os.environ.get("CI"):
            pytest.fail("no Chromium: install Debian's package chromium")
        pytest.skip("no Chromium or Chrome on this machine")
    api = pytest.importorskip("playwright.sync_api")
    with api.sync_playwright() as play:
        launched = []

        def start(*flags: str) -> object:
            launched.append(play.chromium.launch(executable_path=path, args=[*_FLAGS, *flags]))
            return launched[-1]

        yield start
        for browser in launched:
            browser.close()


@pytest.fixture(scope="session")
def chrome(launch: Callable[..., object]) -> object:
    return launch()


@pytest.fixture
def open_page(request: pytest.FixtureRequest, chrome: object, server: str) -> Iterator[Callable[..., object]]:
    """Opens the app at a width, in a language; at the end no console error and no exception box may have been seen."""
    opened = []

    def new(width: int = 1280, language: str = "en-GB", path: str = "", scheme: str = "light") -> object:
        size = {"width": width, "height": 900}
        context = chrome.new_context(  # type: ignore[attr-defined]
            viewport=size, locale=language, color_scheme=scheme, accept_downloads=True, permissions=["camera"]
        )
        page = context.new_page()
        page.set_default_timeout(60_000)
        wrong: list[str] = []
        page.on(
            "console", lambda message: wrong.append(f"{message.text} {message.location}") if _bad(message) else None
        )
        page.on("pageerror", lambda error: wrong.append(str(error)))
        page.goto(server + path)
        opened.append((context, page, wrong))
        return page

    yield new
    for number, (_, page, _) in enumerate(opened):  # what the person saw last, for whoever looks into a failure
        OUT.mkdir(exist_ok=True)
        page.screenshot(path=OUT / f"{re.sub(r'[^A-Za-z0-9]+', '-', request.node.name)}{number}.png")
    for context, page, wrong in opened:
        assert page.locator("[data-testid=stException], .st-key-apology").count() == 0
        assert wrong == []
        context.close()


def _bad(message: object) -> bool:
    """An error, but for Streamlit's own search for its server below the page that was asked for."""
    where = message.location.get("url", "")  # type: ignore[attr-defined]
    searching = where.endswith(("/_stcore/health", "/_stcore/host-config"))
    return message.type == "error" and not searching  # type: ignore[attr-defined]
