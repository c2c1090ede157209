"""The command line in a process of its own: `correct`."""

from __future__ import annotations

import shutil
from pathlib import Path

from command_line import CommandLine, picture, zipped

from core.command import DONE, REFUSED


def test_correct_lets_pictures_join_and_takes_them_back(teachlens: CommandLine, tmp_path: Path) -> None:
    model = shutil.copy(teachlens.model, tmp_path / "copy.teachlens")
    green = zipped(tmp_path / "green.zip", ("green",), 4, 60)
    code, lines = teachlens.json("correct", model, green, "--label", "green")
    assert code == DONE and lines[-1][1]["classes"] == {"blue": 8, "빨강": 8, "green": 4} and lines[-1][1]["added"] == 4
    (tmp_path / "new.png").write_bytes(picture("green", 90))
    assert "green" in teachlens("recognise", model, tmp_path / "new.png").stdout
    assert teachlens("correct", model, "--undo").returncode == DONE
    assert (tmp_path / "copy.teachlens").read_bytes() == teachlens.model.read_bytes()
    nothing = teachlens("correct", model, "--undo")
    assert nothing.returncode == REFUSED and "nothing to take back" in nothing.stderr
    assert teachlens("correct", "everyday", tmp_path / "new.png", "--label", "x").returncode == REFUSED
