"""The page "Recognise" and the panel that tries a model."""

from __future__ import annotations

import csv
import io
import os
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from core.errors import PictureError
from core.model.answer import Answer
from core.model.file import load
from doodles.samples import STRANGERS, TRY, names
from server.loaded import loaded
from ui import answer, answering, many
from ui.answering import AnsweredPicture, RefusedPicture
from ui.camera import live
from ui.colours import colours

pytestmark = pytest.mark.slow  # together they take long

Open = Callable[..., AppTest]
Said = Callable[[AppTest], str]
Paint = Callable[..., bytes]
Shelve = Callable[..., Path]


def verdicts(at: AppTest) -> list[str]:
    return [html.value for html in at.html if "tl-verdict" in html.value and not html.value.startswith("<style>")]


def upload(at: AppTest, *files: tuple[str, bytes]) -> AppTest:
    for name, data in files:
        at.file_uploader[0].upload(name, data)
    return at.run()


def rows(at: AppTest) -> int:
    table = next(html.value for html in at.html if html.value.startswith('<table class="tl-table"'))
    return int(table.count("<tr>")) - 1


def ask_by(at: AppTest, way: str) -> AppTest:
    return at.segmented_control(key="recognise_way").set_value(way).run()


@pytest.mark.parametrize(("language", "hint"), [("en", "The answer appears here."), ("ko", "여기에 답이 나타나요.")])
def test_the_page_says_what_to_do(language: str, hint: str, open_app: Open, said: Said, shelve: Shelve) -> None:
    shelve(title="Three paints")
    at = open_app("recognise", language)
    assert not at.exception
    assert hint in said(at)
    assert at.selectbox(key="recognise_choice").options[0] == "Three paints"
    for label in ("red", "green", "blue"):
        assert f">{label}</span>" in said(at)


@pytest.mark.parametrize("name", ["red", "green", "blue"])
def test_an_upload_is_answered(name: str, open_app: Open, shelve: Shelve, paint: Paint) -> None:
    shelve()
    at = upload(open_app("recognise"), (f"{name}.jpg", paint(name)))
    assert not at.exception
    (verdict,) = verdicts(at)
    assert f"<strong>{name}</strong>" in verdict
    assert verdict.count('class="tl-track"') == 3
    assert "tl-unsure" not in verdict
    # The widget is empty again, and its bytes are given back.
    assert at.file_uploader[0].value == []


def test_what_lies_outside_the_square_is_dimmed_and_what_is_seen_is_shown(
    open_app: Open, shelve: Shelve, paint: Paint
) -> None:
    shelve()
    (wide,) = verdicts(upload(open_app("recognise"), ("wide.jpg", paint("red", 400, 200))))
    assert 'style="inset:0.000% 25.000%"' in wide
    assert 'class="tl-seen"' in wide and "224 × 224" in wide
    (square,) = verdicts(upload(open_app("recognise"), ("square.jpg", paint("red", 240, 240))))
    assert "tl-frame" not in square


@pytest.mark.parametrize(("language", "unsure"), [("en", "Not sure"), ("ko", "잘 모르겠어요")])
def test_below_the_threshold_it_is_not_sure_and_names_the_best_guesses(
    language: str, unsure: str, open_app: Open, shelve: Shelve, paint: Paint
) -> None:
    shelve(threshold=1.0)
    (verdict,) = verdicts(upload(open_app("recognise", language), ("red.jpg", paint("red"))))
    assert "tl-unsure" in verdict
    assert f"<strong>{unsure}</strong>" in verdict
    assert "<strong>red</strong>" not in verdict
    guess = verdict.split("tl-guess")[1].split("</p>")[0]
    assert "red" in guess and ("blue" in guess or "green" in guess)


@pytest.mark.parametrize("language", ["en", "ko"])
def test_a_bad_picture_gets_its_sentence(language: str, open_app: Open, shelve: Shelve, said: Said) -> None:
    shelve()
    at = upload(open_app("recognise", language), ("holiday <b>.jpg", b"this is no picture"))
    assert not at.exception
    assert not verdicts(at)
    problem = next(html.value for html in at.html if html.value.startswith('<div class="tl-problem"'))
    assert "holiday &lt;b&gt;.jpg" in problem
    with pytest.raises(PictureError) as refused:
        loaded(Path(at.session_state["recognise_model"])).answer(b"this is no picture")
    from html import escape

    assert escape(refused.value.say(language)) in problem


