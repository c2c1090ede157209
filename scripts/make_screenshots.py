"""Takes the picture of the README: teaches on a zip in the running app, as a person would, and photographs the page.

usage: make_screenshots.py [ZIP]    (our sample drawings where no zip is given)
"""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from contextlib import suppress
from pathlib import Path

from playwright.sync_api import sync_playwright

PROJECT = Path(__file__).resolve().parent.parent


def main(source: Path | None) -> None:
    """Write docs/teach.png."""
    chromium = next(path for name in ("chromium", "google-chrome") if (path := shutil.which(name)))
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    with tempfile.TemporaryDirectory() as home:
        environment = {"STREAMLIT_SERVER_HEADLESS": "true", "TEACHLENS_HOME": home, "TEACHLENS_CACHE": f"{home}/cache"}
        command = [sys.executable, "-m", "streamlit", "run", "app.py", "--server.port", str(port)]
        server = subprocess.Popen(command, cwd=PROJECT, env={**os.environ, **environment})
        try:
            _wait(f"http://localhost:{port}/_stcore/health")
            with sync_playwright() as play:
                browser = play.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
                page = browser.new_page(viewport={"width": 1280, "height": 1500}, locale="en-GB")
                page.goto(f"http://localhost:{port}/teach")
                page.locator(".tl-layouts").wait_for()
                if source:
                    page.locator("input[type=file]").set_input_files(source)
                else:
                    page.locator(".st-key-teach_samples button").click()
                page.locator(".tl-strip").first.wait_for()
                page.locator(".st-key-teach_go button").click()
                page.locator(".tl-result").wait_for(timeout=120_000)
                page.locator("button[data-cell]").first.wait_for()
                page.wait_for_timeout(1500)
                page.screenshot(path=PROJECT / "docs" / "teach.png")
                browser.close()
        finally:
            server.terminate()
            server.wait()


def _wait(address: str) -> None:
    for _ in range(100):
        with suppress(OSError), urllib.request.urlopen(address, timeout=5):
            return
        time.sleep(0.2)
    raise SystemExit("the app did not start")


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else None)
