"""What was found: the classes with their pictures, what can be changed about them, what was left out, what is
missing."""

from __future__ import annotations

import hashlib
from collections import defaultdict
from dataclasses import replace
from html import escape
from pathlib import Path

import streamlit as st

from core import settings
from core.errors import TeachLensError
from core.messages import say
from core.pictures import archive
from core.pictures.dataset import Dataset, Entry, lacks
from core.pictures.decode import decode
from ui import answer, errors, page
from ui.colours import colour
from ui.language import current
from ui.looking import jpeg
from ui.teaching import draft as drafts
from ui.texts import plural, t

STRIP = 6  # pictures shown of a class
_TILE = 112  # pixels, of such a picture
_FIRST = 12  # classes shown at first
_RECOMMENDED = 20  # pictures a class


def show(area: Path, draft: drafts.Draft, found: Dataset) -> Dataset:
    """The classes as cards; returns the dataset as it will be taught."""
    taught = found.edited(draft.edits)
    counts = taught.counts
    what = plural("teach.found_classes", len(counts), pictures=plural("teach.pictures", len(taught.entries)))
    page.section(what, t("teach.found_note"))
    missing = {lack.label: say(lack.key, current(), **lack.values) for lack in lacks(taught) if lack.label}
    shown = st.session_state.get("teach_shown_classes", _FIRST)
    labels = [*sorted(missing), *(label for label in counts if label not in missing)] if missing else list(counts)
    strips = _strips(taught, tuple(labels[:shown]))
    with st.container(key="teach_classes"):
        for label in labels[:shown]:
            position = list(counts).index(label)
            _card(area, draft, found, label, counts[label], position, strips[label], missing.get(label))
    more = len(labels) - shown
    if more > 0 and st.button(plural("teach.more_classes", more), key="teach_more_classes"):
        st.session_state["teach_shown_classes"] = shown + 4 * _FIRST
        st.rerun()
    _left_out(area, draft, found)
    _skipped(found)
    return taught


def _card(
    area: Path,
    draft: drafts.Draft,
    found: Dataset,
    label: str,
    count: int,
    position: int,
    strip: tuple[bytes, ...],
    missing: str | None,
) -> None:
    key = hashlib.sha256(label.encode()).hexdigest()[:12]
    with page.card(f"class_{key}"):
        with st.container(horizontal=True, vertical_alignment="center", gap="small"):
            pictures = escape(plural("teach.pictures", count))
            st.html(
                f'<div class="tl-class"><h3><span class="tl-dot" style="background:{colour(position)}"></span>'
                f'<span>{escape(label)}</span></h3><p class="tl-note">{pictures}</p></div>'
            )
            with st.popover(t("teach.change"), icon=":material/edit:", key=f"change_{key}"):
                _change(area, draft, found, label, key)
        if missing:
            st.html(
                f'<p class="tl-missing"><span class="tl-symbol" aria-hidden="true">error</span>{escape(missing)}</p>'
            )
        tiles = "".join(
            answer.image(tile, "", "tl-tile") if tile else '<span class="tl-tile tl-symbol">broken_image</span>'
            for tile in strip
        )
        st.html(f'<div class="tl-strip">{tiles}</div>')


def _change(area: Path, draft: drafts.Draft, found: Dataset, label: str, key: str) -> None:
    """Rename, merge, leave out."""
    with st.form(f"rename_{key}", border=False):
        name = st.text_input(t("teach.class_name"), label, max_chars=settings.MAX_LABEL_LENGTH, key=f"name_{key}")
        page.note(t("teach.merge_note"))
        if st.form_submit_button(t("teach.save_name"), type="primary", width="stretch"):
            name = " ".join(name.split())
            if name and name != label:
                drafts.save(area, drafts.renamed(draft, found, label, name))
            st.rerun()
    if st.button(t("teach.leave_out"), icon=":material/visibility_off:", key=f"leave_{key}", width="stretch"):
        drafts.save(area, drafts.renamed(draft, found, label, None))
        st.rerun()


