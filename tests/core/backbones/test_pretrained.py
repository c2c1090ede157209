"""The weights from which a classic lesson begins, where they are on this machine."""

from __future__ import annotations

from pathlib import Path

import pytest

from core.backbones import catalogue, downloadable, pretrained
from core.errors import BackboneError

FILE = catalogue.card("resnet50").download.file


@pytest.fixture(autouse=True)
def nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TEACHLENS_CACHE", str(tmp_path / "cache"))
    monkeypatch.delenv("TEACHLENS_WEIGHTS", raising=False)


def test_without_a_file_a_lesson_begins_from_random_weights() -> None:
    assert not pretrained.is_there() and pretrained.resnet50() is None


def test_a_damaged_download_is_there_and_not_used() -> None:
    downloadable.folder().mkdir(parents=True)
    (downloadable.folder() / FILE).write_bytes(b"damaged")
    assert pretrained.is_there() and pretrained.resnet50() is None


def test_another_file_in_the_folder_that_was_pointed_at_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TEACHLENS_WEIGHTS", str(tmp_path))
    (tmp_path / FILE).write_bytes(b"another file")
    assert pretrained.is_there()
    with pytest.raises(BackboneError) as caught:
        pretrained.resnet50()
    assert caught.value.key == "backbone.other_weights"
