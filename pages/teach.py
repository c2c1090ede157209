"""The page "Teach": pictures in, watch it learn, see how well it knows them."""

from dataclasses import replace

import streamlit as st

from core import backbones
from core.errors import TeachLensError
from core.learning.settings import Settings
from core.settings import MAX_LABEL_LENGTH
from core.work import lessons
from ui import own_pages, page, visit
from ui.teaching import STYLE, draft, found, gather, progress, result
from ui.texts import t

own_pages.inside_shell()

st.html(STYLE)
page.heading(t("teach.title"), t("teach.lead"))

area = visit.area()
now = draft.load(area)
status = None
if now.lesson:
    try:
        status = lessons.status(area, now.lesson)
    except TeachLensError:  # its folder is gone
        now = replace(now, lesson=None)

if status is not None and status.state in ("waiting", "running"):
    progress.show(area, str(now.lesson))
elif status is not None and status.model is not None:
    result.show(area, status.model, now)
else:
    if status is not None and status.state != "done":
        progress.ended_badly(area, status, now)
    if not now.sources:
        gather.layouts()
        gather.uploader(area, first=True)
        gather.sample_button(area)
        back = draft.was_set_aside(area)
        if back and st.button(t("teach.bring_draft_back"), icon=":material/undo:", key="teach_bring_back"):
            draft.bring_back(area)
            st.rerun()
    else:
        try:
            dataset = draft.dataset(now.sources)
        except TeachLensError as error:
            found.explain_gone(area, error)
            st.stop()
        taught = found.show(area, now, dataset)
        page.section(t("teach.more"))
        gather.uploader(area, first=False)

        page.section(t("teach.ready"))
        reasons = found.blocked(taught)
        for reason in reasons:
            page.note(reason)
        if not reasons and (hint := found.advice(taught)):
            page.note(hint)
        name = t("teach.model_name")
        title = st.text_input(name, now.title, max_chars=MAX_LABEL_LENGTH, key="teach_title", width=420)
        with st.expander(t("teach.settings"), icon=":material/tune:", key="teach_settings"):
            page.note(t("teach.settings_note"))
            cards = {card.name: card for card in backbones.cards()}
            backbone = st.selectbox(
                t("teach.backbone"), list(cards), format_func=lambda name: cards[name].title, key="teach_backbone"
            )
            seed = st.number_input(t("teach.seed"), 0, 9999, now.seed, key="teach_seed", help=t("teach.seed_help"))
        with st.container(horizontal=True, gap="small", vertical_alignment="center"):
            go = st.button(
                t("teach.teach"), type="primary", icon=":material/school:", key="teach_go", disabled=bool(reasons)
            )
            if st.button(t("teach.start_over"), type="tertiary", icon=":material/restart_alt:", key="teach_over"):
                draft.set_aside(area)
                st.rerun()
        if go:
            visit.area(keep=True)
            settings = Settings(backbone, int(seed), title.strip() or None)
            lesson = lessons.start(area, now.sources, now.edits, settings)
            draft.save(area, replace(now, title=title.strip(), seed=int(seed), lesson=lesson))
            st.rerun()
