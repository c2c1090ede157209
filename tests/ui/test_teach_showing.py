"""Teaching by showing, as far as it needs no camera: what becomes of bursts that a recorder hands over."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from drawn import CALM, STILL, film
from streamlit.testing.v1 import AppTest

from core.pictures import archive, camera_bursts
from core.storage.area import VisitArea
from core.work import draft
from ui.camera import recorder
from ui.camera.recorder import Burst
from ui.teaching import shots
from ui.teaching.draft import key_of

pytestmark = pytest.mark.slow  # together they take long

Open = Callable[..., AppTest]
Said = Callable[[AppTest], str]
Show = Callable[..., None]


@pytest.fixture
def bursts(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[Burst]]:
    """What the recorder hands over with the next runs of the page, one by one."""
    waiting: list[Burst] = []
    monkeypatch.setattr(recorder, "show", lambda *_, **__: waiting.pop(0) if waiting else None)
    yield waiting
    assert waiting == []


@pytest.fixture
def tapped(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What is tapped among the pictures, one by one."""
    waiting: list[str] = []
    monkeypatch.setattr(shots, "taps", lambda *_: waiting.pop(0) if waiting else None)
    return waiting


def burst(label: str, kind: str, frames: int = 6, seed: int = 0, step: int = CALM, hold: str | None = None) -> Burst:
    return Burst(label, tuple(film(kind, frames, step, seed)), hold or secrets.token_hex(6))


def counts(area: Path) -> dict[str, int]:
    now = draft.load(VisitArea(area))
    return archive.find(now.sources).edited(now.edits).counts if now.sources else {}


def opened(open_app: Open) -> AppTest:
    at = open_app("teach")
    at.button("teach_show").click().run()
    assert not at.exception
    return at


def test_a_class_is_named_shown_and_shown_again(open_app: Open, said: Said, local: Path, bursts: list[Burst]) -> None:
    at = opened(open_app)
    bursts.append(burst("sun", "sun"))
    at.run()
    assert "sun: 6 pictures kept." in said(at)
    assert counts(local) == {"sun": 6}
    assert at.button("teach_go").disabled  # one class is none to tell from another
    bursts += [burst("sun", "sun", seed=1), burst(" FISH ", "fish", seed=2), burst("fish", "fish", seed=3)]
    for _ in range(3):
        at.run()
    assert counts(local) == {"FISH": 12, "sun": 12}  # spelt as it was first
    assert not at.button("teach_go").disabled
    assert len(draft.load(VisitArea(local)).sources) == 1
    bursts.append(burst("none of these", "tree"))
    at.run()
    assert counts(local)["none of these"] == 6
    assert at.session_state["teach_showing_class"] == "sun"  # still what is being shown
    at.button("teach_showing_done").click().run()
    assert "Show it to me" not in said(at)


def test_parts_of_one_hold_are_one_burst(open_app: Open, local: Path, bursts: list[Burst], said: Said) -> None:
    at = opened(open_app)
    bursts += [burst("sun", "sun", seed=seed, hold="00000000000a") for seed in (1, 2)]
    at.run()
    at.run()
    names = [entry.name for entry in archive.find(draft.load(VisitArea(local)).sources).entries]
    assert len(names) == 12 and camera_bursts.is_one_burst(names)
    at.button("teach_showing_done").click().run()
    assert "Show it again from another side" in said(at)


def test_one_burst_alone_asks_for_another_and_two_do_not(
    open_app: Open, said: Said, local: Path, bursts: list[Burst]
) -> None:
    at = opened(open_app)
    bursts += [burst("sun", "sun", seed=1), burst("sun", "sun", seed=2), burst("fish", "fish")]
    for _ in range(3):
        at.run()
    at.button("teach_showing_done").click().run()
    assert said(at).count("Show it again from another side") == 1
    at.button(f"show_{key_of('fish')}").click().run()  # and the button beside it opens the camera for that class
    assert at.session_state["teach_showing_class"] == "fish"


