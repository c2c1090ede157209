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

ALL = 10  # labels: up to so many stand in their own order, all of them; of more, the best `GUESSES`
GUESSES = 5
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


def show(path: Path, key: str, keep: Callable[[bytes], None]) -> None:
    """The camera and, beside it, the answers of the model at `path`. `keep` is called with the JPEG of a moment that
    somebody keeps, and the page is drawn again. Raises ModelError, BackboneError.

    Frames go over the route of `server.live`; where that is not open, one after the other as values of the component,
    each of which draws this fragment alone.
    """
    _show(str(path), key, keep)


@st.fragment
@errors.guarded
def _show(path: str, key: str, keep: Callable[[bytes], None]) -> None:
    ready = loaded(Path(path))
    _live(
        data={
            "ticket": _ticket(path, key),
            "side": ready.side,
            "labels": list(ready.model.labels),
            "palette": [colour(position) for position in range(len(PALETTE))],
            "most": ALL,
            "guesses": GUESSES,
            "answered": st.session_state.get(f"{key}_answered"),
            "kept": st.session_state.get(f"{key}_kept"),
            "words": part.words(*_WORDS, *_STATES) | {"promise": t("camera.promise_live")},
        },
        key=key,
        on_frame_change=lambda: _answer(path, key),
        on_renew_change=lambda: _forget(key),
        on_kept_change=lambda: _receive(key),
    )
    if moment := st.session_state.get(f"{key}_moment"):
        keep(moment)
        del st.session_state[f"{key}_moment"]  # only now: a run that is overtaken by another is not the end of it
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
    """The slower way: a frame that came as a value. Its answer goes back with the data of this run, and of later ones:
    the browser knows by the number which frame it belongs to."""
    value = st.session_state[key].frame
    if isinstance(value, Mapping):
        answer = live.answer(Path(path), part.unpacked(value.get("frame"), KEPT_BYTES))
        st.session_state[f"{key}_answered"] = {"number": value.get("number")} | answer


def _receive(key: str) -> None:
    """A moment that somebody keeps. The browser sends it until its `id` comes back; it counts once."""
    value = st.session_state[key].kept
    if isinstance(value, Mapping) and value.get("id") != st.session_state.get(f"{key}_kept"):
        st.session_state[f"{key}_kept"] = value.get("id")
        st.session_state[f"{key}_moment"] = part.unpacked(value.get("picture"), KEPT_BYTES)
