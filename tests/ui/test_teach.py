"""The page "Teach" in each of its states."""

from __future__ import annotations

import io
import time
import zipfile
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import cv2
import pytest
from streamlit.testing.v1 import AppTest

from core import machine
from core.model.file import load_listing
from core.storage.area import VisitArea
from core.work import draft, lessons
from core.work.lessons import Status
from doodles import samples
from ui.teaching.draft import dataset, key_of

pytestmark = pytest.mark.slow  # together they take long

Open = Callable[..., AppTest]
Said = Callable[[AppTest], str]
Prepare = Callable[..., Path]


def drawing(kind: str, seed: int, side: int = 160) -> bytes:
    """One of the sample drawings as JPEG."""
    picture = cv2.cvtColor(samples.draw(kind, seed, side), cv2.COLOR_RGB2BGR)
    return cv2.imencode(".jpg", picture)[1].tobytes()


def packed(classes: Mapping[str, int], extra: Mapping[str, bytes] | None = None) -> bytes:
    """A zip with a folder of drawings for each class."""
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as archive:
        for kind, (label, count) in zip(samples.KINDS, classes.items(), strict=False):
            for number in range(count):
                archive.writestr(f"{label}/{number}.jpg", drawing(kind, number))
        for entry, data in (extra or {}).items():
            archive.writestr(entry, data)
    return content.getvalue()


@pytest.fixture
def prepare(local: Path) -> Prepare:
    """Puts a zip of drawings into the draft of the local area."""

    def prepared(
        classes: Mapping[str, int], name: str = "things.zip", extra: Mapping[str, bytes] | None = None
    ) -> Path:
        path = local / "uploads" / f"batch {name}" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(packed(classes, extra))
        now = draft.load(VisitArea(local))
        draft.save(VisitArea(local), replace(now, sources=(*now.sources, path), title=path.stem))
        return path

    return prepared


def finish(area: Path) -> Status:
    lesson = draft.load(VisitArea(area)).lesson
    assert lesson is not None
    for _ in range(600):
        status = lessons.status(VisitArea(area), lesson)
        if status.state not in ("waiting", "running"):
            return status
        time.sleep(0.1)
    raise AssertionError("the lesson did not end")


def keys(at: AppTest) -> set[str]:
    return {str(button.key) for button in at.button}


def change(at: AppTest, label: str) -> AppTest:
    return at.button(key=f"change_{key_of(label)}").click().run()


def upload(at: AppTest, *files: tuple[str, bytes], where: str = "any") -> AppTest:
    uploader: Any = next(one for one in at.file_uploader if one.key.startswith(f"teach_files_{where}"))
    for name, content in files:
        uploader.upload(name, content)
    return at.run()


