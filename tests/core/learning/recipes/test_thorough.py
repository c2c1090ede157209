"""Whether this machine can improve a model."""

from __future__ import annotations

import pytest

from core.learning import recipes
from core.learning.recipe import Improvement
from core.learning.recipes.thorough import MIN_MEMORY


@pytest.fixture
def improvement(monkeypatch: pytest.MonkeyPatch) -> Improvement:
    monkeypatch.setenv("TEACHLENS_TUNING", "on")
    monkeypatch.setattr("core.machine.memory", lambda: 8 * 10**9)
    improvement = recipes.get("thorough").improvement
    assert improvement is not None
    return improvement


def test_with_enough_memory_it_can(improvement: Improvement) -> None:
    assert improvement.obstacle() is None


def test_without_it_says_how_much_it_takes(improvement: Improvement, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("core.machine.memory", lambda: MIN_MEMORY - 1)
    assert improvement.obstacle() == ("recipe.improve_memory", {"needed": "1.6", "there": "1.6"})


def test_turned_off_it_says_so(improvement: Improvement, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TEACHLENS_TUNING", "off")
    assert improvement.obstacle() == ("recipe.improve_off", {})


def test_its_model_is_a_quick_one_first() -> None:
    quick, thorough = recipes.get("quick"), recipes.get("thorough")
    assert (thorough.fit, thorough.stages, thorough.estimate) == (quick.fit, quick.stages, quick.estimate)
