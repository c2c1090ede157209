"""Teaching a model more by showing, as far as it needs no camera."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from drawn import STILL, film
from streamlit.testing.v1 import AppTest

from core.model import store
from core.model.file import ENDING, load, load_examples
from core.pictures import camera_bursts
from ui.camera import recorder
from ui.camera.recorder import Burst
from ui.many import PAGE

pytestmark = pytest.mark.slow  # together they take long

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
    return Path(shutil.copy(store.SAMPLES / f"doodles.en{ENDING}", local / "models" / f"own{ENDING}"))


def test_a_model_learns_something_new_from_a_burst_and_forgets_it(
    open_app: Open, said: Said, own: Path, bursts: list[Burst]
) -> None:
    before = load(own)
    at = open_app("recognise")
    at.button(key="recognise_learn_open").click().run()
    bursts.append(Burst("cup", tuple(film("cup", 8)), HOLD))
    at.run()
    assert not at.exception and not bursts
    assert "8 pictures of cup joined the model." in said(at) and ">cup</span>" in said(at)
    model, examples = load(own), load_examples(own)
    assert model.labels[-1] == "cup" and model.card.corrections == (8,)
    assert [camera_bursts.burst_of(name) for name in examples.names[-8:]] == [HOLD] * 8
    at.button(key="recognise_undo").click().run()
    assert (load(own).head.weights == before.head.weights).all() and load(own).card == before.card
    assert ">cup</span>" not in said(at)


def test_nearly_equal_frames_are_left_out(open_app: Open, said: Said, own: Path, bursts: list[Burst]) -> None:
    at = open_app("recognise")
    at.button(key="recognise_learn_open").click().run()
    bursts.append(Burst("sun", tuple(film("sun", 12, STILL)), HOLD))
    at.run()
    assert 4 <= load(own).card.corrected_pictures < 12
    at.button(key="recognise_learn_done").click().run()
    assert "recognise_learn_open" in {button.key for button in at.button}


def test_the_pieces_of_one_go_join_as_one(open_app: Open, said: Said, own: Path, bursts: list[Burst]) -> None:
    before = load(own)
    at = open_app("recognise")
    at.button(key="recognise_learn_open").click().run()
    frames = film("cup", 12)
    bursts.append(Burst("cup", tuple(frames[:6]), "00000000000a", last=False))  # its end never comes
    bursts.append(Burst("cup", tuple(frames[:6]), HOLD, last=False))
    at.run()
    at.run()
    assert load(own).card == before.card
    bursts.append(Burst("cup", tuple(frames[6:]), HOLD))
    at.run()
    assert "12 pictures of cup joined the model." in said(at)
    assert load(own).card.corrections == (12,) and len(set(load_examples(own).names[-12:])) == 12
    at.button(key="recognise_undo").click().run()
    assert load(own).card == before.card


def test_done_ends_what_is_being_recorded(open_app: Open, own: Path, bursts: list[Burst]) -> None:
    at = open_app("recognise")
    at.button(key="recognise_learn_open").click().run()
    bursts.append(Burst("cup", tuple(film("cup", 6)), HOLD, last=False))
    at.run()
    at.button(key="recognise_learn_done").click().run()
    assert load(own).card.corrections == (6,)


def test_many_pictures_stand_above_while_it_is_open(open_app: Open, own: Path, bursts: list[Burst]) -> None:
    at = open_app("recognise")
    at.button(key="recognise_learn_open").click().run()
    picture = film("cup", 1)[0]
    for number in range(PAGE + 1):
        at.file_uploader[0].upload(f"{number}.jpg", picture)
    at.run()
    assert not at.exception and "start_again" not in {button.key for button in at.button}
    assert {"recognise_more", "recognise_learn_done"} <= {button.key for button in at.button}


def test_what_cannot_be_read_changes_nothing(open_app: Open, said: Said, own: Path, bursts: list[Burst]) -> None:
    before = own.read_bytes()
    at = open_app("recognise")
    at.button(key="recognise_learn_open").click().run()
    bursts.append(Burst("cup", (b"GIF89a", b"\xff\xd8\xff and no more"), HOLD))
    at.run()
    assert not at.exception and "joined" not in said(at)
    assert "start_again" not in {button.key for button in at.button}
    assert own.read_bytes() == before


def test_on_models_the_camera_is_opened_for_that_model(open_app: Open, own: Path, bursts: list[Burst]) -> None:
    at = open_app("models")
    keys = {button.key for button in at.button}
    assert {"more_own", "more_doodles.en"} <= keys and "more_everyday.en" not in keys
    at.button(key="more_doodles.en").click().run()
    assert at.selectbox(key="recognise_choice").value == store.SAMPLES / f"doodles.en{ENDING}"
    assert "recognise_learn_done" in {button.key for button in at.button}
    bursts.append(Burst("cup", tuple(film("cup", 6)), HOLD))
    at.switch_page("pages/recognise.py").run()
    assert load(at.selectbox(key="recognise_choice").value).card.corrections == (6,)
    assert load(own).card.corrections == ()


def test_of_a_sample_a_copy_is_taught_more(open_app: Open, said: Said, local: Path, bursts: list[Burst]) -> None:
    at = open_app("recognise")
    sample = store.SAMPLES / f"doodles.en{ENDING}"
    at.selectbox(key="recognise_choice").set_value(sample).run()
    at.button(key="recognise_learn_open").click().run()
    bursts.append(Burst("cup", tuple(film("cup", 6)), HOLD))
    at.run()
    (own,) = (local / "models").glob(f"*{ENDING}")
    assert at.selectbox(key="recognise_choice").value == own and "copy of your own" in said(at)
    assert load(own).card.corrected_pictures == 6 and load(sample).card.corrected_pictures == 0


def test_everyday_things_are_not_taught_more(open_app: Open, bursts: list[Burst]) -> None:
    at = open_app("recognise")
    assert "recognise_learn_open" not in {button.key for button in at.button}
