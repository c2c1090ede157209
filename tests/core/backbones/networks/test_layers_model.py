"""The network that a model brings along is no backbone of ours."""

from __future__ import annotations

import pytest

from core.backbones import catalogue, litert_files
from core.backbones.networks import layers_model
from core.errors import BackboneError


def test_no_lesson_is_offered_it() -> None:
    listed = {card.name for card in (*catalogue.cards(), *catalogue.downloadable_cards())}
    assert layers_model.NAME not in listed and catalogue.card(layers_model.NAME).has_weights_in_model


def test_without_a_model_it_cannot_be_run() -> None:
    with pytest.raises(BackboneError) as refused:
        litert_files.ensure(layers_model.NAME)
    assert refused.value.key == "backbone.bare"
