"""What happened in a classic lesson: the same in thirty lines of plain Keras."""

from __future__ import annotations

from html import escape

import streamlit as st

from core import settings
from core.backbones import resnet
from core.model.model import Model
from ui import page
from ui.texts import t

RECIPE = settings.PROJECT / "core" / "learning" / "classic_recipe.py"  # a test runs these very lines
_POINTS = ("network", "adam", "averages", "differs")


def show(model: Model) -> None:
    """The recipe and what it says, folded away; nothing for a model that was taught in another way."""
    if model.backbone != resnet.NAME:
        return
    with st.expander(t("classic.happened"), icon=":material/code:", key="teach_happened"):
        page.note(t("classic.happened_note"))
        st.code(RECIPE.read_text("utf-8"), language="python", wrap_lines=True)
        points = "".join(f"<li>{escape(t(f'classic.point_{point}'))}</li>" for point in _POINTS)
        st.html(f'<ul class="tl-points">{points}</ul>')
