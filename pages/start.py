"""The page "Start": what this is, and three ways in."""

import streamlit as st

from ui import hero, model_store, page, shell, streamlit_compat
from ui.texts import t

streamlit_compat.require_shell()

hero.show()

with st.container(key="ways"), st.grid(3, min_column_width=240, gap="small"):
    for way, symbol in (("try", "auto_awesome"), ("teach", "school"), ("open", "folder_open")):
        with page.card(f"way_{way}"):
            hero.way(symbol, t(f"start.{way}_title"), t(f"start.{way}_text"))
            chosen = st.button(
                t(f"start.{way}_button"),
                type="primary" if way == "try" else "secondary",
                key=f"start_{way}",
                width="stretch",
            )
            if chosen and way == "try":
                model_store.choose(model_store.samples()[0].path)
                shell.go("recognise")
            elif chosen:
                shell.go("teach" if way == "teach" else "models")

with page.card("way_everyday"), st.container(horizontal=True, vertical_alignment="center", key="any_picture"):
    page.note(t("start.everyday"))
    if st.button(t("start.everyday_button"), icon=":material/image_search:", key="start_everyday"):
        for ready in model_store.everyday():
            model_store.choose(ready.path)
        shell.go("recognise")

page.note(t("start.private"))
