"""The confusion matrix: what was what, and what the model said; each cell opens its pictures."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from pathlib import Path

import numpy as np
import streamlit as st

from core.model.file import thumbnails
from core.model.model import Model
from ui import answer, page
from ui.colours import colour
from ui.texts import plural, t

LARGEST = 30  # classes of a matrix that can still be read; above, the pairs alone are shown
_PAIRS = 6  # most mixed-up pairs
_FIRST = 24  # pictures of a cell at first

_SCRIPT = """
export default function ({ parentElement, data, setTriggerValue }) {
  const root = parentElement.querySelector('.tl-cells');
  if (root.dataset.drawn !== data.html) {
    root.innerHTML = data.html;
    root.dataset.drawn = data.html;
  }
  root.onclick = (event) => {
    const cell = event.target.closest('button[data-cell]');
    if (cell) setTriggerValue('cell', cell.dataset.cell);
  };
}
"""

_cells = st.components.v2.component(
    "teachlens_cells", html='<div class="tl-cells"></div>', js=_SCRIPT, isolate_styles=False
)


def show(path: Path, model: Model) -> None:
    """The matrix, or the pairs where there are too many classes, and the pictures of the cell that was tapped."""
    confusion = model.report.confusion
    wrong = confusion.copy()
    np.fill_diagonal(wrong, 0)
    page.section(t("teach.confusion"), t("teach.confusion_note"))
    html = pairs(model.labels, wrong)
    chosen = st.session_state.get("teach_cell")
    if len(model.labels) <= LARGEST:
        html += matrix(model.labels, confusion, chosen)
    result = _cells(data={"html": html}, key="teach_cells", on_cell_change=lambda: None)
    if tapped := getattr(result, "cell", None):
        row, column = (int(number) for number in str(tapped).split("-"))
        if 0 <= row < len(model.labels) and 0 <= column < len(model.labels):
            st.session_state["teach_cell"] = (row, column)
            st.session_state.pop("teach_cell_shown", None)
            st.rerun()
    if chosen is not None and max(chosen) < len(model.labels):
        _pictures(path, model, *chosen)


def pairs(labels: Sequence[str], wrong: np.ndarray) -> str:
    """The pairs that are mixed up most, as buttons; a kind word where there are none."""
    order = np.argsort(-wrong, axis=None, kind="stable")[:_PAIRS]
    rows = ""
    for row, column in zip(*np.unravel_index(order, wrong.shape), strict=True):
        count = int(wrong[row, column])
        if not count:
            break
        words = plural("teach.pair", count, given=labels[row], said=labels[column])
        rows += f'<li><button type="button" data-cell="{row}-{column}">{escape(words)}</button></li>'
    return f'<ul class="tl-pairs">{rows}</ul>' if rows else f'<p class="tl-note">{escape(t("teach.no_pair"))}</p>'


def matrix(labels: Sequence[str], confusion: np.ndarray, chosen: tuple[int, int] | None) -> str:
    """The matrix as an HTML table: a row for what it was, a column for what the model said."""
    totals = np.maximum(confusion.sum(axis=1), 1)
    heads = "".join(f'<th scope="col" title="{escape(label)}"><span>{escape(label)}</span></th>' for label in labels)
    rows = ""
    for row, label in enumerate(labels):
        cells = "".join(
            _cell(labels, row, column, int(confusion[row, column]), float(confusion[row, column] / totals[row]), chosen)
            for column in range(len(labels))
        )
        dot = f'<span class="tl-dot" style="background:{colour(row)}"></span>'
        rows += f'<tr><th scope="row" title="{escape(label)}">{dot}<span>{escape(label)}</span></th>{cells}</tr>'
    corner = f'<td class="tl-corner">{escape(t("teach.matrix_corner"))}</td>'
    return (
        f'<div class="tl-matrix-box" tabindex="0"><table class="tl-matrix"><caption>{escape(t("teach.matrix_caption"))}'
        f"</caption><thead><tr>{corner}{heads}</tr></thead><tbody>{rows}</tbody></table></div>"
    )


def _cell(
    labels: Sequence[str], row: int, column: int, count: int, share: float, chosen: tuple[int, int] | None
) -> str:
    if not count:
        return "<td></td>"
    kind = "tl-right" if row == column else "tl-wrong"
    if chosen == (row, column):
        kind += " tl-chosen"
    words = plural("teach.cell", count, given=labels[row], said=labels[column])
    strength = 12 + round(share * 73)
    return (
        f'<td><button type="button" class="{kind}" data-cell="{row}-{column}" style="--share:{strength}%" '
        f'title="{escape(words)}" aria-label="{escape(words)}">{count:,}</button></td>'
    )


def _pictures(path: Path, model: Model, row: int, column: int) -> None:
    """The pictures behind a cell, those it was most sure of first."""
    report = model.report
    given = _given(model, path)
    here = np.flatnonzero((report.answer == column) & (given == row))
    if not len(here):
        return
    here = here[np.argsort(-report.probability[here], kind="stable")]
    shown = st.session_state.get("teach_cell_shown", _FIRST)
    same = row == column
    key = "teach.cell_right" if same else "teach.cell"
    with page.card("cell"):
        title = plural(key, len(here), given=model.labels[row], said=model.labels[column])
        st.html(f'<p class="tl-count">{escape(title)}</p>')
        pictures = thumbnails(path, report.example[here[:shown]])
        sure = [escape(answer.percent(float(share))) for share in report.probability[here[:shown]]]
        tiles = "".join(
            f'<li>{answer.image(picture, "", "tl-tile")}<span class="tl-note">{share}</span></li>'
            for picture, share in zip(pictures, sure, strict=True)
        )
        st.html(f'<ul class="tl-tiles">{tiles}</ul>')
        page.note(t("teach.cell_note"))
        if len(here) > shown and st.button(plural("teach.more_pictures", len(here) - shown), key="teach_cell_more"):
            st.session_state["teach_cell_shown"] = shown + 5 * _FIRST
            st.rerun()


def _given(model: Model, path: Path) -> np.ndarray:
    """(tested,) the label that each tested picture carries."""
    return _example_labels(str(path), path.stat().st_mtime_ns)[model.report.example]


@st.cache_data(max_entries=8, show_spinner=False)
def _example_labels(path: str, changed: int) -> np.ndarray:
    from core.model.file import load_examples

    return load_examples(Path(path)).labels
