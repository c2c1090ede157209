"""Teaching a model more with the camera: a class that it has, or a new one."""

from __future__ import annotations

import secrets
from dataclasses import replace
from pathlib import Path

import streamlit as st

from core.pictures import camera_bursts
from core.pictures.names import canonical_label
from core.settings import MAX_LABEL_LENGTH
from server.loaded import loaded
from ui import correcting, errors, page
from ui.camera import recorder
from ui.camera.recorder import Burst
from ui.teaching.words import plain
from ui.texts import plural, t

PILLS = 12  # classes that stand side by side; more are chosen from a list


def open_it(key: str) -> None:
    """Open the camera in the panel `key`, which comes into view."""
    st.session_state[_opened(key)] = secrets.token_hex(4)


def panel(path: Path, key: str) -> None:
    """The way to show the model at `path` more; nothing where no pictures can join it. `key` is that of the panel that
    tries it, in which the notice of it appears."""
    if correcting.possible(path):
        _panel(str(path), key)


@st.fragment
@errors.guarded
def _panel(path: str, key: str) -> None:
    opened = _opened(key)
    if not (opening := st.session_state.get(opened)):
        page.section(t("more.title"), t("more.lead"))
        st.button(t("more.open"), icon=":material/videocam:", key=f"{opened}_open", on_click=open_it, args=(key,))
        return
    with page.card("learn"):
        page.bring(".st-key-card_learn", opening, key=f"{opened}_bring")
        with st.container(horizontal=True, vertical_alignment="top", gap="small"):
            page.section(t("more.title"), t("more.lead"))
            close = errors.guarded(_close)
            st.button(t("more.done"), icon=":material/check:", key=f"{opened}_done", on_click=close, args=(path, key))
        burst = recorder.show(_chosen(loaded(Path(path)).model.labels, opened), key=f"{opened}_recorder")
        if burst is not None and (whole := _completed(burst, key)):
            _join(Path(path), whole, key)
            st.rerun(scope="app")


def _opened(key: str) -> str:
    return f"{key}_learn"


def _unfinished(key: str) -> str:
    return f"{key}_learn_going"


def _close(path: str, key: str) -> None:
    """Close the camera; what is being recorded by itself ends here, and is not lost."""
    st.session_state.pop(_opened(key), None)
    if unfinished := st.session_state.pop(_unfinished(key), None):
        _join(Path(path), unfinished, key)


def _completed(burst: Burst, key: str) -> Burst | None:
    """The whole recording once its last piece is there: it joins as one, and is taken back as one."""
    before: Burst | None = st.session_state.pop(_unfinished(key), None)
    if before and before.hold == burst.hold:
        burst = replace(burst, frames=(before.frames + burst.frames)[: recorder.MOST])
    if not burst.last:
        st.session_state[_unfinished(key)] = burst
    return burst if burst.last else None


def _chosen(labels: tuple[str, ...], key: str) -> str:
    """The class to record for: one that the model has, or a new one by its name; empty where it has no name yet."""
    options = ["", *labels]
    if len(labels) <= PILLS:
        words = lambda label: plain(label) or t("more.new")  # noqa: E731
        chosen = st.pills(t("more.which"), options, default="", format_func=words, key=f"{key}_class")
    else:
        words = lambda label: label or t("more.new")  # noqa: E731
        chosen = st.selectbox(t("more.which"), options, format_func=words, key=f"{key}_class")
    if chosen:
        return chosen
    return canonical_label(st.text_input(t("more.name"), max_chars=MAX_LABEL_LENGTH, key=f"{key}_name"), labels)


def _join(path: Path, burst: Burst, key: str) -> None:
    """Let what was shown join the model, nearly equal frames left out."""
    frames = camera_bursts.without_near_duplicates(burst.frames)
    named = [(camera_bursts.frame_name(burst.hold, number), frame) for number, frame in enumerate(frames, start=1)]
    if not named:  # strangers' bytes: the recorder's own can be read
        return
    correcting.join(path, key, named, burst.label, plural("more.joined", len(frames), label=burst.label))