def test_many_pictures_become_a_table_and_the_bad_one_does_not_stop_the_rest(
    open_app: Open, shelve: Shelve, paint: Paint, said: Said
) -> None:
    shelve(labels=("빨강", "초록", "파랑"))
    files = [("a.jpg", paint("red")), ("broken.jpg", b"nothing"), ("b.jpg", paint("blue")), ("c.jpg", paint("red"))]
    at = upload(open_app("recognise", "ko"), *files)
    assert not at.exception
    table = next(html.value for html in at.html if html.value.startswith('<table class="tl-table"'))
    assert table.count("<tr>") == 5
    assert [part.split("<")[0] for part in table.split("<strong>")[1:]] == ["빨강", "파랑", "빨강"]
    assert "broken_image" in table
    assert "사진 3장" in said(at) and "빨강 2" in said(at) and "1장은 열지 못했어요" in said(at)
    assert at.get("download_button")


def test_a_long_table_is_shown_in_parts(open_app: Open, shelve: Shelve, paint: Paint) -> None:
    shelve()
    picture = paint("green", 60, 60)
    at = upload(open_app("recognise"), *[(f"{n}.jpg", picture) for n in range(many.PAGE + 3)])
    assert rows(at) == many.PAGE
    assert at.button(key="recognise_more").label == "Show 3 more"
    at.button(key="recognise_more").click().run()
    assert rows(at) == many.PAGE + 3


def test_a_moment_that_the_camera_saw_is_answered_below_it(
    open_app: Open, shelve: Shelve, paint: Paint, monkeypatch: pytest.MonkeyPatch
) -> None:
    shelve()
    moments = [paint("blue")]
    monkeypatch.setattr(live, "show", lambda path, key, keep: keep(moments.pop()) if moments else None)
    at = ask_by(open_app("recognise"), "camera")
    assert not at.file_uploader
    (verdict,) = verdicts(at)
    assert "<strong>blue</strong>" in verdict
    upload(ask_by(at, "upload"), ("red.jpg", paint("red")))
    assert "<strong>red</strong>" in verdicts(at)[0]
    assert verdicts(ask_by(at, "camera")) == []  # an upload is no moment of the camera's


def test_another_model_is_asked_the_same_question(open_app: Open, shelve: Shelve, paint: Paint) -> None:
    shelve("one", "One", made="2026-03-09T10:00:00+00:00")
    second = shelve("two", "Two", labels=("rouge", "vert", "bleu"), made="2026-03-08T10:00:00+00:00")
    at = upload(open_app("recognise"), ("red.jpg", paint("red")))
    assert "<strong>red</strong>" in verdicts(at)[0]
    at.selectbox(key="recognise_choice").set_value(second).run()
    assert "<strong>rouge</strong>" in verdicts(at)[0]


def test_the_number_of_guesses_can_be_chosen(open_app: Open) -> None:
    at = open_app()
    at.button(key="start_try").click().run()
    classes = len(load(Path(at.session_state["recognise_model"])).labels)
    assert classes > 5
    assert verdicts(at)[0].count("tl-track") == 5
    at.segmented_control(key=f"recognise_shown_of_{classes}").set_value(classes).run()
    assert verdicts(at)[0].count("tl-track") == classes


def test_the_samples_are_tapped_and_one_of_them_is_unknown(open_app: Open) -> None:
    at = open_app()
    at.button(key="start_try").click().run()
    pictures = [button.key for button in at.button if str(button.key).startswith("sample_recognise_")]
    assert len(pictures) >= 6
    answers = []
    for key in pictures:
        at.button(key=key).click().run()
        assert not at.exception
        answers += verdicts(at)
    assert len(answers) == len(pictures)
    assert len({verdict.split("<strong>")[1] for verdict in answers}) >= 4
    strangers = [number for number, (kind, _) in enumerate(TRY) if kind in STRANGERS]
    assert strangers
    assert [number for number, verdict in enumerate(answers) if "tl-unsure" in verdict] == strangers


