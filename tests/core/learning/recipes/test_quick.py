"""What the quick recipe expects of a lesson."""

from __future__ import annotations

from core.learning.recipes.quick import estimate


def test_more_pictures_and_more_classes_take_longer() -> None:
    assert estimate(2_000, 3)["look"] > estimate(200, 3)["look"]
    assert estimate(200, 30)["learn"] > estimate(200, 3)["learn"]
    assert estimate(800, 30)["look"] == estimate(800, 3)["look"]


def test_few_pictures_are_looked_at_twice() -> None:
    assert estimate(90, 12)["look"] > estimate(90, 9)["look"]
