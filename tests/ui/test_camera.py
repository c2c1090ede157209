"""What comes back from the browser's camera, as far as it needs no browser: bursts, frames, tickets."""

from __future__ import annotations

import base64
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from core.model.file import load
from server import live as route
from ui.camera import live, part, recorder
from ui.camera.recorder import Burst

HOLD = "0123456789ab"


def text(data: bytes) -> str:
    return base64.b64encode(data).decode()


def piece(**other: Any) -> dict[str, Any]:
    return {"label": "cup", "hold": HOLD, "frames": [text(b"one"), text(b"two")]} | other


def test_a_piece_is_a_burst() -> None:
    assert recorder._burst(piece(last=True)) == Burst("cup", (b"one", b"two"), HOLD)
    assert recorder._burst(piece(last=False)) == Burst("cup", (b"one", b"two"), HOLD, last=False)


@pytest.mark.parametrize(
    "wrong",
    [
        None,
        "cup",
        [],
        piece(label=""),
        piece(label="x" * 81),
        piece(label=None),
        piece(hold="../../../etc"),
        piece(hold=HOLD + "0"),
        piece(frames=[]),
        piece(frames="b25l"),
        piece(frames=["no base64!", 7, None]),
        piece(frames=[text(b"x" * (recorder.FRAME_BYTES + 3))]),
    ],
)
def test_what_no_recorder_sends_is_no_burst(wrong: object) -> None:
    assert recorder._burst(wrong) is None


def test_a_piece_has_so_many_frames_and_no_more() -> None:
    burst = recorder._burst(piece(frames=[text(b"frame")] * 1000))
    assert burst is not None and len(burst.frames) == recorder.PIECE


def test_the_words_of_the_camera_keep_their_places_for_the_browser(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ui.language.current", lambda: "ko")
    words = part.words("perhaps", "recorded")
    assert words["recorded"] == "사진 {count}장을 녹화했어요"
    assert "{first}" in words["perhaps"] and "{second}" in words["perhaps"] and words["use"] == "카메라 쓰기"


def test_a_script_is_one_module_with_one_door() -> None:
    for names in (("line.js", "board.js", "live.js"), ("recorder.js",)):
        script = part.script(*names)
        assert script.count("export default") == 1
        assert "import " not in script
        assert script.startswith("// One camera")


def test_a_frame_by_the_slower_way_is_answered(
    shelve: Callable[..., Path], paint: Callable[..., bytes], monkeypatch: pytest.MonkeyPatch
) -> None:
    path = shelve()
    state: dict[str, Any] = {"camera": _Values(frame={"number": 7, "frame": text(b"\0" + paint("blue"))})}
    monkeypatch.setattr(st, "session_state", state)
    live._answer(str(path), "camera")
    answered = state["camera_answered"]
    assert answered["number"] == 7
    assert load(path).labels[answered["best"][0]] == "blue"
    state["camera"] = _Values(frame={"number": 8, "frame": "no base64!"})
    live._answer(str(path), "camera")
    assert state["camera_answered"] == {"number": 8, "refused": "not_a_picture"}


def test_a_moment_that_is_sent_twice_counts_once(
    shelve: Callable[..., Path], paint: Callable[..., bytes], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The browser sends it until it is confirmed."""
    state: dict[str, Any] = {"camera": _Values(kept={"id": 5, "picture": text(paint("blue"))})}
    monkeypatch.setattr(st, "session_state", state)
    live._receive("camera")
    assert state["camera_kept"] == 5 and state.pop("camera_moment") == paint("blue")
    live._receive("camera")
    assert "camera_moment" not in state
    state["camera"] = _Values(kept={"id": 6, "picture": text(paint("red"))})
    live._receive("camera")
    assert state["camera_kept"] == 6 and state["camera_moment"] == paint("red")


def test_a_moment_is_answered_by_the_next_run_where_its_own_was_overtaken(
    open_app: Callable[..., AppTest], shelve: Callable[..., Path], paint: Callable[..., bytes]
) -> None:
    shelve()
    at = open_app("recognise")
    at.segmented_control(key="recognise_way").set_value("camera").run()
    at.session_state["recognise_live_moment"] = paint("blue")  # what `_receive` leaves
    at.run()
    assert not at.exception and any("<strong>blue</strong>" in html.value for html in at.html)
    assert "recognise_live_moment" not in at.session_state


def test_pieces_are_returned_by_later_runs_where_their_own_were_overtaken(monkeypatch: pytest.MonkeyPatch) -> None:
    state: dict[str, Any] = {}
    sent: dict[str, Any] = {}
    monkeypatch.setattr(st, "session_state", state)
    monkeypatch.setattr(recorder, "_recorder", lambda **given: sent.update(given["data"]))
    monkeypatch.setattr("ui.language.current", lambda: "en")
    for name, last in (("a", False), ("b", True)):
        state["camera"] = _Values(piece=piece(piece=name, last=last))
        recorder._receive("camera")
    bursts = [recorder.show("cup", "camera") for _ in range(3)]
    assert sent["taken"] == "b"
    assert [burst and burst.last for burst in bursts] == [False, True, None]


def test_a_ticket_is_for_one_model_and_renewed_when_it_has_expired(
    open_app: Callable[..., AppTest], shelve: Callable[..., Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    shelve("one", "One", made="2026-03-09T10:00:00+00:00")
    other = shelve("two", "Two", made="2026-03-08T10:00:00+00:00")
    given: list[tuple[str, str]] = []

    def ticket(path: Path, origin: str) -> str:
        given.append((path.stem, origin))
        return f"ticket {len(given)}"

    monkeypatch.setattr(route, "ticket", ticket)
    at = open_app("recognise")
    at.segmented_control(key="recognise_way").set_value("camera").run()
    assert not at.exception
    assert given == [("one", "http://localhost:8501/recognise")]
    at.run()
    assert len(given) == 1
    at.selectbox(key="recognise_choice").set_value(other).run()
    assert [name for name, _ in given] == ["one", "two"]
    del at.session_state["recognise_live_ticket"]  # what `_forget` does when the browser asks for it
    at.run()
    assert [name for name, _ in given] == ["one", "two", "two"]


class _Values:
    """What Streamlit keeps of a component."""

    def __init__(self, **values: Any) -> None:
        self.__dict__.update(values)
