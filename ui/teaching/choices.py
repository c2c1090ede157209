"""Settings of a lesson, which nobody needs: how closely it looks, and by which recipe it is taught."""

from __future__ import annotations

import streamlit as st

from core.backbones import downloadable
from core.learning import recipes
from core.learning.recipe import Obstacle, Recipe
from core.learning.settings import TIERS
from core.messages import say
from core.storage.area import VisitArea
from core.work import draft as drafts
from core.work.draft import Draft
from ui import errors, page
from ui.language import current
from ui.teaching import fetching
from ui.texts import t


def recipe(draft: Draft) -> Recipe:
    """The recipe of a lesson of this draft: as was chosen, where this machine can; else the usual one."""
    chosen = recipes.find(draft.mode)
    return chosen if chosen and _is_possible(chosen, draft) else recipes.get(recipes.DEFAULT)


def _is_possible(one: Recipe, draft: Draft) -> bool:
    return not _obstacle(one) and not (one.improvement and frozen(draft))


def backbone(draft: Draft) -> str:
    """The backbone of a lesson of this draft: as was chosen, once it is here."""
    return fetching.ready(draft.backbone) or TIERS["quick"]


def frozen(draft: Draft) -> str | None:
    """The title of the draft's backbone where that cannot be improved itself; None where it can."""
    card = downloadable.find(backbone(draft))
    return card.title if card else None


def show(area: VisitArea, draft: Draft) -> None:
    """The settings. The draft is what holds; the widgets show it, and write into it as soon as they are changed."""
    keep = errors.guarded(_keep)
    chosen = backbone(draft)
    st.session_state["teach_backbone"] = chosen if chosen in TIERS.values() else None
    st.session_state["teach_seed"] = draft.seed
    st.session_state["teach_private"] = draft.private
    brings_its_own = recipe(draft).backbone is not None
    page.note(t("teach.settings_note"))
    titles = {name: t(f"teach.tier_{tier}") for tier, name in TIERS.items()}
    st.radio(
        t("teach.tier"),
        list(titles),
        format_func=titles.__getitem__,
        captions=[t(f"teach.tier_{tier}_note") for tier in TIERS],
        disabled=brings_its_own,
        key="teach_backbone",
        on_change=keep,
        args=(area, "backbone"),
    )
    fetching.show(area, draft, disabled=brings_its_own)
    offered = [one for one in recipes.registered() if one.title]
    for one in sorted(offered, key=lambda one: one.improvement is None):  # first what most people want
        _show_recipe(area, draft, one)
    st.toggle(t("teach.private"), key="teach_private", on_change=keep, args=(area, "private"))
    page.note(t("teach.private_note"))
    st.number_input(t("teach.seed"), 0, 9999, key="teach_seed", width=220, on_change=keep, args=(area, "seed"))
    page.note(t("teach.seed_note"))


def _show_recipe(area: VisitArea, draft: Draft, one: Recipe) -> None:
    """A toggle for a recipe, what it costs, and why it cannot be chosen here."""
    current_recipe = recipe(draft)
    key = f"teach_{one.name}"
    st.session_state[key] = one == current_recipe
    beside_the_point = one.improvement is not None and current_recipe.backbone is not None
    st.toggle(
        say(one.title, current()),
        key=key,
        disabled=beside_the_point or not _is_possible(one, draft),
        on_change=errors.guarded(_keep_recipe),
        args=(area, key, one.name),
    )
    if obstacle := _obstacle(one):
        page.note(_said(obstacle))
    elif one.improvement and (title := frozen(draft)):
        page.note(t("fetching.frozen", title=title))
    else:
        page.note(say(one.note, current()))
    if one == current_recipe and one.starting_point:
        page.note(say(one.starting_point(), current()))


def why_not_improved(draft: Draft) -> str | None:
    """Why the model of this draft stays as its lesson made it; None where this machine can improve it, or that was not
    asked for."""
    asked = recipes.find(draft.mode)
    obstacle = _obstacle(asked) if asked and asked.improvement else None
    return _said(obstacle) if obstacle else None


def _obstacle(one: Recipe) -> Obstacle | None:
    """Why this machine cannot follow the recipe, or not to its end; None where it can."""
    return one.obstacle or (one.improvement.obstacle() if one.improvement else None)


def _said(obstacle: Obstacle) -> str:
    key, values = obstacle
    return say(key, current(), **values)


def _keep(area: VisitArea, name: str) -> None:
    drafts.change(area, **{name: st.session_state[f"teach_{name}"]})


def _keep_recipe(area: VisitArea, key: str, name: str) -> None:
    """Choose a recipe, or turn it off: then it is the usual one."""
    drafts.change(area, mode=name if st.session_state[key] else "")
