"""An answer as HTML: the best label large, the others as bars; "not sure" looks different. Everything is escaped."""

from __future__ import annotations

import base64
from collections.abc import Mapping, Sequence
from html import escape

import streamlit as st

from core.messages import percent, say
from core.model.answer import Answer
from ui.answering import AnsweredPicture
from ui.language import current
from ui.texts import plural, t


def show(answered: AnsweredPicture, colours: Mapping[str, str], visible_count: int) -> None:
    """One picture with its answer beside it; `visible_count` guesses as bars."""
    words = verdict(answered.answer, colours, visible_count)
    st.html(f'<div class="tl-answer">{_picture(answered)}{words}</div>')


def verdict(answer: Answer, colours: Mapping[str, str], visible_count: int) -> str:
    """The words and bars of an answer."""
    best, probability = answer.labels[0], answer.probabilities[0]
    if answer.kind == "sure":
        head = (
            f'<p class="tl-best"><span class="tl-dot" style="background:{colours[best]}"></span>'
            f'<strong>{escape(best)}</strong> <span class="tl-percent">{escape(percent(probability))}</span></p>'
        )
        if answer.subclass:
            head += f'<p class="tl-note">{escape(say("model.finer", current(), name=answer.subclass))}</p>'
    else:
        if answer.kind == "strange":
            guess = t("answer.strange", first=best)
        else:
            guess = t("answer.perhaps", first=best, second=answer.labels[1])
        head = (
            f'<p class="tl-best"><span class="tl-symbol" aria-hidden="true">help</span>'
            f"<strong>{escape(t('answer.unsure'))}</strong></p><p class='tl-guess'>{escape(guess)}</p>"
        )
    bars = "".join(_bar(label, share, colours[label]) for label, share in answer.best(visible_count))
    rest = len(answer.labels) - visible_count
    others = f'<p class="tl-note">{escape(_others(answer, visible_count))}</p>' if rest > 0 else ""
    css_class = "tl-verdict" if answer.kind == "sure" else "tl-verdict tl-unsure"
    return f'<div class="{css_class}" role="status">{head}<ul class="tl-bars">{bars}</ul>{others}</div>'


def chip(text: str, colour: str) -> str:
    """A small rounded mark with a dot in the colour of a label."""
    return f'<span class="tl-chip"><span class="tl-dot" style="background:{colour}"></span>{escape(text)}</span>'


def chips(texts: Sequence[str]) -> str:
    """The labels of a model, in its order and colours, the first dozen of them."""
    from ui.colours import colour

    marks = [chip(text, colour(position)) for position, text in enumerate(texts[:12])]
    if len(texts) > 12:
        marks.append(f'<span class="tl-chip">+{len(texts) - 12}</span>')
    return f'<div class="tl-chips">{"".join(marks)}</div>'


def image(jpeg: bytes, description: str, css_class: str) -> str:
    """An <img> that carries its own JPEG."""
    data = base64.b64encode(jpeg).decode("ascii")
    return f'<img class="{css_class}" src="data:image/jpeg;base64,{data}" alt="{escape(description)}">'


def _picture(answered: AnsweredPicture) -> str:
    """The whole picture, dimmed outside the square that the model was given, and that square as it was given."""
    width, height = answered.size
    side = min(width, height)
    across, down = (width - side) / 2 / width * 100, (height - side) / 2 / height * 100
    frame = f'<span class="tl-frame" style="inset:{down:.3f}% {across:.3f}%"></span>' if width != height else ""
    model_input = image(answered.model_input, t("answer.seen_alt"), "tl-seen")
    note = t("answer.seen_cut" if width != height else "answer.seen", side=answered.side)
    whole = image(answered.preview, answered.name, "tl-preview")
    return (
        f'<figure class="tl-figure"><div class="tl-whole">{whole}{frame}</div>'
        f"<figcaption>{model_input}<span>{escape(note)}</span></figcaption></figure>"
    )


def _bar(label: str, share: float, colour: str) -> str:
    return (
        f'<li><span class="tl-label">{escape(label)}</span><span class="tl-share">{escape(percent(share))}</span>'
        f'<span class="tl-track"><span style="width:{share * 100:.2f}%;background:{colour}"></span></span></li>'
    )


def _others(answer: Answer, visible_count: int) -> str:
    share = percent(sum(answer.probabilities[visible_count:]))
    return plural("answer.others", len(answer.labels) - visible_count, share=share)
