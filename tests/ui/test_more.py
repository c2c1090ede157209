"""Teaching a model more by showing, as far as it needs no camera."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from drawn import STILL, film
from streamlit.testing.v1 import AppTest

from core.model import shelf
from core.model.file import ENDING, load, load_examples
from core.pictures import shown
from ui.camera import recorder
from ui.camera.recorder import Burst

Open = Callable[..., AppTest]
Said = Callable[[AppTest], str]
HOLD = "0123456789ab"


@pytest.fixture
def bursts(monkeypatch: pytest.MonkeyPatch) -> list[Burst]:
    """What the recorder hands over with the next runs of the page, one by one."""
    waiting: list[Burst] = []
    monkeypatch.setattr(recorder, "show", lambda *_, **__: waiting.pop(0) if waiting else None)
    return waiting


@pytest.fixture
def own(local: Path) -> Path:
    """A model of one's own, of doodles."""
    (local / "models").mkdir(parents=True)
    return Path(shutil.copy(shelf.SAMPLES / f"doodles.en{ENDING}", local / "models" / f"own{ENDING}"))


def test_a_model_learns_something_new_from_a_burst_and_forgets_it(
    open_app: Open, said: Said, own: Path, bursts: list[Burst]
) -> None:
    before = load(own)
    at = open_app("recognise")
    at.button(key="recognise_more_open").click().run()
    bursts.append(Burst("cup", tuple(film("cup", 8)), HOLD))
    at.run()
    assert not at.exception and not bursts
    assert "8 pictures of cup joined the model." in said(at) and ">cup</span>" in said(at)
    model, examples = load(own), load_examples(own)
    assert model.labels[-1] == "cup" and model.card.joined == (8,)
    assert [shown.burst_of(name) for name in examples.names[-8:]] == [HOLD] * 8
    at.button(key="recognise_undo").click().run()
    assert (load(own).head.weights == before.head.weights).all() and load(own).card == before.card
    assert ">cup</span>" not in said(at)


def test_nearly_equal_frames_are_left_out(open_app: Open, said: Said, own: Path, bursts: list[Burst]) -> None:
    at = open_app("recognise")
    at.button(key="recognise_more_open").click().run()
    bursts.append(Burst("sun", tuple(film("sun", 12, STILL)), HOLD))
    at.run()
    assert 4 <= load(own).card.added < 12
    at.button(key="recognise_more_done").click().run()
    assert "recognise_more_open" in {button.key for button in at.button}


def test_of_a_sample_a_copy_is_taught_more(open_app: Open, said: Said, local: Path, bursts: list[Burst]) -> None:
    at = open_app("recognise")
    sample = shelf.SAMPLES / f"doodles.en{ENDING}"
    at.selectbox(key="recognise_choice").set_value(sample).run()
    at.button(key="recognise_more_open").click().run()
    bursts.append(Burst("cup", tuple(film("cup", 6)), HOLD))
    at.run()
    (own,) = (local / "models").glob(f"*{ENDING}")
    assert at.selectbox(key="recognise_choice").value == own and "copy of your own" in said(at)
    assert load(own).card.added == 6 and load(sample).card.added == 0


def test_everyday_things_are_not_taught_more(open_app: Open, bursts: list[Burst]) -> None:
    at = open_app("recognise")
    assert "recognise_more_open" not in {button.key for button in at.button}
