"""The parts of the page "Teach" that are pure: words, bars, matrix, progress, hints."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from core.learning.progress import Progress
from core.learning.report import report
from core.messages.labels import listed, short
from core.model.file import load
from core.model.model import Listing, Model
from core.pictures.dataset import Dataset, Entry
from core.work.lessons import Status
from ui.teaching import classes, confusion, progress, ready, result, steps, strips
from ui.teaching.confusion import Cell
from ui.teaching.words import plain

LABELS = ("<b>a</b>", "배", "c")


@pytest.fixture
def model(shelve: Callable[..., Path]) -> Model:
    """A model whose report was made from answers: a is taken for 배 twice, surely once; c is always right."""
    given = np.repeat(np.arange(3, dtype=np.int32), 10)
    logits = np.full((30, 3), -2.0, np.float32)
    logits[np.arange(30), given] = 2.0
    logits[3] = (0.0, 3.0, -2.0)
    logits[4] = (0.0, 0.1, -2.0)
    made = load(shelve())
    tested = report("cross-validation", logits, 1.0, given, np.arange(30, dtype=np.int32))
    return replace(made, labels=LABELS, report=tested, card=replace(made.card, pictures=dict.fromkeys(LABELS, 40)))


LISTED = Listing(
    tuple(f"{number}.jpg" for number in range(30)),
    np.repeat(np.arange(3, dtype=np.int32), 10),
    np.arange(30, dtype=np.int32),
)


# --- Progress ---------------------------------------------------------------------------------------------------------


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
    assert html.count("check_circle") == 1 and html.count("aria-current=step") == 1
    assert "Waiting: 2 lessons are before yours" in progress.view(Status("waiting", position=2))


@pytest.mark.parametrize(
    ("seconds", "words"),
    [(None, "Finding out"), (0.4, "A moment more"), (6.0, "About 5 seconds"), (200.0, "About 3 minutes")],
)
def test_the_time_left_is_no_more_precise_than_can_be_known(seconds: float | None, words: str) -> None:
    assert words in progress.view(Status("running", seconds_left=seconds))


def test_as_many_pictures_come_to_light_as_were_looked_at() -> None:
    status = Status("running", progress={"look": Progress("look", 50, 100, 0.3)})
    assert "nth-child(-n+15)" in progress.seen(status, 30)
    assert "nth-child(-n+0)" in progress.seen(Status("waiting"), 30)


def test_the_steps_behind_are_ticked() -> None:
    html = steps.view(1)
    assert html.count(">check<") == 1 and html.count('aria-current="step"') == 1
    assert html.index(">check<") < html.index('aria-current="step"')


# --- The result -------------------------------------------------------------------------------------------------------


def test_the_result_is_told_in_plain_words(shelve: Callable[..., Path]) -> None:
    model = load(shelve(title="<i>Paints"))
    html = result.summary(model)
    assert "It got 27 of 30 pictures right that it had not seen: 90%." in html
    assert "between 74% and 97%" in html
    assert "&lt;i&gt;Paints" in html and "<i>" not in html
    untested = replace(model, report=replace(model.report, score=replace(model.report.score, right=0, total=0)))
    assert "could not be tested" in result.summary(untested)


@pytest.mark.parametrize("method", ["cross-validation", "held out", "own split"])
def test_every_way_of_testing_is_explained(method: str, model: Model) -> None:
    tested = replace(model, report=replace(model.report, method=method))  # type: ignore[arg-type]
    assert result.how_html(tested).count("<p>") == 2


def test_the_range_is_drawn_to_scale() -> None:
    html = result.interval(0.7, 0.8, 0.9)
    assert "left:70.0%" in html and "right:10.0%" in html and "left:80.0%" in html and "70% – 90%" in html


# --- Bars, pairs, matrix ----------------------------------------------------------------------------------------------


def test_the_hardest_class_comes_first_and_labels_are_escaped(model: Model) -> None:
    html = confusion.bars(model, 2)
    assert html.count("<li>") == 2
    assert html.index("&lt;b&gt;a") < html.index("배")
    assert "8 of 10 right, 80%" in html and "<b>a" not in html
    assert 'data-cell="0-"' in html


def test_the_matrix_marks_right_and_wrong_and_escapes_labels() -> None:
    html = confusion.matrix(("<b>a</b>", "b"), np.array([[5, 1], [0, 3]], np.int32), chosen=Cell(0, 1))
    assert "<b>a" not in html
    assert html.count('class="tl-right"') == 2
    assert 'class="tl-wrong tl-chosen" data-cell="0-1"' in html
    assert 'data-cell="1-0"' not in html  # nothing to see there
    assert "taken for b: 1 picture" in html


def test_the_most_mixed_up_pairs_come_first() -> None:
    wrong = np.array([[0, 2, 0], [7, 0, 0], [0, 0, 0]], np.int32)
    html = confusion.pairs(("a", "b", "c"), wrong, 6, None)
    assert html.index('data-cell="1-0"') < html.index('data-cell="0-1"')
    assert html.count("<li>") == 2
    assert "It mixed up nothing" in confusion.pairs(("a", "b", "c"), np.zeros((3, 3), np.int32), 6, None)
    assert confusion.most_frequent(wrong) == Cell(1, 0)
    assert confusion.most_frequent(np.zeros((3, 3), np.int32)) is None


def test_korean_pairs_carry_the_fitting_particles(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ui.language.current", lambda: "ko")
    wrong = np.array([[0, 2], [1, 0]], np.int32)
    html = confusion.pairs(("수달", "해달"), wrong, 6, None)
    assert "수달을 해달로 봄" in html and "해달을 수달로 봄" in html
    assert "장미를 튤립으로 봄" in confusion.pairs(("장미", "튤립"), wrong, 1, None)


@pytest.mark.parametrize(
    ("code", "cell"),
    [("0-1", Cell(0, 1)), ("2-", Cell(2, None)), ("3-0", None), ("0-9", None), ("x", None), ("", None), ("-1-1", None)],
)
def test_a_button_stands_for_a_cell_of_this_matrix_or_none(code: str, cell: Cell | None) -> None:
    assert confusion.cell_of(code, 3) == cell
    assert cell is None or cell.code == code


def test_the_pictures_behind_a_cell_are_those_it_was_most_sure_of_first(model: Model) -> None:
    assert confusion.examples_behind(model, LISTED, Cell(0, 1)).tolist() == [3, 4]
    assert confusion.examples_behind(model, LISTED, Cell(0, None)).tolist() == [3, 4]
    assert len(confusion.examples_behind(model, LISTED, Cell(2, 2))) == 10
    assert len(confusion.examples_behind(model, LISTED, Cell(2, None))) == 0
    assert confusion.cell_title(model, Cell(2, None), 0) == "It knew every picture of c."
    beyond = replace(model, report=replace(model.report, example=model.report.example + 900))
    assert len(confusion.examples_behind(beyond, LISTED, Cell(0, 0))) == 0  # a file that says what is not there


# --- What was found ---------------------------------------------------------------------------------------------------


def entries(count: int) -> list[Entry]:
    return [Entry(Path("x.zip"), number, f"{number}.jpg", "x") for number in range(count)]


def test_a_strip_is_spread_over_all_pictures_of_a_class() -> None:
    assert [entry.member for entry in strips.spread(entries(60), 6)] == [0, 10, 20, 30, 40, 50]
    assert len(strips.spread(entries(3), 6)) == 3


def test_a_strip_says_how_many_more_there_are() -> None:
    html = strips.strip_html([b"jpeg"] * 6, 1200)
    assert html.count("<li>") == 6 and html.count("+1,200") == 1
    assert "tl-rest" not in strips.strip_html([b"jpeg"] * 3, 0)


def test_reasons_name_a_dozen_files_and_count_the_rest() -> None:
    html = classes.reasons_html({"Broken <i>.": [f"<u>{number}.jpg" for number in range(40)]})
    assert "<i>" not in html and "<u>" not in html
    assert "&lt;u&gt;11.jpg, and 28 more" in html and "&lt;u&gt;12.jpg" not in html


def test_how_things_stand_is_said_beside_the_button() -> None:
    two = Dataset((*entries(2), *(replace(entry, label="y") for entry in entries(30))))
    assert "2 classes, 32 pictures" in ready.standing(two, [])
    assert "x has fewer than 20 pictures" in ready.standing(two, [])
    assert "tl-lacking" in ready.standing(two, ["<b>"]) and "<b>" not in ready.standing(two, ["<b>"])


# --- Words ------------------------------------------------------------------------------------------------------------


def test_a_persons_words_are_kept_from_markdown_and_kept_short() -> None:
    assert plain("**a** [b](c) $x$ :d:") == r"\*\*a\*\* \[b\]\(c\) \$x\$ \:d\:"
    assert short("short") == "short" and len(short("x" * 90)) == 28 and short("x" * 90).endswith("…")
    assert listed(["a", "b", "c", "d"]) == "a, b, c …"
