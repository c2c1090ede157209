"""What is said of DINOv2 before its weights are downloaded."""

from __future__ import annotations

import json
from dataclasses import asdict
from math import prod
from pathlib import Path

import pytest

from core.backbones import card, cards, catalogue, ensure, litert_files
from core.backbones.card import from_dict
from core.backbones.networks.dinov2 import CARDS, VITS14
from core.errors import BackboneError

(DINOV2,) = CARDS


def test_it_says_what_a_person_wants_to_know_before_it_is_downloaded(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TEACHLENS_CACHE", str(tmp_path))
    weights, costs = DINOV2.download, DINOV2.costs
    assert weights.url == "https://dl.fbaipublicfiles.com/dinov2/dinov2_vits14/dinov2_vits14_pretrain.pth"
    assert weights.megabytes == 88 and weights.digest == f"sha256:{DINOV2.sha256}"
    assert DINOV2.licence == "Apache-2.0" and "Oquab et al. 2024" in DINOV2.source
    assert (
        costs
        and 0 < costs.seconds < 1
        and all(86e6 < size < 1e9 for size in (costs.recognising, costs.teaching, costs.preparing))
    )
    assert card(DINOV2.name) == DINOV2 in catalogue.downloadable_cards() and DINOV2 not in cards()
    assert not litert_files.is_ready(DINOV2.name)
    with pytest.raises(BackboneError) as caught:
        ensure(DINOV2.name)
    assert caught.value.key == "backbone.not_fetched" and "88 MB" in caught.value.say("ko")


def test_its_file_has_room_for_the_tensors_it_is_said_to_hold() -> None:
    elements = sum(map(prod, VITS14.shapes().values()))
    assert 0 < DINOV2.download.bytes - 4 * elements < 100_000  # names, and what the archive adds


def test_pictures_are_cut_into_whole_patches_and_heads_into_whole_features() -> None:
    assert DINOV2.size % VITS14.patch == 0 and VITS14.channels % VITS14.heads == 0
    assert DINOV2.features == VITS14.channels


def test_its_card_comes_back_from_json() -> None:
    assert from_dict(json.loads(json.dumps({**asdict(DINOV2), "parts": ()}))).download == DINOV2.download
    assert from_dict(asdict(DINOV2)) == DINOV2
