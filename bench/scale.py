"""Pictures a second and memory from 1,000 to 20,000 pictures."""

from __future__ import annotations

import zipfile
from pathlib import Path

import cv2
import numpy as np

from bench.measure import Line, run, times
from bench.speed import VIEWS
from core.backbones import card
from core.pictures import samples

SIZES = (1_000, 5_000, 20_000)
_DRAWN = 40  # pictures drawn of a kind; the others are made of these by shifting, mirroring and light


def lines(folder: Path) -> list[Line]:
    """A line a size: the whole `teach` command; and how its peak memory grows beside the feature vectors."""
    found: list[Line] = []
    paces, peaks = [], []
    for size in SIZES:
        source = folder / f"{size}.zip"
        write(source, size)
        done = run(["-m", "core", "teach", str(source), "-o", str(folder / "model.teachlens")])
        source.unlink()
        paces.append(size / done.seconds)
        peaks.append(done.peak_mb)
        ours = f"{paces[-1]:.0f} pictures a second, {peaks[-1]:.0f} MB"
        theirs = f"{paces[0]:.0f} a second, {peaks[0]:.0f} MB, {SIZES[0]:,} pictures"
        found.append(Line(f"`teach` on {size:,} pictures", ours, theirs, times(paces[-1] / paces[0])))
    grown = peaks[-1] - peaks[0]
    vectors = (SIZES[-1] - SIZES[0]) * VIEWS * card("efficientnet-lite0").features * 2 / 1e6
    what = f"memory from {SIZES[0]:,} to {SIZES[-1]:,} pictures"
    baseline = f"{vectors:.0f} MB, the feature vectors (two views, float16)"
    return [*found, Line(what, f"{grown:+.0f} MB", baseline, times(grown / vectors))]


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
