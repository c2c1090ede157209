"""What can be changed about a class: its name, which other class it is one with, its pictures, whether it is taught."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from core.messages.labels import short
from core.pictures.dataset import Entry
from core.pictures.names import canonical_label
from core.settings import MAX_LABEL_LENGTH
from core.storage.area import VisitArea
from core.work import draft as drafts
from core.work.draft import Draft
from ui import errors, page
from ui.teaching import gather, showing, strips, undo
from ui.teaching.draft import dataset, key_of
from ui.texts import plural, t

_OPEN, _SEEN = "teach_open", "teach_seen"
_PAGE = 24  # pictures shown at first


def is_open(label: str) -> bool:
    """Is this the class that is being changed?"""
    return st.session_state.get(_OPEN) == label


def open_it(label: str) -> None:
    """Change this class, and no other."""
    st.session_state[_OPEN] = label
    st.session_state.pop(_SEEN, None)


def close() -> None:
    """No class is being changed."""
    st.session_state.pop(_OPEN, None)


def show(area: VisitArea, label: str, others: Sequence[str], entries: Sequence[Entry]) -> None:
    """What can be changed about the class `label`, below the head of its card; `entries` are its pictures."""
    key = key_of(label)
    with st.container(key="teach_changing"):
        with st.container(key="teach_change_ways"):
            with (
                st.form(f"rename_{key}", border=False),
                st.container(horizontal=True, vertical_alignment="bottom", gap="small"),
            ):
                st.text_input(t("teach.class_name"), label, max_chars=MAX_LABEL_LENGTH, key=f"new_name_{key}")
                st.form_submit_button(
                    t("teach.save_name"), on_click=errors.guarded(_rename), args=(area, label), key=f"save_name_{key}"
                )
            if others:
                st.selectbox(
                    t("teach.merge"),
                    others,
                    index=None,
                    placeholder=t("teach.merge_choose"),
                    key=f"merge_{key}",
                    on_change=errors.guarded(_merge),
                    args=(area, label),
                )
                page.note(t("teach.merge_note"))
            st.button(
                t("teach.leave_out"),
                icon=":material/visibility_off:",
                key=f"leave_{key}",
                on_click=errors.guarded(leave_out),
                args=(area, label),
            )
            gather.uploader(area, first=False, label=label)
            if not showing.is_open():
                showing.button(label)
        with st.container(key="teach_change_pictures"):
            _pictures(entries)


def _pictures(entries: Sequence[Entry]) -> None:
    limit = st.session_state.get(_SEEN, _PAGE)
    small = strips.tiles(entries[:limit])
    rows = "".join(
        f"<li>{strips.tile_html(tile, entry.name)}</li>" for tile, entry in zip(small, entries[:limit], strict=True)
    )
    st.html(f'<ul class="tl-tiles">{rows}</ul>')
    more = min(len(entries) - limit, 5 * _PAGE)
    if more > 0 and st.button(plural("teach.more_pictures", more), key="teach_more_seen"):
        st.session_state[_SEEN] = limit + more
        page.again()


def rename(area: VisitArea, label: str, name: str) -> None:
    """Call a class something else; a name that another has makes the two one. An empty name changes nothing."""
    draft = drafts.load(area)
    labels = dataset(draft.sources).edited(draft.edits).labels
    name = canonical_label(name, [other for other in labels if other != label])
    close()
    if not name or name == label:
        return
    words = t("teach.merged" if name in labels else "teach.renamed", old=short(label), new=short(name))
    undo.edit(area, words, lambda draft: _renamed(draft, label, name))


def leave_out(area: VisitArea, label: str) -> None:
    """Teach without this class."""
    undo.edit(area, t("teach.left_out", label=short(label)), lambda draft: _renamed(draft, label, None))
    close()


def _renamed(draft: Draft, label: str, name: str | None) -> Draft:
    return drafts.renamed(draft, dataset(draft.sources), label, name)


def _rename(area: VisitArea, label: str) -> None:
    rename(area, label, st.session_state.get(f"new_name_{key_of(label)}", ""))


def _merge(area: VisitArea, label: str) -> None:
    if other := st.session_state.get(f"merge_{key_of(label)}"):
        rename(area, label, other)
