"""What happened in a lesson whose recipe can be shown: the same in thirty lines of plain Keras."""

from __future__ import annotations

from html import escape

import streamlit as st

from core.learning import recipes
from core.model.model import Model
from ui import page
from ui.texts import t

_POINTS = ("network", "adam", "averages", "differs")


def show(model: Model) -> None:
    """The recipe and what it says, folded away; nothing for a model that was taught in another way."""
    recipe = next((one for one in recipes.registered() if one.walkthrough and one.backbone == model.backbone), None)
    if recipe is None or recipe.walkthrough is None:
        return
    with st.expander(t(f"{recipe.name}.happened"), icon=":material/code:", key="teach_happened"):
        page.note(t(f"{recipe.name}.happened_note"))
        st.code(recipe.walkthrough.read_text("utf-8"), language="python", wrap_lines=True)
        points = "".join(f"<li>{escape(t(f'{recipe.name}.point_{point}'))}</li>" for point in _POINTS)
        st.html(f'<ul class="tl-points">{points}</ul>')
