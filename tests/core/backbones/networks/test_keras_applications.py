"""What is said of the networks of keras.applications before their weights are downloaded."""

from __future__ import annotations

import importlib.util
from pathlib import Path

import pytest

from core.backbones import card, cards, catalogue, ensure, litert_files
from core.backbones.card import Card
from core.backbones.networks.keras_applications import CARDS, keras_application
from core.errors import BackboneError


@pytest.mark.parametrize("one", CARDS, ids=lambda one: one.name)
def test_every_network_says_what_a_person_wants_to_know_before_it_is_downloaded(
    one: Card, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TEACHLENS_CACHE", str(tmp_path))
    weights = one.download
    kind, _, value = weights.digest.partition(":")
    assert len(value) == {"sha256": 64, "md5": 32}[kind] and int(value, 16)
    assert len(one.sha256) == 64 and (kind != "sha256" or one.sha256 == value)
    assert weights.url.startswith("https://storage.googleapis.com/tensorflow/keras-applications/")
    assert weights.file.endswith(".h5") and 10 < weights.megabytes < 150
    assert weights.top is ("top" not in weights.file)
    assert one.licence in ("MIT", "Apache-2.0") and ", trained on ImageNet" in one.source
    assert (one.mean, one.scale) == (0, 1)
    assert card(one.name) == one in catalogue.downloadable_cards() and one not in cards()
    assert not litert_files.is_ready(one.name)
    with pytest.raises(BackboneError) as caught:
        ensure(one.name)
    assert caught.value.key == "backbone.not_fetched"
    assert f"backbones fetch {one.name}" in str(caught.value) and f"{weights.megabytes} MB" in caught.value.say("ko")


MODULES = ("mobilenet_v2.py", "efficientnet_v2.py", "convnext.py", "resnet.py")


def test_the_hashes_are_those_that_keras_checks() -> None:
    """Read from Keras' source, as importing it takes seconds."""
    keras = importlib.util.find_spec("keras")
    if keras is None or keras.origin is None:
        pytest.skip("Keras is not installed")
    sources = Path(keras.origin).parent / "src" / "applications"
    text = "".join((sources / name).read_text("utf-8") for name in MODULES)
    for one in CARDS:
        if one.name not in ("mobilenetv2", "resnet50"):  # of these Keras checks none, and an MD5
            assert one.download.digest.partition(":")[2] in text
        assert f"def {one.download.application}(" in text


def test_a_digest_that_is_no_sha256_is_stood_for_by_one() -> None:
    one, other = (
        keras_application("Tiny", "http://x/tiny.h5", 1, f"md5:{digit * 32}", 8, "Nobody 2026", "MIT", alpha=0.5)
        for digit in "01"
    )
    assert len(one.sha256) == 64 and one.sha256 != other.sha256
    assert one.name == "tiny" and one.download.options == {"alpha": 0.5} and one.download.file == "tiny.h5"
