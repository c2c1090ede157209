"""A live answer is put right on the spot, in a real browser before a film, and the camera's next frames know it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from drawn import encoded

from doodles.samples import HELD_OUT, draw
from tests.browser.test_camera import begin, ready

Open = Callable[..., Any]
FILM, RATE = (("star", 3), ("cup", 8)), 30  # what is shown, and for how many seconds; frames a second


@pytest.fixture(scope="module")
def chrome(launch: Callable[..., object], tmp_path_factory: pytest.TempPathFactory) -> object:
    """A Chromium whose camera shows a star and a cup; cups were never taught."""
    path = tmp_path_factory.mktemp("film") / "doodles.mjpeg"
    with path.open("wb") as file:
        for kind, seconds in FILM:
            frame = np.full((240, 320, 3), 200, np.uint8)
            frame[:, 40:280] = draw(kind, HELD_OUT + 5, 240)
            file.write(encoded(frame, "JPEG", quality=90) * (seconds * RATE))
    return launch(f"--use-file-for-fake-video-capture={path}")


def wait_for(page: Any, said: str) -> None:
    """Until the live answer is that."""
    page.wait_for_function(
        f"() => document.querySelector('.tl-camera-answer .tl-best strong')?.textContent === '{said}'"
    )


def test_a_live_answer_is_put_right_and_taken_back(open_page: Open) -> None:
    page = open_page(path="/recognise")
    ready(page)
    begin(page)
    wait_for(page, "Not sure")
    wait_for(page, "star")
    wait_for(page, "Not sure")  # the cup has just come
    page.get_by_role("button", name="Put it right").click()
    page.get_by_role("button", name="It is …").click()
    page.locator(".st-key-recognise_0_name input").fill("mug")
    page.get_by_role("button", name="Teach it this").click()
    page.get_by_text("copy of your own").wait_for()
    wait_for(page, "mug")
    wait_for(page, "star")
    wait_for(page, "mug")
    assert page.evaluate("track.readyState") == "live"
    page.get_by_role("button", name="Undo").click()
    wait_for(page, "Not sure")