# --- Before anything is there -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("language", "memory", "limits", "way"),
    [
        ("en", 16e9, ("At least 2 pictures of each thing", "1,000 classes", "2 GB"), "Use the sample drawings"),
        ("ko", 690e6, ("사진 2장이면 시작할 수 있고", "클래스 1,000개", "150 MB"), "예시 그림으로 해 보기"),
    ],
)
def test_limits_and_layouts_are_said_before_the_upload(
    language: str,
    memory: float,
    limits: tuple[str, ...],
    way: str,
    open_app: Open,
    said: Said,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(machine, "memory", lambda: int(memory))
    at = open_app("teach", language)
    assert not at.exception
    assert all(limit in said(at) for limit in limits)
    assert at.button(key="teach_samples").label == way
    assert "teach_go" not in keys(at)


@pytest.mark.slow
@pytest.mark.parametrize(("language", "label"), [("en", "house"), ("ko", "집")])
def test_who_has_no_pictures_takes_the_drawings(
    language: str, label: str, open_app: Open, said: Said, local: Path
) -> None:
    at = open_app("teach", language)
    at.button(key="teach_samples").click().run()
    assert not at.exception
    assert label in said(at) and "144" in said(at)
    assert not at.button(key="teach_go").disabled
    assert draft.load(VisitArea(local)).title in ("Drawings", "그림")


# --- What comes in ----------------------------------------------------------------------------------------------------


def test_an_upload_is_copied_to_disk_and_the_uploader_emptied(open_app: Open, said: Said, local: Path) -> None:
    at = upload(open_app("teach"), ("My things.zip", packed({"sun": 2, "tree": 3})))
    assert not at.exception
    assert "Found 2 classes, 5 pictures" in said(at)
    assert [path.name for path in draft.load(VisitArea(local)).sources] == ["My things.zip"]
    assert draft.load(VisitArea(local)).title == "My things"
    assert all(not uploader.value for uploader in at.file_uploader)
    again = open_app("teach", "ko")
    assert "클래스 2개, 사진 5장을 찾았어요" in said(again)


def test_loose_pictures_become_a_class_that_asks_for_its_name(open_app: Open, said: Said, local: Path) -> None:
    at = upload(open_app("teach"), ("a.jpg", drawing("sun", 1)), ("a.jpg", drawing("sun", 2)))
    assert "Found 1 class, 2 pictures" in said(at)
    assert "What do these pictures show?" in said(at)
    assert "There is only one class" in said(at)
    at = upload(at, ("b.jpg", drawing("fish", 1)), ("c.jpg", drawing("fish", 2)))
    assert "New class 2" in said(at)
    at.text_input(key=f"first_name_{key_of('New class 1')}").set_value("  해   님 ")
    at.button(key=f"save_new_{key_of('New class 1')}").click().run()
    assert not at.exception
    assert "“New class 1” is now called “해 님”." in said(at)
    assert dataset(draft.load(VisitArea(local)).sources).edited(draft.load(VisitArea(local)).edits).counts == {
        "New class 2": 2,
        "해 님": 2,
    }


def test_what_cannot_be_used_is_refused_by_name_and_the_rest_is_taken(open_app: Open, said: Said, local: Path) -> None:
    at = upload(
        open_app("teach"),
        ("good.jpg", drawing("sun", 1)),
        ("<b>page.png", b"<!doctype html><html>"),
        ("pictures.rar", b"Rar!\x1a\x07\x00"),
        ("empty.zip", packed({})),
        ("inner.zip", packed({}, {"a/b.zip": b"PK\x03\x04"})),
        ("words.zip", packed({}, {"a/b.txt": b"hello"})),
    )
    assert not at.exception
    for words in ("&lt;b&gt;page.png", "pictures.rar", "empty.zip", "inner.zip", "words.zip"):
        assert words in said(at)
    assert "<b>page" not in said(at)
    assert "not rar, 7z or alz" in said(at)
    assert "Found 1 class, 1 picture" in said(at)
    assert [path.name for path in (local / "uploads").glob("*/*")] == ["New class 1"]  # nothing of what was refused


def test_a_table_of_labels_among_loose_pictures_names_them(open_app: Open, said: Said, local: Path) -> None:
    at = upload(
        open_app("teach"),
        ("1.jpg", drawing("sun", 1)),
        ("2.jpg", drawing("sun", 2)),
        ("3.jpg", drawing("fish", 1)),
        ("4.jpg", drawing("fish", 2)),
        ("labels.csv", b"filename,label\n1.jpg,sun\n2.jpg,sun\n3.jpg,fish\n4.jpg,fish\n"),
    )
    assert "Found 2 classes, 4 pictures" in said(at)
    assert "What do these pictures show?" not in said(at)


# --- What was found ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("language", "found"),
    [("en", "Found 2 classes, 6 pictures"), ("ko", "클래스 2개, 사진 6장을 찾았어요")],
)
def test_what_was_found_is_shown_with_its_pictures(
    language: str, found: str, open_app: Open, said: Said, prepare: Prepare
) -> None:
    prepare({"sun": 4, "집": 2})
    at = open_app("teach", language)
    assert found in said(at)
    assert said(at).count('class="tl-tile"') == 6
    assert not at.button(key="teach_go").disabled


def test_what_is_missing_is_said_for_its_class_and_teaching_waits(
    open_app: Open, said: Said, prepare: Prepare, local: Path
) -> None:
    prepare({"sun": 3, "house": 1})
    at = open_app("teach")
    assert "“house” needs 1 more." in said(at)
    assert at.button(key="teach_go").disabled
    at = upload(change(at, "house"), ("more.jpg", drawing("house", 7)), where="class_")
    assert "Found 2 classes, 5 pictures" in said(at)
    assert not at.button(key="teach_go").disabled
    assert dataset(draft.load(VisitArea(local)).sources).counts == {"house": 2, "sun": 3}


