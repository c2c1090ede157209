"""The panel that tries a model right here: sample pictures or uploads, the answer beside them; or the camera, live."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from hashlib import sha256
from pathlib import Path

import streamlit as st

from server.loaded import Loaded, loaded
from ui import answer, correcting, errors, many, page, samples
from ui.answering import AnsweredPicture, RefusedPicture, answer_picture
from ui.camera import live
from ui.colours import colours
from ui.texts import t

COUNTS = (3, 5, 10)  # how many guesses can be shown
MAX_MEGABYTES = 64  # one picture, as core.settings.MAX_ENTRY_BYTES
_SYMBOLS = {"samples": "auto_awesome", "upload": "upload", "camera": "photo_camera"}


@dataclass(frozen=True)
class _Result:
    """The pictures that were given last, with the answers of one model."""

    model: str
    pictures: tuple[AnsweredPicture | RefusedPicture, ...]
    source: tuple[str, bytes] | None = None  # name and bytes of a single picture: to ask another model the same


def panel(model: Path, key: str, *, with_samples: bool = False) -> None:
    """Try the model file `model`; `key` keeps the state of this panel apart from others.

    With `with_samples`, drawn sample pictures come first and one of them is already answered. Draws only itself
    again when it is used.
    """
    _panel(str(model), key, with_samples)


@st.fragment
@errors.guarded
def _panel(model: str, key: str, with_samples: bool) -> None:
    ready = loaded(Path(model))
    last: _Result | None = st.session_state.get(f"{key}_result")
    if last is not None and last.model != model and last.source:
        _answer_one(ready, model, key, *last.source)  # another model was chosen: the same question again
    left, right = st.columns([5, 7], gap="medium")
    with left:
        way = _ask(ready, model, key, with_samples)
    if way == "camera":
        live.show(Path(model), f"{key}_live", partial(_answer_one, ready, model, key, t("panel.snapshot")))
        if (moment := _moment(model, key)) is not None:
            page.bring(f".st-key-card_{key}_answer", sha256(moment).hexdigest(), f"{key}_bring")
            _show(ready, model, key)
    else:
        with right:
            _show(ready, model, key)
    correcting.notice(key)


def _ask(ready: Loaded, model: str, key: str, with_samples: bool) -> str:
    """The ways in; what comes in is answered at once and kept as a small answer, not as a file. Returns the way that
    was chosen: the camera needs more room than there is here."""
    ways = [way for way in _SYMBOLS if with_samples or way != "samples"]
    chosen = st.session_state.get(f"{key}_way")
    way: str = chosen if chosen in ways else ways[0]
    # Sent to the browser each time: where another model has other ways, it would fall back to the first one.
    st.session_state[f"{key}_way"] = way
    st.segmented_control(
        t("panel.way"),
        ways,
        required=True,
        format_func=lambda way: f":material/{_SYMBOLS[way]}: {t(f'panel.{way}')}",
        key=f"{key}_way",
        label_visibility="collapsed",
        width="stretch",
    )
    if way == "samples":
        _ask_samples(ready, model, key)
    elif way == "upload":
        _ask_upload(ready, model, key)
    return way


def _ask_samples(ready: Loaded, model: str, key: str) -> None:
    page.note(t("panel.samples_note"))
    last = st.session_state.get(f"{key}_sample")
    if _result(model, key) is None and last is None:
        last = 0  # a newcomer sees an answer before the first tap
    tapped = samples.picker(key, last)
    if tapped is None and _result(model, key) is None:
        tapped = last
    if tapped is not None:
        st.session_state[f"{key}_sample"] = tapped
        _keep(model, key, [answer_picture(ready, *samples.picture(tapped))])


def _ask_upload(ready: Loaded, model: str, key: str) -> None:
    revision = st.session_state.get(f"{key}_revision", 0)
    files = st.file_uploader(
        t("panel.upload_label"),
        type=["image/*"],
        accept_multiple_files=True,
        max_upload_size=MAX_MEGABYTES,
        key=f"{key}_files_{revision}",
    )
    page.note(t("panel.upload_note", size=MAX_MEGABYTES))
    if not files:
        return
    if len(files) == 1:
        _answer_one(ready, model, key, files[0].name, files[0].getvalue())
    else:
        bar = st.progress(0.0)
        pictures = []
        for number, file in enumerate(files):
            bar.progress(number / len(files), t("panel.looking", count=f"{number:,}", total=f"{len(files):,}"))
            pictures.append(answer_picture(ready, file.name, file.getvalue(), large=False))
        _keep(model, key, pictures)
    st.session_state.pop(f"{key}_sample", None)
    # A new widget: the bytes of the uploads are given back, and the next pictures start afresh.
    st.session_state[f"{key}_revision"] = revision + 1
    page.again()


def _answer_one(ready: Loaded, model: str, key: str, name: str, data: bytes) -> None:
    _keep(model, key, [answer_picture(ready, name, data)], (name, data))


def _keep(
    model: str,
    key: str,
    pictures: Sequence[AnsweredPicture | RefusedPicture],
    source: tuple[str, bytes] | None = None,
) -> None:
    st.session_state[f"{key}_result"] = _Result(model, tuple(pictures), source)


def _result(model: str, key: str) -> _Result | None:
    result: _Result | None = st.session_state.get(f"{key}_result")
    return result if result is not None and result.model == model else None


def _moment(model: str, key: str) -> bytes | None:
    """The moment of the camera that was answered last, if that is what was answered."""
    result = _result(model, key)
    return result.source[1] if result and result.source and result.source[0] == t("panel.snapshot") else None


def _show(ready: Loaded, model: str, key: str) -> None:
    """The answers, or where they will appear."""
    result = _result(model, key)
    if result is None:
        with st.container(border=True, key=f"empty_{key}_answer", horizontal_alignment="center"):
            page.symbol("image_search", t("panel.nothing_yet"))
        return
    labels = ready.model.labels
    if len(result.pictures) == 1 and isinstance(only := result.pictures[0], RefusedPicture):
        errors.explain(only.error, only.name)
        return
    above = st.container()
    visible_count = _visible_count(len(labels), key)
    with above:
        if len(result.pictures) > 1:
            many.show(result.pictures, labels, visible_count, key)
        elif isinstance(only := result.pictures[0], AnsweredPicture):
            with page.card(f"{key}_answer"):
                answer.show(only, colours(labels), visible_count)
                if source := _source(result, key):
                    again = partial(_answer_again, key=key, source=source)
                    correcting.under(Path(model), key, only.answer, source, again)


def _source(result: _Result, key: str) -> tuple[str, bytes] | None:
    """Name and bytes of the single picture that was answered; of a sample, which was drawn, as a file."""
    number = st.session_state.get(f"{key}_sample")
    return result.source or (samples.file(number) if number is not None else None)


def _answer_again(path: Path, key: str, source: tuple[str, bytes]) -> None:
    """The same picture once more, by the model at `path` as it is by now."""
    _answer_one(loaded(path), str(path), key, *source)


def _visible_count(classes: int, key: str) -> int:
    """How many guesses to show; asked only where there are more than the fewest."""
    choices = [count for count in COUNTS if count < classes] + [min(classes, 50)]
    usual = choices[0] if len(choices) == 1 else choices[1]
    kept = st.session_state.get(f"{key}_shown", usual)
    if len(choices) == 1:
        return usual
    picked = st.segmented_control(
        t("panel.shown"),
        choices,
        default=kept if kept in choices else usual,
        required=True,
        format_func=lambda count: t("panel.all", count=count) if count == classes else str(count),
        key=f"{key}_shown_of_{classes}",
    )
    st.session_state[f"{key}_shown"] = picked
    return int(picked or usual)
