"""Settings of a lesson, which nobody needs: how closely it looks, and whether it goes on improving."""

from __future__ import annotations

from pathlib import Path
from typing import get_args

import streamlit as st

from core import machine
from core.learning.settings import THOROUGH_MEMORY, TIERS, Mode, can_improve
from ui import errors, page
from ui.teaching import draft as drafts
from ui.teaching.draft import Draft
from ui.texts import t


def mode(draft: Draft) -> Mode:
    """How a lesson of this draft is taught: as was chosen; else thoroughly where this machine can."""
    modes: tuple[Mode, ...] = get_args(Mode)
    wanted: Mode = next((one for one in modes if one == draft.mode), "thorough")
    return "quick" if wanted == "thorough" and not can_improve() else wanted


def backbone(draft: Draft) -> str:
    """The backbone of a lesson of this draft."""
    return draft.backbone or TIERS["quick"]


def show(area: Path, draft: Draft) -> None:
    """The settings. The draft is what holds; the widgets show it, and write into it as soon as they are changed."""
    keep = errors.guarded(_keep)
    st.session_state["teach_backbone"] = backbone(draft)
    st.session_state["teach_seed"] = draft.seed
    st.session_state["teach_improve"] = mode(draft) == "thorough"
    page.note(t("teach.settings_note"))
    titles = {name: t(f"teach.tier_{tier}") for tier, name in TIERS.items()}
    st.radio(
        t("teach.tier"),
        list(titles),
        format_func=titles.__getitem__,
        captions=[t(f"teach.tier_{tier}_note") for tier in TIERS],
        key="teach_backbone",
        on_change=keep,
        args=(area, "backbone"),
    )
    st.toggle(
        t("teach.improve"),
        key="teach_improve",
        disabled=not can_improve(),
        on_change=errors.guarded(_keep_mode),
        args=(area,),
    )
    page.note(why_not() or t("teach.improve_note"))
    st.number_input(t("teach.seed"), 0, 9999, key="teach_seed", width=220, on_change=keep, args=(area, "seed"))
    page.note(t("teach.seed_note"))


def why_not() -> str | None:
    """Why models stay quick on this machine; None where they can be improved."""
    if can_improve():
        return None
    have, needed = (f"{size / 1e9:.1f}" for size in (machine.memory(), THOROUGH_MEMORY))
    return t("teach.improve_memory", have=have, needed=needed) if have < needed else t("teach.improve_off")


def _keep(area: Path, name: str) -> None:
    drafts.change(area, **{name: st.session_state[f"teach_{name}"]})


def _keep_mode(area: Path) -> None:
    drafts.change(area, mode="thorough" if st.session_state["teach_improve"] else "quick")