def test_nearly_equal_frames_are_left_out_and_said(
    open_app: Open, said: Said, local: Path, bursts: list[Burst]
) -> None:
    at = opened(open_app)
    bursts.append(burst("sun", "sun", 9, step=STILL, hold="00000000000a"))
    at.run()
    assert "sun: 4 pictures kept. 5 more were nearly the same" in said(at)
    bursts.append(burst("sun", "sun", 9, step=STILL, hold="00000000000a"))
    at.run()
    assert "Nothing new was in it" in said(at) and counts(local) == {"sun": 4}


def test_without_a_name_nothing_is_kept(open_app: Open, said: Said, local: Path, bursts: list[Burst]) -> None:
    at = opened(open_app)
    bursts.append(burst("  ", "sun"))
    at.run()
    assert counts(local) == {} and "Give it a name" in said(at)


def test_pictures_are_taken_out_one_or_a_burst_and_brought_back(
    open_app: Open, said: Said, local: Path, bursts: list[Burst], tapped: list[str]
) -> None:
    at = opened(open_app)
    bursts += [burst("sun", "sun", seed=1, hold="00000000000a"), burst("sun", "sun", seed=2, hold="00000000000b")]
    at.run()
    at.run()
    tapped.append("sun/shown-00000000000a-0002.jpg")
    at.run()
    assert counts(local) == {"sun": 11} and "1 picture was taken out." in said(at)
    tapped.append("burst:00000000000b")
    at.run()
    assert counts(local) == {"sun": 5} and "6 pictures were taken out." in said(at)
    tapped.append("burst:00000000000a")
    at.run()
    assert counts(local) == {} and "Or show it" not in said(at)
    at.button("teach_undo").click().run()
    assert counts(local) == {"sun": 5}
    assert at.session_state["teach_showing_class"] == "sun"  # as before
    assert not at.exception


def test_more_is_shown_of_a_class_that_came_in_a_zip_and_was_renamed(
    open_app: Open, local: Path, prepared: Path, bursts: list[Burst]
) -> None:
    draft.change(VisitArea(prepared), edits={"sun": "star of ours"})
    at = open_app("teach")
    at.button(f"change_{key_of('star of ours')}").click().run()
    at.button(f"show_{key_of('star of ours')}").click().run()
    bursts.append(burst("star of ours", "sun"))
    at.run()
    assert counts(local) == {"house": 3, "star of ours": 9}
    at.button("teach_undo_changes").click().run()  # all pictures of a class go by one name
    assert counts(local) == {"house": 3, "sun": 9}


def test_a_class_that_was_left_out_comes_back_when_more_of_it_is_shown(
    open_app: Open, local: Path, prepared: Path, bursts: list[Burst]
) -> None:
    draft.change(VisitArea(prepared), edits={"sun": None})
    at = opened(open_app)
    bursts.append(burst("sun", "sun"))
    at.run()
    assert counts(local) == {"house": 3, "sun": 9}


def test_what_was_shown_is_downloaded_as_it_is_called_now(
    open_app: Open, local: Path, prepared: Path, bursts: list[Burst], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    handed: list[Any] = []
    monkeypatch.setattr("streamlit.download_button", lambda _, data, **__: handed.append(data))
    at = opened(open_app)
    bursts += [burst("1", "fish", seed=1), burst("1", "fish", seed=2)]
    at.run()
    at.run()
    draft.change(VisitArea(local), edits={"1": "fish"})
    at.run()
    zipped = tmp_path / "back.zip"
    zipped.write_bytes(handed[-1]())
    again = archive.find([zipped])
    assert again.counts == {"fish": 12} and not again.skipped  # and nothing that was not shown
    assert len({camera_bursts.burst_of(entry.name) for entry in again.entries}) == 2


def test_what_was_shown_has_its_own_name_among_the_sources(
    open_app: Open, said: Said, local: Path, prepared: Path, bursts: list[Burst]
) -> None:
    at = opened(open_app)
    bursts.append(burst("fish", "fish"))
    at.run()
    assert "what you showed" in said(at)


def test_names_are_escaped_in_the_strip() -> None:
    name = '<b>"/shown-00000000000a-0001.jpg'
    html = shots.html({"00000000000a": [name]}, {name: b"jpeg"})
    assert "<b>" not in html and 'data-cell="&lt;b&gt;&quot;/' in html
    assert html.count("<button") == 2
