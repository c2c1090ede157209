"""The app as a person meets it: how soon it is there, how soon it answers, what it takes while it teaches."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from contextlib import suppress
from pathlib import Path
from typing import Any

from bench.measure import PROJECT, Line, Watch, times

_ROUNDS = 3


def lines(source: Path, folder: Path) -> list[Line]:
    """Start-up, first answer and memory, driven in the Chromium of this machine; nothing where there is none."""
    chromium = next((found for name in ("chromium", "google-chrome") if (found := shutil.which(name))), None)
    if chromium is None:
        print("no Chromium: the lines about the app are left out", file=sys.stderr)
        return []
    from playwright.sync_api import sync_playwright

    with sync_playwright() as play:
        browser = play.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        runs = sorted(_run(browser, source, folder / f"home{number}") for number in range(_ROUNDS))
        browser.close()
    usable, bare, answer, memory = runs[len(runs) // 2]
    return [
        Line(
            "`streamlit run app.py` to a usable page",
            f"{usable:.1f} s",
            f"{bare:.1f} s, server up",
            times(usable / bare),
        ),
        Line("from there to the first answer (“try a sample”)", f"{answer:.1f} s", "10 s, the limit set", ""),
        Line("app and one quick lesson together, peak memory", f"{memory:.0f} MB", "500 MB, the limit set", ""),
    ]


def _run(browser: Any, source: Path, home: Path) -> tuple[float, float, float, float]:
    """Seconds to a usable page, seconds to a server that answers, seconds to the first answer, peak MB."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    address = f"http://localhost:{port}"
    began = time.perf_counter()
    server = subprocess.Popen(
        [sys.executable, "-m", "streamlit", "run", "app.py", "--server.port", str(port)],
        cwd=PROJECT,
        env={
            **os.environ,
            "STREAMLIT_SERVER_HEADLESS": "true",
            "TEACHLENS_HOME": str(home),
            "TEACHLENS_CACHE": str(home / "cache"),
        },
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        with Watch(server.pid) as watch:
            while True:
                with suppress(OSError), urllib.request.urlopen(f"{address}/_stcore/health", timeout=1):
                    break
                time.sleep(0.02)
            up = time.perf_counter() - began
            page = browser.new_page(locale="en-GB")
            page.goto(address)
            page.locator(".st-key-start_try button").wait_for()
            usable = time.perf_counter() - began
            page.locator(".st-key-start_try button").click()
            page.locator(".tl-verdict").wait_for()
            answer = time.perf_counter() - began - usable
            page.goto(f"{address}/teach")
            page.locator(".tl-layouts").wait_for()
            page.locator("input[type=file]").first.set_input_files(source)
            page.locator(".tl-strip").first.wait_for()
            page.locator(".st-key-teach_go button").click()
            page.locator(".tl-result").wait_for(timeout=300_000)
            page.wait_for_timeout(500)
            page.close()
        return usable, up, answer, watch.peak_mb
    finally:
        server.terminate()
        server.wait()
