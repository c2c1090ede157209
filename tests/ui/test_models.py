"""The page "Models": list, rename, delete with undo, download, open."""

from __future__ import annotations

import errno
import io
import os
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
from layers_models import LABELS, files, serving_folder, written
from layers_models import zipped as model_zip
from streamlit.testing.v1 import AppTest

from core.model.file import load
from ui import model_card

Open = Callable[..., AppTest]
Said = Callable[[AppTest], str]
Shelve = Callable[..., Path]


def give(at: AppTest, data: bytes, name: str = "given.teachlens") -> AppTest:
    at.file_uploader[0].upload(name, data)
    return at.run()


@pytest.mark.parametrize(
    ("language", "date", "told"),
    [
        ("en", "Taught on 9 March 2026", "Right on 90% of the 30 pictures"),
        ("ko", "2026년 3월 9일에 학습", "배우지 않은 사진 30장으로 시험해서 90%를 맞혔어요"),
    ],
)
def test_a_model_is_listed_with_date_classes_and_score(
    language: str, date: str, told: str, open_app: Open, said: Said, shelve: Shelve
) -> None:
    shelve(title="Paints & <b>more</b>")
    at = open_app("models", language)
    assert not at.exception
    assert "Paints &amp; &lt;b&gt;more&lt;/b&gt;" in said(at)
    assert date in said(at) and told in said(at)
    assert "74%" in said(at) and "97%" in said(at)
    for label in ("red", "green", "blue"):
        assert f">{label}</span>" in said(at)


@pytest.mark.parametrize(
    ("language", "sentence"),
    [
        ("en", "No model of your own yet"),
        ("ko", "아직 내 모델이 없어요"),
    ],
)
def test_an_empty_shelf_says_what_to_do(language: str, sentence: str, open_app: Open, said: Said) -> None:
    at = open_app("models", language)
    assert sentence in said(at)
    assert [button.key for button in at.button].count("models_teach") == 1
    at.button(key="models_teach").click().run()
    assert not at.exception


def test_a_model_is_renamed(open_app: Open, said: Said, shelve: Shelve) -> None:
    path = shelve(title="Old name")
    at = open_app("models")
    at.text_input(key="title_paints").set_value("  새 이름 ")
    at.form_submit_button[0].click().run()
    assert "새 이름" in said(at) and "Old name" not in said(at)
    assert load(path).card.title == "새 이름"
    assert load(path).labels == ("red", "green", "blue")


def test_an_empty_name_changes_nothing(open_app: Open, shelve: Shelve) -> None:
    path = shelve(title="Old name")
    at = open_app("models")
    at.text_input(key="title_paints").set_value("   ")
    at.form_submit_button[0].click().run()
    assert not at.exception
    assert load(path).card.title == "Old name"


@pytest.mark.parametrize(
    ("language", "gone"),
    [
        ("en", "“Precious” was deleted."),
        ("ko", "‘Precious’ 모델을 삭제했어요."),
    ],
)
def test_deleting_can_be_undone(language: str, gone: str, open_app: Open, said: Said, shelve: Shelve) -> None:
    path = shelve(title="Precious")
    before = path.read_bytes()
    at = open_app("models", language)
    at.button(key="delete_paints").click().run()
    assert not path.exists()
    assert gone in said(at)
    assert not [button for button in at.button if button.key == "delete_paints"]
    at.button(key="models_undo").click().run()
    assert path.read_bytes() == before
    assert gone not in said(at)
    assert at.button(key="delete_paints")


def test_a_model_is_downloaded_as_its_file(open_app: Open, shelve: Shelve) -> None:
    shelve(title="Paints: 3/4")
    at = open_app("models")
    button = next(one for one in at.get("download_button") if one.proto.id and "download_paints" in one.proto.id)
    assert button.proto.label == "Download"
    assert model_card.file_name("Paints: 3/4") == "Paints 3 4.teachlens"


