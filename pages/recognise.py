"""The page "Recognise": a model, pictures, answers."""

import streamlit as st

from ui import answer, model_store, more, page, shell, streamlit_compat, try_it
from ui.texts import t

streamlit_compat.require_shell()

page.heading(t("recognise.title"), t("recognise.lead"))

choices = model_store.all_models()
if not choices:
    with page.empty("models", "school", t("recognise.none")):
        if st.button(t("recognise.teach"), type="primary", key="recognise_teach"):
            shell.go("teach")
else:
    paths = [choice.path for choice in choices]
    model_store.prepare_choice(paths)
    titles = model_store.distinct_names(choices)
    picked = st.selectbox(
        t("recognise.model"),
        paths,
        format_func=lambda path: titles[path],
        key=model_store.CHOICE,
        width=420,
    )
    model_store.choose(picked)
    choice = choices[paths.index(picked)]
    if choice.taught or choice.is_foreign:
        st.html(answer.chips(choice.labels))
    else:
        page.note(t("models.by_others", count=f"{len(choice.labels):,}"))
    try_it.panel(picked, "recognise", with_samples=bool(choice.sample and choice.taught))
    more.panel(picked, "recognise")
