"""What was recorded of a class, burst by burst; a tap hides a picture, and it can be brought back."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import partial
from html import escape
from pathlib import Path

import streamlit as st

from core.pictures import camera_bursts
from core.pictures.dataset import Entry
from core.storage.area import VisitArea
from core.work.draft import Draft
from ui.teaching import strips, undo
from ui.teaching.taps import taps
from ui.texts import plural, t

_MAX_TILES = 240  # the latest


def show(area: VisitArea, source: Path, labels: Sequence[str]) -> None:
    """The pictures of `labels`, as the source has them, that lie in the source, the latest burst first."""
    bursts: dict[str, list[str]] = {}
    for name, label in camera_bursts.read_labels(source).items():
        if label in labels:
            bursts.setdefault(camera_bursts.burst_of(name) or "", []).append(name)
    names = [name for burst in reversed(bursts.values()) for name in burst][:_MAX_TILES]
    if not names:
        return
    tiles = strips.tiles([Entry(source / name, None, name, "") for name in names])
    tapped = taps(html(bursts, dict(zip(names, tiles, strict=True))), "teach_shots", ".st-key-notice_teach")
    if tapped:
        hide(area, source, bursts.get(tapped.removeprefix("burst:"), [tapped]))
        st.rerun()


def html(bursts: dict[str, list[str]], tiles: Mapping[str, bytes]) -> str:
    """The bursts, the latest first, each picture a button that stands for its name, each burst one for them all."""
    parts = [f'<p class="tl-note">{escape(t("showing.tap"))}</p>']
    for burst, names in reversed(bursts.items()):
        rows = "".join(
            f'<li><button data-cell="{escape(name)}" title="{escape(t("showing.take_out"))}">'
            f"{strips.tile_html(tiles[name], t('showing.take_out'))}</button></li>"
            for name in names
            if name in tiles
        )
        head = (
            f'<p class="tl-burst"><span>{escape(plural("showing.burst", len(names)))}</span>'
            f'<button data-cell="burst:{burst}">{escape(t("showing.take_burst"))}</button></p>'
        )
        parts.append(f'{head}<ul class="tl-tiles tl-shots">{rows}</ul>' if rows else "")
    return "".join(parts)


def hide(area: VisitArea, source: Path, names: Sequence[str]) -> None:
    """Hide pictures that were recorded, with the way back."""
    hidden = camera_bursts.hide(source, names)
    if not hidden:
        return

    def without_empty(draft: Draft) -> Draft:
        rest = tuple(one for one in draft.sources if one != source)
        return draft if camera_bursts.read_labels(source) else replace(draft, sources=rest)

    words = plural("showing.took_out", len(hidden))
    undo.edit(area, words, without_empty, partial(camera_bursts.unhide, source, hidden))
