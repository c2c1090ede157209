"""What a model says of what the camera sees, frame after frame, without a run of the page for each."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

import streamlit as st

from server import live
from server.loaded import loaded
from ui import errors
from ui.camera import part
from ui.colours import PALETTE, colour
from ui.texts import t

ALL = 10  # labels: up to so many stand in their own order, all of them; of more, the best `SHOWN`
SHOWN = 5
KEPT_BYTES = 2**20  # a moment that is kept: a JPEG of 640 px has 100 kB
_WORDS = (
    "waiting",
    "unsure",
    "perhaps",
    "strange",
    "finer",
    "freeze",
    "go_on",
    "keep",
    "right",
    "kept",
    "download",
    "file",
    "where",
)
_STATES = ("slow", "full", "no_model")

_SCRIPT = part.script("line.js", "board.js", "live.js")
_live = st.components.v2.component("teachlens_live", html=part.HTML, css=part.STYLE, js=_SCRIPT, isolate_styles=False)


def show(path: Path, key: str, kept: Callable[[bytes], None]) -> None:
    """The camera and, beside it, the answers of the model at `path`. `kept` is called with the JPEG of a moment that
    somebody keeps, and the page is drawn again. Raises ModelError, BackboneError.

    Frames go over the route of `server.live`; where that is not open, one after the other as values of the component,
    each of which draws this part of the page alone.
    """
    _show(str(path), key, kept)


@st.fragment
@errors.guarded
def _show(path: str, key: str, kept: Callable[[bytes], None]) -> None:
    ready = loaded(Path(path))
    result = _live(
        data={
            "ticket": _ticket(path, key),
            "side": ready.side,
            "labels": list(ready.model.labels),
            "palette": [colour(position) for position in range(len(PALETTE))],
            "most": ALL,
            "shown": SHOWN,
            "answered": st.session_state.pop(f"{key}_answered", None),
            "words": part.words(*_WORDS, *_STATES) | {"promise": t("camera.promise_live")},
        },
        key=key,
        on_frame_change=lambda: _answer(path, key),
        on_renew_change=lambda: _forget(key),
        on_kept_change=lambda: None,
    )
    if moment := part.unpacked(result.kept, KEPT_BYTES):
        kept(moment)
        st.rerun()


def _ticket(path: str, key: str) -> str:
    """What admits this page to the live route for this model; another once the browser says that it has expired."""
    held: tuple[str, str] | None = st.session_state.get(f"{key}_ticket")
    if held is None or held[0] != path:
        held = st.session_state[f"{key}_ticket"] = (path, live.ticket(Path(path), st.context.url or ""))
    return held[1]


def _forget(key: str) -> None:
    st.session_state.pop(f"{key}_ticket", None)


def _answer(path: str, key: str) -> None:
    """The slower way: a frame that came as a value; its answer goes back with the data of this run."""
    given = st.session_state[key].frame
    if isinstance(given, Mapping):
        answer = live.answer(Path(path), part.unpacked(given.get("frame"), KEPT_BYTES))
        st.session_state[f"{key}_answered"] = {"turn": given.get("turn")} | answer
