"""Keras and SavedModel, opened where this project is not."""

from __future__ import annotations

import importlib.util
import os
import subprocess
import sys
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
from drawn import painted

from core.model.recognise import Recogniser

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(importlib.util.find_spec("tensorflow") is None, reason="no TensorFlow here"),
]


@pytest.mark.parametrize("name", ["keras", "saved-model"])
def test_the_example_prints_what_the_app_says(name: str, taught: Callable[..., Path], tmp_path: Path) -> None:
    command = [sys.executable, "-m", "core", "export", str(taught()), "--format", name, "-o", str(tmp_path / "a.zip")]
    subprocess.run(command, check=True, capture_output=True)
    with zipfile.ZipFile(tmp_path / "a.zip") as archive:
        archive.extractall(tmp_path)
    picture = painted("blue", 51, 300)
    (tmp_path / "picture.png").write_bytes(picture)
    environment = {key: value for key, value in os.environ.items() if key != "PYTHONPATH"}
    run = subprocess.run(
        [sys.executable, "-s", "example.py", str(tmp_path / "picture.png")],
        cwd=tmp_path / "a",
        env=environment,
        capture_output=True,
        text=True,
        check=True,
    )
    printed = dict(line.split("\t") for line in run.stdout.splitlines() if "\t" in line)
    expected = dict(Recogniser(taught()).recognise_bytes(picture).best(3))
    assert {label: float(share) for label, share in printed.items()} == pytest.approx(expected, abs=2e-3)
    assert list(printed) == list(expected)
