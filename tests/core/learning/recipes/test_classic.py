"""What the classic recipe says of itself."""

from __future__ import annotations

from pathlib import Path

import pytest

from core.backbones import catalogue, pretrained
from core.learning import recipes


def test_it_brings_a_backbone_that_no_other_lesson_builds_on() -> None:
    name = recipes.get("classic").backbone
    assert name is not None and catalogue.card(name).has_weights_in_model
    assert name not in {card.name for card in catalogue.cards()}


def test_it_says_which_weights_it_begins_from(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    starting_point = recipes.get("classic").starting_point
    assert starting_point is not None
    monkeypatch.setattr(pretrained, "is_there", lambda: False)
    assert starting_point() == "classic.will_scratch"
    monkeypatch.setattr(pretrained, "is_there", lambda: True)
    assert starting_point() == "classic.will_imagenet"


def test_its_walkthrough_is_a_short_python_file() -> None:
    walkthrough = recipes.get("classic").walkthrough
    assert walkthrough is not None
    compile(walkthrough.read_text("utf-8"), walkthrough, "exec")
