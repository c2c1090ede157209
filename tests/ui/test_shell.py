"""The shell: navigation, language, visit, errors; and both ways of running the app."""

from __future__ import annotations

import ast
import logging
import os
import re
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from streamlit.testing.v1 import AppTest
from websockets.sync.client import connect

from core.errors import ModelError
from core.storage.area import VisitArea, is_token, new_token
from server.headers import HEADERS

ROOT = Path(__file__).resolve().parents[2]
APP = ROOT / "app.py"
Open = Callable[..., AppTest]
Said = Callable[[AppTest], str]
PAGES = ("start", "teach", "recognise", "models")
AS_SCRIPT = """
import os
from streamlit.web import bootstrap
options = {"server.port": int(os.environ["STREAMLIT_SERVER_PORT"]), "server.address": "127.0.0.1"}
bootstrap.load_config_options(options)
bootstrap.run("app.py", False, [], options)
"""
HOSTED = {"url": "https://teachlens.example/", "locale": "en-GB"}


@pytest.mark.parametrize(
    ("language", "titles"),
    [
        ("en", "Start Teach Recognise Models"),
        ("ko", "시작 학습 인식 모델"),
    ],
)
def test_the_bar_leads_to_every_page(language: str, titles: str, open_app: Open) -> None:
    at = open_app(language=language)
    assert not at.exception
    assert [link.label for link in at.page_link] == ["TeachLens", *titles.split()]
    assert at.query_params["lang"] == language


@pytest.mark.parametrize("locale", ["ko", "ko-KR"])
def test_the_language_comes_from_the_browser(locale: str, said: Said) -> None:
    at = AppTest.from_file(str(APP), default_timeout=30)
    at.context = {"locale": locale}
    assert "사진 몇 장이면 배워요" in said(at.run())


@pytest.mark.parametrize("wish", ["en", "de", "", "ko\n"])
def test_the_address_decides_where_it_names_a_language_we_speak(wish: str, said: Said) -> None:
    at = AppTest.from_file(str(APP), default_timeout=30)
    at.context = {"locale": "ko-KR"}
    at.query_params["lang"] = wish
    at.run()
    assert at.query_params["lang"] == ("en" if wish == "en" else "ko")
    assert ("Show it a few pictures" in said(at)) == (wish == "en")


def test_switching_the_language_keeps_page_and_state(open_app: Open, said: Said) -> None:
    at = open_app("models", "en")
    at.session_state["kept"] = "here"
    at.button(key="language_switch").click().run()
    assert "모델 파일 열기" in said(at)
    assert at.query_params["lang"] == "ko"
    assert at.session_state["kept"] == "here"
    at.button(key="language_switch").click().run()
    assert "Open a model file" in said(at)
    assert at.query_params["lang"] == "en"


def test_the_language_stays_on_the_way_to_another_page(open_app: Open, said: Said) -> None:
    at = open_app("start", "en")
    at.button(key="language_switch").click().run()
    del at.query_params["lang"]  # as moving to another page does
    at.switch_page("pages/models.py").run()
    assert at.query_params["lang"] == "ko"
    assert "모델 파일 열기" in said(at)


def test_a_hosted_visit_is_private_and_shown_in_the_address_only_once_it_holds_something(home: Path) -> None:
    at = AppTest.from_file(str(APP), default_timeout=30)
    at.context = HOSTED
    at.run()
    assert "visit" not in at.query_params
    token = at.session_state["visit"]
    VisitArea.of_token(token).root.mkdir(parents=True)
    at.switch_page("pages/models.py").run()
    assert at.query_params["visit"] == token
    assert not (home / "local").exists()


def test_a_reload_finds_the_visit_by_its_token() -> None:
    token = new_token()
    VisitArea.of_token(token).root.mkdir(parents=True)
    at = AppTest.from_file(str(APP), default_timeout=30)
    at.context = HOSTED
    at.query_params["visit"] = token
    at.run()
    assert at.session_state["visit"] == token
    assert at.query_params["visit"] == token


@pytest.mark.parametrize("token", ["../../local", "x", "a" * 300])
def test_a_made_up_token_is_not_taken(token: str) -> None:
    at = AppTest.from_file(str(APP), default_timeout=30)
    at.context = HOSTED
    at.query_params["visit"] = token
    at.run()
    assert not at.exception
    assert at.session_state["visit"] != token
    assert is_token(at.session_state["visit"])


def test_a_local_visit_needs_no_token(open_app: Open, local: Path) -> None:
    local.mkdir(parents=True)
    at = open_app("models")
    assert "visit" not in at.query_params
    assert "visit" not in at.session_state


def test_a_bug_is_told_kindly_and_logged_whole(
    open_app: Open,
    said: Said,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    def broken() -> None:
        raise RuntimeError("inner secret")

    with monkeypatch.context() as patch:
        patch.setattr("ui.hero.show", broken)
        with caplog.at_level(logging.ERROR, "teachlens"):
            at = open_app()
    assert not at.exception
    assert "Your models are safe" in said(at)
    assert "inner secret" not in said(at)
    assert "inner secret" in caplog.text and "Traceback" in caplog.text
    at.button(key="start_again").click().run()
    assert "Show it a few pictures" in said(at)


@pytest.mark.parametrize(("language", "sentence"), [("en", "made by a newer TeachLens"), ("ko", "더 새로운 버전")])
def test_a_known_problem_is_told_by_its_sentence(
    language: str,
    sentence: str,
    open_app: Open,
    said: Said,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def refuse() -> None:
        raise ModelError("model.newer")

    monkeypatch.setattr("ui.hero.show", refuse)
    at = open_app(language=language)
    assert sentence in said(at)
    assert not [button for button in at.button if button.key == "start_again"]


def free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])


