"""Many pictures at once: a summary, a table, and the same as CSV for a spreadsheet."""

from __future__ import annotations

import csv
import io
from collections import Counter
from collections.abc import Sequence
from html import escape

import streamlit as st

from core.messages import Language, percent
from core.model import table
from ui import answer, page
from ui.answering import AnsweredPicture, RefusedPicture
from ui.colours import colours
from ui.language import current
from ui.texts import plural, t

PAGE = 50  # rows shown at a time: some 200 kB of small pictures


def show(
    pictures: Sequence[AnsweredPicture | RefusedPicture], labels: Sequence[str], visible_count: int, key: str
) -> None:
    """The answers for many pictures, with a download of the `visible_count` best guesses for each."""
    colour = colours(labels)
    st.html(_summary(pictures, labels, colour))
    language = current()  # asked here: the file is made in a thread that knows no page
    st.download_button(
        t("panel.csv"),
        # With its mark, so that Excel shows Korean.
        lambda: as_csv(pictures, visible_count, language).encode("utf-8-sig"),
        file_name=t("panel.csv_name"),
        mime="text/csv",
        icon=":material/download:",
        on_click="ignore",
        key=f"{key}_csv",
    )
    limit = st.session_state.get(f"{key}_rows", PAGE)
    st.html(_table(pictures[:limit], colour))
    if len(pictures) > limit and st.button(
        plural("panel.more", min(PAGE, len(pictures) - limit)), key=f"{key}_more", icon=":material/expand_more:"
    ):
        st.session_state[f"{key}_rows"] = limit + PAGE
        page.again()


def as_csv(pictures: Sequence[AnsweredPicture | RefusedPicture], top: int, language: Language) -> str:
    """One row a picture, as `core.model.table` writes it, with words in a language."""
    file = io.StringIO()
    rows = csv.writer(file, lineterminator="\r\n")
    rows.writerow(table.header(top))
    for one in pictures:
        if isinstance(one, RefusedPicture):
            rows.writerow(table.refused(one.name, one.error.say(language), top=top))
        else:
            rows.writerow(table.row(one.name, one.answer, unsure=t("answer.unsure", language), top=top))
    return file.getvalue()


def _summary(
    pictures: Sequence[AnsweredPicture | RefusedPicture], labels: Sequence[str], colour: dict[str, str]
) -> str:
    answers = [one.answer for one in pictures if isinstance(one, AnsweredPicture)]
    counts = Counter(one.labels[0] for one in answers if one.kind == "sure")
    marks = [answer.chip(f"{label} {counts[label]:,}", colour[label]) for label in labels if counts[label]]
    if unsure := len(answers) - counts.total():
        marks.append(f'<span class="tl-chip tl-chip-unsure">{escape(t("answer.unsure"))} {unsure:,}</span>')
    if refused := len(pictures) - len(answers):
        marks.append(f'<span class="tl-chip">{escape(plural("panel.refused", refused))}</span>')
    count = escape(plural("panel.seen", len(answers)))
    return f'<p class="tl-count">{count}</p><div class="tl-chips">{"".join(marks)}</div>'


def _table(pictures: Sequence[AnsweredPicture | RefusedPicture], colour: dict[str, str]) -> str:
    columns = [t(f"panel.column_{name}") for name in ("picture", "answer", "share")]
    head = "".join(f'<th scope="col">{escape(column)}</th>' for column in columns)
    rows = "".join(_refused(one) if isinstance(one, RefusedPicture) else _row(one, colour) for one in pictures)
    return f'<table class="tl-table"><thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table>'


def _row(one: AnsweredPicture, colour: dict[str, str]) -> str:
    best = one.answer.labels[0]
    if one.answer.kind == "sure":
        words = f'<span class="tl-dot" style="background:{colour[best]}"></span><strong>{escape(best)}</strong>'
        if one.answer.subclass:
            words += f'<span class="tl-note tl-finer">{escape(one.answer.subclass)}</span>'
    else:
        words = (
            f'<em class="tl-unsure-word">{escape(t("answer.unsure"))}</em>'
            f'<span class="tl-note">{escape(t("panel.perhaps", label=best))}</span>'
        )
    share = escape(percent(one.answer.probabilities[0]))
    picture = answer.image(one.preview, "", "tl-thumb")
    return f'<tr>{_file(picture, one.name)}<td>{words}</td><td class="tl-number">{share}</td></tr>'


def _refused(one: RefusedPicture) -> str:
    picture = '<span class="tl-thumb tl-symbol" aria-hidden="true">broken_image</span>'
    why = escape(one.error.say(current()))
    return f'<tr>{_file(picture, one.name)}<td colspan="2" class="tl-note">{why}</td></tr>'


def _file(picture: str, name: str) -> str:
    return f'<td class="tl-file"><div>{picture}<span>{escape(name)}</span></div></td>'
