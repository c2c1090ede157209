"""The classic network's card agrees with its layers; its weights are in its models."""

from __future__ import annotations

import pytest

from core.backbones import Backbone, card, cards, resnet
from core.backbones.architecture import Dense
from core.backbones.networks.resnet50_classic import CARDS
from core.errors import BackboneError


def test_the_card_agrees_with_its_layers() -> None:
    (one,) = CARDS
    assert one.layers is not None
    hidden = one.layers()[-1]
    assert isinstance(hidden, Dense) and hidden.channels == one.features and one.tuned_from is None


def test_without_a_models_weights_there_is_no_such_network() -> None:
    assert card(resnet.NAME) == CARDS[0] and CARDS[0] not in cards()
    with pytest.raises(BackboneError) as caught:
        Backbone(resnet.NAME)
    assert caught.value.key == "backbone.bare" and "ResNet50" in caught.value.say("ko")
