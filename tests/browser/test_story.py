"""The whole story, as a person lives it: try, teach, watch, reload, recognise, in another language, take away, open
again."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import cv2
import pytest

from core.model.file import load
from doodles import samples
from tests.browser.test_teach import ARRIVED, begin, settle, upload

Open = Callable[..., Any]


@pytest.fixture(scope="session")
def drawings(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A zip that takes some seconds to learn."""
    path = tmp_path_factory.mktemp("drawings") / "My drawings.zip"
    samples.write_zip(path, language="en", pictures_each=60)
    return path


@pytest.fixture(scope="session")
def new_drawing(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A fish that no model has seen."""
    path = tmp_path_factory.mktemp("new") / "new fish.png"
    picture = samples.draw("fish", samples.HELD_OUT + 5)
    assert cv2.imwrite(str(path), cv2.cvtColor(picture, cv2.COLOR_RGB2BGR))
    return path


def go(page: Any, name: str) -> None:
    page.locator(".st-key-pages").get_by_role("link", name=name).click()
    page.get_by_role("heading", level=1, name=name).wait_for()


def fits(page: Any) -> None:
    """Nothing scrolls sideways."""
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


@pytest.mark.parametrize("width", [1280, 390])
def test_a_newcomer_who_taps_try_sees_an_answer(open_page: Open, width: int) -> None:
    page = open_page(width)
    page.locator(".st-key-start_try button").click()
    page.locator(".tl-verdict .tl-best").wait_for()
    assert re.search(r"\d+%", page.locator(".tl-verdict .tl-percent").inner_text())
    fits(page)


@pytest.mark.parametrize("width", [1280, 390])
def test_the_whole_story(open_page: Open, width: int, drawings: Path, new_drawing: Path, tmp_path: Path) -> None:
    page = open_page(width)
    page.locator(".st-key-start_teach button").click()
    page.get_by_role("heading", level=1, name="Teach").wait_for()
    begin(page)
    upload(page, drawings)
    page.locator(".tl-strip").nth(5).wait_for()
    assert "Found 6 classes, 360 pictures" in page.locator("body").inner_text()
    fits(page)

    page.locator(".st-key-teach_go button").click()
    bar = page.locator(".tl-whole-bar")
    bar.wait_for()
    first = int(bar.get_attribute("aria-valuenow"))
    page.wait_for_function(f"() => +(document.querySelector('.tl-whole-bar')?.ariaValueNow ?? 100) > {first}")
    page.reload()
    page.locator(".tl-lesson, .tl-result").first.wait_for()
    fits(page)
    page.locator(".tl-result").wait_for()
    assert re.search(r"It got \d+ of 360 pictures right", page.locator(".tl-result").inner_text())
    page.locator("button[data-cell]").last.click()
    page.locator(".st-key-card_cell .tl-tiles img").first.wait_for()
    fits(page)

    upload(page, new_drawing)
    page.locator(".tl-verdict").wait_for()
    assert "fish" in page.locator(".tl-verdict").inner_text()

    go(page, "Recognise")
    page.get_by_text("Camera", exact=True).click()
    page.get_by_role("button", name="Use the camera").click()
    page.locator(".tl-camera-answer .tl-bars li").nth(2).wait_for()
    fits(page)

    page.locator(".st-key-language_switch button").first.click()
    page.get_by_role("heading", level=1, name="인식").wait_for()
    assert "lang=ko" in page.url
    go(page, "모델")
    with page.expect_download() as waiting:
        page.locator("[class*=st-key-download_]").first.get_by_role("button").click()
    kept = tmp_path / waiting.value.suggested_filename
    waiting.value.save_as(kept)
    assert load(kept).card.title == "My drawings"
    before = page.locator(".tl-model").count()
    upload(page, kept)
    page.wait_for_function(f"() => document.querySelectorAll('.tl-model').length === {before + 1}")
    page.get_by_text("‘My drawings’ 모델을 열었어요.").wait_for()
    fits(page)


def test_a_file_that_is_no_zip_is_refused_in_words_and_nothing_is_lost(open_page: Open, tmp_path: Path) -> None:
    page = open_page(language="ko-KR", path="/teach")
    page.locator(ARRIVED).first.wait_for()
    if page.locator(".st-key-teach_again button").count():
        page.locator(".st-key-teach_again button").click()
        page.locator(".st-key-teach_over button").wait_for()
    broken = tmp_path / "사진.zip"
    broken.write_bytes(b"Rar!\x1a\x07\x00 and not a zip at all")
    upload(page, broken)
    page.locator(".tl-problem").wait_for()
    assert "사진.zip" in page.locator(".tl-problem").inner_text()
    assert "zip 파일이 아니에요" in page.locator(".tl-problem").inner_text()
    settle(page)


@pytest.mark.parametrize("name", ["", "teach", "recognise", "models"])
@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("language", ["ko-KR", "en-GB"])
def test_every_page_opens_by_its_address_at_phone_width(open_page: Open, name: str, scheme: str, language: str) -> None:
    page = open_page(390, language, f"/{name}", scheme)
    page.locator(".tl-hero, .tl-heading").wait_for()
    page.locator(".st-key-pages").get_by_text("학습" if language == "ko-KR" else "Teach", exact=True).wait_for()
    fits(page)
    body = page.locator("body").inner_text()
    assert ("학습" in body) == (language == "ko-KR")
    assert page.evaluate("getComputedStyle(document.querySelector('.stApp')).colorScheme") == scheme
