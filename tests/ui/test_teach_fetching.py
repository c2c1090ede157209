"""Another network on the page "Teach": chosen, offered with its size, fetched while the page goes on, ready."""

from __future__ import annotations

import hashlib
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from serving import HDF5, after, serving, status, well
from streamlit.testing.v1 import AppTest
from tiny_transformer import tiny_card

from core.backbones import cards, catalogue, download, ensure, litert_files
from core.backbones.card import Card
from core.backbones.networks.keras_applications import keras_application
from core.learning.settings import TIERS
from core.storage.area import VisitArea
from core.work import draft, fetching, journal
from ui.teaching import choices
from ui.teaching import fetching as shown

Open = Callable[..., AppTest]
Said = Callable[[AppTest], str]
CONTENT = HDF5 + bytes(range(256)) * 8000


@pytest.fixture
def offered(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[str], Card]]:
    """Puts a network in place of those that there are; its conversion gives the built-in one's file."""
    built_in = ensure(cards()[0].name).read_bytes()
    monkeypatch.setenv("TEACHLENS_CACHE", str(tmp_path / "cache"))
    monkeypatch.setattr(download, "_PAUSE", 0.01)
    monkeypatch.setattr(fetching, "_convert", lambda one, *_: bool(litert_files.store_converted(one, built_in)))
    for name in ("http_proxy", "HTTP_PROXY", "all_proxy", "ALL_PROXY", "TEACHLENS_WEIGHTS"):
        monkeypatch.delenv(name, raising=False)

    def offer(url: str) -> Card:
        digest = f"sha256:{hashlib.sha256(CONTENT).hexdigest()}"
        one = keras_application("TinyNet", f"{url}/tiny.h5", len(CONTENT), digest, 1280, "Nobody 2026", "MIT")
        for card in catalogue.downloadable_cards():
            monkeypatch.delitem(catalogue._registered, card.name)
        monkeypatch.setitem(catalogue._registered, one.name, one)
        return one

    yield offer
    fetching.shutdown()


def ended(name: str = "tinynet") -> None:
    """Waits for the thread that fetches."""
    fetching._jobs[name].thread.join(60)


def choose(at: AppTest, name: str = "tinynet") -> AppTest:
    return at.selectbox(key="teach_network").select(name).run()


@pytest.mark.parametrize(
    ("language", "words"), [("en", "fetched once from 127.0.0.1"), ("ko", "127.0.0.1에서 한 번만")]
)
def test_nothing_is_fetched_before_somebody_wants_it_and_knows_its_size(
    open_app: Open,
    said: Said,
    prepared: Path,
    offered: Callable[[str], Card],
    language: str,
    words: str,
) -> None:
    with serving(CONTENT) as server:
        offered(server.url)
        at = open_app("teach", language)
        assert "2 MB" in at.selectbox(key="teach_network").options[1]
        choose(at)
        assert words in said(at) and "2 MB" in at.button(key="teach_fetch").label and "MIT" in said(at)
        assert server.asked == []
    assert choices.backbone(draft.load(VisitArea(prepared))) == cards()[0].name  # until it is here
    assert at.radio(key="teach_backbone").value == cards()[0].name


def test_it_is_fetched_while_the_page_goes_on_and_taught_with_then(
    open_app: Open,
    said: Said,
    prepared: Path,
    offered: Callable[[str], Card],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("TEACHLENS_TUNING", "on")
    go_on = threading.Event()
    with serving(CONTENT, after(go_on)) as server:
        offered(server.url)
        at = choose(open_app("teach"))
        at.button(key="teach_fetch").click().run()
        assert "Waiting to begin" in said(at) and not at.button(key="teach_go").disabled
        again = open_app("teach")  # another tab, or after a reload
        assert again.button(key="teach_fetch_cancel")
        go_on.set()
        ended()
    at.run()
    assert "ready" in at.selectbox(key="teach_network").options[1]
    assert at.radio(key="teach_backbone").value is None and at.toggle(key="teach_thorough").disabled
    assert "TinyNet stays as it is" in said(at)
    monkeypatch.setattr("core.work.lessons._lessons.put", journal.write_job)  # that it is stood in line is enough
    at.button(key="teach_go").click().run()
    job = next((prepared / "lessons").glob("*/lesson.json")).read_text("utf-8")
    assert '"tinynet"' in job and '"quick"' in job


def test_a_failure_is_a_sentence_and_the_built_in_one_stays(
    open_app: Open, said: Said, prepared: Path, offered: Callable[[str], Card]
) -> None:
    with serving(CONTENT, status(404), well) as server:
        offered(server.url)
        at = choose(open_app("teach"))
        at.button(key="teach_fetch").click().run()
        ended()
        at.run()
        assert "answer 404" in said(at) and at.button(key="teach_fetch").label == "Try again"
        assert choices.backbone(draft.load(VisitArea(prepared))) == cards()[0].name
        at.button(key="teach_fetch").click().run()
        ended()
        at.run()
    assert "answer 404" not in said(at) and choices.backbone(draft.load(VisitArea(prepared))) == "tinynet"


def test_it_can_be_cancelled(open_app: Open, said: Said, prepared: Path, offered: Callable[[str], Card]) -> None:
    go_on = threading.Event()
    with serving(CONTENT, after(go_on)) as server:
        offered(server.url)
        at = choose(open_app("teach"))
        at.button(key="teach_fetch").click().run()
        at.button(key="teach_fetch_cancel").click().run()
        assert at.button(key="teach_fetch").label == "Fetch 2 MB"
        go_on.set()
        ended()
    assert not litert_files.is_ready("tinynet")


def test_a_choice_of_the_built_in_ones_takes_its_place(
    open_app: Open, prepared: Path, offered: Callable[[str], Card]
) -> None:
    offered("http://127.0.0.1:9")
    at = choose(open_app("teach"))
    assert draft.load(VisitArea(prepared)).backbone == "tinynet"
    at.radio(key="teach_backbone").set_value(TIERS["balanced"]).run()
    assert draft.load(VisitArea(prepared)).backbone == TIERS["balanced"]
    assert at.selectbox(key="teach_network").value == "" and not [one for one in at.button if one.key == "teach_fetch"]


@pytest.mark.parametrize(
    ("stage", "done", "words", "width"),
    [
        ("wait", 0, "Waiting to begin", "0.0%"),
        ("fetch", 512_000, "1 of 2 MB", "25.0%"),
        ("convert", 0, "Preparing TinyNet", "100.0%"),
    ],
)
def test_the_bar_says_how_far_it_is(
    offered: Callable[[str], Card], stage: fetching.Stage, done: int, words: str, width: str
) -> None:
    one = offered("http://127.0.0.1:9")
    html = shown.view(one, fetching.Status("running", stage, done, 2_048_000))
    assert words in html and f"width:{width}" in html and 'role="progressbar"' in html


@pytest.mark.parametrize(("language", "words"), [("en", "150 MB for teaching"), ("ko", "학습할 때 150 MB")])
def test_what_a_network_takes_is_said_before_it_is_fetched(
    open_app: Open,
    said: Said,
    prepared: Path,
    offered: Callable[[str], Card],
    monkeypatch: pytest.MonkeyPatch,
    language: str,
    words: str,
) -> None:
    offered("http://127.0.0.1:9")
    one = tiny_card("http://127.0.0.1:9", b"PK")
    monkeypatch.setitem(catalogue._registered, one.name, one)
    at = open_app("teach", language)
    choose(at, one.name)
    assert words in said(at) and "200 MB" in said(at) and "0.01" in said(at)
    assert at.button(key="teach_fetch")  # nothing was fetched yet
