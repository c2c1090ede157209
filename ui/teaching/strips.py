"""Small pictures of the classes: a few of each, read once and kept."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from html import escape
from pathlib import Path

import streamlit as st

from core.errors import TeachLensError
from core.pictures import archive
from core.pictures.dataset import Dataset, Entry, Skipped
from core.pictures.decode import decode
from ui import answer
from ui.answering import jpeg
from ui.texts import t

STRIP = 6  # pictures shown of a class
_SIDE = 88  # pixels a tile is shown at, at most; made twice as large for dense screens
_EXPLAINED = 200  # unreadable pictures: so many are opened once more to say why

_Named = tuple[str, int | None, str, str]  # source, member, name, label: what a cache can compare


def strips(dataset: Dataset, labels: Iterable[str]) -> dict[str, list[tuple[Entry, bytes]]]:
    """`STRIP` pictures of each of the labels as small JPEGs, spread over all that it has, so that no single burst
    stands for the class; b"" for one that cannot be read."""
    of: dict[str, list[Entry]] = {label: [] for label in labels}
    for entry in dataset.entries:
        if entry.label in of:
            of[entry.label].append(entry)
    chosen = [entry for entries in of.values() for entry in spread(entries, STRIP)]
    result: dict[str, list[tuple[Entry, bytes]]] = {label: [] for label in of}
    for entry, tile in zip(chosen, tiles(chosen), strict=True):
        result[entry.label].append((entry, tile))
    return result


def spread(entries: Sequence[Entry], count: int) -> list[Entry]:
    """At most `count` of the entries, in their order and at even distances."""
    if len(entries) <= count:
        return list(entries)
    return [entries[number * len(entries) // count] for number in range(count)]


def tiles(entries: Sequence[Entry]) -> list[bytes]:
    """The pictures of the entries as small JPEGs, in their order; b"" for one that cannot be read."""
    return list(_tiles(_named(entries)))


def _named(entries: Iterable[Entry]) -> tuple[_Named, ...]:
    return tuple((str(entry.source), entry.member, entry.name, entry.label) for entry in entries)


def _entry(named: _Named) -> Entry:
    source, member, name, label = named
    return Entry(Path(source), member, name, label)


@st.cache_data(max_entries=12, show_spinner=False)
def _tiles(entries: tuple[_Named, ...]) -> tuple[bytes, ...]:
    order = sorted(range(len(entries)), key=lambda number: (entries[number][0], entries[number][1] or 0))
    small = [b""] * len(entries)
    contents = archive.read(_entry(entries[number]) for number in order)
    for number, (_, content) in zip(order, contents, strict=True):
        if isinstance(content, bytes):
            small[number] = _tile(content)
    return tuple(small)


def _tile(content: bytes) -> bytes:
    try:
        return jpeg(decode(content, shortest=_SIDE), 2 * _SIDE, 72)
    except TeachLensError:
        return b""


def reasons(entries: Sequence[Entry]) -> list[Skipped]:
    """Why these pictures cannot be read; those that can be are left out."""
    return list(_reasons(_named(entries)))


@st.cache_data(max_entries=8, show_spinner=False)
def _reasons(entries: tuple[_Named, ...]) -> tuple[Skipped, ...]:
    skipped = []
    for entry, content in archive.read(map(_entry, entries[:_EXPLAINED])):
        try:
            if isinstance(content, TeachLensError):
                raise content
            decode(content)
        except TeachLensError as error:
            skipped.append(Skipped(entry.name, error.key, error.values))
    rest = (Skipped(name, "picture.broken") for _, _, name, _ in entries[_EXPLAINED:])
    return (*skipped, *rest)


def tile_html(tile: bytes, description: str = "", css_class: str = "tl-tile") -> str:
    """A tile as HTML; a sign where the picture cannot be read."""
    if tile:
        return answer.image(tile, description, css_class)
    words = escape(t("teach.unreadable"))
    return f'<span class="{css_class} tl-symbol" role="img" aria-label="{words}" title="{words}">broken_image</span>'


def strip_html(some: Sequence[bytes], more: int = 0) -> str:
    """A class's tiles in a row; on the last of them, how many more there are."""
    items = [f"<li>{tile_html(tile)}</li>" for tile in some[:STRIP]]
    if more > 0 and items:
        items[-1] = items[-1].replace("</li>", f'<span class="tl-rest">+{more:,}</span></li>')
    return f'<ul class="tl-strip">{"".join(items)}</ul>'
