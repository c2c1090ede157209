"""The classes with their pictures, what was changed about them, what was left out and why."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from html import escape
from pathlib import Path

import streamlit as st

from core.messages import say
from core.pictures.dataset import Dataset, Entry, Skipped, lacks
from core.settings import MAX_LABEL_LENGTH
from core.storage.area import VisitArea
from core.work import draft as drafts
from core.work.draft import Draft
from ui import errors, page
from ui.colours import colour
from ui.language import current
from ui.teaching import change, gather, intake, showing, strips, undo
from ui.teaching.draft import key_of
from ui.teaching.words import plain
from ui.texts import plural, t

_PAGE = 12  # classes shown at first
_MORE = 48  # classes that "show more" adds
_NAMED = 12  # files named of those that were left out for one reason


def show(area: VisitArea, draft: Draft, dataset: Dataset) -> Dataset:
    """The classes as cards; returns the dataset as it will be taught, without what is known to be unreadable."""
    edited = dataset.edited(draft.edits)
    new = drafts.unnamed(draft, dataset)
    limit = st.session_state.get("teach_shown_classes", _PAGE)
    labels = _ordered(edited, new)
    some = strips.strips(edited, labels[:limit])
    unreadable = [entry for strip in some.values() for entry, tile in strip if not tile]
    taught = without(edited, unreadable)
    counts = taught.counts
    missing = _missing(taught)
    labels = [label for label in labels if label in counts]
    first = sorted((label for label in labels if label in some), key=lambda label: label not in {*missing, *new})
    positions = {label: position for position, label in enumerate(counts)}
    st.html(headline(counts))
    with st.container(key="teach_classes"):
        for label in first:
            opened = change.is_open(label)
            with page.card(f"{'open' if opened else 'class'}_{key_of(label)}"):
                _head(label, positions[label], counts[label], missing.get(label), opened)
                if opened:
                    change.show(area, label, [other for other in counts if other != label], taught.of(label))
                    continue
                if label in new:
                    _ask_name(area, label)
                tiles = [tile for _, tile in some[label] if tile]
                st.html(strips.strip_html(tiles, counts[label] - len(tiles)))
                if not showing.is_open():
                    showing.again(label, (entry for entry in taught.entries if entry.label == label))
        if len(first) == len(labels):
            _adding(area)
    if more := len(labels) - len(first):
        if st.button(plural("teach.more_classes", more), icon=":material/expand_more:", key="teach_more_classes"):
            st.session_state["teach_shown_classes"] = limit + _MORE
            st.rerun()
        _adding(area)
    gather.refusals()
    _changes(area, draft, dataset)
    showing.download(taught)
    left_out([*dataset.skipped, *strips.reasons(unreadable)])
    return taught


def without(dataset: Dataset, entries: Iterable[Entry]) -> Dataset:
    """The dataset without some entries."""
    unwanted = set(entries)
    rest = tuple(entry for entry in dataset.entries if entry not in unwanted)
    return replace(dataset, entries=rest) if unwanted else dataset


def _ordered(edited: Dataset, new: Sequence[str]) -> list[str]:
    """Classes that ask for something first."""
    asking = {*_missing(edited), *new}
    return sorted(edited.labels, key=lambda label: label not in asking)


def _missing(taught: Dataset) -> dict[str, str]:
    """What single classes lack, in words."""
    return {lack.label: say(lack.key, current(), **lack.values) for lack in lacks(taught) if lack.label}


def headline(counts: Mapping[str, int]) -> str:
    """How much there is, in words, as HTML."""
    words = plural("teach.found_classes", len(counts), pictures=plural("teach.pictures", sum(counts.values())))
    note = t("teach.found_note")
    return f'<div class="tl-section"><h2>{escape(words)}</h2><p class="tl-note">{escape(note)}</p></div>'


def card_html(label: str, position: int, count: int, missing: str | None) -> str:
    """The head of a class's card: its name in its colour, how many pictures, what it lacks."""
    lack = (
        f'<p class="tl-missing"><span class="tl-symbol" aria-hidden="true">error</span>{escape(missing)}</p>'
        if missing
        else ""
    )
    return (
        f'<div class="tl-class"><h3><span class="tl-dot" style="background:{colour(position)}"></span>'
        f'<span>{escape(label)}</span></h3><p class="tl-note">{escape(plural("teach.pictures", count))}</p>{lack}</div>'
    )


