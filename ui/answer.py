"""An answer as HTML: the best label large, the others as bars; "not sure" looks different. Everything is escaped."""

from __future__ import annotations

import base64
from collections.abc import Mapping, Sequence
from html import escape

import streamlit as st

from core.messages import say
from ui.language import current
from ui.looking import Looked
from ui.texts import plural, t


def percent(probability: float) -> str:
    """Whole per cent, never claiming certainty: "99%" is the most where something is left to others."""
    whole = round(probability * 100)
    if whole == 100 and probability < 0.9995:
        whole = 99
    return f"{whole}%" if whole or probability == 0 else "<1%"


def show(looked: Looked, colours: Mapping[str, str], shown: int) -> None:
    """One picture with its answer beside it; `shown` guesses as bars."""
    st.html(f'<div class="tl-answer">{_picture(looked)}{verdict(looked, colours, shown)}</div>')


def verdict(looked: Looked, colours: Mapping[str, str], shown: int) -> str:
    """The words and bars of an answer."""
    best, probability = looked.labels[0], looked.probabilities[0]
    if looked.sure:
        head = (
            f'<p class="tl-best"><span class="tl-dot" style="background:{colours[best]}"></span>'
            f'<strong>{escape(best)}</strong> <span class="tl-percent">{escape(percent(probability))}</span></p>'
        )
        if looked.subclass:
            head += f'<p class="tl-note">{escape(say("model.finer", current(), name=looked.subclass))}</p>'
    else:
        guess = t("answer.perhaps", first=best, second=looked.labels[1])
        if not looked.familiar:
            guess = t("answer.strange", first=best)
        head = (
            f'<p class="tl-best"><span class="tl-symbol" aria-hidden="true">help</span>'
            f"<strong>{escape(t('answer.unsure'))}</strong></p><p class='tl-guess'>{escape(guess)}</p>"
        )
    bars = "".join(
        _bar(label, share, colours[label])
        for label, share in zip(looked.labels[:shown], looked.probabilities[:shown], strict=True)
    )
    rest = len(looked.labels) - shown
    others = f'<p class="tl-note">{escape(_others(looked, shown))}</p>' if rest > 0 else ""
    kind = "tl-verdict" if looked.sure else "tl-verdict tl-unsure"
    return f'<div class="{kind}" role="status">{head}<ul class="tl-bars">{bars}</ul>{others}</div>'


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


def _picture(looked: Looked) -> str:
    """The whole picture, dimmed where the model does not look, and the small square that it saw."""
    width, height = looked.size
    side = min(width, height)
    across, down = (width - side) / 2 / width * 100, (height - side) / 2 / height * 100
    frame = f'<span class="tl-frame" style="inset:{down:.3f}% {across:.3f}%"></span>' if width != height else ""
    seen = image(looked.seen, t("answer.seen_alt"), "tl-seen")
    note = t("answer.seen_cut" if width != height else "answer.seen", side=looked.side)
    whole = image(looked.preview, looked.name, "tl-preview")
    return (
        f'<figure class="tl-figure"><div class="tl-whole">{whole}{frame}</div>'
        f"<figcaption>{seen}<span>{escape(note)}</span></figcaption></figure>"
    )


def _bar(label: str, share: float, colour: str) -> str:
    return (
        f'<li><span class="tl-label">{escape(label)}</span><span class="tl-share">{escape(percent(share))}</span>'
        f'<span class="tl-track"><span style="width:{share * 100:.2f}%;background:{colour}"></span></span></li>'
    )


def _others(looked: Looked, shown: int) -> str:
    return plural("answer.others", len(looked.labels) - shown, share=percent(sum(looked.probabilities[shown:])))
