"""What a recipe says of itself."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from core.learning import recipes
from core.learning.features import Features, Thumbnails
from core.learning.progress import Clock
from core.learning.recipe import Lesson
from core.learning.settings import Settings
from core.learning.split import Plan
from core.model.model import Method
from core.pictures.dataset import Dataset


def test_it_is_possible_where_its_memory_is_there(monkeypatch: pytest.MonkeyPatch) -> None:
    recipe = replace(recipes.get("quick"), min_memory=3 * 10**9, memory_obstacle="classic.memory")
    monkeypatch.setattr("core.machine.memory", lambda: 3 * 10**9)
    assert recipe.obstacle is None
    monkeypatch.setattr("core.machine.memory", lambda: 2_900 * 10**6)
    assert recipe.obstacle == ("classic.memory", {"needed": "3", "there": "2.9"})


@pytest.mark.parametrize(
    ("method", "reported"),
    [("own split", "own split"), ("held out", "held out"), ("cross-validation", "held out")],
)
def test_a_report_on_one_fold_of_a_cross_validation_is_on_held_out_pictures(method: Method, reported: Method) -> None:
    rows = np.zeros(0, np.int32)
    features = Features((), (), (), rows, np.zeros((0, 1, 2), np.float16), np.zeros((0, 32), np.uint8), Thumbnails())
    clock = Clock(lambda _: None, {"read": 1.0})
    lesson = Lesson(Dataset(()), features, rows, Plan(method, rows, rows), Settings(), clock)
    assert lesson.held_out_method == reported