def test_more_pictures_of_a_renamed_class_find_their_way(
    open_app: Open, said: Said, prepare: Prepare, local: Path
) -> None:
    prepare({"sun": 2, "house": 2})
    draft.change(VisitArea(local), edits={"house": "A/B: <home>"})
    at = change(open_app("teach"), "A/B: <home>")
    at = upload(at, ("more.jpg", drawing("house", 7)), where="class_")
    assert not at.exception
    now = draft.load(VisitArea(local))
    assert dataset(now.sources).edited(now.edits).counts == {"A/B: <home>": 3, "sun": 2}


def test_a_single_class_is_explained(open_app: Open, said: Said, prepare: Prepare) -> None:
    prepare({"해": 3})
    at = open_app("teach", "ko")
    assert "클래스가 ‘해’ 하나뿐이에요" in said(at)
    assert at.button(key="teach_go").disabled


def test_what_was_skipped_is_named_with_its_reason(open_app: Open, said: Said, prepare: Prepare) -> None:
    prepare(
        {"sun": 2, "house": 2},
        extra={"notes.txt": b"hello", "inner.zip": b"PK\x03\x04", "sun/9.jpg": drawing("sun", 1)[:900]},
    )
    at = open_app("teach")
    assert "notes.txt" in said(at) and "This is not a picture." in said(at)
    assert "inner.zip" in said(at)
    assert "sun/9.jpg" in said(at) and "damaged or was cut off" in said(at)
    assert "Found 2 classes, 4 pictures" in said(at)
    assert [box.label for box in at.expander if "left out" in box.label] == ["3 files were left out"]


def test_many_classes_come_a_dozen_at_a_time(open_app: Open, said: Said, prepare: Prepare) -> None:
    one = drawing("sun", 1, 48)
    prepare({}, extra={f"{name}/{number}.jpg": one for name in range(15) for number in range(2)})
    at = open_app("teach")
    assert "Found 15 classes" in said(at)
    assert said(at).count('class="tl-class"') == 12
    assert at.button(key="teach_more_classes").label == "Show 3 more classes"
    at.button(key="teach_more_classes").click().run()
    assert said(at).count('class="tl-class"') == 15


def test_a_class_is_renamed_merged_left_out_and_brought_back(
    open_app: Open, said: Said, prepare: Prepare, local: Path
) -> None:
    prepare({"sun": 2, "sunn": 3, "tree": 2})
    at = change(open_app("teach"), "sunn")
    at.text_input(key=f"new_name_{key_of('sunn')}").set_value("SUN")  # spelt otherwise, and still the same
    at.button(key=f"save_name_{key_of('sunn')}").click().run()
    assert "“sunn” and “sun” are one class now." in said(at)
    assert "Found 2 classes, 7 pictures" in said(at) and "5 pictures" in said(at)
    at.button(key="teach_undo").click().run()
    assert draft.load(VisitArea(local)).edits == {}
    change(at, "sunn").selectbox(key=f"merge_{key_of('sunn')}").select("sun").run()
    assert draft.load(VisitArea(local)).edits == {"sunn": "sun"}
    change(at, "tree").button(key=f"leave_{key_of('tree')}").click().run()
    assert draft.load(VisitArea(local)).edits == {"sunn": "sun", "tree": None}
    at.button(key=f"back_{key_of('tree')}").click().run()
    assert draft.load(VisitArea(local)).edits == {"sunn": "sun"}
    at.button(key="teach_undo_changes").click().run()
    assert "Found 3 classes, 7 pictures" in said(at)


def test_what_is_changed_in_another_tab_outlives_a_change_here_and_its_undoing(
    open_app: Open, prepare: Prepare, local: Path
) -> None:
    prepare({"sun": 2, "sunn": 3, "tree": 2})
    here, there = open_app("teach"), open_app("teach")
    change(here, "tree").button(key=f"leave_{key_of('tree')}").click().run()
    change(there, "sunn").selectbox(key=f"merge_{key_of('sunn')}").select("sun").run()
    there.text_input(key="teach_title").set_value("of the other tab").run()
    assert draft.load(VisitArea(local)).edits == {"sunn": "sun", "tree": None}
    here.button(key="teach_undo").click().run()
    now = draft.load(VisitArea(local))
    assert (now.edits, now.title) == ({"sunn": "sun"}, "of the other tab")


