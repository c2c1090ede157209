"""Where things lie, and what the environment may change about it."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from core import settings


def test_the_environment_moves_models_cache_and_weights(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("HOME", "CACHE", "WEIGHTS"):
        monkeypatch.setenv(f"TEACHLENS_{name}", str(tmp_path / name))
    assert settings.models_folder() == tmp_path / "HOME"
    assert settings.cache_folder() == tmp_path / "CACHE"
    assert settings.weights_folder() == tmp_path / "WEIGHTS"


def test_without_a_word_models_lie_in_the_project_and_the_cache_at_the_systems_place(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    for name in ("HOME", "CACHE", "WEIGHTS"):
        monkeypatch.delenv(f"TEACHLENS_{name}", raising=False)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    assert settings.models_folder() == settings.PROJECT / "models"
    assert settings.weights_folder() is None
    if sys.platform == "linux":
        assert settings.cache_folder() == tmp_path / "teachlens"


@pytest.mark.parametrize(("word", "on"), [("off", False), ("on", True), ("", True)])
def test_a_host_can_be_spared_the_improving_of_models(word: str, on: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TEACHLENS_TUNING", word)
    assert settings.tuning() is on


def test_limits_leave_room_for_what_is_promised() -> None:
    assert settings.MAX_ENTRIES >= 50_000 and settings.MAX_CLASSES >= 1_000
    assert settings.MAX_WHOLE_PIXELS <= settings.MAX_PIXELS
    assert settings.MIN_CLASSES * settings.MIN_PICTURES <= settings.MAX_ENTRIES
