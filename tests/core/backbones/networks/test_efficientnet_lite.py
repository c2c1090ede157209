"""EfficientNet-Lite's cards agree with their layers."""

from __future__ import annotations

import pytest

from core.backbones.architecture import Convolution, block_start, efficientnet_lite
from core.backbones.card import Card, PackagedWeights
from core.backbones.networks.efficientnet_lite import CARDS, LITE0, LITE1, LITE1_192


@pytest.mark.parametrize("card", CARDS, ids=lambda card: card.name)
def test_a_card_agrees_with_its_layers(card: Card) -> None:
    assert card.layers is not None and card.tuned_from is not None
    head = card.layers()[-1]
    assert isinstance(head, Convolution) and head.channels == card.features
    assert 0 < block_start(card.layers(), card.tuned_from) < len(card.layers())
    assert isinstance(card.weights, PackagedWeights) and card.sha256[:8] in card.weights.file


def test_the_default_is_the_smallest() -> None:
    assert CARDS[0] is LITE0 and LITE0.layers is not None and LITE0.layers() == efficientnet_lite(1.0, 1.0)


def test_the_same_network_with_a_smaller_input_has_the_same_weights() -> None:
    assert (LITE1_192.weights, LITE1_192.sha256) == (LITE1.weights, LITE1.sha256)
    assert LITE1_192.size == 192 < LITE1.size and LITE1_192.name != LITE1.name