def _head(label: str, position: int, count: int, missing: str | None, opened: bool) -> None:
    with st.container(horizontal=True, vertical_alignment="top", gap="small"):
        st.html(card_html(label, position, count, missing))
        key = key_of(label)
        if opened:
            st.button(t("teach.close"), icon=":material/close:", key=f"close_{key}", on_click=change.close)
        else:
            open_it = change.open_it
            st.button(t("teach.change"), icon=":material/edit:", key=f"change_{key}", on_click=open_it, args=(label,))


def _ask_name(area: VisitArea, label: str) -> None:
    """Loose pictures came without a name: ask for it where they stand."""
    key = key_of(label)
    with (
        st.form(f"named_{key}", border=False),
        st.container(horizontal=True, vertical_alignment="bottom", gap="small"),
    ):
        st.text_input(
            t("teach.what_is_it"),
            max_chars=MAX_LABEL_LENGTH,
            key=f"first_name_{key}",
            placeholder=t("teach.example_one"),
        )
        named = errors.guarded(_named)
        st.form_submit_button(t("teach.save_name"), on_click=named, args=(area, label), key=f"save_new_{key}")


def _named(area: VisitArea, label: str) -> None:
    change.rename(area, label, st.session_state.get(f"first_name_{key_of(label)}", ""))


def _adding(area: VisitArea) -> None:
    with page.card("more"):
        gather.uploader(area, first=False)
        if not showing.is_open():
            showing.button()


def _changes(area: VisitArea, draft: Draft, dataset: Dataset) -> None:
    """Classes that are left out, each with its way back; all changes undone; sources, where there are several."""
    if draft.edits:
        with st.container(horizontal=True, vertical_alignment="center", gap="small", key="teach_changes"):
            for label in drafts.left_out(draft, dataset)[:30]:
                st.button(
                    t("teach.bring_back", label=plain(label)),
                    icon=":material/visibility:",
                    key=f"back_{key_of(label)}",
                    on_click=errors.guarded(_bring_back),
                    args=(area, label),
                )
            st.button(
                t("teach.undo_changes"),
                icon=":material/restart_alt:",
                type="tertiary",
                key="teach_undo_changes",
                on_click=errors.guarded(_undo_changes),
                args=(area,),
            )
    if len(draft.sources) > 1:
        with st.container(horizontal=True, vertical_alignment="center", gap="small", key="teach_sources"):
            page.note(t("teach.from"))
            for source in draft.sources[:40]:
                st.button(
                    plain(_name_of(area, source)),
                    icon=":material/close:",
                    key=f"source_{key_of(str(source))}",
                    help=t("teach.take_away"),
                    on_click=errors.guarded(_take_away),
                    args=(area, source),
                )


def _name_of(area: VisitArea, source: Path) -> str:
    return t("showing.source") if showing.is_recorded(area, source) else intake.name_of(source)


def _bring_back(area: VisitArea, label: str) -> None:
    drafts.edit(area, lambda draft: drafts.brought_in(draft, label))


def _undo_changes(area: VisitArea) -> None:
    undo.edit(area, t("teach.undid"), lambda draft: replace(draft, edits={}))


def _take_away(area: VisitArea, source: Path) -> None:
    def without_it(draft: Draft) -> Draft:
        return replace(draft, sources=tuple(other for other in draft.sources if other != source))

    undo.edit(area, t("teach.took_away", name=_name_of(area, source)), without_it)


def left_out(skipped: Iterable[Skipped], key: str = "teach_skipped") -> None:
    """What was left out and why, a line a reason; and what was taken as one."""
    reasons: defaultdict[str, list[str]] = defaultdict(list)
    for one in skipped:
        sentence = say(one.key, current(), **one.values)
        if one.is_note:
            page.note(sentence)
        else:
            reasons[sentence].append(one.name)
    if reasons:
        count = sum(map(len, reasons.values()))
        with st.expander(plural("teach.skipped", count), icon=":material/info:", key=key):
            st.html(reasons_html(reasons))


def reasons_html(reasons: Mapping[str, list[str]]) -> str:
    """Each reason with the names of its files; of many, the first and how many more."""
    rows = ""
    for sentence, names in reasons.items():
        more = len(names) - _NAMED
        rest = t("teach.and_more", count=f"{more:,}") if more > 0 else ""
        files = f"{', '.join(names[:_NAMED])}{rest}"
        rows += f'<li><p>{escape(sentence)}</p><p class="tl-note">{escape(files)}</p></li>'
    return f'<ul class="tl-reasons">{rows}</ul>'