def test_one_of_several_sources_is_taken_away_and_undone(open_app: Open, said: Said, prepare: Prepare) -> None:
    prepare({"sun": 2, "house": 2})
    second = prepare({"fish": 3}, "second.zip")
    at = open_app("teach")
    assert "Found 3 classes, 7 pictures" in said(at)
    at.button(key=f"source_{key_of(str(second))}").click().run()
    assert "Found 2 classes, 4 pictures" in said(at) and "“second.zip” was taken away." in said(at)
    at.button(key="teach_undo").click().run()
    assert "Found 3 classes, 7 pictures" in said(at)


@pytest.mark.parametrize("language", ["en", "ko"])
def test_names_from_a_zip_are_never_taken_for_html(language: str, open_app: Open, said: Said, prepare: Prepare) -> None:
    prepare({"<script>alert(1)": 2, "b": 2}, extra={"<img src=x>.txt": b"x"})
    at = open_app("teach", language)
    change(at, "<script>alert(1)")
    at.button(key=f"leave_{key_of('<script>alert(1)')}").click().run()
    pages = said(at) + said(open_app("teach", language))
    assert "&lt;script&gt;alert(1)" in pages
    html = "\n".join(str(element.value) for element in at.html)
    assert "<script>" not in html and "<img src=x>" not in html


def test_starting_over_can_be_undone_at_once_and_later(
    open_app: Open, said: Said, prepare: Prepare, local: Path
) -> None:
    source = prepare({"sun": 2, "house": 2})
    at = open_app("teach")
    at.button(key="teach_over").click().run()
    assert "Found" not in said(at)
    at.button(key="teach_undo").click().run()
    assert "Found 2 classes, 4 pictures" in said(at)
    at.button(key="teach_over").click().run()
    later = open_app("teach")
    later.button(key="teach_bring_back").click().run()
    assert "Found 2 classes, 4 pictures" in said(later)
    later.button(key="teach_over").click().run()
    upload(later, ("next.zip", packed({"tree": 2, "fish": 2}))).button(key="teach_over").click().run()
    assert not source.exists()  # twice over is over


def test_sources_that_are_gone_are_explained(open_app: Open, said: Said, prepare: Prepare) -> None:
    prepare({"sun": 2, "house": 2}).write_bytes(b"PK\x03\x04 no longer what it was")
    at = open_app("teach")
    assert not at.exception
    assert "things.zip" in said(at)
    assert "teach_samples" in keys(at)


def test_the_name_and_the_settings_outlive_a_reload(open_app: Open, prepare: Prepare, local: Path) -> None:
    prepare({"sun": 2, "house": 2})
    at = open_app("teach")
    assert at.text_input(key="teach_title").value == "things"
    at.text_input(key="teach_title").set_value("  Doodles ").run()
    at.number_input(key="teach_seed").set_value(7).run()
    again = open_app("teach", "ko")
    assert again.text_input(key="teach_title").value == "Doodles"
    assert again.number_input(key="teach_seed").value == 7
    assert draft.load(VisitArea(local)).seed == 7


# --- The lesson and its result ----------------------------------------------------------------------------------------


def test_a_lesson_from_press_to_result_outlives_a_reload(
    open_app: Open, said: Said, prepare: Prepare, local: Path
) -> None:
    prepare({"sun": 6, "house": 6})
    at = open_app("teach")
    at.button(key="teach_go").click().run()
    assert not at.exception
    assert "tl-lesson" in said(at) or "tl-result" in said(at)
    status = finish(local)
    assert status.state == "done" and status.model is not None
    again = open_app("teach", "ko")  # another session, in another language
    assert not again.exception
    assert "‘things’ 모델이 준비됐어요" in said(again)
    assert "처음 보는 사진 12장 중" in said(again)
    assert {"teach_use", "teach_again", "teach_new"} <= keys(again)
    again.button(key="teach_again").click().run()
    assert "클래스 2개, 사진 12장을 찾았어요" in said(again)
    again.button(key="teach_to_result").click().run()
    assert "‘things’ 모델이 준비됐어요" in said(again)
    again.button(key="teach_new").click().run()
    assert "모델이 준비됐어요" not in said(again) and "teach_samples" in keys(again)


