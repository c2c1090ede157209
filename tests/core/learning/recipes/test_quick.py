"""What the quick recipe expects of a lesson."""

from __future__ import annotations

from core.learning.recipes.quick import estimate


def test_more_pictures_and_more_classes_take_longer() -> None:
    assert estimate(2_000, 3)["look"] > estimate(200, 3)["look"]
    assert estimate(200, 30)["learn"] > estimate(200, 3)["learn"]
    assert estimate(200, 30)["look"] == estimate(200, 3)["look"]
