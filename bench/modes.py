"""What each way of teaching is worth and costs: whole `teach` commands on four fifths of a set, tested on the fifth."""

from __future__ import annotations

import json
import zipfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from statistics import fmean

import numpy as np
from numpy.typing import NDArray

from bench.accuracy import SEEDS, SETS, load_teachable_machine, splits, teachable_machine
from bench.measure import Line, run
from bench.speed import forget
from core.learning.features import Features
from core.learning.settings import TIERS
from core.pictures import archive

WAYS = {
    **{tier: ("--backbone", backbone) for tier, backbone in TIERS.items()},
    "thorough": ("--mode", "thorough"),
    "strong and thorough": ("--mode", "thorough", "--backbone", TIERS["strong"]),
}
CLASSIC = {"classic": ("--mode", "classic")}  # hours for each set


@dataclass(frozen=True)
class _Result:
    accuracy: float  # 0..1
    calibration_error: float
    seconds: float
    peak_mb: float


def lines(
    shared: Path,
    folder: Path,
    ways: Mapping[str, tuple[str, ...]],
    sets: tuple[str, ...] = SETS,
    seeds: tuple[int, ...] = SEEDS,
) -> Iterator[Line]:
    """A line for each way and set, and one for their mean, as they are measured."""
    network, theirs = load_teachable_machine(shared), {}
    parts: dict[str, list[tuple[Path, Path]]] = {}
    for name in sets:
        features, masks = splits(archive.find([shared / "data" / "classification" / f"{name}.zip"]))
        theirs[name] = fmean(teachable_machine(features, masks, network)[seed] for seed in seeds)
        parts[name] = [divided(features, masks[seed], folder / f"{name}{seed}") for seed in seeds]
    for way, options in ways.items():
        means = {}
        for name in sets:
            results = [_measured(*part, options, folder) for part in parts[name]]
            means[name] = _mean(results)
            yield _line(f"{way}, {name}", means[name], theirs[name])
        if len(sets) > 1:
            yield _line(f"{way}, mean of {len(sets)} sets", _mean(list(means.values())), fmean(theirs.values()))


def divided(features: Features, held: NDArray[np.bool_], folder: Path) -> tuple[Path, Path]:
    """Zips of the pictures to learn from and of those to be tested on."""
    folder.mkdir()
    paths = folder / "learned.zip", folder / "held.zip"
    with zipfile.ZipFile(paths[0], "w") as learned, zipfile.ZipFile(paths[1], "w") as tested:
        for (entry, data), out in zip(archive.read(features.entries), held, strict=True):
            assert isinstance(data, bytes)
            (tested if out else learned).writestr(f"{entry.label}/{Path(entry.name).name}", data)
    return paths


def _measured(learned: Path, held: Path, options: tuple[str, ...], folder: Path) -> _Result:
    forget()
    model = folder / "taught.teachlens"
    done = run(["-m", "core", "teach", str(learned), "-o", str(model), *options])
    output = run(["-m", "core", "evaluate", str(model), str(held), "--json"]).output.splitlines()
    result = next(fact["result"] for fact in map(json.loads, output) if "result" in fact)
    return _Result(result["accuracy"], result["calibration_error"], done.seconds, done.peak_mb)


def _mean(results: list[_Result]) -> _Result:
    return _Result(
        fmean(result.accuracy for result in results),
        fmean(result.calibration_error for result in results),
        fmean(result.seconds for result in results),
        max(result.peak_mb for result in results),
    )


def _line(what: str, ours: _Result, theirs: float) -> Line:
    figures = (
        f"{ours.accuracy:.3f}; calibration error {ours.calibration_error:.3f}; {ours.seconds:.0f} s; "
        f"{ours.peak_mb:.0f} MB"
    )
    points = f"{(ours.accuracy - theirs) * 100:+.1f} points"
    return Line(what, figures, f"{theirs:.3f}, Teachable Machine's recipe", points)
