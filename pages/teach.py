"""The page "Teach": pictures in, watch it learn, see how well it knows them."""

import streamlit as st

from core.errors import TeachLensError
from core.work import draft as drafts
from core.work import lessons
from ui import errors, page, streamlit_compat, visit
from ui.teaching import STYLE, classes, draft, gather, progress, ready, result, showing, steps, undo
from ui.texts import t

streamlit_compat.require_shell()

st.html(STYLE)
page.heading(t("teach.title"), t("teach.lead"))

area = visit.area()
current = drafts.load(area)
try:
    lesson = lessons.status(area, current.lesson) if current.lesson else None
except TeachLensError:  # its folder is gone, and with it all that could be said
    lesson = None

if lesson is not None and lesson.state in ("waiting", "running"):
    st.html(steps.view(1))
    progress.show(area, current)
elif lesson is not None and lesson.model is not None and not current.changing:
    st.html(steps.view(2))
    result.show(area, lesson.model, current)
else:
    st.html(steps.view(0))
    if showing.is_open():
        showing.panel(area, current)
    if lesson is not None and lesson.state != "done":
        progress.ended_badly(area, lesson)
    elif lesson is not None and lesson.model is not None:
        result.way_back(area)
    if not current.sources:
        gather.front(area)
    else:
        try:
            dataset = draft.dataset(current.sources)
        except TeachLensError as error:  # what was uploaded cannot be read any more
            errors.explain(error)
            gather.front(area)
        else:
            ready.show(area, current, classes.show(area, current, dataset))
undo.notice(area)
