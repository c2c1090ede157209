"""Answers as rows of a table that spreadsheets open."""

from __future__ import annotations

import csv
import io
from dataclasses import replace

import pytest

from core.model import table
from core.model.answer import Answer

ANSWER = Answer(("cat", "dog", "emu"), (0, 1, 2), (0.75, 0.125, 0.125), sure=True)


def test_each_row_has_the_columns_of_the_header() -> None:
    for top in (1, 3, 5):  # a model may have fewer labels than are asked for
        rows = [
            table.row("a.jpg", ANSWER, unsure="not sure", top=top),
            table.refused("b.jpg", "This picture is damaged.", top=top),
        ]
        assert all(len(row) == len(table.header(top)) for row in rows)


def test_a_row_names_the_answer_and_the_best_guesses() -> None:
    named = dict(zip(table.header(2), table.row("a.jpg", ANSWER, unsure="not sure", top=2), strict=True))
    assert named == {
        "file": "a.jpg",
        "answer": "cat",
        "sure": "yes",
        "guess_1": "cat",
        "probability_1": "0.7500",
        "guess_2": "dog",
        "probability_2": "0.1250",
        "problem": "",
    }


@pytest.mark.parametrize("familiar", [True, False])
def test_an_answer_that_is_not_sure_names_no_label_as_the_answer(familiar: bool) -> None:
    unsure = replace(ANSWER, sure=False, familiar=familiar)
    assert table.row("a.jpg", unsure, unsure="잘 모르겠어요", top=1)[1:4] == ["잘 모르겠어요", "no", "cat"]


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r"])
def test_no_cell_is_a_formula_whoever_wrote_it(start: str) -> None:
    formula = f"{start}cmd|' /C calc'!A0"
    rows = [
        table.row(formula, replace(ANSWER, labels=(formula, "dog", formula)), unsure="", top=3),
        table.refused(formula, f"{formula} cannot be found.", top=3),  # sentences begin with names of files
    ]
    written = io.StringIO()
    csv.writer(written).writerows(rows)
    for cells in csv.reader(io.StringIO(written.getvalue(), newline="")):
        assert not [cell for cell in cells if cell.startswith(start)]
