"""The page "Teach" in each of its states."""

from __future__ import annotations

import json
import time
import zipfile
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path

import cv2
import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from core.learning.progress import Progress
from core.model.file import load
from core.pictures import samples
from core.work import lessons
from core.work.lessons import Status
from ui.teaching import confusion, draft, progress, result

Open = Callable[..., AppTest]
Said = Callable[[AppTest], str]
Prepare = Callable[..., Path]


@pytest.fixture
def prepare(local: Path) -> Prepare:
    """Puts a zip of drawn pictures into the draft of the local area."""

    def prepared(
        classes: Mapping[str, int], name: str = "things.zip", extra: Mapping[str, bytes] | None = None
    ) -> Path:
        path = local / "uploads" / "batch" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        with zipfile.ZipFile(path, "w") as archive:
            for kind, (label, count) in zip(samples.KINDS, classes.items(), strict=False):
                for number in range(count):
                    picture = cv2.cvtColor(samples.draw(kind, number, 160), cv2.COLOR_RGB2BGR)
                    archive.writestr(f"{label}/{number}.jpg", cv2.imencode(".jpg", picture)[1].tobytes())
            for entry, content in (extra or {}).items():
                archive.writestr(entry, content)
        now = draft.load(local)
        draft.save(local, replace(now, sources=(*now.sources, path), title=path.stem))
        return path

    return prepared


def finish(area: Path) -> Status:
    lesson = draft.load(area).lesson
    assert lesson is not None
    for _ in range(600):
        status = lessons.status(area, lesson)
        if status.state not in ("waiting", "running"):
            return status
        time.sleep(0.1)
    raise AssertionError("the lesson did not end")


@pytest.mark.parametrize(
    ("language", "limit", "way"),
    [
        ("en", "At least 2 pictures in each", "Use our sample drawings"),
        ("ko", "사진 2장 이상", "예시 그림으로 해 보기"),
    ],
)
def test_limits_and_layouts_are_said_before_the_upload(
    language: str, limit: str, way: str, open_app: Open, said: Said
) -> None:
    at = open_app("teach", language)
    assert not at.exception
    assert limit in said(at)
    assert at.button(key="teach_samples").label == way
    assert "teach_go" not in [button.key for button in at.button]


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


def test_what_is_missing_is_said_for_its_class_and_teaching_waits(open_app: Open, said: Said, prepare: Prepare) -> None:
    prepare({"sun": 3, "house": 1})
    at = open_app("teach")
    assert "“house” needs 1 more." in said(at)
    assert at.button(key="teach_go").disabled


def test_a_single_class_is_explained(open_app: Open, said: Said, prepare: Prepare) -> None:
    prepare({"해": 3})
    at = open_app("teach", "ko")
    assert "클래스가 ‘해’ 하나뿐이에요" in said(at)
    assert at.button(key="teach_go").disabled


def test_what_was_skipped_is_named_with_its_reason(open_app: Open, said: Said, prepare: Prepare) -> None:
    prepare({"sun": 2, "house": 2}, extra={"notes.txt": b"hello", "inner.zip": b"PK\x03\x04"})
    at = open_app("teach")
    assert "notes.txt" in said(at) and "This is not a picture." in said(at)
    assert "inner.zip" in said(at) and "archive inside the archive" in said(at)


def test_a_class_is_renamed_merged_left_out_and_brought_back(
    open_app: Open, said: Said, prepare: Prepare, local: Path
) -> None:
    prepare({"sun": 2, "sunn": 3, "tree": 2})
    at = open_app("teach")
    _name(at, "sunn").set_value("sun")
    _save(at, "sunn").click().run()
    assert "Found 2 classes, 7 pictures" in said(at)
    assert "5 pictures" in said(at)
    _leave(at, "tree").click().run()
    assert draft.load(local).edits == {"sunn": "sun", "tree": None}
    assert "Bring back “tree”" in said(at)
    at.button(key="teach_undo_changes").click().run()
    assert "Found 3 classes, 7 pictures" in said(at)


def _key(label: str) -> str:
    import hashlib

    return hashlib.sha256(label.encode()).hexdigest()[:12]


def _name(at: AppTest, label: str) -> object:
    return at.text_input(key=f"name_{_key(label)}")


def _save(at: AppTest, label: str) -> object:
    return next(button for button in at.form_submit_button if _key(label) in button.proto.form_id)


def _leave(at: AppTest, label: str) -> object:
    return at.button(key=f"leave_{_key(label)}")