@contextmanager
def served(command: list[str]) -> Iterator[tuple[int, int]]:
    """The port and the process id of the app, run by `command` until the block ends."""
    port = free_port()
    where = {"STREAMLIT_SERVER_PORT": str(port), "STREAMLIT_SERVER_ADDRESS": "127.0.0.1"}
    environment = {**os.environ, **where, "STREAMLIT_SERVER_HEADLESS": "true"}
    process = subprocess.Popen(
        command, cwd=ROOT, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    )
    try:
        for _ in range(600):
            try:
                urllib.request.urlopen(f"http://127.0.0.1:{port}/_stcore/health", timeout=1).close()
                break
            except (urllib.error.URLError, ConnectionError, TimeoutError):
                assert process.poll() is None, process.communicate()[0]
                time.sleep(0.05)
        yield port, process.pid
    finally:
        process.terminate()
        output = process.communicate(timeout=20)[0]
        assert "Traceback" not in output, output


RERUN = ForwardMsg.ScriptFinishedStatus.FINISHED_EARLY_FOR_RERUN
SHELL = "--tl-word-choose"  # what the shell, and no page, sends


def read_page(port: int, page: str, language: str) -> str:
    """The page as a browser receives it: all its messages over the WebSocket, as text."""
    wish = BackMsg()
    wish.rerun_script.query_string = f"lang={language}"
    wish.rerun_script.page_name = page
    received = []
    with connect(f"ws://127.0.0.1:{port}/_stcore/stream", subprotocols=["streamlit"], max_size=None) as browser:  # type: ignore[list-item]
        browser.send(wish.SerializeToString())
        while True:
            message = ForwardMsg.FromString(browser.recv(timeout=30))  # type: ignore[arg-type]
            if message.WhichOneof("type") == "delta":
                received.append(str(message.delta.new_element.html.body) + str(message.delta.new_element.button.label))
            if message.WhichOneof("type") == "script_finished" and message.script_finished != RERUN:
                return "\n".join(received)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("way", "command"),
    [
        ("found by streamlit run", [sys.executable, "-m", "streamlit", "run", "app.py"]),
        ("run as a plain script", [sys.executable, "-c", AS_SCRIPT]),
    ],
)
def test_both_ways_of_running_show_the_same_pages(way: str, command: list[str]) -> None:
    with served(command) as (port, _):
        first = read_page(port, "models", "ko")  # the first visitor of all comes to the address of a page
        assert "모델 파일 열기" in first and SHELL in first
        assert "Show it a few pictures" in read_page(port, "", "en")
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/", timeout=5) as answer:
            present = {name for name, value in HEADERS.items() if answer.headers[name] == value}
    # A host that runs scripts only does not let us set headers; all else is the same.
    assert present == (set(HEADERS) if way == "found by streamlit run" else set())


def test_streamlit_finds_the_app_by_itself() -> None:
    from streamlit.web.server.app_discovery import discover_asgi_app

    found = discover_asgi_app(APP)
    assert found.is_asgi_app
    assert found.import_string == "app:app"


@pytest.mark.slow
def test_the_apps_process_imports_no_training_framework(home: Path) -> None:
    """Every page, and an answer on the sample model, in a fresh process."""
    script = f"""
import sys
from streamlit.runtime.pages_manager import PagesManager
from streamlit.testing.v1 import AppTest
from ui import streamlit_compat
ordinary = PagesManager.__init__
def claimed(self, *arguments, **named):  # as in conftest.py
    streamlit_compat.disable_pages_folder()
    ordinary(self, *arguments, **named)
PagesManager.__init__ = claimed
at = AppTest.from_file({str(APP)!r}, default_timeout=60)
at.context = {{"url": "http://localhost:8501"}}
at.run()
for page in {PAGES!r}:
    at.switch_page(f"pages/{{page}}.py").run()
    assert not at.exception, at.exception
at.switch_page("pages/start.py").run()
at.button(key="start_try").click().run()
assert any('class="tl-verdict"' in html.value for html in at.html), [html.value[:80] for html in at.html]
heavy = {{name.split(".")[0] for name in sys.modules}} & {{"tensorflow", "keras", "sklearn", "scipy", "torch"}}
assert not heavy, heavy
print("light")
"""
    done = subprocess.run(
        [sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True, timeout=120, check=False
    )
    assert done.stdout.strip().endswith("light"), done.stderr


def test_no_page_holds_text_of_its_own() -> None:
    """What a person reads stands in ui/texts; a string with a space in it, in a page, would be a sentence."""
    for page in PAGES:
        source = (ROOT / "pages" / f"{page}.py").read_text(encoding="utf-8")
        code = re.sub(r'""".*?"""', "", source, flags=re.S)
        assert not re.findall(r'"[A-Z][a-z]+ [a-z]+[^"]*"', code), page


def test_every_page_asks_for_the_shell_before_it_draws_anything() -> None:
    """Whoever comes first to a server, straight to the address of a page, would see it bare."""
    for page in PAGES:
        tree = ast.parse((ROOT / "pages" / f"{page}.py").read_text(encoding="utf-8"))
        first = next(node for node in tree.body[1:] if not isinstance(node, ast.Import | ast.ImportFrom))
        assert ast.unparse(first) == "streamlit_compat.require_shell()", page
