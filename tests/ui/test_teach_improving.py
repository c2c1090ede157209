"""What is said of a model that is improved behind its result."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from core.learning.progress import Epoch, Progress
from core.learning.report import score
from core.model.file import load
from core.model.model import Model
from core.model.store import SAMPLES
from core.storage.area import VisitArea
from core.work.draft import Draft
from core.work.lessons import Status
from ui.teaching import choices, improving


@pytest.fixture(params=["en", "ko"])
def language(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    monkeypatch.setattr("ui.language.current", lambda: request.param)
    monkeypatch.setattr("ui.teaching.improving.current", lambda: request.param)
    return str(request.param)


@pytest.fixture
def model() -> Model:
    return load(SAMPLES / "doodles.en.teachlens")


def test_how_much_better_it_is_stands_beside_what_it_was(language: str, model: Model) -> None:
    improved = replace(
        model, card=replace(model.card, before=score(81, 93)), report=replace(model.report, score=score(85, 93))
    )
    said = improving.outcome(Status("done"), improved)
    assert all(number in said for number in ("81", "85", "93"))


def test_fewer_right_by_chance_is_not_called_more(language: str, model: Model) -> None:
    def said(right: int) -> str:
        card, report = replace(model.card, before=score(92, 115)), replace(model.report, score=score(right, 115))
        return improving.outcome(Status("done"), replace(model, card=card, report=report))

    assert "92" in said(90) and "90" in said(90) and ("chance" in said(90) or "우연" in said(90))
    assert "chance" in said(92) or "우연" in said(92), "as many are no more"
    assert "chance" not in said(93) and "우연" not in said(93)


def test_an_end_without_anything_better_is_said_as_such(language: str, model: Model) -> None:
    same, ended = (improving.outcome(Status(state), model) for state in ("done", "cancelled"))
    failed = improving.outcome(Status("failed", error=("lesson.too_few", {"least": "250"})), model)
    assert len({same, ended, failed}) == 3 and "250" in failed


def test_the_curves_grow_while_it_trains(language: str) -> None:
    epochs = (Epoch(0.5, 0.8, 0.6, 0.75), Epoch(0.2, 0.9, 0.5, 0.83))
    shown = improving.view(Status("running", progress={"train": Progress("train", 4, 10, 0.4, 60.0, epochs=epochs)}))
    assert "83%" in shown and "40%" in shown and ("네트워크" in shown) == (language == "ko")


def test_a_small_machine_says_why_models_stay_quick(language: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TEACHLENS_TUNING", "on")
    monkeypatch.setattr("core.machine.memory", lambda: 690_000_000)
    monkeypatch.setattr("ui.teaching.choices.current", lambda: language)
    asked = Draft(mode="thorough")
    assert choices.recipe(asked).name == "quick" and "0.7" in (choices.why_not_improved(asked) or "")
    assert choices.why_not_improved(Draft()) is None
    monkeypatch.setattr("core.machine.memory", lambda: 8_000_000_000)
    assert choices.recipe(asked).name == "thorough" and choices.why_not_improved(asked) is None


def test_nothing_is_improved_unless_somebody_chose_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TEACHLENS_TUNING", "on")
    monkeypatch.setattr("core.machine.memory", lambda: 8_000_000_000)
    assert choices.recipe(Draft()).name == "quick"
    assert choices.recipe(Draft(mode="a recipe of another version")).name == "quick"


def test_the_way_chosen_lies_in_the_draft(tmp_path: Path) -> None:
    from core.work import draft

    draft.change(VisitArea(tmp_path), mode="classic", backbone="efficientnet-lite0+efficientnet-lite1-192")
    assert draft.load(VisitArea(tmp_path)).mode == "classic"
    assert choices.backbone(draft.load(VisitArea(tmp_path))) == "efficientnet-lite0+efficientnet-lite1-192"
