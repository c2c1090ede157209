"""Teaching by showing: a thing is named and held before the camera; every burst becomes pictures of its class."""

from __future__ import annotations

import secrets
from collections.abc import Iterable, Sequence
from dataclasses import replace
from functools import partial
from html import escape
from pathlib import Path

import streamlit as st

from core.messages.labels import short
from core.pictures import camera_bursts
from core.pictures.dataset import Dataset, Entry
from core.pictures.names import canonical_label
from core.settings import MAX_LABEL_LENGTH
from core.storage.area import VisitArea
from core.work import draft as drafts
from core.work.draft import Draft
from ui import page, visit
from ui.camera import recorder
from ui.camera.recorder import Burst
from ui.teaching import shots, undo
from ui.teaching.draft import key_of, present
from ui.teaching.words import plain
from ui.texts import plural, t

NONE_SECONDS = 3.0  # of background: enough for light and noise to vary
_FOLDER = "shown"  # the name of the source, in a folder of its own among the uploads
_OPEN, _NEXT, _CLASS, _GENERATION, _RESULT = (
    f"teach_showing_{name}" for name in ("open", "next", "class", "generation", "result")
)
_PILLS = 12  # classes that stand side by side; more are chosen from a list


def open_it(label: str = "") -> None:
    """Open the camera, for a class or for a new one."""
    st.session_state[_OPEN] = secrets.token_hex(4)
    _next(label)


def close() -> None:
    """Close the camera."""
    for key in (_OPEN, _NEXT, _CLASS, _RESULT):
        st.session_state.pop(key, None)


def is_open() -> bool:
    """Is something being shown?"""
    return bool(st.session_state.get(_OPEN))


def is_recorded(area: VisitArea, source: Path) -> bool:
    """Whether this source was recorded by the camera."""
    upload = area.upload_of(source)
    return upload is not None and source == upload / _FOLDER


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
    key = f"show_{key_of(label)}" if label else "teach_show"
    st.button(words, icon=":material/videocam:", key=key, on_click=open_it, args=(label,))


def again(label: str, entries: Iterable[Entry]) -> None:
    """Of a class of one burst only, nothing can be tested: ask for another."""
    if camera_bursts.is_one_burst(entry.name for entry in entries):
        symbol = '<span class="tl-symbol" aria-hidden="true">videocam</span>'
        st.html(f'<p class="tl-note tl-again">{symbol}<span>{escape(t("showing.again"))}</span></p>')
        button(label)


def panel(area: VisitArea, draft: Draft) -> None:
    """The camera, what it records for, and what it has recorded of that. Stands in one place whatever else is there, so
    that the camera goes on."""
    dataset = present(draft.sources) or Dataset(())
    taught = dataset.edited(draft.edits)
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
                if result := st.session_state.get(_RESULT):
                    st.html(f'<p class="tl-note" role="status">{escape(result)}</p>')
            with st.container(key="teach_shots_box"):
                labels = drafts.source_labels(draft, dataset, label)
                for source in draft.sources:
                    if is_recorded(area, source):
                        shots.show(area, source, labels)


def download(taught: Dataset) -> None:
    """What was shown, to take away: read when it is tapped, not before."""
    entries = [entry for entry in taught.entries if camera_bursts.burst_of(entry.name)]
    if entries:
        st.download_button(
            t("showing.download"),
            partial(camera_bursts.to_zip, entries),
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
    generation = st.session_state.get(_GENERATION, 0)
    name = st.text_input(
        t("showing.name"),
        max_chars=MAX_LABEL_LENGTH,
        key=f"teach_showing_name_{generation}",
        placeholder=t("teach.example_one"),
    )
    return canonical_label(name, labels)


def _next(label: str) -> None:
    """What is shown from the next run of the page on."""
    st.session_state[_NEXT] = label
    st.session_state[_GENERATION] = st.session_state.get(_GENERATION, 0) + 1


def _take(area: VisitArea, burst: Burst) -> None:
    """Keep a burst as pictures of its class, in the source of what was recorded."""
    visit.area(keep=True)
    draft = drafts.load(area)
    dataset = present(draft.sources) or Dataset(())
    label = canonical_label(burst.label, dataset.edited(draft.edits).labels)
    if not label:
        st.session_state[_RESULT] = t("showing.name_first")
        return
    labels = drafts.source_labels(draft, dataset, label)
    source_label = label if label in labels or not labels else labels[0]
    recorded = (source for source in draft.sources if is_recorded(area, source))
    source = next(recorded, area.new_upload() / _FOLDER)
    kept = camera_bursts.add(source, source_label, burst.frames, burst.hold)
    if kept:
        drafts.edit(area, lambda draft: _with(draft, source, source_label, label))
        undo.forget()
        if not st.session_state.get(_CLASS) and label != t("showing.none"):
            _next(label)  # what was new has a name now
    _tell(label, kept, len(burst.frames))


def _with(draft: Draft, source: Path, source_label: str, label: str) -> Draft:
    """The draft with the source, whose pictures `source_label` are of the class `label`."""
    edits = dict(draft.edits)
    if edits.get(source_label, source_label) != label:
        edits[source_label] = label
    sources = draft.sources if source in draft.sources else (*draft.sources, source)
    return replace(draft, sources=sources, edits=edits)


def _tell(label: str, kept: int, recorded: int) -> None:
    if not kept:
        words = t("showing.all_alike")
    else:
        words = plural("showing.kept", kept, label=short(label))
        if recorded > kept:
            words += " " + plural("showing.thinned", recorded - kept)
    st.session_state[_RESULT] = words
