"""A joined backbone's card is made of its parts', and each definition has a sha256 of its own."""

from __future__ import annotations

import pytest

from core.backbones.card import Card
from core.backbones.networks.efficientnet_lite import LITE0, LITE1_192, LITE2
from core.backbones.networks.joined import CARDS, EARLIER, joined


def test_it_has_the_largest_input_and_all_features() -> None:
    card = joined(LITE0, LITE2)
    assert card.parts == (LITE0.name, LITE2.name) and card.name == f"{LITE0.name}+{LITE2.name}"
    assert card.size == LITE2.size and card.features == LITE0.features + LITE2.features
    assert card.weights is None and card.layers is None and card.tuned_from == LITE0.tuned_from


def test_every_definition_has_a_sha256_of_its_own() -> None:
    cards = [joined(LITE0, LITE2), joined(LITE2, LITE0), joined(LITE0, LITE1_192), joined(LITE0, LITE2, LITE1_192)]
    cards += [joined(LITE0, LITE2, through_largest=True)]
    assert len({card.sha256 for card in cards}) == len(cards)


EARLIER_SHA256 = (
    "fc0fd5f99dd4a18640750f8842ebf4b44950e91a75cd2e3436783d5c469349e4",
    "c92166be47ce8832ddae610278eefa97605a62fe8c8d5d4b987eceb932e5af61",
)


@pytest.mark.parametrize(("card", "sha256"), list(zip(EARLIER, EARLIER_SHA256, strict=True)))
def test_model_files_know_the_earlier_definitions_by_these(card: Card, sha256: str) -> None:
    assert card.sha256 == sha256 and card.through_largest
    assert card.name in {now.name for now in CARDS} and not any(now.through_largest for now in CARDS)
