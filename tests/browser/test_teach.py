"""What of the page "Teach" only a browser can do: whole folders, and numbers that open their pictures."""

from __future__ import annotations

import io
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from doodles import samples

DRAWN = "[data-testid=stApp][data-test-script-state=notRunning]"  # all of the page stands

Open = Callable[..., Any]
# Of each state of the Teach page, the button that is drawn last; of whichever it is in.
LAST = tuple(f".st-key-teach_{way} button" for way in ("samples", "new", "over"))
ARRIVED = ", ".join(LAST)


@pytest.fixture(scope="session")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder as a person has it: classes below it, names of every kind, and what an operating system leaves."""
    top = tmp_path_factory.mktemp("pictures") / "내 그림"
    for kind, label in (("fish", "물고기"), ("house", "a house & more")):
        for number in range(5):
            data = io.BytesIO()
            Image.fromarray(samples.draw(kind, number, 160)).save(data, "JPEG")
            path = top / label / "deep" / f"그림 {number}.jpg"
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(data.getvalue())
    (top / ".DS_Store").write_bytes(b"x")
    (top / "notes.txt").write_text("hello")
    return top


def begin(page: Any) -> None:
    """The Teach page as it is before anything is there, whatever an earlier test left."""
    page.locator(ARRIVED).first.wait_for()
    for button in LAST[1:]:
        if page.locator(button).count():
            page.locator(button).click()
            page.locator(LAST[0]).wait_for()
    settle(page)


def settle(page: Any) -> None:
    """Wait until what the page was before is gone: until then, some of it stands twice."""
    page.locator(DRAWN).wait_for()
    page.wait_for_function("() => document.querySelectorAll('input[type=file]').length === 1")


def upload(page: Any, given: Any) -> None:
    """Give files to the only place for them."""
    settle(page)
    page.locator("input[type=file]").set_input_files(given)


def drop(page: Any, path: Path, target: str) -> None:
    """Drop a file or a folder of this machine on a part of the page, as a mouse does."""
    box = page.locator(target).first.bounding_box()
    place = {"x": box["x"] + box["width"] / 2, "y": box["y"] + 12}
    data = {"items": [], "files": [str(path)], "dragOperationsMask": 1}
    session = page.context.new_cdp_session(page)
    for kind in ("dragEnter", "dragOver", "drop"):
        session.send("Input.dispatchDragEvent", {"type": kind, **place, "data": data})


def found_in(page: Any) -> str:
    page.locator(".tl-strip").nth(1).wait_for()
    page.locator(DRAWN).wait_for()
    return str(page.locator(".st-key-page_teach").inner_text())


def test_a_folder_that_was_chosen_keeps_its_classes(open_page: Open, folder: Path) -> None:
    page = open_page(path="/teach")
    begin(page)
    with page.expect_file_chooser() as chooser:
        page.locator(".tl-folder button").click()
    chooser.value.set_files(folder)
    page.get_by_text("1 file was left out").first.wait_for()  # notes.txt; what the system left is not worth a word
    said = found_in(page)
    assert "Found 2 classes, 10 pictures" in said
    assert "물고기" in said and "a house & more" in said
    assert page.locator(".st-key-teach_title input").input_value() == "내 그림"


@pytest.mark.parametrize("target", ["[data-testid=stFileUploaderDropzone]", ".tl-folder button"])
def test_a_folder_that_was_dropped_keeps_its_classes(open_page: Open, folder: Path, target: str) -> None:
    page = open_page(path="/teach")
    begin(page)
    drop(page, folder, target)
    assert "Found 2 classes, 10 pictures" in found_in(page)


def test_a_picture_that_was_dropped_beside_the_button_is_taken_too(open_page: Open, folder: Path) -> None:
    page = open_page(path="/teach")
    begin(page)
    drop(page, folder / "물고기" / "deep" / "그림 0.jpg", ".tl-folder button")
    page.locator(".tl-strip").first.wait_for()
    assert "Found 1 class, 1 picture" in page.locator(".st-key-page_teach").inner_text()


def test_every_number_opens_its_pictures(open_page: Open, folder: Path) -> None:
    page = open_page(390, path="/teach")
    begin(page)
    upload(page, [{"name": "things.zip", "mimeType": "application/zip", "buffer": _packed(folder)}])
    page.locator(".tl-strip").nth(1).wait_for()
    page.locator(".st-key-teach_go button").click()
    page.locator(".tl-result").wait_for()
    cells = page.locator(".tl-matrix button")
    for number in range(cells.count()):
        count = int(cells.nth(number).inner_text())
        words = cells.nth(number).get_attribute("title")
        cells.nth(number).click()
        page.locator(".st-key-card_cell").get_by_text(words, exact=True).wait_for()
        assert page.locator(".st-key-card_cell .tl-tiles img").count() == count
        page.wait_for_function("() => document.querySelectorAll('.tl-matrix .tl-chosen').length === 1")
    page.locator(".tl-class-bars button").first.click()
    page.wait_for_function("() => !document.querySelector('.tl-matrix .tl-chosen')")
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def _packed(folder: Path) -> bytes:
    import zipfile

    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as archive:
        for path in sorted(folder.rglob("*.jpg")):
            archive.write(path, path.relative_to(folder))
    return content.getvalue()
