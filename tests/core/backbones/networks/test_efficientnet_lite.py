"""EfficientNet-Lite's cards agree with their layers."""

from __future__ import annotations

import pytest

from core.backbones.architecture import Convolution, block_start, efficientnet_lite
from core.backbones.card import Card, PackagedWeights
from core.backbones.networks.efficientnet_lite import CARDS, LITE0, LITE0_LEVELS, LITE1, LITE1_192
from core.backbones.shapes import tensor_shapes


@pytest.mark.parametrize("card", CARDS, ids=lambda card: card.name)
def test_a_card_agrees_with_its_layers(card: Card) -> None:
    assert card.layers is not None and card.tuned_from is not None
    head = card.layers()[-1]
    assert isinstance(head, Convolution) and head.channels == card.final_features
    assert 0 < block_start(card.layers(), card.tuned_from) < len(card.layers())
    assert isinstance(card.weights, PackagedWeights) and card.sha256[:8] in card.weights.file


def test_the_default_is_the_smallest_network_and_its_levels() -> None:
    assert CARDS[0] is LITE0_LEVELS
    assert LITE0_LEVELS.layers is not None and LITE0_LEVELS.layers() == efficientnet_lite(1.0, 1.0)


@pytest.mark.parametrize("card", [card for card in CARDS if card.levels], ids=lambda card: card.name)
def test_levels_are_intermediate_layers_and_their_widths_add_to_the_features(card: Card) -> None:
    assert card.layers is not None
    layers = card.layers()
    shapes = tensor_shapes(layers, card.size)
    assert all(level < len(layers) - 1 for level in card.levels)
    assert card.level_widths == tuple(shapes[level + 1][-1] for level in card.levels)
    assert card.features == card.final_features + sum(card.level_widths)
    sides = [shapes[level + 1][0] for level in card.levels]
    assert sides == [card.size // 16, card.size // 8]


def test_levels_change_neither_the_weights_nor_the_final_features() -> None:
    assert LITE0_LEVELS.sha256 == LITE0.sha256 and LITE0_LEVELS.final_features == LITE0.features


def test_the_same_network_with_a_smaller_input_has_the_same_weights() -> None:
    assert (LITE1_192.weights, LITE1_192.sha256) == (LITE1.weights, LITE1.sha256)
    assert LITE1_192.size == 192 < LITE1.size and LITE1_192.name != LITE1.name
