"""A model that is there is taught more by showing, in a real browser before a film: it learns something new at once,
and knows it in the frames that follow."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from drawn import encoded

from doodles.samples import HELD_OUT, draw
from tests.browser.test_camera import choose
from tests.browser.test_showing import MARK, RATE, hold, wait_for_scene
from ui.camera.recorder import PIECE

Open = Callable[..., Any]

SCENES = (("cup", 3, 14), ("star", HELD_OUT + 5, 3))  # kind, seed, seconds; the first is shown
CHANGES = 10  # a second: the doodle moves


@pytest.fixture(scope="module")
def chrome(launch: Callable[..., object], tmp_path_factory: pytest.TempPathFactory) -> object:
    """A Chromium whose camera shows the scenes, with the marks of `wait_for_scene`. Cups were never taught."""
    path = tmp_path_factory.mktemp("film") / "scenes.mjpeg"
    with path.open("wb") as file:
        for scene, (kind, seed, seconds) in enumerate(SCENES):
            paper = draw(kind, seed, 480)
            for number in range(seconds * CHANGES):
                frame = np.full((480, 640, 3), MARK * (scene + 1), np.uint8)
                frame[:, 80:560] = np.roll(paper, ((number % 10) * 6, (number // 10) * 8 - 50), (0, 1))
                file.write(encoded(frame, "JPEG", quality=85) * (RATE // CHANGES))
    return launch(f"--use-file-for-fake-video-capture={path}")


def begin(page: Any, label: str) -> None:
    """Name something new and turn the camera on, to be shown it."""
    page.locator(".st-key-recognise_learn_name input").fill(label)
    page.locator(".st-key-recognise_learn_name input").press("Enter")
    page.locator(".tl-camera-door button").click()
    page.locator(".tl-camera-record:not([disabled])").wait_for()


def told(page: Any) -> str:
    """What the page says of what joined."""
    notice = page.locator(".st-key-notice_correct_recognise")
    notice.wait_for()
    return str(notice.inner_text())


def test_a_model_learns_something_new_and_knows_it_in_the_next_frames(open_page: Open) -> None:
    page = open_page(path="/models")
    page.locator(".st-key-more_doodles-en button").click()
    begin(page, "mug")
    wait_for_scene(page, 0)
    record = page.locator(".tl-camera-record")
    record.click()  # a tap goes on by itself until the next
    page.wait_for_function(f"() => +document.querySelector('.tl-camera-count').textContent > {PIECE + 2}")
    record.click()
    said = told(page)
    count = int(said.split(" pictures of mug joined")[0].split()[-1])
    assert count > PIECE and "copy of your own" in said  # handed over in two pieces, it joins as one
    page.locator(".tl-chips").get_by_text("mug").wait_for()
    page.locator(".st-key-recognise_learn_done button").click()
    page.get_by_text("Camera", exact=True).click()
    page.locator(".tl-camera-door button").click()
    page.locator(".tl-camera-answer .tl-bars li").first.wait_for()
    for scene, label in ((1, "star"), (0, "mug")):  # and a star is still a star
        wait_for_scene(page, scene)
        page.wait_for_function(
            f"() => document.querySelector('.tl-camera-answer .tl-best').innerText.includes('{label}')"
        )
        assert page.evaluate("scene()") == scene
    page.locator(".st-key-recognise_undo button").click()
    page.locator(".tl-chips").get_by_text("mug").wait_for(state="detached")


def test_on_a_phone(open_page: Open) -> None:
    page = open_page(390, path="/recognise", language="ko-KR")
    choose(page, "예시")
    page.get_by_role("button", name="카메라로 보여 주기").click()
    begin(page, "컵")
    hold(page, 1.5)
    assert "더했어요" in told(page)
    page.locator(".tl-chips").get_by_text("컵").wait_for()
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
