"""What tests of lessons share."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest

from core.learning import recipes
from core.learning.recipe import Fitted, Lesson, Stop

Improve = Callable[[Lesson, Stop], Fitted | None]


@pytest.fixture
def improve_by(monkeypatch: pytest.MonkeyPatch) -> Callable[[Improve], None]:
    """Puts a function in the place of the thorough recipe's improvement, which needs minutes and Keras, and lets it
    have as few pictures as it likes."""

    def put(fit: Improve) -> None:
        thorough = recipes.get("thorough")
        assert thorough.improvement is not None
        improvement = replace(thorough.improvement, fit=fit, min_pictures=2)
        monkeypatch.setitem(recipes._registered, "thorough", replace(thorough, improvement=improvement))

    return put
