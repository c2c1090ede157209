"""The script for makers, and how it prepares pictures."""

from __future__ import annotations

import importlib.util
import io
import json
import os
import subprocess
import venv
import zipfile
from collections.abc import Callable
from pathlib import Path
from types import ModuleType

import numpy as np
import pytest
from drawn import blots, corners, encoded, painted
from PIL import Image

from core.export import exporting
from core.export.formats import python_script
from core.export.package import copy_file
from core.model.recognise import Recogniser
from core.pictures.decode import decode
from core.pictures.picture import to_model_input


@pytest.fixture
def prepare(tmp_path: Path) -> ModuleType:
    """`prepare.py` as it lies in packages."""
    copy_file("prepare.py", tmp_path)
    spec = importlib.util.spec_from_file_location("prepare", tmp_path / "prepare.py")
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.mark.parametrize("side", [40, 223, 224, 225, 300, 448, 1000])
def test_pictures_are_resized_as_the_app_does_it(side: int, prepare: ModuleType) -> None:
    picture = blots("red", side, side)
    ours, theirs = to_model_input(picture, 224), prepare.resized(picture, 224)
    assert theirs.dtype == np.uint8 and np.abs(ours.astype(int) - theirs).max() <= 1


@pytest.mark.parametrize("orientation", range(1, 9))
def test_turned_and_transparent_pictures_are_read_as_the_app_does_it(orientation: int, prepare: ModuleType) -> None:
    image = Image.fromarray(corners(60, 40)).convert("RGBA")
    image.putalpha(Image.linear_gradient("L").resize(image.size))
    exif = Image.Exif()
    exif[0x0112] = orientation
    data = encoded(image, "PNG", exif=exif)
    ours, theirs = decode(data), prepare.open_picture(io.BytesIO(data))
    assert ours.shape == theirs.shape and np.abs(ours.astype(int) - theirs).max() <= 1


def test_inputs_are_made_from_the_picture_or_from_one_another(prepare: ModuleType) -> None:
    wanted = [{"name": "a", "size": 64, "from": None}, {"name": "b", "size": 32, "from": 0}]
    made = prepare.prepared(corners(200, 100), wanted)
    assert made["a"].shape == (64, 64, 3) and np.array_equal(made["b"], prepare.resized(made["a"], 32))


def test_the_package_has_the_script_and_what_it_needs(taught: Callable[..., Path], tmp_path: Path) -> None:
    python_script.write(taught(), tmp_path)
    needed = (tmp_path / "requirements.txt").read_text()
    assert "ai-edge-litert" in needed and "tensorflow" not in needed
    assert "core" not in (tmp_path / "recognise.py").read_text().split("import")[1]


@pytest.mark.slow
def test_script_and_example_run_in_an_environment_made_for_them(taught: Callable[..., Path], tmp_path: Path) -> None:
    """A fresh one with what `requirements.txt` names, and nothing of this project."""
    exporting.export(taught(), "python", tmp_path / "a.zip", "en")
    with zipfile.ZipFile(tmp_path / "a.zip") as archive:
        archive.extractall(tmp_path)
    venv.create(tmp_path / "venv", with_pip=True)
    python = tmp_path / "venv" / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}

    def run(*arguments: str) -> subprocess.CompletedProcess[str]:
        command = [str(python), *arguments]
        return subprocess.run(command, cwd=tmp_path / "a", env=environment, capture_output=True, text=True, check=False)

    installed = run("-m", "pip", "install", "-q", "-r", "requirements.txt")
    if installed.returncode:
        pytest.skip(f"pip cannot install what the script needs: {installed.stderr[-300:]}")
    picture = painted("green", 61, 500)
    (tmp_path / "picture.png").write_bytes(picture)
    answer = Recogniser(taught()).recognise_bytes(picture)
    said = run("recognise.py", str(tmp_path / "picture.png"), "--json")
    assert said.returncode == 0, said.stderr
    found = json.loads(said.stdout.splitlines()[-1])
    assert found["probabilities"] == pytest.approx(dict(answer.best(3)), abs=2e-3)
    assert (found["sure"], found["familiar"]) == (answer.sure, answer.familiar)
    printed = dict(line.split("\t") for line in run("example.py", str(tmp_path / "picture.png")).stdout.splitlines())
    assert list(printed) == list(answer.labels[:3])
    assert run("-c", "import core").returncode != 0 and run("-c", "import tensorflow").returncode != 0


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "WEBP"])
@pytest.mark.parametrize(("width", "height"), [(448, 447), (1000, 700), (3000, 2250), (90, 60)])
def test_large_pictures_are_reduced_as_the_app_reads_them(
    kind: str, width: int, height: int, prepare: ModuleType
) -> None:
    image = Image.fromarray(blots("green", 7, 300)).resize((width, height))
    exif = Image.Exif()
    exif[0x0112] = 6
    data = encoded(image, kind, exif=exif)
    ours, theirs = decode(data, shortest=224), prepare.open_picture(io.BytesIO(data), 224)
    assert ours.shape == theirs.shape and np.abs(ours.astype(int) - theirs).max() <= 1
