"""The page "Start": what this is, and three ways in."""

from __future__ import annotations

import base64
import re
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

ART = Path(__file__).resolve().parents[2] / "ui" / "art"
Open = Callable[..., AppTest]
Said = Callable[[AppTest], str]


@pytest.mark.parametrize(
    ("language", "sentence", "ways"),
    [
        ("en", "It learns to tell them apart.", ("Try it now", "Teach", "Models")),
        ("ko", "보여 주면 알아봐요.", ("지금 해 보기", "학습하기", "모델 보기")),
    ],
)
def test_one_sentence_and_three_ways_in(
    language: str, sentence: str, ways: tuple[str, ...], open_app: Open, said: Said
) -> None:
    at = open_app(language=language)
    assert not at.exception
    assert sentence in said(at)
    assert tuple(at.button(key=f"start_{way}").label for way in ("try", "teach", "open")) == ways


def test_the_picture_is_there_for_both_themes_and_described(open_app: Open, said: Said) -> None:
    hero = next(html.value for html in open_app().html if 'class="tl-hero"' in html.value)
    pictures = re.findall(r"data:image/svg\+xml;base64,([A-Za-z0-9+/=]+)", hero)
    assert [base64.b64decode(picture) for picture in pictures] == [
        (ART / f"hero-{theme}.svg").read_bytes() for theme in ("light", "dark")
    ]
    assert re.search(r'alt="[^"]{20,}"', hero)


@pytest.mark.parametrize("language", ["en", "ko"])
def test_who_tries_sees_an_answer_at_once(language: str, open_app: Open, said: Said) -> None:
    at = open_app(language=language)
    started = time.monotonic()
    at.button(key="start_try").click().run()
    assert time.monotonic() - started < 10
    assert not at.exception
    assert "tl-verdict" in said(at) and "tl-unsure" not in said(at)
    assert ("인식" if language == "ko" else "Recognise") in said(at)


@pytest.mark.parametrize("language", ["en", "ko"])
def test_who_has_nothing_to_teach_is_led_to_everyday_things(language: str, open_app: Open) -> None:
    at = open_app(language=language)
    at.button(key="start_everyday").click().run()
    assert not at.exception
    assert at.selectbox(key="recognise_choice").value.name == f"everyday.{language}.teachlens"
    assert at.file_uploader


@pytest.mark.parametrize(("way", "title"), [("teach", "Teach"), ("open", "Models")])
def test_the_other_ways_lead_on(way: str, title: str, open_app: Open, said: Said) -> None:
    at = open_app()
    at.button(key=f"start_{way}").click().run()
    assert not at.exception
    assert re.search(rf"<h1>[^<]*{title}", said(at))
