"""What came of a lesson: how well the model knows its classes, in plain words, and what to do with it."""

from __future__ import annotations

from dataclasses import replace
from html import escape
from pathlib import Path

import streamlit as st

from core.model.file import load
from core.model.model import Model
from ui import answer, model_card, page, shelf, shell, try_it
from ui.answer import percent
from ui.colours import colour
from ui.teaching import confusion
from ui.teaching import draft as drafts
from ui.texts import plural, t

_FIRST = 20  # classes whose bars are shown at first
_SMALL = 30  # tested pictures: with fewer, a score says little


def show(area: Path, path: Path, draft: drafts.Draft) -> None:
    """The result of the lesson whose model lies at `path`."""
    model = load(path)
    with page.card("result"):
        st.html(summary(model))
        with st.popover(t("teach.how_tested"), icon=":material/help:", key="teach_how"):
            st.markdown(t(f"teach.how_{model.report.method.replace(' ', '_').replace('-', '_')}"))
            st.markdown(t("teach.how_interval"))
        with st.container(horizontal=True, gap="small"):
            if st.button(t("teach.use_it"), type="primary", icon=":material/image_search:", key="teach_use"):
                shelf.choose(path)
                shell.go("recognise")
            st.download_button(
                t("teach.download"),
                path.read_bytes,  # read when it is tapped, not before
                file_name=model_card.file_name(model.card.title),
                mime="application/zip",
                icon=":material/download:",
                on_click="ignore",
                key="teach_download",
            )
            if st.button(t("teach.again"), icon=":material/edit:", key="teach_again"):
                drafts.save(area, replace(draft, lesson=None))
                st.rerun()
    page.section(t("teach.try"), t("teach.try_note"))
    try_it.panel(path, "teach_try")
    if model.report.score.total:
        page.section(t("teach.per_class"), t("teach.per_class_note"))
        with page.card("per_class"):
            _per_class(model)
        confusion.show(path, model)


def summary(model: Model) -> str:
    """The score large, with its interval and what follows from it, as HTML."""
    score = model.report.score
    title = f'<p class="tl-note">{escape(t("teach.done", title=model.card.title))}</p>'
    if not score.total:
        words = f"<p class='tl-summary'>{escape(t('teach.untested'))}</p>"
        return f'<div class="tl-result">{title}{words}</div>'
    values = {"right": f"{score.right:,}", "low": percent(score.low), "high": percent(score.high)}
    words = plural("teach.score", score.total, **values)
    hints = "".join(f"<li>{escape(hint)}</li>" for hint in advice(model))
    share = escape(percent(score.value))
    return (
        f'<div class="tl-result">{title}<div class="tl-headline"><span class="tl-big">{share}</span>'
        f'<p class="tl-summary">{escape(words)}</p></div>{_interval(score.low, score.value, score.high)}'
        f"{f'<ul class=tl-hints>{hints}</ul>' if hints else ''}</div>"
    )


def advice(model: Model) -> list[str]:
    """What the report says could be done, in sentences."""
    report, labels = model.report, model.labels
    found = []
    if report.score.total < _SMALL:
        found.append(t("teach.hint_small"))
    untested = [label for label, score in zip(labels, report.per_class, strict=True) if not score.total]
    if untested:
        found.append(plural("teach.hint_untested", len(untested), labels=", ".join(untested[:3])))
    tested = [(score.value, label) for label, score in zip(labels, report.per_class, strict=True) if score.total >= 4]
    if tested and min(tested)[0] < report.score.value - 0.12:
        found.append(t("teach.hint_weak", label=min(tested)[1]))
    if model.card.skipped:
        found.append(plural("teach.hint_skipped", model.card.skipped))
    return found


def _interval(low: float, value: float, high: float) -> str:
    """A bar of the whole, the likely range and the score marked on it."""
    return (
        f'<div class="tl-interval" aria-hidden="true"><span class="tl-range" style="left:{low * 100:.1f}%;'
        f'right:{(1 - high) * 100:.1f}%"></span><span class="tl-mark" style="left:{value * 100:.1f}%"></span></div>'
        f'<div class="tl-scale" aria-hidden="true"><span>0%</span><span>50%</span><span>100%</span></div>'
    )


def _per_class(model: Model) -> None:
    rows = sorted(
        ((score.value if score.total else 2.0, position) for position, score in enumerate(model.report.per_class)),
    )
    shown = st.session_state.get("teach_shown_bars", _FIRST)
    st.html(f'<ul class="tl-bars tl-class-bars">{"".join(bar(model, position) for _, position in rows[:shown])}</ul>')
    if len(rows) > shown and st.button(plural("teach.more_classes", len(rows) - shown), key="teach_more_bars"):
        st.session_state["teach_shown_bars"] = len(rows)
        st.rerun()


def bar(model: Model, position: int) -> str:
    """One class: its name, how many of its pictures were right, and a bar."""
    score = model.report.per_class[position]
    words = (
        t("teach.class_score", right=f"{score.right:,}", total=f"{score.total:,}", share=answer.percent(score.value))
        if score.total
        else t("teach.class_untested")
    )
    style = f"width:{score.value * 100:.2f}%;background:{colour(position)}"
    return (
        f'<li><span class="tl-label">{escape(model.labels[position])}</span>'
        f'<span class="tl-share">{escape(words)}</span><span class="tl-track"><span style="{style}"></span></span></li>'
    )
