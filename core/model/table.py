"""Answers as rows of a table that spreadsheets open: the same columns from the app and from the command line."""

from __future__ import annotations

from collections.abc import Sequence

_FORMULA = ("=", "+", "-", "@", "\t", "\r")  # what a spreadsheet would take for a formula


def header(top: int) -> list[str]:
    """The columns, with the `top` best guesses."""
    guesses = [name for rank in range(1, top + 1) for name in (f"guess_{rank}", f"probability_{rank}")]
    return ["file", "answer", "sure", *guesses, "problem"]


def row(
    name: str, labels: Sequence[str], probabilities: Sequence[float], *, sure: bool, unsure: str, top: int
) -> list[str]:
    """The row of a picture that was looked at; labels and probabilities (0 to 1) best first, `unsure` is the answer
    where the model was not sure."""
    best = zip(labels[:top], probabilities[:top], strict=True)
    cells = [cell for label, probability in best for cell in (_cell(label), f"{probability:.4f}")]
    return [_cell(name), _cell(labels[0]) if sure else unsure, "yes" if sure else "no", *cells, ""]


def refused(name: str, why: str, *, top: int) -> list[str]:
    """The row of a picture that could not be looked at."""
    return [_cell(name), *[""] * (2 + 2 * top), why]


def _cell(text: str) -> str:
    return f"'{text}" if text.startswith(_FORMULA) else text
