"""The networks in int8 with the head in float behind them, in a process of their own."""

from __future__ import annotations

import importlib.util
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from core import settings

CODE = """
import sys
from pathlib import Path
import numpy as np
from core.export import int8, litert
from core.export.network import inputs, prepared
from core.export.pictures import example_pictures
from core.model.file import load
from core.model.recognise import Recogniser
path, folder = Path(sys.argv[1]), Path(sys.argv[2])
model, app = load(path), Recogniser(path)
pictures = example_pictures(path, range(30))
(folder / "a.tflite").write_bytes(int8.build(model, pictures))
answer = litert.opened(folder / "a.tflite")
same = 0
for picture in pictures:
    given, expected = answer(prepared(picture, inputs(model)))[0], app.recognise(picture).by_position()
    assert abs(given.sum() - 1) < 1e-3
    same += given.argmax() == expected.argmax()
print("same:", same)
"""


@pytest.mark.slow
@pytest.mark.skipif(importlib.util.find_spec("tensorflow") is None, reason="no TensorFlow here")
def test_answers_are_nearly_the_same(taught: Callable[..., Path], tmp_path: Path) -> None:
    run = subprocess.run(
        [sys.executable, "-c", CODE, str(taught()), str(tmp_path)],
        capture_output=True,
        text=True,
        check=False,
        cwd=settings.PROJECT,
    )
    assert run.returncode == 0, run.stderr[-2000:]
    assert int(run.stdout.rpartition("same:")[2]) >= 28
