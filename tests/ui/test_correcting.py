"""Under an answer: "right", or "no, it is …"."""

from __future__ import annotations

import errno
import os
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from drawn import encoded, painted, zipped
from streamlit.testing.v1 import AppTest

from core.learning import correct
from core.learning.settings import Settings
from core.learning.teach import teach
from core.model import store
from core.model.file import ENDING, load, load_examples
from core.pictures import archive
from core.storage.area import VisitArea
from doodles.samples import draw

Open = Callable[..., AppTest]
Said = Callable[[AppTest], str]
Paint = Callable[..., bytes]


@pytest.fixture(scope="module")
def taught(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A model of red and blue things."""
    folder = tmp_path_factory.mktemp("taught")
    files = {f"{paint}/{n}.png": painted(paint, n) for paint in ("red", "blue") for n in range(8)}
    teach(archive.find([zipped(folder / "paints.zip", files)]), Settings(), folder / "paints.teachlens", lambda _: None)
    return folder / "paints.teachlens"


@pytest.fixture
def asked(open_app: Open, taught: Path, local: Path) -> tuple[AppTest, Path]:
    """A picture of red, answered."""
    (local / "models").mkdir(parents=True)
    path = Path(shutil.copy(taught, local / "models"))
    at = open_app("recognise")
    at.file_uploader[0].upload("mine.png", painted("red", 50))
    return at.run(), path


def best(at: AppTest) -> str:
    (verdict,) = [html.value for html in at.html if "tl-verdict" in html.value and not html.value.startswith("<style>")]
    return str(verdict.partition("<strong>")[2].partition("</strong>")[0])


def test_a_wrong_answer_is_put_right_at_once_and_taken_back(asked: tuple[AppTest, Path], said: Said) -> None:
    at, path = asked
    before = path.read_bytes()
    assert best(at) == "red"
    next(button for button in at.button if button.label == "blue").click().run()
    assert not at.exception and best(at) == "blue"
    assert load(path).card.corrected_pictures == 1 and load_examples(path).names[-1] == "mine.png"
    assert "red " in said(at) and "blue " in said(at) and "Put right" in said(at)
    at.button(key="recognise_undo").click().run()
    assert best(at) == "red" and path.read_bytes() == before
    assert "Put right" not in said(at)


def test_a_right_answer_joins_the_examples(asked: tuple[AppTest, Path], said: Said) -> None:
    at, path = asked
    at.button(key="recognise_right").click().run()
    assert load(path).card.pictures["red"] == 9 and "Thank you" in said(at)
    at.button(key="recognise_close").click().run()
    assert "Thank you" not in said(at) and load(path).card.corrected_pictures == 1


def test_something_new_gets_a_name_and_stands_among_the_labels(asked: tuple[AppTest, Path], said: Said) -> None:
    at, path = asked
    at.text_input(key="recognise_0_name").set_value(" scarlet ")
    at.button(key="recognise_0_named").click().run()
    assert not at.exception and best(at) == "scarlet"
    assert load(path).labels == ("blue", "red", "scarlet")
    assert ">scarlet</span>" in said(at)


def test_a_label_that_is_there_may_be_typed_in_any_spelling(asked: tuple[AppTest, Path], said: Said) -> None:
    at, path = asked
    at.text_input(key="recognise_0_name").set_value("Blue")
    at.button(key="recognise_0_named").click().run()
    assert best(at) == "blue" and load(path).labels == ("blue", "red")
    assert "→ blue" in said(at)


def test_an_answer_that_is_not_sure_cannot_be_right(asked: tuple[AppTest, Path], said: Said) -> None:
    at, path = asked
    at.file_uploader[0].upload("house.png", encoded(draw("house", 3, 224)))
    at.run()
    assert "Not sure" in said(at)
    assert not [button for button in at.button if button.key == "recognise_right"]
    next(button for button in at.button if button.label == "red").click().run()
    assert best(at) == "red" and load(path).card.corrected_pictures == 1


def test_a_full_disk_is_said_and_the_model_stays(
    asked: tuple[AppTest, Path], said: Said, monkeypatch: pytest.MonkeyPatch
) -> None:
    at, path = asked
    before = path.read_bytes()

    def full(_handle: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    at.button(key="recognise_right").click().run()
    assert not at.exception and "The disk is full" in said(at)
    assert path.read_bytes() == before and [one.name for one in path.parent.iterdir()] == [path.name]


def test_a_name_that_is_none_is_told(asked: tuple[AppTest, Path], said: Said) -> None:
    at, path = asked
    at.button(key="recognise_0_named").click().run()
    assert "Give it a name first" in said(at) and load(path).card.corrected_pictures == 0


def test_of_a_sample_a_copy_is_put_right(open_app: Open, said: Said, local: Path) -> None:
    at = open_app("recognise", "ko")
    at.selectbox(key="recognise_choice").set_value(store.SAMPLES / f"doodles.ko{ENDING}").run()
    before = (store.SAMPLES / f"doodles.ko{ENDING}").read_bytes()
    at.file_uploader[0].upload("fish.png", encoded(draw("fish", 977, 224)))
    at.run()
    at.button(key="recognise_right").click().run()
    assert not at.exception and "내 모델로 복사했어요" in said(at)
    (own,) = (local / "models").glob(f"*{ENDING}")
    assert load(own).card.corrected_pictures == 1 and at.selectbox(key="recognise_choice").value == own
    assert (store.SAMPLES / f"doodles.ko{ENDING}").read_bytes() == before


def test_everyday_things_say_what_can_be_put_right_instead(open_app: Open, said: Said, paint: Paint) -> None:
    at = open_app("recognise")
    at.file_uploader[0].upload("mine.jpg", paint("red"))
    at.run()
    assert "A model that you taught" in said(at)
    assert not [button for button in at.button if button.key == "recognise_right"]


def test_a_model_without_its_pictures_says_that_it_has_none(open_app: Open, said: Said, local: Path) -> None:
    (local / "models").mkdir(parents=True)
    files = {f"{paint}/{n}.png": painted(paint, n) for paint in ("red", "blue") for n in range(8)}
    found = archive.find([zipped(local / "paints.zip", files)])
    teach(found, Settings(examples=False), local / "models" / f"paints{ENDING}", lambda _: None)
    at = open_app("recognise")
    at.file_uploader[0].upload("mine.png", painted("red", 50))
    at.run()
    assert best(at) == "red" and "taught without keeping its pictures" in said(at)
    assert not [button for button in at.button if button.key == "recognise_right"]


def test_a_step_that_was_taken_elsewhere_is_not_taken_back(asked: tuple[AppTest, Path], said: Said) -> None:
    at, path = asked
    at.button(key="recognise_right").click().run()
    assert "Thank you" in said(at)
    correct.add(path, [("elsewhere.png", painted("blue", 51))], "blue")
    at.button(key="recognise_undo").click().run()  # drawn before the other step
    assert not at.exception and load_examples(path).names[-2:] == ("mine.png", "elsewhere.png")
    assert "Thank you" not in said(at)


def test_of_a_model_that_is_gone_nothing_is_offered_to_take_back(asked: tuple[AppTest, Path], said: Said) -> None:
    at, path = asked
    at.button(key="recognise_right").click().run()
    store.remove(VisitArea.local(), path)
    at.run()
    assert not at.exception and "Thank you" not in said(at)


def test_how_many_joined_stands_on_the_card_of_the_model(asked: tuple[AppTest, Path], said: Said) -> None:
    at, _ = asked
    at.button(key="recognise_right").click().run()
    at.switch_page("pages/models.py").run()
    assert "1 picture joined after the test" in said(at)
