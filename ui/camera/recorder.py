"""A camera that records while a button is held: what a hold shows comes back as JPEG frames."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import streamlit as st

from core.settings import MAX_LABEL_LENGTH
from ui.camera import part
from ui.texts import t

PIECE = 60  # frames that come at once: of 320 px, some 1.5 MB
MOST = 300  # frames of one go, in all its pieces: 50 seconds
FRAME_BYTES = 256 * 2**10  # one frame: a JPEG of 320 px has 20 kB, of noise 200
_HOLD = re.compile(r"[0-9a-f]{12}")

_recorder = st.components.v2.component(
    "teachlens_recorder", html=part.HTML, css=part.STYLE, js=part.script("recorder.js"), isolate_styles=False
)


@dataclass(frozen=True)
class Burst:
    """What was recorded in one go, or the next piece of it where it was long."""

    label: str  # what it was recorded for
    frames: tuple[bytes, ...]  # JPEG of 320 px square, as the camera sees (not mirrored), in the order of time; at
    # most `PIECE`. Strangers' bytes: to be decoded as uploads are
    hold: str  # 12 hexadecimal digits, the same for all pieces of one go: they belong together in every split
    last: bool = True  # nothing more comes of this go


def show(label: str, key: str, *, extra: tuple[str, float] | None = None) -> Burst | None:
    """The camera with a button that records for `label` while it is held; it waits while `label` is empty.

    `extra`, a label and seconds, adds a button that records for that label by itself with one tap. Returns each burst
    once; frames are kept nowhere else.
    """
    _recorder(
        data={
            "label": label,
            "extra": extra and {"label": extra[0], "seconds": extra[1], "button": _automatic(*extra)},
            "taken": st.session_state.get(f"{key}_taken", ""),
            "words": part.words("promise", "hold", "recording", "stop", "recorded", "tap", "unnamed"),
        },
        key=key,
        on_piece_change=lambda: _receive(key),
    )
    bursts: list[Burst] = st.session_state.get(f"{key}_bursts", [])
    return bursts.pop(0) if bursts else None


def _automatic(label: str, seconds: float) -> str:
    return t("camera.automatic", label=label, seconds=f"{seconds:g}")


def _receive(key: str) -> None:
    """A piece that came: the browser learns so in this run and sends the next. It waits in the session for `show`, as
    this run may be overtaken by another before it comes to that."""
    value = st.session_state[key].piece
    if isinstance(value, Mapping):
        st.session_state[f"{key}_taken"] = value.get("piece", "")
        if burst := _burst(value):
            st.session_state[f"{key}_bursts"] = [*st.session_state.get(f"{key}_bursts", []), burst]


def _burst(piece: Any) -> Burst | None:
    """A piece as it came from the browser; None where it is none."""
    if not isinstance(piece, Mapping):
        return None
    label, hold, given = (piece.get(name) for name in ("label", "hold", "frames"))
    if not isinstance(label, str) or not isinstance(hold, str) or not isinstance(given, list):
        return None
    frames = tuple(filter(None, (part.unpacked(frame, FRAME_BYTES) for frame in given[:PIECE])))
    if not frames or not 0 < len(label) <= MAX_LABEL_LENGTH or not _HOLD.fullmatch(hold):
        return None
    return Burst(label, frames, hold, piece.get("last") is not False)
