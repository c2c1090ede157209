"""LiteRT in int8."""

from __future__ import annotations

import json
import subprocess
import sys
import zipfile
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from ai_edge_litert.interpreter import Interpreter

from core.errors import ExportError
from core.export.formats import litert_int8
from core.model.file import load, load_examples, save


def test_a_file_with_too_few_pictures_is_refused_in_words(taught: Callable[..., Path], tmp_path: Path) -> None:
    path = tmp_path / "bare.teachlens"
    save(path, replace(load(taught()), card=load(taught()).card), load_examples(taught()), ())
    with pytest.raises(ExportError) as caught:
        litert_int8.write(path, tmp_path)
    assert caught.value.key == "export.int8_needs_examples" and not (tmp_path / "model.tflite").exists()


@pytest.mark.slow
def test_it_computes_in_whole_numbers_and_has_its_labels(taught: Callable[..., Path], tmp_path: Path) -> None:
    target = tmp_path / "a.zip"
    command = [sys.executable, "-m", "core", "export", str(taught()), "--format", "litert-int8", "-o", str(target)]
    run = subprocess.run([*command, "--json"], capture_output=True, text=True, check=True)
    proof = json.loads(run.stdout.splitlines()[-1])["result"]["proof"]
    assert proof["others"] <= 3 and 0 < proof["largest"] < 0.4
    with zipfile.ZipFile(target) as archive:
        content = archive.read("a/model.tflite")
        assert "int8" in archive.read("a/README.md").decode()
    assert len(content) < 5 * 10**6
    interpreter = Interpreter(model_content=content)
    interpreter.allocate_tensors()
    (one,) = interpreter.get_input_details()
    assert one["dtype"] == np.uint8 and one["name"] == "picture"
    kinds = [detail["dtype"] for detail in interpreter.get_tensor_details()]
    assert kinds.count(np.int8) > 100