@pytest.mark.parametrize(
    ("title", "name"),
    [
        ("우리 꽃", "우리 꽃.teachlens"),
        ("...", "model.teachlens"),
        ("a\x00b\\c", "a b c.teachlens"),
        ("x" * 200, "x" * 80 + ".teachlens"),
        ("각" * 80, "각" * 63 + ".teachlens"),
        ("con", "_con.teachlens"),
        ("/", "model.teachlens"),
    ],
)
def test_file_names_are_taken_everywhere(title: str, name: str) -> None:
    assert model_card.file_name(title) == name


def test_a_model_file_is_opened_and_used(open_app: Open, said: Said, shelve: Shelve, local: Path) -> None:
    path = shelve(title="From a friend")
    data = path.read_bytes()
    path.unlink()
    at = give(open_app("models"), data)
    assert not at.exception
    assert "“From a friend” is open." in said(at)
    (stored,) = (local / "models").glob("*.teachlens")
    assert load(stored).card.title == "From a friend"
    at.button(key="models_use").click().run()
    assert at.selectbox(key="recognise_choice").value == stored


@pytest.mark.parametrize(
    ("language", "words"), [("en", "Made elsewhere, with Teachable Machine"), ("ko", "티처블 머신 같은 다른 곳에서")]
)
def test_a_model_of_teachable_machine_is_opened_from_its_zip(
    language: str, words: str, open_app: Open, said: Said, local: Path
) -> None:
    at = give(open_app("models", language), model_zip(files()), "tm-my-image-model.zip")
    assert not at.exception
    (stored,) = (local / "models").glob("*.teachlens")
    assert load(stored).labels == LABELS and "My fruit" in said(at) and words in said(at)
    assert f">{LABELS[0]}</span>" in said(at) and "ImageNet" not in said(at).partition(words)[0]
    keys = {str(button.key) for button in at.button}
    assert f"recognise_m_{stored.stem}" in keys and not keys & {f"more_{stored.stem}", f"take_away_m_{stored.stem}"}
    at.button(key="models_use").click().run()
    assert at.selectbox(key="recognise_choice").value == stored and not at.exception
    assert f">{LABELS[0]}</span>" in said(at) and "ImageNet" not in said(at)


def test_its_three_files_are_opened_together(open_app: Open, said: Said, local: Path) -> None:
    at = open_app("models")
    at.file_uploader[0].upload("model.json", files()["model.json"])
    at.run()
    assert "There is no metadata.json" in said(at)
    at.file_uploader[0].set_value([(name, content, "") for name, content in files().items()]).run()
    assert not at.exception and "“My fruit” is open." in said(at)
    assert len(list((local / "models").glob("*.teachlens"))) == 1


@pytest.mark.parametrize(
    ("content", "words"),
    [
        ({"keras_model.h5": b"x"}, "Tensorflow.js"),
        ({**files(), "metadata.json": b'{"wordLabels": []}'}, "listens to sounds"),
        ({**files(), "weights.bin": b"short"}, "should have"),
    ],
)
def test_a_model_that_cannot_be_run_is_refused_in_words(
    content: dict[str, bytes], words: str, open_app: Open, said: Said, local: Path
) -> None:
    at = give(open_app("models"), model_zip(content), "tm.zip")
    assert not at.exception and words in said(at)
    assert list((local / "models").glob("*.teachlens")) == []


def test_a_link_is_opened(open_app: Open, said: Said, local: Path, tmp_path: Path) -> None:
    at = open_app("models")
    link = next(one for one in at.text_input if one.label == "Link")
    link.set_value("teachablemachine")
    at.form_submit_button[-1].click().run()
    assert "This is not a link that can be opened" in said(at)
    with serving_folder(written(tmp_path / "served", files())) as address:
        next(one for one in at.text_input if one.label == "Link").set_value(address)
        at.form_submit_button[-1].click().run()
    assert not at.exception and "“My fruit” is open." in said(at)
    assert len(list((local / "models").glob("*.teachlens"))) == 1


