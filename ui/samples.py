"""Sample pictures to tap: drawn by `core.pictures.samples` and shown as a grid of picture buttons."""

from __future__ import annotations

import base64
from typing import TYPE_CHECKING

import streamlit as st

from ui.looking import jpeg
from ui.texts import t

if TYPE_CHECKING:
    from core.pictures.picture import Picture

SIDE = 240  # pixels, of the picture on a button: sharp at 120 CSS pixels on a dense screen


@st.cache_data(show_spinner=False, max_entries=64)
def _button_picture(kind: str, seed: int) -> str:
    from core.pictures.samples import draw

    return base64.b64encode(jpeg(draw(kind, seed), SIDE, 80)).decode("ascii")


def picture(kind: str, seed: int) -> Picture:
    """A sample picture: upright RGB uint8 (height, width, 3)."""
    from core.pictures.samples import draw

    return draw(kind, seed)


def picker(choices: list[tuple[str, int]], key: str, chosen: int | None) -> int | None:
    """A grid of sample pictures, each a button, `chosen` marked; returns the position of the one that was just
    tapped, or None."""
    rules, tapped = [], None
    with st.container(key=f"samples_{key}", horizontal=True, gap="small"):
        for position, (kind, seed) in enumerate(choices):
            name = f"sample_{key}_{position}"
            rules.append(
                f".st-key-{name} button{{background-image:url(data:image/jpeg;base64,{_button_picture(kind, seed)})}}"
            )
            if st.button(t("panel.sample", number=position + 1), key=name):
                tapped = position
    if tapped is not None or chosen is not None:
        name = f"sample_{key}_{chosen if tapped is None else tapped}"
        rules.append(f".st-key-{name} button{{border-color:var(--tl-accent);box-shadow:0 0 0 2px var(--tl-accent)}}")
    st.html(f"<style>{''.join(rules)}</style>")
    return tapped


def choices(labels: tuple[str, ...]) -> list[tuple[str, int]]:
    """Which pictures to offer for a model with these labels: kind and seed."""
    from core.pictures.samples import KINDS

    return [(kind, 900 + number) for number, kind in enumerate(KINDS)]
