"""Real and broken files, as people have them."""

from __future__ import annotations

import csv
from pathlib import Path

import numpy as np
import pytest

from core.errors import PictureError
from core.pictures import decode as decoding
from core.pictures.decode import decode
from core.pictures.picture import to_model_input


def _listed(shared: Path) -> list[dict[str, str]]:
    with (shared / "data" / "pictures" / "LIST.tsv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE))


def test_real_and_broken_files_are_read_or_refused_as_their_list_says(shared: Path) -> None:
    folder = shared / "data" / "pictures"
    if not folder.is_dir():
        pytest.skip("no pictures among the shared data")
    wrong = []
    rows = _listed(shared)
    assert len(rows) > 40
    for row in rows:
        data = (folder / row["file"]).read_bytes()
        good = row["kind"] in ("ok", "tiff", "jp2") or (row["kind"] == "made" and "decodes" in row["pillow"])
        if row["kind"] == "heic":
            good = decoding._reads_heic()
        good = good and row["file"] != "strip_8000x8.png"  # 1000:1, thinner than MAX_ASPECT_RATIO allows
        try:
            picture = decode(data)
        except PictureError as error:
            assert error.say("ko")
            if good:
                wrong.append((row["file"], error.key))
            continue
        assert picture.dtype == np.uint8 and picture.ndim == 3 and picture.shape[2] == 3
        if not good:
            wrong.append((row["file"], "was read"))
    assert not wrong


def test_real_phone_photos_come_upright_and_reduced(shared: Path) -> None:
    folder = shared / "data" / "pictures"
    if not folder.is_dir():
        pytest.skip("no pictures among the shared data")
    for row in _listed(shared):
        if "EXIF orientation 6" in row["what"]:
            height, width, _ = decode((folder / row["file"]).read_bytes(), shortest=224).shape
            assert height > width >= 224 and height < 1000


def test_real_photos_look_the_same_to_a_model_reduced_or_not(shared: Path) -> None:
    folder = shared / "data" / "pictures"
    if not folder.is_dir():
        pytest.skip("no pictures among the shared data")
    for row in _listed(shared):
        if row["file"].startswith("photo_"):
            data = (folder / row["file"]).read_bytes()
            whole, reduced = to_model_input(decode(data), 224), to_model_input(decode(data, shortest=224), 224)
            assert np.abs(whole.astype(int) - reduced).mean() < 1.5
