"""Sample pictures to tap: drawn by `doodles.samples` and shown as a grid of picture buttons."""

from __future__ import annotations

import base64
from typing import TYPE_CHECKING

import streamlit as st

from ui.answering import jpeg
from ui.language import current
from ui.texts import t

if TYPE_CHECKING:
    from core.pictures.picture import Picture

SIDE = 240  # pixels, of the picture on a button: sharp at 120 CSS pixels on a dense screen


@st.cache_data(show_spinner=False, max_entries=64)
def _button_picture(kind: str, seed: int) -> str:
    from doodles.samples import draw

    return base64.b64encode(jpeg(draw(kind, seed), SIDE, 80)).decode("ascii")


def _name(kind: str) -> str:
    from doodles.samples import names

    return names(current())[kind]


def picture(number: int) -> tuple[str, Picture]:
    """The name of a sample picture in the page's language, and the picture: upright RGB uint8 (height, width, 3)."""
    from doodles.samples import TRY, draw

    kind, seed = TRY[number]
    return _name(kind), draw(kind, seed)


def file(number: int) -> tuple[str, bytes]:
    """The name of a sample picture in the page's language, and the picture as the bytes of a PNG."""
    import cv2

    name, drawn = picture(number)
    return name, cv2.imencode(".png", cv2.cvtColor(drawn, cv2.COLOR_RGB2BGR))[1].tobytes()


def picker(key: str, chosen: int | None) -> int | None:
    """A grid of sample pictures, each a button, `chosen` marked; returns the number of the one that was just tapped,
    or None."""
    from doodles.samples import TRY

    rules, tapped = [], None
    with st.container(key=f"samples_{key}", horizontal=True, gap="small"):
        for number, (kind, seed) in enumerate(TRY):
            name = f"sample_{key}_{number}"
            rules.append(
                f".st-key-{name} button{{background-image:url(data:image/jpeg;base64,{_button_picture(kind, seed)})}}"
            )
            if st.button(t("panel.sample", name=_name(kind)), key=name):
                tapped = number
    if tapped is not None or chosen is not None:
        name = f"sample_{key}_{chosen if tapped is None else tapped}"
        rules.append(f".st-key-{name} button{{border-color:var(--tl-accent);box-shadow:0 0 0 2px var(--tl-accent)}}")
    st.html(f"<style>{''.join(rules)}</style>")
    return tapped
