"""What can be chosen of a lesson."""

from __future__ import annotations

from dataclasses import asdict

from core.backbones import catalogue
from core.learning import recipes
from core.learning.settings import TIERS, Settings


def test_every_tier_is_a_backbone_that_can_be_improved_and_the_first_is_the_default() -> None:
    assert next(iter(TIERS.values())) == Settings().backbone
    for name in TIERS.values():
        card = catalogue.card(name)
        first = catalogue.card(card.parts[0]) if card.parts else card
        assert first.tuned_from is not None and not card.is_downloadable


def test_settings_come_back_from_a_jobs_file() -> None:
    settings = Settings(seed=3, title="물감", mode="thorough", examples=False)
    assert Settings(**asdict(settings)) == settings and recipes.get(Settings().mode).name == recipes.DEFAULT
