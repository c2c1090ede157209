"""The page "Models": what was taught here, to use, rename, download, delete; and model files to open."""

import streamlit as st

from ui import model_card, model_store, page, shell, streamlit_compat
from ui.texts import t

streamlit_compat.require_shell()

page.heading(t("models.title"), t("models.lead"))

models = model_store.visit_models()
for one in models:
    model_card.show(one)
model_card.unreadable(model_store.unreadable())
if not models:
    with page.empty("models", "school", t("models.none")):
        if st.button(t("models.teach"), type="primary", key="models_teach"):
            shell.go("teach")

page.section(t("models.open"), t("models.open_note"))
model_card.opener()

page.section(t("models.come_along"))
for one in model_store.everyday() + model_store.samples():
    model_card.show(one)

model_card.notice()
