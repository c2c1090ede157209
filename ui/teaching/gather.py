"""Ways in for pictures: zips, folders and loose pictures, or the sample drawings; what is taken is said before."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import replace
from html import escape
from pathlib import Path
from typing import Any

import streamlit as st

from core import machine, settings
from core.pictures import names
from core.storage import atomic
from core.storage.area import VisitArea
from core.work import draft as drafts
from core.work.draft import Draft
from doodles import samples
from ui import answer, answering, errors, language, page, visit
from ui.teaching import folder, intake, showing, undo
from ui.teaching.draft import key_of, present
from ui.teaching.words import plain
from ui.texts import plural, t

_MOST_MEGABYTES = 2000  # one upload: a little less than .streamlit/config.toml allows
_MEMORY_SHARE = 0.25  # of the machine's, for one upload: it lies there until it is copied to disk
_RULES = ("folder", "photo_library", "smartphone", "table", "straighten")  # the symbols of the rules, in their order
_NAMED = 6  # refused files that are named
_DRAWN = 200  # pixels, of a sample drawing on the page


def front(area: VisitArea) -> None:
    """The page before anything is there: the door, what may come in, and something for those who have nothing."""
    with st.container(key="teach_front"):
        with page.card("door"):
            uploader(area, first=True)
            refusals()
            drop = json.dumps(t("teach.drop"), ensure_ascii=False)
            st.html(f"<style>.stApp .st-key-card_door{{--tl-word-drop:{drop}}}</style>")
        st.html(layouts_html())
    if not showing.is_open():
        with page.card("show"):
            showing.door()
    with page.card("samples"):
        samples_card(area)
    if drafts.was_set_aside(area) and not undo.is_shown():
        bring_back = errors.guarded(drafts.bring_back)
        st.button(
            t("teach.bring_draft_back"),
            icon=":material/undo:",
            type="tertiary",
            key="teach_bring_back",
            on_click=bring_back,
            args=(area,),
        )


def layouts_html() -> str:
    """What is taken, drawn and in words: a folder for each thing, packed as a zip or not."""
    rows = [("folder_zip", "", t("teach.example_zip"))]
    for name in (t("teach.example_one"), t("teach.example_two")):
        rows.append(("folder", "tl-in", name))
    tree = "".join(
        f'<li class="{indent}"><span class="tl-symbol">{symbol}</span><b>{escape(name)}</b>'
        f"{'<span class=tl-prints><i></i><i></i><i></i><i></i></span>' if indent else ''}</li>"
        for symbol, indent, name in rows
    )
    limits: dict[str, Any] = {
        "least": settings.MIN_PICTURES,
        "classes": f"{settings.MAX_CLASSES:,}",
        "size": f"{megabytes / 1000:g} GB" if (megabytes := max_megabytes()) >= 1000 else f"{megabytes} MB",
    }
    rules = "".join(
        f'<li><span class="tl-symbol" aria-hidden="true">{symbol}</span>'
        f"<span>{escape(t(f'teach.rule_{number}', **limits))}</span></li>"
        for number, symbol in enumerate(_RULES, start=1)
    )
    title = escape(t("teach.layouts"))
    return (
        f'<section class="tl-layouts"><h2>{title}</h2><ul class="tl-tree" aria-hidden="true">{tree}</ul>'
        f'<ul class="tl-rules">{rules}</ul></section>'
    )


def max_megabytes() -> int:
    """The largest upload that this machine can bear, in steps of 50 MB."""
    return min(_MOST_MEGABYTES, max(50, int(machine.memory() * _MEMORY_SHARE / 1e6) // 50 * 50))


def uploader(area: VisitArea, *, first: bool, label: str | None = None) -> None:
    """Take uploads: more classes, or more pictures of the class `label`."""
    generation = st.session_state.get("teach_generation", 0)
    where = f"class_{key_of(label)}" if label else "any"
    words = (
        t("teach.upload") if first else t("teach.upload_to", label=plain(label)) if label else t("teach.upload_more")
    )
    files = st.file_uploader(
        words,
        accept_multiple_files=True,
        max_upload_size=max_megabytes(),
        key=f"teach_files_{where}_{generation}",
    )
    if label is None:
        folder.door(f"teach_files_{where}_{generation}", max_megabytes())
        if not first:
            page.note(t("teach.upload_note"))
    if files:
        _take(area, files, label)
        st.rerun()


def refusals() -> None:
    """What of the last uploads was refused, and why."""
    refused = st.session_state.get("teach_refused", ())
    if refused:
        with st.container(key="teach_refused"):
            for error, name in refused[:_NAMED]:
                errors.explain(error, name)
            if len(refused) > _NAMED:
                page.note(plural("teach.more_refused", len(refused) - _NAMED))


def _take(area: VisitArea, files: Sequence[intake.Upload], label: str | None) -> None:
    visit.area(keep=True)
    draft = drafts.load(area)
    bar = st.progress(0.0, t("teach.reading"))

    def show(number: int) -> None:
        words = t("teach.reading_of", done=f"{number:,}", total=f"{len(files):,}") if len(files) > 1 else None
        bar.progress(number / len(files), words or t("teach.reading"))

    name = _source_folder(draft, label) if label else _new_class(draft)
    taken = intake.take(area, files, name, show)
    # From here to the end nothing is drawn: only where something is drawn can another run of the page cut this one
    # short, and then it would take the same files in once more.
    if taken.sources:
        try:
            drafts.edit(area, lambda draft: _with(draft, taken, name, label))
        except Exception:  # what no draft names is nobody's
            for source in taken.sources:
                drafts.remove_upload(area, source)
            raise
        undo.forget()
    st.session_state["teach_refused"] = taken.refused
    # A new widget in the uploader's place, so that the bytes of the uploads are given back.
    st.session_state["teach_generation"] = st.session_state.get("teach_generation", 0) + 1


def _with(draft: Draft, taken: intake.Taken, name: str, label: str | None) -> Draft:
    """The draft with what was taken in: loose pictures lie in a folder `name`, for the class `label` or a new one."""
    edits, loose = dict(draft.edits), draft.loose
    if taken.loose and label:
        if edits.get(name, name) != label:
            edits[name] = label
    elif taken.loose and name not in loose:
        loose = (*loose, name)
    sources, title = (*draft.sources, *taken.sources), draft.title or taken.title
    return replace(draft, sources=sources, edits=edits, loose=loose, title=title)


def _source_folder(draft: Draft, label: str) -> str:
    """The folder whose pictures become the class that is called `label` now."""
    dataset = present(draft.sources)
    labels = drafts.source_labels(draft, dataset, label) if dataset else ()
    return names.safe_file_name(label if label in labels or not labels else labels[0])


def _new_class(draft: Draft) -> str:
    """A name for a class of loose pictures that no class has yet."""
    dataset = present(draft.sources)
    known = {*(dataset.labels if dataset else ()), *draft.edits.values()}
    number = 1
    while t("teach.new_class", number=number) in known:
        number += 1
    return t("teach.new_class", number=number)


def samples_card(area: VisitArea) -> None:
    """For those who have no pictures at hand: drawings of ours."""
    st.html(
        f'<div class="tl-samples"><div><h2>{escape(t("teach.no_pictures"))}</h2>'
        f'<p class="tl-note">{escape(t("teach.samples_note"))}</p></div>{_drawings()}</div>'
    )
    if st.button(t("teach.use_samples"), icon=":material/draw:", key="teach_samples"):
        visit.area(keep=True)
        with st.spinner(t("teach.drawing"), show_time=False):
            path = area.uploads / "samples" / f"{t('teach.samples_name')}.zip"
            with atomic.replacing(path) as file:
                samples.write_zip(Path(file.name), language=language.current())
        undo.forget()
        drafts.save(area, Draft(sources=(path,), title=path.stem))
        st.rerun()


def from_samples(area: VisitArea, sources: Sequence[Path]) -> bool:
    """Are these our own drawings, and nothing else?"""
    return bool(sources) and all(area.upload_of(path) == area.uploads / "samples" for path in sources)


@st.cache_data(max_entries=1, show_spinner=False)
def _drawings() -> str:
    """One drawing of each kind, as HTML."""
    drawn = (answering.jpeg(samples.draw(kind, samples.HELD_OUT + 20), _DRAWN, 80) for kind in samples.KINDS)
    pictures = "".join(f"<li>{answer.image(picture, '', 'tl-tile')}</li>" for picture in drawn)
    return f'<ul class="tl-drawings" aria-hidden="true">{pictures}</ul>'
