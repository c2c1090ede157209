"""Ready to teach: a name, settings that nobody needs, and the one button."""

from __future__ import annotations

from html import escape

import streamlit as st

from core.learning.settings import Settings
from core.messages import say
from core.messages.labels import listed
from core.pictures.dataset import Dataset, lacks
from core.settings import MAX_LABEL_LENGTH
from core.storage.area import VisitArea
from core.work import draft as drafts
from core.work import lessons
from core.work.draft import Draft
from ui import errors, visit
from ui.language import current
from ui.teaching import choices, undo
from ui.texts import plural, t

RECOMMENDED = 20  # pictures a class


def show(area: VisitArea, draft: Draft, taught: Dataset) -> None:
    """The name, the settings, and the bar with the button, which stays in view."""
    st.session_state["teach_title"] = draft.title
    with st.container(key="teach_name"):
        st.text_input(
            t("teach.model_name"),
            max_chars=MAX_LABEL_LENGTH,
            key="teach_title",
            placeholder=t("teach.unnamed_model"),
            on_change=errors.guarded(_save_title),
            args=(area,),
        )
        with st.expander(t("teach.settings"), icon=":material/tune:", key="teach_settings"):
            choices.show(area, draft)
    reasons = blocked(taught)
    with st.container(key="teach_dock", horizontal=True, vertical_alignment="center", gap="small"):
        st.html(standing(taught, reasons))
        st.button(
            t("teach.start_over"),
            type="tertiary",
            icon=":material/restart_alt:",
            key="teach_over",
            on_click=errors.guarded(undo.set_aside),
            args=(area,),
        )
        st.button(
            t("teach.teach"),
            type="primary",
            icon=":material/school:",
            key="teach_go",
            disabled=bool(reasons),
            on_click=errors.guarded(_start),
            args=(area,),
        )


def standing(taught: Dataset, reasons: list[str]) -> str:
    """How things stand, as HTML: what is missing, else what is there and what would make it better."""
    if reasons:
        words = "".join(f"<span>{escape(reason)}</span> " for reason in reasons)
        return f'<p class="tl-standing tl-lacking"><span class="tl-symbol" aria-hidden="true">error</span>{words}</p>'
    counts = taught.counts
    what = plural("teach.all_there", len(counts), pictures=plural("teach.pictures", len(taught.entries)))
    hint = advice(taught)
    more = f'<span class="tl-note">{escape(hint)}</span>' if hint else ""
    return f'<p class="tl-standing"><strong>{escape(what)}</strong>{more}</p>'


def blocked(taught: Dataset) -> list[str]:
    """Why teaching cannot start yet, each a sentence; those of single classes stand on their cards and count as one."""
    missing = lacks(taught)
    sentences = [say(lack.key, current(), **lack.values) for lack in missing if not lack.label]
    lacking = [lack for lack in missing if lack.label]
    if len(lacking) == 1:
        sentences.append(say(lacking[0].key, current(), **lacking[0].values))
    elif lacking:
        sentences.append(plural("teach.classes_lack", len(lacking)))
    return sentences


def advice(taught: Dataset) -> str | None:
    """A word on what would make it better, where there is one."""
    few = [label for label, count in taught.counts.items() if count < RECOMMENDED]
    if not few:
        return None
    return plural("teach.few", len(few), labels=listed(few), wanted=RECOMMENDED)


def _save_title(area: VisitArea) -> None:
    drafts.change(area, title=st.session_state["teach_title"].strip())


def _start(area: VisitArea) -> None:
    draft = drafts.load(area)
    visit.area(keep=True)
    settings = Settings(
        backbone=choices.backbone(draft),
        seed=draft.seed,
        title=draft.title or t("teach.unnamed_model"),
        mode=choices.recipe(draft).name,
        examples=not draft.private,
    )
    lesson = lessons.start(area, draft.sources, draft.edits, settings)
    drafts.change(area, lesson=lesson, changing=False)
    undo.forget()
