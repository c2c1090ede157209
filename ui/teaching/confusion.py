"""What the test said of each class, and what was taken for what; every number opens its pictures."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape
from math import sqrt
from pathlib import Path

import numpy as np
import streamlit as st
from numpy.typing import NDArray

from core.messages import percent
from core.messages.labels import short
from core.model.file import load, load_listing, thumbnails
from core.model.model import IntArray, Listing, Model
from ui import errors, page
from ui.colours import colour
from ui.teaching.strips import tile_html
from ui.teaching.taps import taps
from ui.texts import plural, t

LARGEST = 40  # classes of a matrix that can still be read; above, pairs and classes alone are shown
_WIDE = 6  # classes up to which names of columns stand level on a wide screen
_NARROW = 4  # and on a phone
_SHORT = 3  # characters that stand level above any column
_PAIRS = 6  # most mixed-up pairs
_BARS = 12  # classes whose bars are shown at first
_FIRST = 24  # pictures shown at first
_ANSWER = ".st-key-card_cell"


@dataclass(frozen=True)
class Cell:
    """A cell of the matrix: the position of the pictures' own label and of the predicted one; where that is None, all
    mistakes of a class."""

    label: int
    predicted: int | None

    @property
    def code(self) -> str:
        """As a button carries it."""
        return f"{self.label}-{'' if self.predicted is None else self.predicted}"


def cell_of(code: str, classes: int) -> Cell | None:
    """The cell that a button stands for; None for what is no cell of so many classes."""
    label, _, predicted = code.partition("-")
    if not label.isdecimal() or not (predicted.isdecimal() or not predicted):
        return None
    cell = Cell(int(label), int(predicted) if predicted else None)
    return cell if max(cell.label, cell.predicted or 0) < classes else None


@st.fragment
@errors.guarded
def show(path: Path) -> None:
    """Bars, pairs, matrix, and the pictures of what was tapped last; at first those of the worst mix-up."""
    model = load(path, tuned_weights=False)
    wrong = mistakes(model.report.confusion)
    tapped_path, tapped_code = st.session_state.get("teach_cell", ("", ""))
    chosen = cell_of(tapped_code, len(model.labels)) if tapped_path == str(path) else most_frequent(wrong)
    page.section(t("teach.per_class"), t("teach.per_class_note"))
    with page.card("per_class"):
        visible = st.session_state.get("teach_shown_bars", _BARS)
        tapped_codes = [taps(bars(model, visible), "teach_bars", _ANSWER)]
        more = len(model.labels) - visible
        if more > 0 and st.button(plural("teach.more_classes", more), key="teach_more_bars"):
            st.session_state["teach_shown_bars"] = visible + 10 * _BARS
            page.again()
    page.section(t("teach.confusion"), t("teach.confusion_note"))
    readable = len(model.labels) <= LARGEST
    with st.container(key="teach_confusion"):
        html = pairs(model.labels, wrong, _PAIRS if readable else 3 * _PAIRS, chosen)
        if readable:
            html += matrix(model.labels, model.report.confusion, chosen)
        tapped_codes.append(taps(html, "teach_cells", _ANSWER))
        if chosen is not None:
            with page.card("cell"):
                _pictures(path, model, chosen)
    tapped = next((code for code in tapped_codes if code), None)
    if tapped and cell_of(tapped, len(model.labels)):
        st.session_state["teach_cell"] = (str(path), tapped)
        st.session_state.pop("teach_cell_shown", None)
        page.again()


def mistakes(confusion: IntArray) -> NDArray[np.int32]:
    """The matrix without what was right."""
    wrong = confusion.copy()
    np.fill_diagonal(wrong, 0)
    return wrong


def most_frequent(wrong: IntArray) -> Cell | None:
    """The most frequent mistake; None where there is none."""
    if not wrong.max(initial=0):
        return None
    label, predicted = np.unravel_index(int(wrong.argmax()), wrong.shape)
    return Cell(int(label), int(predicted))


def bars(model: Model, visible: int) -> str:
    """A bar for each class, the hardest first: its name, how many of its pictures were right; a button each."""
    scores = model.report.per_class
    order = sorted(range(len(scores)), key=lambda one: (scores[one].value if scores[one].total else 2.0, one))
    return f'<ul class="tl-bars tl-class-bars">{"".join(_bar(model, one) for one in order[:visible])}</ul>'


def _bar(model: Model, position: int) -> str:
    score, label = model.report.per_class[position], model.labels[position]
    right, total = f"{score.right:,}", f"{score.total:,}"
    words = t("teach.class_untested")
    if score.total:
        words = t("teach.class_score", right=right, total=total, share=percent(score.value))
    return (
        f'<li><button type="button" data-cell="{Cell(position, None).code}"{"" if score.total else " disabled"}>'
        f'<span class="tl-label">{escape(label)}</span><span class="tl-share">{escape(words)}</span>'
        f'<span class="tl-track"><span style="width:{score.value * 100:.2f}%;background:{colour(position)}"></span>'
        "</span></button></li>"
    )


def pairs(labels: Sequence[str], wrong: IntArray, most: int, chosen: Cell | None) -> str:
    """The pairs that are mixed up most, as buttons; a kind word where there are none."""
    order = np.argsort(-wrong, axis=None, kind="stable")[:most]
    rows = ""
    for row, column in zip(*np.unravel_index(order, wrong.shape), strict=True):
        cell, count = Cell(int(row), int(column)), int(wrong[row, column])
        if not count:
            break
        words = t("teach.pair", given=short(labels[row]), said=short(labels[column]))
        rows += (
            f'<li><button type="button" data-cell="{cell.code}"{" class=tl-chosen" if cell == chosen else ""}>'
            f"{escape(words)} <b>{count:,}</b></button></li>"
        )
    return f'<ul class="tl-pairs">{rows}</ul>' if rows else f'<p class="tl-note">{escape(t("teach.no_pair"))}</p>'


def matrix(labels: Sequence[str], confusion: IntArray, chosen: Cell | None) -> str:
    """The matrix as an HTML table: a row for what it was, a column for what the model said."""
    totals = np.maximum(confusion.sum(axis=1), 1)
    heads = "".join(f'<th scope="col" title="{escape(label)}"><span>{escape(label)}</span></th>' for label in labels)
    rows = ""
    for row, label in enumerate(labels):
        cells = "".join(
            _cell(labels, Cell(row, column), int(count), float(count / totals[row]), chosen)
            for column, count in enumerate(confusion[row])
        )
        dot = f'<span class="tl-dot" style="background:{colour(row)}"></span>'
        rows += f'<tr><th scope="row" title="{escape(label)}">{dot}<span>{escape(label)}</span></th>{cells}</tr>'
    corner = f'<td class="tl-corner">{escape(t("teach.matrix_was"))} ↓<br>{escape(t("teach.matrix_said"))} →</td>'
    level = len(labels) <= _NARROW or max(map(len, labels)) <= _SHORT
    kind = " tl-few" if level else " tl-many" if len(labels) > _WIDE else ""
    return (
        f'<div class="tl-matrix-box" tabindex="0"><table class="tl-matrix{kind}"><caption>'
        f"{escape(t('teach.matrix_caption'))}</caption><thead><tr>{corner}{heads}</tr></thead><tbody>{rows}</tbody></table></div>"
    )


def _cell(labels: Sequence[str], cell: Cell, count: int, share: float, chosen: Cell | None) -> str:
    if not count or cell.predicted is None:
        return "<td></td>"
    right = cell.label == cell.predicted
    kind = f"{'tl-right' if right else 'tl-wrong'}{' tl-chosen' if cell == chosen else ''}"
    key = "teach.cell_right" if right else "teach.cell"
    words = plural(key, count, given=labels[cell.label], said=labels[cell.predicted])
    strength = round(100 * (share if right else sqrt(share)))  # mistakes are few: their square roots can be told apart
    return (
        f'<td><button type="button" class="{kind}" data-cell="{cell.code}" style="--share:{strength}%" '
        f'title="{escape(words)}" aria-label="{escape(words)}">{count:,}</button></td>'
    )


@st.cache_data(max_entries=4, show_spinner=False)
def listing(path: str, changed: int) -> Listing:
    """The examples of a model, without their vectors. Raises ModelError."""
    return load_listing(Path(path))


def examples_behind(model: Model, listed: Listing, cell: Cell) -> IntArray:
    """Positions among the tested pictures of those behind a cell, those it was most sure of first."""
    report = model.report
    inside = report.example < len(listed.labels)
    labels = listed.labels[np.where(inside, report.example, 0)]
    predicted = report.answer != cell.label if cell.predicted is None else report.answer == cell.predicted
    here = np.flatnonzero(inside & (labels == cell.label) & predicted)
    return here[np.argsort(-report.probability[here], kind="stable")].astype(np.int32)


def cell_title(model: Model, cell: Cell, count: int) -> str:
    """What the pictures of a cell are, in words."""
    label = model.labels[cell.label]
    if cell.predicted is None:
        return plural("teach.row", count, given=label) if count else t("teach.row_right", given=label)
    key = "teach.cell_right" if cell.label == cell.predicted else "teach.cell"
    return plural(key, count, given=label, said=model.labels[cell.predicted])


def _pictures(path: Path, model: Model, cell: Cell) -> None:
    """The pictures behind a cell, each with what was said, how surely, and the name of its file."""
    report, listed = model.report, listing(str(path), path.stat().st_mtime_ns)
    if not listed.names:
        page.note(t("teach.private_cell"))
        return
    here = examples_behind(model, listed, cell)
    visible = st.session_state.get("teach_cell_shown", _FIRST)
    examples = report.example[here[:visible]]
    rows = "".join(
        _tile(picture, listed.names[example], model.labels[predicted], int(predicted), float(share), cell)
        for picture, example, predicted, share in zip(
            thumbnails(path, examples),
            examples.tolist(),
            report.answer[here[:visible]].tolist(),
            report.probability[here[:visible]].tolist(),
            strict=True,
        )
    )
    title = escape(cell_title(model, cell, len(here)))
    note = f'<p class="tl-note">{escape(t("teach.cell_note"))}</p>' if rows else ""
    st.html(f'<p class="tl-count" role="status">{title}</p><ul class="tl-tiles">{rows}</ul>{note}')
    more = min(len(here) - visible, 5 * _FIRST)
    if more > 0 and st.button(plural("teach.more_pictures", more), key="teach_cell_more"):
        st.session_state["teach_cell_shown"] = visible + more
        page.again()


def _tile(picture: bytes, name: str, predicted: str, position: int, share: float, cell: Cell) -> str:
    answered = (
        f'<span class="tl-said"><span class="tl-dot" style="background:{colour(position)}"></span>'
        f"{escape(predicted)}</span> "
        if cell.predicted is None
        else ""
    )
    file = name.rpartition("/")[2]
    return (
        f'<li title="{escape(name)}">{tile_html(picture, file)}<span class="tl-sure">{answered}'
        f'{escape(percent(share))}</span><span class="tl-name">{escape(file)}</span></li>'
    )