def test_names_and_labels_from_people_are_escaped(open_app: Open, shelve: Shelve, paint: Paint, said: Said) -> None:
    shelve(title="<i>T</i>", labels=("<script>alert(1)</script>", 'a" onload="x', "b & c"))
    at = upload(open_app("recognise"), ('"><img src=x>.jpg', paint("red")))
    assert "<script>" not in said(at) and "<img src=x>" not in said(at) and 'onload="x"' not in said(at)
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in said(at)


def test_a_model_that_is_gone_is_told(open_app: Open, shelve: Shelve, said: Said) -> None:
    path = shelve(title="Short-lived")
    at = open_app("recognise")
    path.unlink()
    at.run()
    assert not at.exception
    assert "Short-lived" not in str(at.selectbox(key="recognise_choice").options)


def test_a_changed_file_is_loaded_again_and_an_unchanged_one_is_not(shelve: Shelve) -> None:
    path = shelve()
    first = loaded(path)
    assert loaded(path) is first
    shelve(title="Another title")
    os.utime(path, (1, 1))
    assert loaded(path) is not first
    assert loaded(path).model.card.title == "Another title"


def answered(name: str, sure: bool = True) -> AnsweredPicture:
    """A picture with an answer, without its previews."""
    return AnsweredPicture(name, Answer(("빨강", "파랑"), (1, 0), (0.75, 0.25), sure), (10, 10), 224, b"", b"")


def test_the_csv_can_be_opened_as_a_spreadsheet(monkeypatch: pytest.MonkeyPatch) -> None:
    def nobody() -> None:
        raise RuntimeError("the file is made in a thread that knows no page")

    monkeypatch.setattr("ui.language.current", nobody)
    monkeypatch.setattr("ui.many.current", nobody)
    seen = [
        answered("첫째.jpg"),
        answered("=cmd|' /C calc'!A0.jpg", sure=False),
        RefusedPicture("셋째.jpg", PictureError("model.newer")),
    ]
    rows = list(csv.DictReader(io.StringIO(many.as_csv(seen, 2, "ko"))))
    assert [row["file"] for row in rows] == ["첫째.jpg", "'=cmd|' /C calc'!A0.jpg", "셋째.jpg"]
    assert (rows[0]["answer"], rows[0]["sure"], rows[0]["probability_1"], rows[0]["guess_2"]) == (
        "빨강",
        "yes",
        "0.7500",
        "파랑",
    )
    assert (rows[1]["answer"], rows[1]["sure"]) == ("잘 모르겠어요", "no")
    assert rows[2]["answer"] == "" and "더 새로운 버전" in rows[2]["problem"]


def test_bars_have_the_colours_of_their_labels() -> None:
    colour = colours(("파랑", "빨강"))
    html = answer.verdict(answered("x.jpg").answer, colour, 2)
    first, second = html.split("<li>")[1:]
    assert colour["빨강"] in first and "75.00%" in first
    assert colour["파랑"] in second and "25.00%" in second


def test_a_picture_is_made_small_enough_to_show() -> None:
    import cv2

    tall = np.full((900, 300, 3), 128, np.uint8)
    shrunk = cv2.imdecode(np.frombuffer(answering.jpeg(tall, 240), np.uint8), cv2.IMREAD_COLOR)
    assert shrunk is not None and shrunk.shape == (240, 80, 3)
    tiny = cv2.imdecode(np.frombuffer(answering.jpeg(tall[:20, :10], 240), np.uint8), cv2.IMREAD_COLOR)
    assert tiny is not None and tiny.shape == (20, 10, 3)


def test_switching_the_language_keeps_the_sample_and_the_tapped_picture(open_app: Open) -> None:
    at = open_app(language="en")
    at.button(key="start_try").click().run()
    at.button(key="sample_recognise_2").click().run()
    (english,) = verdicts(at)
    at.button(key="language_switch").click().run()
    assert not at.exception
    (korean,) = verdicts(at)
    assert Path(at.session_state["recognise_model"]).stem.endswith(".ko")
    assert names("en")[TRY[2][0]] in english and names("ko")[TRY[2][0]] in korean


