"""Weight files that are downloaded are told by their hash, wherever they lie."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pytest
from serving import HDF5

from core.backbones import catalogue, downloadable
from core.backbones.card import Card
from core.backbones.networks.keras_applications import keras_application
from core.errors import BackboneError

CONTENT, OTHER = HDF5 + bytes(range(256)), HDF5 + bytes(256)


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where downloaded files lie, in a cache of the test's own."""
    monkeypatch.setenv("TEACHLENS_CACHE", str(tmp_path / "cache"))
    monkeypatch.delenv("TEACHLENS_WEIGHTS", raising=False)
    downloadable.folder().mkdir(parents=True)
    return downloadable.folder()


def tiny(kind: str = "sha256") -> Card:
    digest = f"{kind}:{hashlib.new(kind, CONTENT).hexdigest()}"
    return keras_application("Tiny", "http://127.0.0.1:9/tiny.h5", len(CONTENT), digest, 8, "Nobody 2026", "MIT")


def test_weights_are_found_by_name_in_the_folder_that_was_pointed_at(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TEACHLENS_WEIGHTS", str(tmp_path))
    path = tmp_path / "tiny.h5"
    assert downloadable.find_weights(tiny()) is None
    path.write_bytes(CONTENT)
    assert downloadable.find_weights(tiny()) == path
    path.write_bytes(OTHER)
    with pytest.raises(BackboneError) as caught:
        downloadable.find_weights(tiny())
    assert caught.value.key == "backbone.other_weights" and str(tmp_path) in caught.value.say("ko")


@pytest.mark.parametrize("kind", ["sha256", "md5"])
def test_a_downloaded_file_is_used_unless_it_is_damaged(folder: Path, kind: str) -> None:
    path = folder / "tiny.h5"
    path.write_bytes(CONTENT)
    assert downloadable.find_weights(tiny(kind)) == path and downloadable.is_whole(tiny(kind).download, path)
    path.write_bytes(CONTENT[:-1])
    assert downloadable.find_weights(tiny(kind)) is None and not downloadable.is_whole(tiny(kind).download, path)


def test_only_downloadable_backbones_are_found() -> None:
    assert downloadable.find("mobilenetv2") == catalogue.card("mobilenetv2")
    assert downloadable.find("efficientnet-lite0") is None and downloadable.find("dragonfly") is None
