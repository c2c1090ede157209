"""Recipes among the settings of "Teach": whatever is registered is offered, and says why it cannot be had."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from core.learning import recipes
from core.storage.area import VisitArea
from core.work import draft
from core.work.draft import Draft
from ui.teaching import choices

Open = Callable[..., AppTest]


@pytest.fixture
def registered(monkeypatch: pytest.MonkeyPatch) -> None:
    """With a recipe of somebody's own."""
    recipe = replace(recipes.get("quick"), name="other", title="recipe.classic", note="classic.will_imagenet")
    monkeypatch.setattr(recipes, "_registered", {**recipes._registered, "other": recipe})


def test_a_new_recipe_is_offered_and_chosen(open_app: Open, prepared: Path, registered: None) -> None:
    at = open_app("teach")
    at.toggle(key="teach_other").set_value(True).run()
    assert draft.load(VisitArea(prepared)).mode == "other" and at.toggle(key="teach_other").value
    assert choices.recipe(draft.load(VisitArea(prepared))).name == "other"
    assert not at.radio(key="teach_backbone").disabled  # it brings no backbone along
    at.toggle(key="teach_other").set_value(False).run()
    assert draft.load(VisitArea(prepared)).mode == "" and not at.toggle(key="teach_other").value


def test_a_recipe_that_there_no_longer_is_counts_as_none_chosen(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TEACHLENS_TUNING", "off")
    assert choices.recipe(Draft(mode="osmosis")).name == recipes.DEFAULT
    assert choices.why_not_improved(Draft(mode="osmosis")) is None


def test_a_backbone_that_stays_frozen_leaves_the_recipes_that_improve_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TEACHLENS_TUNING", "on")
    monkeypatch.setattr("core.machine.memory", lambda: 16 * 10**9)
    monkeypatch.setattr("ui.teaching.fetching.ready", lambda name: name)
    assert choices.recipe(Draft(backbone="mobilenetv2", mode="thorough")).name == "quick"
    assert choices.recipe(Draft(backbone="mobilenetv2", mode="classic")).name == "classic"
    assert choices.recipe(Draft(backbone="efficientnet-lite0", mode="thorough")).name == "thorough"
