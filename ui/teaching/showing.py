"""Teaching by showing: a thing is named and held before the camera; every burst becomes pictures of its class."""

from __future__ import annotations

import secrets
from collections.abc import Iterable, Sequence
from dataclasses import replace
from functools import partial
from html import escape
from pathlib import Path

import streamlit as st

from core.pictures import camera_bursts
from core.pictures.dataset import Dataset, Entry
from core.pictures.names import canonical_label
from core.settings import MAX_LABEL_LENGTH
from ui import page, visit
from ui.camera import recorder
from ui.camera.recorder import Burst
from ui.teaching import draft as drafts
from ui.teaching import shots, undo
from ui.teaching.draft import Draft
from ui.teaching.words import plain, short
from ui.texts import plural, t

NONE_SECONDS = 3.0  # of background: enough for light and noise to vary
_PLACE = "shown"  # the folder of the source, below one of its own among the uploads
_OPEN, _NEXT, _CLASS, _TURN, _TOLD = (f"teach_showing_{name}" for name in ("open", "next", "class", "turn", "told"))
_PILLS = 12  # classes that stand side by side; more are chosen from a list


def open_it(label: str = "") -> None:
    """Open the camera, for a class or for a new one."""
    st.session_state[_OPEN] = secrets.token_hex(4)
    _next(label)


def close() -> None:
    """Close the camera."""
    for key in (_OPEN, _NEXT, _CLASS, _TOLD):
        st.session_state.pop(key, None)


def is_open() -> bool:
    """Is something being shown?"""
    return bool(st.session_state.get(_OPEN))


def is_shown(source: Path) -> bool:
    """Was this source shown to the camera?"""
    return source.name == _PLACE and source.parent.parent.name == drafts.UPLOADS


def door() -> None:
    """The way in for those who have the thing at hand and no pictures of it."""
    st.html(
        f'<div class="tl-samples"><div><h2>{escape(t("showing.door_title"))}</h2>'
        f'<p class="tl-note">{escape(t("showing.door_note"))}</p></div></div>'
    )
    button()


def button(label: str = "") -> None:
    """Opens the camera for more of a class, or for something new."""
    words = t("showing.more") if label else t("showing.open")
    key = f"show_{drafts.key_of(label)}" if label else "teach_show"
    st.button(words, icon=":material/videocam:", key=key, on_click=open_it, args=(label,))


def again(label: str, entries: Iterable[Entry]) -> None:
    """Of a class that was shown in one go only, nothing can be tested: ask for another look."""
    if camera_bursts.is_one_burst(entry.name for entry in entries):
        symbol = '<span class="tl-symbol" aria-hidden="true">videocam</span>'
        st.html(f'<p class="tl-note tl-again">{symbol}<span>{escape(t("showing.again"))}</span></p>')
        button(label)


def panel(area: Path, draft: Draft) -> None:
    """The camera, what it records for, and what it has recorded of that. Stands in one place whatever else is there, so
    that the camera goes on."""
    found = drafts.present(draft.sources) if draft.sources else None
    taught = found.edited(draft.edits) if found else Dataset(())
    with page.card("showing"):
        page.bring(".st-key-card_showing", st.session_state[_OPEN], key="teach_bring")
        with st.container(horizontal=True, vertical_alignment="top", gap="small"):
            page.section(t("showing.title"), t("showing.lead"))
            st.button(t("showing.done"), icon=":material/check:", key="teach_showing_done", on_click=close)
        with st.container(key="teach_showing"):
            with st.container(key="teach_showing_camera"):
                label = _chosen(taught.labels)
                none = t("showing.none")
                burst = recorder.show(label, key="teach_recorder", extra=(none, NONE_SECONDS))
                if burst is not None:
                    _take(area, burst)
                    st.rerun()
                if told := st.session_state.get(_TOLD):
                    st.html(f'<p class="tl-note" role="status">{escape(told)}</p>')
            with st.container(key="teach_shots_box"):
                homes = drafts.as_found(draft, found, label) if found else ()
                for source in filter(is_shown, draft.sources):
                    shots.show(area, source, homes)


def download(taught: Dataset) -> None:
    """What was shown, to take away: read when it is tapped, not before."""
    entries = [entry for entry in taught.entries if camera_bursts.burst_of(entry.name)]
    if entries:
        st.download_button(
            t("showing.download"),
            partial(camera_bursts.packed, entries),
            file_name=f"{t('showing.file')}.zip",
            mime="application/zip",
            icon=":material/download:",
            on_click="ignore",
            key="teach_shown_download",
        )


def _chosen(labels: Sequence[str]) -> str:
    """The class that is shown: one that there is, or a new one by its name; empty where it has no name yet."""
    if st.session_state.get(_NEXT) in ("", *labels):
        st.session_state[_CLASS] = st.session_state.pop(_NEXT)
    if (lost := st.session_state.get(_CLASS)) not in labels:
        if lost:  # all of it was taken out: it is chosen again where that is undone
            st.session_state[_NEXT] = lost
        st.session_state[_CLASS] = ""
    if labels:
        options = ["", *labels]
        called = {"": t("showing.new"), **{label: short(label) for label in labels}}
        if len(labels) <= _PILLS:
            words = lambda label: plain(called[label])  # noqa: E731
            chosen = st.pills(t("showing.which"), options, format_func=words, key=_CLASS)
        else:
            chosen = st.selectbox(t("showing.which"), options, format_func=called.__getitem__, key=_CLASS)
        if chosen:
            return chosen
    turn = st.session_state.get(_TURN, 0)
    name = st.text_input(
        t("showing.name"),
        max_chars=MAX_LABEL_LENGTH,
        key=f"teach_showing_name_{turn}",
        placeholder=t("teach.example_one"),
    )
    return canonical_label(name, labels)


def _next(label: str) -> None:
    """What is shown from the next run of the page on."""
    st.session_state[_NEXT] = label
    st.session_state[_TURN] = st.session_state.get(_TURN, 0) + 1


def _take(area: Path, burst: Burst) -> None:
    """Keep a burst as pictures of its class, in the source of what was shown."""
    visit.area(keep=True)
    now = drafts.load(area)
    found = drafts.present(now.sources) if now.sources else None
    label = canonical_label(burst.label, found.edited(now.edits).labels if found else ())
    if not label:
        st.session_state[_TOLD] = t("showing.name_first")
        return
    homes = drafts.as_found(now, found, label) if found else ()
    home = label if label in homes or not homes else homes[0]
    new = area / drafts.UPLOADS / secrets.token_hex(6) / _PLACE
    source = next(filter(is_shown, now.sources), new)
    kept = camera_bursts.add(source, home, burst.frames, burst.hold)
    if kept:
        edits = dict(now.edits)
        if edits.get(home, home) != label:
            edits[home] = label
        sources = now.sources if source in now.sources else (*now.sources, source)
        drafts.save(area, replace(now, sources=sources, edits=edits))
        undo.forget()
        if not st.session_state.get(_CLASS) and label != t("showing.none"):
            _next(label)  # what was new has a name now
    _tell(label, kept, len(burst.frames))


def _tell(label: str, kept: int, recorded: int) -> None:
    if not kept:
        words = t("showing.all_alike")
    else:
        words = plural("showing.kept", kept, label=short(label))
        if recorded > kept:
            words += " " + plural("showing.thinned", recorded - kept)
    st.session_state[_TOLD] = words
