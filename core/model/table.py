"""Answers as rows of a table that spreadsheets open: the same columns from the app and from the command line."""

from __future__ import annotations

from core.model.answer import Answer

_FORMULA = ("=", "+", "-", "@", "\t", "\r")  # what a spreadsheet would take for a formula


def header(top: int) -> list[str]:
    """The columns, with the `top` best guesses."""
    guesses = [name for rank in range(1, top + 1) for name in (f"guess_{rank}", f"probability_{rank}")]
    return ["file", "answer", "sure", *guesses, "problem"]


def row(name: str, answer: Answer, *, unsure: str, top: int) -> list[str]:
    """The row of a picture that was answered, with the probabilities (0 to 1) of the `top` best guesses; `unsure` is
    written where the answer is not sure."""
    cells = [cell for label, probability in answer.best(top) for cell in (_cell(label), f"{probability:.4f}")]
    best, sure = (_cell(answer.labels[0]), "yes") if answer.kind == "sure" else (unsure, "no")
    return [_cell(name), best, sure, *cells, *[""] * (2 * (top - len(answer.best(top)))), ""]


def refused(name: str, message: str, *, top: int) -> list[str]:
    """The row of a picture that could not be answered, and why."""
    return [_cell(name), *[""] * (2 + 2 * top), _cell(message)]


def _cell(text: str) -> str:
    """Text of strangers, which a spreadsheet is not to compute."""
    return f"'{text}" if text.startswith(_FORMULA) else text
