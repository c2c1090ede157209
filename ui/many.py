"""Many pictures at once: a summary, a table, and the same as CSV for a spreadsheet."""

from __future__ import annotations

import csv
import io
from collections import Counter
from collections.abc import Sequence
from html import escape

import streamlit as st

from core.model import table as rows
from ui import answer, page
from ui.colours import colours
from ui.language import current
from ui.looking import Looked, Refused
from ui.texts import plural, t

PAGE = 50  # rows shown at a time: some 200 kB of small pictures


def show(seen: Sequence[Looked | Refused], labels: Sequence[str], shown: int, key: str) -> None:
    """The answers for many pictures, with a download."""
    colour = colours(labels)
    st.html(_summary(seen, labels, colour))
    name = t("panel.csv_name")
    st.download_button(
        t("panel.csv"),
        lambda: as_csv(seen, shown).encode("utf-8-sig"),  # with its mark, so that Excel shows Korean
        file_name=name,
        mime="text/csv",
        icon=":material/download:",
        on_click="ignore",
        key=f"{key}_csv",
    )
    limit = st.session_state.get(f"{key}_rows", PAGE)
    st.html(_table(seen[:limit], colour))
    if len(seen) > limit and st.button(
        plural("panel.more", min(PAGE, len(seen) - limit)), key=f"{key}_more", icon=":material/expand_more:"
    ):
        st.session_state[f"{key}_rows"] = limit + PAGE
        page.again()


def as_csv(seen: Sequence[Looked | Refused], shown: int) -> str:
    """One row a picture: file, answer, whether the model was sure, the `shown` best guesses with their probabilities
    (0 to 1), and the sentence for a picture that could not be looked at."""
    table = io.StringIO()
    writer = csv.writer(table, lineterminator="\r\n")
    writer.writerow(rows.header(shown))
    unsure = t("answer.unsure")
    for one in seen:
        if isinstance(one, Refused):
            writer.writerow(rows.refused(one.name, one.error.say(current()), top=shown))
        else:
            said = rows.row(one.name, one.labels, one.probabilities, sure=one.sure, unsure=unsure, top=shown)
            writer.writerow(said)
    return table.getvalue()


def _summary(seen: Sequence[Looked | Refused], labels: Sequence[str], colour: dict[str, str]) -> str:
    answered = [one for one in seen if isinstance(one, Looked)]
    counts = Counter(one.labels[0] for one in answered if one.sure)
    marks = [answer.chip(f"{label} {counts[label]:,}", colour[label]) for label in labels if counts[label]]
    if unsure := sum(not one.sure for one in answered):
        marks.append(f'<span class="tl-chip tl-chip-unsure">{escape(t("answer.unsure"))} {unsure:,}</span>')
    if refused := len(seen) - len(answered):
        marks.append(f'<span class="tl-chip">{escape(plural("panel.refused", refused))}</span>')
    count = escape(plural("panel.seen", len(answered)))
    return f'<p class="tl-count">{count}</p><div class="tl-chips">{"".join(marks)}</div>'


def _table(seen: Sequence[Looked | Refused], colour: dict[str, str]) -> str:
    columns = [t(f"panel.column_{name}") for name in ("picture", "answer", "share")]
    head = "".join(f'<th scope="col">{escape(column)}</th>' for column in columns)
    rows = "".join(_refused(one) if isinstance(one, Refused) else _row(one, colour) for one in seen)
    return f'<table class="tl-table"><thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table>'


def _row(one: Looked, colour: dict[str, str]) -> str:
    best = one.labels[0]
    if one.sure:
        said = f'<span class="tl-dot" style="background:{colour[best]}"></span><strong>{escape(best)}</strong>'
        if one.subclass:
            said += f'<span class="tl-note tl-finer">{escape(one.subclass)}</span>'
    else:
        said = (
            f'<em class="tl-unsure-word">{escape(t("answer.unsure"))}</em>'
            f'<span class="tl-note">{escape(t("panel.perhaps", label=best))}</span>'
        )
    share = escape(answer.percent(one.probabilities[0]))
    picture = answer.image(one.preview, "", "tl-thumb")
    return f'<tr>{_file(picture, one.name)}<td>{said}</td><td class="tl-number">{share}</td></tr>'


def _refused(one: Refused) -> str:
    picture = '<span class="tl-thumb tl-symbol" aria-hidden="true">broken_image</span>'
    why = escape(one.error.say(current()))
    return f'<tr>{_file(picture, one.name)}<td colspan="2" class="tl-note">{why}</td></tr>'


def _file(picture: str, name: str) -> str:
    return f'<td class="tl-file"><div>{picture}<span>{escape(name)}</span></div></td>'