def _left_out(area: Path, draft: drafts.Draft, found: Dataset) -> None:
    """Classes that are left out, each with its way back; and all changes undone."""
    out = drafts.left_out(draft, found)
    if not draft.edits:
        return
    with st.container(horizontal=True, vertical_alignment="center", gap="small", key="teach_changes"):
        for label in out[:30]:
            key = hashlib.sha256(label.encode()).hexdigest()[:12]
            if st.button(t("teach.bring_back", label=label), icon=":material/visibility:", key=f"back_{key}"):
                drafts.save(area, drafts.brought_in(draft, label))
                st.rerun()
        if st.button(t("teach.undo_changes"), icon=":material/undo:", type="tertiary", key="teach_undo_changes"):
            drafts.save(area, replace(draft, edits={}))
            st.rerun()


def _skipped(found: Dataset) -> None:
    """What was left out and why, a line a reason."""
    reasons: defaultdict[str, list[str]] = defaultdict(list)
    merged = []
    for skipped in found.skipped:
        sentence = say(skipped.key, current(), **skipped.values)
        if skipped.key == "layout.merged":
            merged.append(sentence)
        else:
            reasons[sentence].append(skipped.name)
    for sentence in merged[:5]:
        page.note(sentence)
    if not reasons:
        return
    count = sum(map(len, reasons.values()))
    with st.expander(plural("teach.skipped", count), icon=":material/info:", key="teach_skipped"):
        rows = "".join(
            f"<li><p>{escape(sentence)}</p><p class='tl-note'>{escape(', '.join(names[:12]))}"
            f"{escape(t('teach.and_more', count=f'{len(names) - 12:,}')) if len(names) > 12 else ''}</p></li>"
            for sentence, names in reasons.items()
        )
        st.html(f'<ul class="tl-reasons">{rows}</ul>')


def blocked(taught: Dataset) -> list[str]:
    """Why teaching cannot start yet, each a sentence; those of single classes stand on their cards and count as one."""
    found = lacks(taught)
    sentences = [say(lack.key, current(), **lack.values) for lack in found if not lack.label]
    lacking = [lack for lack in found if lack.label]
    if len(lacking) == 1:
        sentences.append(say(lacking[0].key, current(), **lacking[0].values))
    elif lacking:
        sentences.append(plural("teach.classes_lack", len(lacking)))
    return sentences


def advice(taught: Dataset) -> str | None:
    """A word on what would make it better, where there is one."""
    few = [label for label, count in taught.counts.items() if count < _RECOMMENDED]
    if not few:
        return None
    return plural(
        "teach.few", len(few), labels=", ".join(few[:3]) + (" …" if len(few) > 3 else ""), wanted=_RECOMMENDED
    )


def _strips(dataset: Dataset, labels: tuple[str, ...]) -> dict[str, tuple[bytes, ...]]:
    """The first pictures of some classes as small JPEGs; b"" for one that cannot be read."""
    wanted: dict[str, list[Entry]] = {label: [] for label in labels}
    for entry in dataset.entries:
        if entry.label in wanted and len(wanted[entry.label]) < STRIP:
            wanted[entry.label].append(entry)
    entries = tuple(
        (str(entry.source), entry.member, entry.name, label) for label, some in wanted.items() for entry in some
    )
    return _tiles(entries)


@st.cache_data(max_entries=4, show_spinner=False)
def _tiles(entries: tuple[tuple[str, int | None, str, str], ...]) -> dict[str, tuple[bytes, ...]]:
    found: dict[str, list[bytes]] = {label: [] for *_, label in entries}
    order = sorted(entries, key=lambda entry: (entry[0], entry[1] or 0))
    for entry, content in archive.read(Entry(Path(source), *rest) for source, *rest in order):  # type: ignore[arg-type]
        try:
            if isinstance(content, TeachLensError):
                raise content
            found[entry.label].append(jpeg(decode(content, shortest=_TILE), _TILE * 2, 75))
        except TeachLensError:
            found[entry.label].append(b"")
    return {label: tuple(tiles) for label, tiles in found.items()}


def explain_gone(area: Path, error: TeachLensError) -> None:
    """The sources cannot be read any more: say so, and begin anew."""
    errors.explain(error)
    if st.button(t("teach.start_over"), icon=":material/restart_alt:", key="teach_gone"):
        drafts.set_aside(area)
        st.rerun()