def test_a_notice_can_be_closed(open_app: Open, said: Said, shelve: Shelve) -> None:
    shelve(title="Precious")
    at = open_app("models")
    at.button(key="delete_paints").click().run()
    at.button(key="models_close").click().run()
    assert "was deleted" not in said(at)
    assert not [button for button in at.button if button.key == "models_undo"]


def with_member(data: bytes, name: str, content: bytes) -> bytes:
    target = io.BytesIO(data)
    with zipfile.ZipFile(target, "a") as archive:
        archive.writestr(name, content)
    return target.getvalue()


@pytest.mark.parametrize("language", ["en", "ko"])
@pytest.mark.parametrize("kind", ["empty", "no zip", "another zip", "cut off"])
def test_a_bad_file_is_refused_in_words(
    kind: str, language: str, open_app: Open, said: Said, shelve: Shelve, local: Path
) -> None:
    path = shelve()
    whole = path.read_bytes()
    path.unlink()
    other = with_member(b"PK\x05\x06" + bytes(18), "notes.txt", b"hello")
    data = {"empty": b"", "no zip": b"GIF89a" * 50, "another zip": other, "cut off": whole[: len(whole) // 2]}[kind]
    at = give(open_app("models", language), data, "bad <i>.teachlens")
    assert not at.exception
    problem = next(html.value for html in at.html if html.value.startswith('<div class="tl-problem"'))
    assert ("열" in problem) if language == "ko" else ("open" in problem)
    assert "<i>" not in problem
    assert list((local / "models").glob("*.teachlens")) == []


def test_samples_can_be_used_but_not_changed(open_app: Open, said: Said) -> None:
    at = open_app("models")
    assert "Ready to use" in said(at)
    keys = [str(button.key) for button in at.button]
    assert {"recognise_m_everyday.en", "recognise_m_doodles.en"} <= set(keys)
    assert not [key for key in keys if key.startswith(("delete_", "rename_"))]


@pytest.mark.parametrize(
    ("made", "offset", "shown"),
    [
        ("2026-03-09T20:30:00+00:00", -540, "10 March 2026"),  # Seoul, already tomorrow
        ("2026-03-09T20:30:00+00:00", 300, "9 March 2026"),
        ("2026-03-09T20:30:00", None, "9 March 2026"),
        ("some day", None, "some day"),
    ],
)
def test_dates_are_those_of_the_persons_clock(
    made: str, offset: int | None, shown: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Context:
        timezone_offset = offset

    monkeypatch.setattr("ui.language.current", lambda: "en")
    monkeypatch.setattr("ui.model_card.st.context", Context)
    assert model_card.date(made) == shown


@pytest.mark.parametrize(("language", "words"), [("en", "cannot be opened"), ("ko", "파일을 열 수 없어요")])
def test_a_file_that_cannot_be_opened_hides_no_other_and_can_be_deleted(
    language: str, words: str, open_app: Open, said: Said, shelve: Shelve
) -> None:
    whole = shelve()
    bad = whole.with_name("bad.teachlens")
    bad.write_bytes(whole.read_bytes()[:500])
    at = open_app("models", language)
    assert not at.exception
    assert "Paints" in said(at) and f"bad.teachlens {words}" in said(at).replace("bad.teachlens</p>", "")
    at.button(key="delete_bad").click().run()
    assert not bad.exists() and words not in said(at)
    at.button(key="models_undo").click().run()
    assert bad.exists() and words in said(at)


@pytest.mark.parametrize(("language", "words"), [("en", "The disk is full"), ("ko", "디스크가 가득 차서")])
def test_on_a_full_disk_opening_a_model_says_so(
    language: str, words: str, open_app: Open, said: Said, shelve: Shelve, monkeypatch: pytest.MonkeyPatch
) -> None:
    content = shelve().read_bytes()
    at = open_app("models", language)

    def full(_handle: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    give(at, content)
    assert not at.exception and words in said(at)
    assert "start_again" not in {button.key for button in at.button}
