"""A card says where the weights come from, and what the command line shows."""

from __future__ import annotations

import json

import pytest

from core.backbones import card, resnet


def test_a_card_says_where_its_weights_come_from() -> None:
    kinds = {
        name: (card(name).is_downloadable, card(name).has_weights_in_model)
        for name in ("efficientnet-lite0", "mobilenetv2", resnet.NAME)
    }
    assert kinds == {
        "efficientnet-lite0": (False, False),
        "mobilenetv2": (True, False),
        resnet.NAME: (False, True),
    }


def test_only_a_downloadable_backbone_has_a_download() -> None:
    weights = card("mobilenetv2").download
    assert weights.file == "mobilenet_v2_weights_tf_dim_ordering_tf_kernels_1.0_224.h5" and weights.megabytes == 15
    with pytest.raises(TypeError, match="efficientnet-lite0"):
        _ = card("efficientnet-lite0").download


@pytest.mark.parametrize("name", ["efficientnet-lite0", "mobilenetv2", resnet.NAME])
def test_its_facts_keep_their_keys_and_are_json(name: str) -> None:
    facts = json.loads(json.dumps(card(name).facts()))
    keys = ["name", "title", "size", "mean", "scale", "features", "source", "licence", "sha256", "parts"]
    assert list(facts) == keys
    assert facts["name"] == name and facts["parts"] == []
