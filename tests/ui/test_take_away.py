"""Taking a model away, on the page "Models"."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from core.export import FORMATS
from core.storage.area import VisitArea
from core.work import exporting
from core.work.exporting import Status
from server import model_links
from ui import take_away

Open = Callable[..., AppTest]
Said = Callable[[AppTest], str]


@pytest.fixture
def model(shelve: Callable[..., Path]) -> Path:
    return shelve(title="Paints & <b>more</b>")


@pytest.fixture
def status(monkeypatch: pytest.MonkeyPatch) -> Callable[[Status | None], None]:
    """How the export stands, as if a process were at it."""

    def stands(found: Status | None) -> None:
        monkeypatch.setattr(exporting, "status", lambda area, path, name, language: found)

    return stands


def opened(open_app: Open, model: Path, language: str = "en") -> AppTest:
    at = open_app("models", language)
    at.button(key=f"take_away_m_{model.stem}").click().run()
    assert not at.exception
    return at


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("en", ("For Scratch, App Inventor, p5.js", "less than 4 MB")),
        ("ko", ("스크래치, 앱 인벤터, p5.js", "4 MB보다 작은")),
    ],
)
def test_the_forms_are_offered_in_plain_words_the_web_page_first(
    language: str, words: tuple[str, str], open_app: Open, said: Said, model: Path
) -> None:
    at = opened(open_app, model, language)
    options = at.radio(key="take_away_format").options
    assert len(options) == 6 and words[0] == options[1] and words[1] in said(at)
    assert "&lt;b&gt;more" in said(at)
    at.toggle(key="take_away_all").set_value(True).run()
    assert len(at.radio(key="take_away_format").options) == len(FORMATS)


def test_making_starts_the_export_that_was_chosen(open_app: Open, model: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    asked = []
    monkeypatch.setattr(exporting, "start", lambda area, path, name, language: asked.append((path, name, language)))
    at = opened(open_app, model, "ko")
    at.radio(key="take_away_format").set_value("onnx").run()
    at.button(key="take_away_make").click().run()
    assert [(path.name, name, language) for path, name, language in asked] == [(model.name, "onnx", "ko")]


def test_progress_is_said_in_words_and_can_be_stopped(
    open_app: Open, said: Said, model: Path, status: Callable[[Status | None], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    forgotten = []
    monkeypatch.setattr(exporting, "forget", lambda area, path, name, language: forgotten.append(name))
    status(Status("running", "prove", 6, 24))
    at = opened(open_app, model)
    assert "checking that it answers as the app does" in said(at) and "6 / 24" in said(at) and "25" in said(at)
    at.button(key="take_away_cancel").click().run()
    assert forgotten == ["web-page"]


def test_the_proof_stands_beside_the_file(
    open_app: Open, said: Said, model: Path, local: Path, status: Callable[[Status | None], None]
) -> None:
    zip_file = exporting.target(VisitArea(local), model, "web-page", "en")
    zip_file.parent.mkdir(parents=True)
    zip_file.write_bytes(b"1" * 2_000_000)
    status(Status("done", sentences=("Checked & equal.", "Squashed a little."), proved=True))
    at = opened(open_app, model)
    assert "verified" in said(at)
    assert "Checked &amp; equal." in said(at) and "Squashed a little." in said(at)
    assert "2 MB" in str([one.proto for one in at.get("download_button")])


def test_what_went_wrong_is_said_and_can_be_tried_again(
    open_app: Open, said: Said, model: Path, status: Callable[[Status | None], None]
) -> None:
    status(Status("failed", error=("export.no_examples", {})))
    at = opened(open_app, model)
    assert "saved without them" in said(at) and at.button(key="take_away_make").label == "Try again"


def test_a_link_is_begun_shown_and_ended(
    open_app: Open, said: Said, model: Path, local: Path, status: Callable[[Status | None], None]
) -> None:
    zip_file = exporting.target(VisitArea(local), model, "teachable-machine", "en")
    zip_file.parent.mkdir(parents=True)
    zip_file.write_bytes(b"")
    status(Status("done", sentences=("Not checked here.",)))
    at = opened(open_app, model)
    at.radio(key="take_away_format").set_value("teachable-machine").run()
    assert "verified" not in said(at)
    at.button(key="take_away_link").click().run()
    secret = model_links.find(model)
    assert secret is not None and any(secret in one.value for one in at.code)
    assert "works on this computer" in said(at) and "QR code" not in said(at)  # no phone could open that address
    status(None)  # the export is forgotten, the link is not
    at.run()
    assert any(secret in one.value for one in at.code)
    at.button(key="take_away_link_stop").click().run()
    assert model_links.find(model) is None and not at.code


def test_closing_puts_it_away(open_app: Open, model: Path) -> None:
    at = opened(open_app, model)
    at.button(key="take_away_close").click().run()
    assert not at.radio


def test_every_form_has_its_words() -> None:
    from ui.texts import texts

    assert {
        f"take_away.{take_away._key(name)}{ending}" for name in FORMATS for ending in ("", "_note")
    } <= texts().keys()
