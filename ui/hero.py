"""The top of the page "Start": one sentence and one picture."""

from __future__ import annotations

import base64
from functools import cache
from html import escape
from pathlib import Path

import streamlit as st

from ui.texts import t

ART = Path(__file__).with_name("art")


def show() -> None:
    """The sentence and the picture, in both themes: the style sheet hides the one that does not fit."""
    pictures = "".join(
        f'<img class="tl-only-{theme}" src="{_data(ART / f"hero-{theme}.svg")}" alt="{escape(t("start.art_alt"))}">'
        for theme in ("light", "dark")
    )
    st.html(
        f'<header class="tl-hero"><div><h1>{escape(t("start.title"))}</h1>'
        f'<p class="tl-lead">{escape(t("start.lead"))}</p></div><div class="tl-art">{pictures}</div></header>'
    )


def way(symbol: str, title: str, text: str) -> None:
    """The words of one way in."""
    st.html(
        f'<div class="tl-way"><span class="tl-symbol" aria-hidden="true">{escape(symbol)}</span>'
        f"<h2>{escape(title)}</h2><p>{escape(text)}</p></div>"
    )


@cache
def _data(path: Path) -> str:
    kind = {".svg": "image/svg+xml", ".png": "image/png"}[path.suffix]
    return f"data:{kind};base64,{base64.b64encode(path.read_bytes()).decode('ascii')}"
