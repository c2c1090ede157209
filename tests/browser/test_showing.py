"""Teaching by showing, in a real browser before a film: recorded, taught and recognised from video alone."""

from __future__ import annotations

import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from drawn import encoded

from core.pictures import archive, camera_bursts
from doodles.samples import draw
from tests.browser.test_teach import begin, upload

Open = Callable[..., Any]

# What the camera sees, one scene after the other and then again from the first: a doodle, which of its kind, for so
# many seconds. The last two are shown to nobody before they are to be recognised.
SCENES = (("fish", 1), ("house", 2), ("fish", 3), ("house", 4), ("fish", 5), ("house", 6))
SECONDS, RATE, CHANGES = 3, 30, 10  # of a scene; frames a second; of these so many show something new
MARK = 30  # grey levels from scene to scene, in a strip beside the square that is seen: for the test alone


@pytest.fixture(scope="module")
def film(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The scenes as an endless film of 640 x 480 px, the doodle moving over it."""
    path = tmp_path_factory.mktemp("film") / "scenes.mjpeg"
    with path.open("wb") as file:
        for scene, (kind, seed) in enumerate(SCENES):
            paper = draw(kind, seed, 480)
            for number in range(SECONDS * CHANGES):
                frame = np.full((480, 640, 3), MARK * (scene + 1), np.uint8)
                across, down = 6 * (number - 15), 40 * (number % 2)
                frame[:, 80:560] = np.roll(paper, (down, across), (0, 1))
                file.write(encoded(frame, "JPEG", quality=85) * (RATE // CHANGES))
    return path


@pytest.fixture(scope="module")
def chrome(launch: Callable[..., object], film: Path) -> object:
    """A Chromium whose camera shows the film."""
    return launch(f"--use-file-for-fake-video-capture={film}")


def wait_for_scene(page: Any, scene: int) -> None:
    """Until the scene has just begun."""
    page.evaluate("""() => {
        window.scene ??= () => {
            const video = document.querySelector('.tl-camera video');
            const canvas = Object.assign(document.createElement('canvas'), { width: 1, height: 1 });
            const context = canvas.getContext('2d');
            context.drawImage(video, 20, 240, 8, 8, 0, 0, 1, 1);
            return Math.round(context.getImageData(0, 0, 1, 1).data[0] / 30) - 1;
        };
    }""")
    page.wait_for_function(f"() => scene() !== {scene}")
    page.wait_for_function(f"() => scene() === {scene}", polling=30)


def hold(page: Any, seconds: float) -> None:
    """Hold the button so long with the mouse."""
    button = page.locator(".tl-camera-main")
    button.evaluate("button => button.scrollIntoView({ block: 'center' })")  # not below the bar at the foot
    box = button.bounding_box()
    page.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    page.mouse.down()
    page.wait_for_timeout(seconds * 1000)
    page.mouse.up()


def name(page: Any, label: str) -> None:
    """Something new, called so."""
    if page.locator(".st-key-teach_showing_class").count():
        page.locator(".st-key-teach_showing_class").get_by_text("Something new").click()
    field = page.get_by_label("What is it called?")
    field.fill(label)
    field.press("Enter")
    page.wait_for_function("() => !document.querySelector('.tl-camera-main').disabled")


def open_camera(page: Any) -> None:
    page.locator(".st-key-teach_show button").click()
    page.locator(".tl-camera-door button").click()
    page.wait_for_function("() => document.querySelector('.tl-camera-view').dataset.state === 'on'")


def bursts(page: Any, count: int) -> None:
    """Until so many bursts stand in the strip."""
    page.wait_for_function(f"() => document.querySelectorAll('.tl-burst').length === {count}")


def shots(page: Any) -> int:
    return int(page.locator(".tl-shots button").count())


def test_two_things_are_shown_taught_and_recognised_from_video_alone(open_page: Open, tmp_path: Path) -> None:
    page = open_page(path="/teach")
    begin(page)
    open_camera(page)
    for label, scenes in (("fish", (0, 2)), ("house", (3, 1))):
        name(page, label)
        for number, scene in enumerate(scenes, start=1):
            wait_for_scene(page, scene)
            hold(page, 2)
            bursts(page, number)
    assert shots(page) >= 12

    with page.expect_download() as download:
        page.locator(".st-key-teach_shown_download button").click()
    download.value.save_as(tmp_path / "shown.zip")
    found = archive.find([tmp_path / "shown.zip"])
    assert set(found.labels) == {"fish", "house"} and min(found.counts.values()) >= 12 and not found.skipped
    assert len({camera_bursts.burst_of(entry.name) for entry in found.entries}) == 4

    page.locator(".st-key-teach_go button").click()
    page.locator(".tl-result").wait_for()
    said = page.locator(".tl-result").inner_text()
    assert f"of {len(found.entries)} pictures right" in said  # each class shown twice: all of it is tested

    page.locator(".st-key-teach_try_way").get_by_text("Camera", exact=True).click()
    page.locator(".tl-camera-door button").click()
    for scene, label in ((4, "fish"), (5, "house")):  # drawings that it was never shown
        wait_for_scene(page, scene)
        page.wait_for_function(
            f"() => document.querySelector('.tl-camera-answer .tl-best').innerText.includes('{label}')"
        )
        assert page.evaluate("scene()") == scene


def test_what_was_recorded_is_pruned_and_brought_back_on_a_phone(open_page: Open) -> None:
    page = open_page(390, path="/teach")
    begin(page)
    open_camera(page)
    name(page, "fish")
    hold(page, 2)
    bursts(page, 1)
    before = shots(page)
    assert before >= 6  # 4 to 8 a second
    page.locator(".tl-shots button").first.click()
    page.wait_for_function(f"() => document.querySelectorAll('.tl-shots button').length === {before - 1}")
    page.locator(".st-key-teach_undo button").click()
    page.wait_for_function(f"() => document.querySelectorAll('.tl-shots button').length === {before}")
    page.locator(".tl-burst button").click()
    page.wait_for_function("() => !document.querySelector('.tl-shots')")
    page.locator(".st-key-teach_undo button").click()
    bursts(page, 1)
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    assert page.evaluate("document.querySelector('.tl-camera-view').dataset.state") == "on"  # all along


def test_one_tap_adds_none_of_these_and_leaving_lets_go_of_the_camera(open_page: Open) -> None:
    page = open_page(path="/teach")
    begin(page)
    open_camera(page)
    page.locator(".tl-camera-tools button").nth(1).click()
    page.locator(".st-key-teach_classes").get_by_text("none of these").wait_for()
    page.evaluate("window.track = document.querySelector('.tl-camera video').srcObject.getVideoTracks()[0]")
    assert page.evaluate("track.readyState") == "live"
    page.locator(".st-key-teach_showing_done button").click()
    page.wait_for_function("() => track.readyState === 'ended'")
    page.get_by_text("Show it again from another side").wait_for()


def test_a_zip_of_what_was_shown_keeps_its_bursts(open_page: Open, tmp_path: Path) -> None:
    page = open_page(path="/teach")
    begin(page)
    source = tmp_path / "shown"
    for number, kind in enumerate(("fish", "fish", "house", "house")):
        frames = [encoded(np.roll(draw(kind, number, 320), 12 * step, 1), "JPEG") for step in range(6)]
        camera_bursts.add(source, kind, frames, f"{number:012x}")
    packed = camera_bursts.to_zip(archive.find([source]).entries)
    assert zipfile.is_zipfile(_written(tmp_path / "back.zip", packed))
    upload(page, tmp_path / "back.zip")
    page.locator(".tl-strip").nth(1).wait_for()
    assert "Found 2 classes, 24 pictures" in page.locator(".st-key-page_teach").inner_text()
    page.get_by_text("Download what you showed").wait_for()  # what was shown once is known as such


def _written(path: Path, data: bytes) -> Path:
    path.write_bytes(data)
    return path