def test_switching_the_language_keeps_the_answer_for_an_upload(open_app: Open, shelve: Shelve, paint: Paint) -> None:
    shelve()
    at = upload(open_app("recognise", "en"), ("red.jpg", paint("red")))
    at.button(key="language_switch").click().run()
    (verdict,) = verdicts(at)
    assert "<strong>red</strong>" in verdict
    assert "모델은 밝은 정사각형만" in verdict


# --- Everyday things --------------------------------------------------------------------------------------------------


def pet(sure: bool = True, subclass: str = "") -> Answer:
    return Answer(("dog", "cat"), (0, 1), (0.75, 0.25), sure, subclass=subclass)


@pytest.mark.parametrize(
    ("language", "title", "summary"),
    [
        ("en", "Everyday things", "Knows 672 things, from dogs to umbrellas."),
        ("ko", "일상 사물", "개부터 우산까지 672가지를 알아요."),
    ],
)
def test_who_has_taught_nothing_is_answered_about_everyday_things(
    language: str, title: str, summary: str, open_app: Open, paint: Paint, said: Said
) -> None:
    at = open_app("recognise", language)
    assert not at.exception
    assert at.selectbox(key="recognise_choice").options[0] == title
    assert summary in said(at) and "tl-chip" not in said(at) and "%" not in said(at)
    (verdict,) = verdicts(upload(at, ("red.jpg", paint("red"))))
    assert not at.exception
    assert verdict.count("tl-track") == 5


def test_the_own_model_comes_first_and_everyday_things_keep_the_language(open_app: Open, shelve: Shelve) -> None:
    shelve(title="Mine")
    at = open_app("recognise")
    titles = at.selectbox(key="recognise_choice").options
    assert titles[:2] == ["Mine", "Everyday things"]
    path = next(path for path in everyday_models() if path.name == "everyday.en.teachlens")
    at.selectbox(key="recognise_choice").set_value(path).run()
    at.button(key="language_switch").click().run()
    assert not at.exception
    assert Path(at.session_state["recognise_model"]).name == "everyday.ko.teachlens"


def everyday_models() -> list[Path]:
    """The models that the page offers."""
    from ui import model_store

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("ui.model_store.current", lambda: "en")
        return [one.path for one in model_store.everyday()]


def test_a_sample_and_everyday_things_take_turns(open_app: Open) -> None:
    at = open_app()
    at.button(key="start_try").click().run()
    sample = at.selectbox(key="recognise_choice").value
    assert list(at.segmented_control(key="recognise_way").options) == ["Samples", "Pictures", "Camera"]
    (everyday,) = everyday_models()
    at.selectbox(key="recognise_choice").set_value(everyday).run()
    assert not at.exception
    assert list(at.segmented_control(key="recognise_way").options) == ["Pictures", "Camera"]
    assert at.file_uploader
    at.selectbox(key="recognise_choice").set_value(sample).run()
    assert not at.exception
    assert list(at.segmented_control(key="recognise_way").options) == ["Samples", "Pictures", "Camera"]
    way = at.segmented_control(key="recognise_way")
    assert way.value == "upload" and way.proto.set_value  # a browser falls back to the first way where it isn't told


@pytest.mark.parametrize(
    ("language", "words"), [("en", "golden retriever, most likely"), ("ko", "아마 골든리트리버일 거예요")]
)
def test_the_finer_name_stands_below_the_plain_one(language: str, words: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ui.answer.current", lambda: language)
    monkeypatch.setattr("ui.language.current", lambda: language)
    finer = "골든리트리버" if language == "ko" else "golden retriever"
    colour = colours(("dog", "cat"))
    assert words in answer.verdict(pet(subclass=finer), colour, 2)
    assert finer not in answer.verdict(pet(sure=False, subclass=finer), colour, 2)
    assert "tl-note" not in answer.verdict(pet(), colour, 2)


def test_without_the_model_of_everyday_things_the_page_still_works(
    open_app: Open, monkeypatch: pytest.MonkeyPatch, said: Said
) -> None:
    from core.errors import BackboneError

    def refuse(language: str) -> Path:
        raise BackboneError("backbone.no_cache", folder="nowhere")

    monkeypatch.setattr("core.model.everyday.ensure", refuse)
    at = open_app("recognise")
    assert not at.exception
    assert "Everyday things" not in at.selectbox(key="recognise_choice").options
