"""Pictures a second and memory from 1,000 to 20,000 pictures."""

from __future__ import annotations

import zipfile
from pathlib import Path

import cv2
import numpy as np

from bench.measure import Line, Run, run, times
from bench.speed import forget
from core.backbones import card
from core.learning.settings import Settings
from doodles import samples

SIZES = (1_000, 5_000, 20_000)
_DRAWN = 40  # pictures drawn of a kind; the others are made of these by shifting, mirroring and light


def lines(folder: Path, sizes: tuple[int, ...] = SIZES) -> list[Line]:
    """A line a size: the whole `teach` command; and how its peak memory grows beside the feature vectors."""
    runs = [_taught(folder, size) for size in sizes]
    first, last = runs[0], runs[-1]
    table = [Line(f"`teach` on {sizes[0]:,} pictures", _figures(sizes[0], first), "", "")]
    for size, lesson in zip(sizes[1:], runs[1:], strict=True):
        pace = f"{times(size / lesson.seconds / (sizes[0] / first.seconds))} the pace"
        table.append(Line(f"`teach` on {size:,} pictures", _figures(size, lesson), f"on {sizes[0]:,}, above", pace))
    grown = last.peak_mb - first.peak_mb
    vectors = (sizes[-1] - sizes[0]) * card(Settings().backbone).features * 2 / 1e6
    what = f"memory that {sizes[-1]:,} pictures take beyond {sizes[0]:,}"
    return [*table, Line(what, f"{grown:.0f} MB", f"{vectors:.0f} MB, their feature vectors", times(grown / vectors))]


def _taught(folder: Path, size: int) -> Run:
    forget()
    source = folder / f"{size}.zip"
    write(source, size)
    try:
        return run(["-m", "core", "teach", str(source), "-o", str(folder / f"{size}.teachlens")])
    finally:
        source.unlink()


def _figures(size: int, done: Run) -> str:
    return f"{done.seconds:.0f} s, {size / done.seconds:.0f} pictures a second, {done.peak_mb:.0f} MB"


def write(path: Path, count: int) -> None:
    """A zip of `count` different pictures of six classes, made of drawings by shifts, mirroring and light."""
    drawn = {kind: [samples.draw(kind, seed) for seed in range(_DRAWN)] for kind in samples.KINDS}
    generator = np.random.default_rng(0)
    with zipfile.ZipFile(path, "w") as archive:
        for number in range(count):
            kind = samples.KINDS[number % len(samples.KINDS)]
            picture = drawn[kind][int(generator.integers(_DRAWN))]
            top, left = generator.integers(0, 60, 2)
            picture = picture[top : top + 260, left : left + 260, ::-1]
            if generator.random() < 0.5:
                picture = picture[:, ::-1]
            lit = np.clip(picture * generator.uniform(0.6, 1.2) + generator.uniform(-20, 20), 0, 255).astype(np.uint8)
            archive.writestr(f"{kind}/{number:06d}.jpg", cv2.imencode(".jpg", lit)[1].tobytes())