@pytest.mark.parametrize(
    ("language", "none_kept"), [("en", "without keeping its pictures"), ("ko", "보여 줄 사진이 없어요")]
)
def test_a_private_lesson_shows_its_score_and_no_pictures(
    language: str, none_kept: str, open_app: Open, said: Said, prepare: Prepare, local: Path
) -> None:
    prepare({"sun": 6, "star": 6})
    at = open_app("teach", language)
    at.toggle(key="teach_private").set_value(True).run()
    at.button(key="teach_go").click().run()
    done = finish(local)
    assert done.model is not None and not load_listing(done.model).names
    at.session_state["teach_cell"] = (str(done.model), "0-0")  # somebody asks for the pictures behind a number
    at.run()
    assert not at.exception and 'class="tl-big"' in said(at) and none_kept in said(at)


def test_what_could_not_be_used_is_named_beside_the_result(
    open_app: Open, said: Said, prepare: Prepare, local: Path
) -> None:
    broken = {f"sun/broken {number}.jpg": b"no picture" for number in range(2)}
    prepare({"sun": 12, "house": 6}, extra=broken)
    at = open_app("teach")
    at.button(key="teach_go").click().run()
    assert finish(local).state == "done"
    at = open_app("teach")
    assert "2 files were left out" in [box.label for box in at.expander]
    assert "sun/broken 0.jpg, sun/broken 1.jpg" in said(at)


@pytest.mark.parametrize(
    ("language", "left_out", "unread"),
    [
        ("en", "1 file was left out", "2 pictures could not be read"),
        ("ko", "파일 1개", "사진 2장을 읽을 수 없어서"),
    ],
)
def test_what_could_not_be_used_is_told_beside_the_result_of_a_private_lesson_too(
    language: str, left_out: str, unread: str, open_app: Open, said: Said, prepare: Prepare, local: Path
) -> None:
    broken = {f"sun/broken {number}.jpg": b"no picture" for number in range(2)}
    prepare({"sun": 12, "house": 6}, extra={**broken, "sun/notes.pdf": b"%PDF-1.4"})
    at = open_app("teach", language)
    at.toggle(key="teach_private").set_value(True).run()
    at.button(key="teach_go").click().run()
    assert finish(local).state == "done"
    at = open_app("teach", language)
    assert any(left_out in box.label for box in at.expander) and "sun/notes.pdf" in said(at)
    assert unread in said(at) and "broken 0.jpg" not in said(at)
    draft.change(VisitArea(local), edits={"house": None})  # not the pictures any more that it was taught on
    at = open_app("teach", language)
    assert "notes.pdf" not in said(at) and unread not in said(at)


@pytest.mark.parametrize(("language", "kept"), [("en", "Your pictures are still here"), ("ko", "사진은 그대로 있어요")])
def test_a_lesson_that_was_cancelled_keeps_everything(
    language: str, kept: str, open_app: Open, said: Said, prepare: Prepare, local: Path
) -> None:
    prepare({"sun": 20, "house": 20})
    at = open_app("teach", language)
    at.button(key="teach_go").click().run()
    if "teach_cancel" in keys(at):  # a fast machine has finished by now
        at.button(key="teach_cancel").click().run()
    status = finish(local)
    at = open_app("teach", language)
    assert not at.exception
    if status.state == "cancelled":
        assert kept in said(at)
        assert not at.button(key="teach_go").disabled
        at.button(key="teach_dismiss").click().run()
    assert kept not in said(at)


def test_a_lesson_that_failed_says_why_and_keeps_everything(
    open_app: Open, said: Said, prepare: Prepare, local: Path
) -> None:
    # Eight pictures, six of which are looked at for the strip: that the other two are broken as well comes out later.
    prepare({}, extra={f"{label}/{number}.jpg": b"no picture" for label in "ab" for number in range(8)})
    at = open_app("teach")
    assert "Found 2 classes, 4 pictures" in said(at)
    at.button(key="teach_go").click().run()
    assert finish(local).state == "failed"
    at = open_app("teach")
    assert "No pictures with labels were found" in said(at)
    assert "Found 2 classes, 4 pictures" in said(at)
    at.button(key="teach_dismiss").click().run()
    assert "No pictures with labels were found" not in said(at)
