"""What all tests share: folders of their own, and the shared data where they lie beside the checkout."""

from __future__ import annotations

from pathlib import Path

import pytest

SHARED = Path(__file__).resolve().parents[2] / "shared"


@pytest.fixture(scope="session")
def cache(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One cache for all tests, so that the LiteRT file is written once."""
    return tmp_path_factory.mktemp("cache")


@pytest.fixture(autouse=True)
def home(tmp_path: Path, cache: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Models and caches of a test lie in folders of its own."""
    monkeypatch.setenv("TEACHLENS_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("TEACHLENS_CACHE", str(cache))
    monkeypatch.setenv("TEACHLENS_TUNING", "off")  # it takes minutes; tests that are about it turn it on
    return tmp_path / "home"


@pytest.fixture(scope="session")
def shared() -> Path:
    """Pictures and data sets that are not part of the project; tests that need them skip where there are none."""
    if not SHARED.is_dir():
        pytest.skip("no shared data beside the checkout")
    return SHARED
