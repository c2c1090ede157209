"""What comes in: copied whole, or refused with nothing left of it."""

from __future__ import annotations

import errno
import io
import shutil
from pathlib import Path
from typing import NamedTuple

import pytest

from core.errors import StorageError
from core.pictures.names import canonical_label
from core.storage.area import VisitArea
from ui.teaching import intake
from ui.teaching.draft import dataset


class Upload(io.BytesIO):
    """A file as Streamlit hands it over."""

    def __init__(self, name: str, content: bytes) -> None:
        super().__init__(content)
        self.name = name
        self.size = len(content)


@pytest.mark.parametrize(
    ("name", "kept"),
    [("  a   b ", "a b"), ("ROSE", "Rose"), ("각", "각"), ("x" * 100, "x" * 80), ("  ", "")],
)
def test_names_are_kept_tidy_and_spelt_like_those_there_are(name: str, kept: str) -> None:
    assert canonical_label(name, ["Rose"]) == kept


def test_pictures_of_one_name_do_not_replace_one_another(tmp_path: Path, paint: object) -> None:
    picture = paint("red", 64, 64)  # type: ignore[operator]
    heard: list[int] = []
    files = [Upload("folder/a.jpg", picture), Upload("a.jpg", picture), Upload("a.jpg", picture)]
    taken = intake.take(VisitArea(tmp_path), files, "빨강", heard.append)
    assert heard == [0, 1, 2]
    assert sorted(path.name for path in taken.sources[0].glob("빨강/*")) == ["a (2).jpg", "a (3).jpg", "a.jpg"]
    assert dataset(taken.sources).counts == {"빨강": 3}
    assert taken.loose and intake.name_of(taken.sources[0]) == "빨강"


def test_an_intake_that_is_cut_short_leaves_nothing(tmp_path: Path, paint: object) -> None:
    def cut(number: int) -> None:
        if number == 2:
            raise KeyboardInterrupt

    picture = paint("red", 64, 64)  # type: ignore[operator]
    with pytest.raises(KeyboardInterrupt):
        intake.take(VisitArea(tmp_path), [Upload(f"{number}.jpg", picture) for number in range(3)], "빨강", cut)
    assert list((tmp_path / "uploads").iterdir()) == []


@pytest.mark.parametrize("name", ["pictures.zip", "labels.csv", "a.jpg"])
def test_an_upload_that_fills_the_disk_leaves_nothing(
    tmp_path: Path, paint: object, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    copied = shutil.copyfileobj

    def full(source: io.BytesIO, target: io.BytesIO, length: int = 0) -> None:
        copied(io.BytesIO(source.read(100)), target)
        raise OSError(errno.ENOSPC, "No space left on device")

    area = VisitArea(tmp_path)
    picture = paint("red", 64, 64)  # type: ignore[operator]
    before = intake.take(area, [Upload("first.jpg", picture)], "red", lambda _: None)
    monkeypatch.setattr(shutil, "copyfileobj", full)
    with pytest.raises(OSError, match="No space") as caught:
        intake.take(area, [Upload(name, picture)], "red", lambda _: None)
    assert caught.value.errno == errno.ENOSPC
    assert list(area.uploads.iterdir()) == [before.sources[0]]


def test_an_upload_for_which_there_is_no_room_is_not_begun(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    class Usage(NamedTuple):
        free: int = 10**8

    monkeypatch.setattr(shutil, "disk_usage", lambda _path: Usage())
    file = Upload("big.zip", b"PK\x03\x04")
    file.size = 10**8
    with pytest.raises(StorageError) as caught:
        intake.take(VisitArea(tmp_path), [file], "red", lambda _: None)
    assert caught.value.key == "storage.no_room" and not (tmp_path / "uploads").exists()
