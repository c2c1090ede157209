"""The command line as people and scripts meet it, for tests: in a process of its own."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import zipfile
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest

from core import settings
from core.command import DONE

PAINTS = {"빨강": (40, 40, 220), "blue": (220, 60, 30), "green": (50, 180, 60)}  # BGR
posix_only = pytest.mark.skipif(sys.platform == "win32", reason="POSIX signals and terminals")


def picture(label: str, seed: int) -> bytes:
    """Blots of one paint on paper of any colour, as PNG bytes."""
    chance = np.random.default_rng(seed)
    paper = np.full((96, 96, 3), chance.integers(90, 256, 3), np.uint8)
    for _ in range(chance.integers(2, 7)):
        x, y, radius = (int(value) for value in chance.integers((0, 0, 8), (96, 96, 40)))
        cv2.ellipse(paper, (x, y), (radius, radius // 2 + 3), int(chance.integers(180)), 0, 360, PAINTS[label], -1)
    return cv2.imencode(".png", paper)[1].tobytes()


def zipped(path: Path, labels: tuple[str, ...], count: int, first: int = 0) -> Path:
    """A zip with so many pictures a class."""
    with zipfile.ZipFile(path, "w") as archive:
        for label in labels:
            for number in range(first, first + count):
                archive.writestr(f"{label}/{number}.png", picture(label, number))
    return path


class CommandLine:
    """A folder to work in, a model taught there by the command line itself, and the command line."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.source = zipped(folder / "물감.zip", ("빨강", "blue"), 8)
        self.model = folder / "물감.teachlens"
        self.taught = self("teach", self.source, "-o", self.model, "--title", "우리 물감", "--seed", 5)
        assert self.taught.returncode == DONE, self.taught.stderr

    def environment(self, **more: str) -> dict[str, str]:
        plain = {name: value for name, value in os.environ.items() if not name.startswith(("LC_", "LANG", "PYTHONIO"))}
        plain |= {"PYTHONPATH": str(settings.PROJECT), "TEACHLENS_CACHE": str(self.folder / "cache")}
        return plain | {"LANG": "en_GB.UTF-8"} | more

    def start(self, *arguments: object, **more: Any) -> subprocess.Popen[bytes]:
        command = [sys.executable, "-m", "core", *map(str, arguments)]
        environment = self.environment(**more.pop("environment", {}))
        return subprocess.Popen(command, **{"cwd": self.folder, "env": environment, "stdout": subprocess.PIPE, **more})

    def __call__(self, *arguments: object, **environment: str) -> subprocess.CompletedProcess[str]:
        with self.start(*arguments, stderr=subprocess.PIPE, environment=environment) as process:
            output, aside = process.communicate()
        return subprocess.CompletedProcess(arguments, process.returncode, output.decode("utf-8"), aside.decode("utf-8"))

    def json(self, *arguments: object) -> tuple[int, list[tuple[str, Any]]]:
        """The exit code, and the kind and content of every line."""
        done = self(*arguments, "--json")
        assert done.stderr == ""
        return done.returncode, [next(iter(json.loads(line).items())) for line in done.stdout.splitlines()]

    def leftovers(self) -> list[str]:
        return [path.name for path in self.folder.rglob("*") if path.suffix in (".part", ".tmp")]