def test_names_from_a_zip_are_never_taken_for_html(open_app: Open, said: Said, prepare: Prepare) -> None:
    prepare({"<script>alert(1)": 2, "b": 2}, extra={"<img src=x>.txt": b"x"})
    at = open_app("teach")
    assert "<script>" not in said(at) and "<img src=x>" not in said(at)
    assert "&lt;script&gt;alert(1)" in said(at)


def test_starting_over_can_be_undone(open_app: Open, said: Said, prepare: Prepare) -> None:
    prepare({"sun": 2, "house": 2})
    at = open_app("teach")
    at.button(key="teach_over").click().run()
    assert "Found" not in said(at)
    at.button(key="teach_bring_back").click().run()
    assert "Found 2 classes, 4 pictures" in said(at)


def test_a_lesson_from_press_to_result_outlives_a_reload(
    open_app: Open, said: Said, prepare: Prepare, local: Path
) -> None:
    prepare({"sun": 6, "house": 6})
    at = open_app("teach")
    at.button(key="teach_go").click().run()
    assert not at.exception
    status = finish(local)
    assert status.state == "done" and status.model is not None
    again = open_app("teach", "ko")  # another session, in another language
    assert "‘things’ 모델이 준비됐어요" in said(again)
    assert "처음 보는 사진 12장 중" in said(again)
    assert {"teach_use", "teach_again"} <= {button.key for button in again.button}
    again.button(key="teach_again").click().run()
    assert "클래스 2개, 사진 12장을 찾았어요" in said(again)


def test_a_lesson_that_failed_says_why_and_keeps_everything(
    open_app: Open, said: Said, prepare: Prepare, local: Path
) -> None:
    prepare({"sun": 0, "house": 0}, extra={f"{label}/{n}.jpg": b"no picture" for label in "ab" for n in range(3)})
    at = open_app("teach")
    at.button(key="teach_go").click().run()
    assert finish(local).state == "failed"
    at = open_app("teach")
    assert "No pictures with labels were found" in said(at)
    assert "Found 2 classes, 6 pictures" in said(at)
    at.button(key="teach_dismiss").click().run()
    assert "No pictures with labels were found" not in said(at)


def test_a_draft_that_was_damaged_is_an_empty_one(local: Path) -> None:
    local.mkdir(parents=True)
    (local / "draft.json").write_text(json.dumps({"sources": 3}))
    assert draft.load(local) == draft.Draft()


@pytest.mark.parametrize(
    ("name", "tidy"),
    [
        ("../../etc/passwd.zip", "etc passwd.zip"),
        ("사진 (1).zip", "사진 (1).zip"),
        ("a" * 300 + ".zip", "a" * 80 + ".zip"),
    ],
)
def test_uploads_get_names_that_every_system_takes(name: str, tidy: str) -> None:
    assert draft.tidy(name) == tidy


def test_progress_tells_stage_amount_and_time() -> None:
    running = Status(
        "running",
        progress={"read": Progress("read", 9, 9, 0.1), "look": Progress("look", 1200, 3000, 0.4)},
        seconds_left=72.0,
    )
    html = progress.view(running)
    assert 'aria-valuenow="40"' in html
    assert "1,200 of 3,000" in html
    assert "About 70 seconds left" in html
    assert html.count("check_circle") == 1
    assert "Waiting: 2 lessons are before yours" in progress.view(Status("waiting", place=2))


def test_the_matrix_marks_right_and_wrong_and_escapes_labels() -> None:
    html = confusion.matrix(("<b>a</b>", "b"), np.array([[5, 1], [0, 3]], np.int32), chosen=(0, 1))
    assert "<b>a" not in html
    assert html.count('class="tl-right"') == 2
    assert 'class="tl-wrong tl-chosen" data-cell="0-1"' in html
    assert 'data-cell="1-0"' not in html


def test_the_most_mixed_up_pairs_come_first() -> None:
    wrong = np.array([[0, 2, 0], [7, 0, 0], [0, 0, 0]], np.int32)
    html = confusion.pairs(("a", "b", "c"), wrong)
    assert html.index('data-cell="1-0"') < html.index('data-cell="0-1"')
    assert "It mixed up nothing" in confusion.pairs(("a", "b", "c"), np.zeros((3, 3), np.int32))


def test_the_result_is_told_in_plain_words(shelve: Callable[..., Path]) -> None:
    model = load(shelve())
    html = result.summary(model)
    assert "It got 27 of 30 pictures right that it had not seen" in html
    assert "between 74% and 97%" in html
    untested = replace(model, report=replace(model.report, score=replace(model.report.score, right=0, total=0)))
    assert "could not be tested" in result.summary(untested)
