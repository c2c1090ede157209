"""Models that a page offers can be told apart, whatever they are called."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from core.model.model import Score
from core.model.store import StoredModel
from ui import model_store

ONE = StoredModel(Path("a"), "tools", "2026-01-02T03:04:05+00:00", ("x", "y"), Score(1, 1, 0.5, 1.0), 4, False)


@pytest.fixture(autouse=True)
def english(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ui.language.current", lambda: "en")


def test_a_title_that_no_other_has_stays_as_it_is() -> None:
    other = replace(ONE, path=Path("b"), title="birds")
    assert model_store.distinct_names([ONE, other]) == {Path("a"): "tools", Path("b"): "birds"}


def test_models_of_one_title_never_have_one_name() -> None:
    later = replace(ONE, path=Path("b"), made="2026-01-02T04:04:05+00:00")
    twin = replace(ONE, path=Path("c"))
    names = model_store.distinct_names([ONE, later, twin])
    assert len(set(names.values())) == 3
    assert all(name.startswith("tools (") for name in names.values())
    assert "03:04" in names[Path("a")] and "04:04" in names[Path("b")] and names[Path("c")].endswith("· 2")
