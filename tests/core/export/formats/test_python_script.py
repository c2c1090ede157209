"""The script for makers, and how it prepares pictures."""

from __future__ import annotations

import importlib.util
import io
from collections.abc import Callable
from pathlib import Path
from types import ModuleType

import numpy as np
import pytest
from drawn import blots, corners, encoded
from PIL import Image

from core.export.formats import python_script
from core.export.package import copy_file
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
