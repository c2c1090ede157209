"""The folder of a web page. That it answers is tested in `tests/browser/test_exported_page.py`."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

from core.export.formats import web_page


def test_the_folder_is_whole(taught: Callable[..., Path], tmp_path: Path) -> None:
    written = web_page.write(taught(), tmp_path)
    assert written.similarity and (tmp_path / "model.tflite").stat().st_size > 10**7
    index = (tmp_path / "index.html").read_text("utf-8")
    for name in re.findall(r'(?:src|href)="\./?([\w./-]+)"|(?:src|href)="([\w-]+\.[\w.]+)"', index):
        assert (tmp_path / (name[0] or name[1])).is_file(), name


def test_nothing_is_loaded_without_a_version_and_a_hash(tmp_path: Path, taught: Callable[..., Path]) -> None:
    web_page.write(taught(), tmp_path)
    code = "".join(path.read_text("utf-8") for path in tmp_path.glob("*.js"))
    foreign = set(re.findall(r"https?://[a-z][\w./@-]+", code, re.ASCII)) - {"http://www.w3.org/2000/svg"}
    assert foreign and all(one.startswith("https://cdn.jsdelivr.net/npm/") for one in foreign)
    assert len(set(re.findall(r"\b[A-Za-z0-9+/]{64}\b", code))) >= 4  # a SHA-384 for each file
