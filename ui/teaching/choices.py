"""Settings of a lesson, which nobody needs: how closely it looks, and whether it goes on improving."""

from __future__ import annotations

from pathlib import Path
from typing import get_args

import streamlit as st

from core import machine
from core.backbones import downloadable, pretrained
from core.learning.settings import CLASSIC_MEMORY, THOROUGH_MEMORY, TIERS, Mode, can_be_classic, can_improve
from core.messages import say
from ui import errors, page
from ui.language import current
from ui.teaching import draft as drafts
from ui.teaching import fetching
from ui.teaching.draft import Draft
from ui.texts import t


def mode(draft: Draft) -> Mode:
    """How a lesson of this draft is taught: as was chosen; else thoroughly where this machine can."""
    modes: tuple[Mode, ...] = get_args(Mode)
    wanted: Mode = next((one for one in modes if one == draft.mode), "thorough")
    if wanted == "classic" and not can_be_classic():
        wanted = "thorough"
    return "quick" if wanted == "thorough" and not (can_improve() and frozen(draft) is None) else wanted


def backbone(draft: Draft) -> str:
    """The backbone of a lesson of this draft: as was chosen, once it is here."""
    return fetching.ready(draft.backbone) or TIERS["quick"]


def frozen(draft: Draft) -> str | None:
    """The title of the draft's backbone where that cannot be improved itself; None where it can."""
    found = downloadable.find(backbone(draft))
    return found.title if found else None


def show(area: Path, draft: Draft) -> None:
    """The settings. The draft is what holds; the widgets show it, and write into it as soon as they are changed."""
    keep = errors.guarded(_keep)
    chosen = backbone(draft)
    st.session_state["teach_backbone"] = chosen if chosen in TIERS.values() else None
    st.session_state["teach_seed"] = draft.seed
    st.session_state["teach_private"] = draft.private
    wanted = mode(draft)
    st.session_state["teach_improve"] = wanted == "thorough"
    st.session_state["teach_classic"] = wanted == "classic"
    page.note(t("teach.settings_note"))
    titles = {name: t(f"teach.tier_{tier}") for tier, name in TIERS.items()}
    st.radio(
        t("teach.tier"),
        list(titles),
        format_func=titles.__getitem__,
        captions=[t(f"teach.tier_{tier}_note") for tier in TIERS],
        disabled=wanted == "classic",
        key="teach_backbone",
        on_change=keep,
        args=(area, "backbone"),
    )
    fetching.show(area, draft, disabled=wanted == "classic")
    st.toggle(
        t("teach.improve"),
        key="teach_improve",
        disabled=wanted == "classic" or not can_improve() or frozen(draft) is not None,
        on_change=errors.guarded(_keep_mode),
        args=(area, "teach_improve", "thorough", "quick"),
    )
    title = frozen(draft)
    page.note(why_not() or (t("fetching.frozen", title=title) if title else t("teach.improve_note")))
    st.toggle(
        t("classic.choose"),
        key="teach_classic",
        disabled=not can_be_classic(),
        on_change=errors.guarded(_keep_mode),
        args=(area, "teach_classic", "classic", ""),
    )
    page.note(why_not_classic() or t("classic.note"))
    if wanted == "classic":
        page.note(say("classic.will_imagenet" if pretrained.is_there() else "classic.will_scratch", current()))
    st.toggle(t("teach.private"), key="teach_private", on_change=keep, args=(area, "private"))
    page.note(t("teach.private_note"))
    st.number_input(t("teach.seed"), 0, 9999, key="teach_seed", width=220, on_change=keep, args=(area, "seed"))
    page.note(t("teach.seed_note"))


def why_not() -> str | None:
    """Why models stay quick on this machine; None where they can be improved."""
    if can_improve():
        return None
    have, needed = (f"{size / 1e9:.1f}" for size in (machine.memory(), THOROUGH_MEMORY))
    if machine.memory() < THOROUGH_MEMORY:
        return t("teach.improve_memory", have=have, needed=needed)
    return t("teach.improve_off")


def why_not_classic() -> str | None:
    """Why lessons cannot be classic on this machine; None where they can."""
    if can_be_classic():
        return None
    have, needed = f"{machine.memory() / 1e9:.1f}", f"{CLASSIC_MEMORY / 1e9:.0f}"
    return say("classic.memory", current(), needed=needed, there=have)


def _keep(area: Path, name: str) -> None:
    drafts.change(area, **{name: st.session_state[f"teach_{name}"]})


def _keep_mode(area: Path, key: str, on: str, off: str) -> None:
    drafts.change(area, mode=on if st.session_state[key] else off)
