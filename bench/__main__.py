"""`python -m bench [teach pass predict cold app camera scale accuracy strangers calibration modes export classic
dinov2]`: measures, and prints a table; where no line is named all but classic, which takes hours, and dinov2, which
needs more packages. What needs the data sets beside the checkout is left out, and said so, where they are absent; the
rest is then measured on drawings."""

from __future__ import annotations

import os
import sys
import tempfile
from collections.abc import Callable, Iterable
from pathlib import Path

from bench.measure import HEADER, PROJECT, Line, machine, run

NAMES = (
    "teach",
    "pass",
    "predict",
    "cold",
    "app",
    "camera",
    "scale",
    "accuracy",
    "strangers",
    "calibration",
    "modes",
    "export",
)
NAMED = ("classic", "dinov2")  # hours, and what needs more packages: only where they are named
SHARED = PROJECT.parent / "shared"


def main(names: list[str], shared: Path = SHARED) -> None:
    """Print the table of the lines that are named, with the data sets in `shared`."""
    if unknown := set(names) - set(NAMES + NAMED):
        sys.exit(f"unknown: {', '.join(sorted(unknown))}; there are: {', '.join(NAMES + NAMED)}")
    with tempfile.TemporaryDirectory(prefix="teachlens-bench-") as folder:
        workspace = Path(folder)
        os.environ["TEACHLENS_CACHE"] = str(workspace / "cache")
        os.environ["TEACHLENS_HOME"] = str(workspace / "home")
        print(HEADER, flush=True)
        for name in names or NAMES:
            for line in _lines(name, workspace, shared):
                print(line.row(), flush=True)
        print(f"\nMeasured on {machine()}, each line beside its baseline in one run (`python -m bench`).")


def _lines(name: str, workspace: Path, shared: Path) -> Iterable[Line]:
    from bench import accuracy, app, calibration, camera, dinov2, export, modes, scale, speed, strangers

    if name in ("accuracy", "strangers", "calibration", "modes", "classic", "export") and not shared.is_dir():
        print(f"no data sets beside the checkout: {name} is left out", file=sys.stderr)
        return []
    if name == "dinov2" and (missing := dinov2.missing()):
        print(f"not installed: {', '.join(missing)}; dinov2 is left out", file=sys.stderr)
        return []
    source = _source(workspace, shared)
    measurements: dict[str, Callable[[], Iterable[Line]]] = {
        "teach": lambda: speed.teaching(source, workspace),
        "pass": lambda: speed.feature_pass(source),
        "predict": lambda: speed.prediction(source, _model(source, workspace)),
        "cold": lambda: speed.cold(_picture(workspace), _model(source, workspace)),
        "app": lambda: app.lines(source, workspace),
        "camera": lambda: camera.lines(_model(source, workspace), workspace),
        "scale": lambda: scale.lines(workspace),
        "accuracy": lambda: accuracy.lines(shared),
        "strangers": lambda: strangers.lines(shared),
        "calibration": lambda: calibration.lines(shared, workspace),
        "modes": lambda: modes.lines(shared, workspace, modes.WAYS),
        "export": lambda: export.lines(shared, workspace),
        "classic": lambda: modes.lines(shared, workspace, modes.CLASSIC),
        "dinov2": lambda: dinov2.lines(workspace),
    }
    return measurements[name]()


def _source(workspace: Path, shared: Path) -> Path:
    """flowers.zip where the data sets are, else drawings, about as many."""
    flowers = shared / "data" / "classification" / "flowers.zip"
    if flowers.exists():
        return flowers
    drawn = workspace / "drawings.zip"
    if not drawn.exists():
        from doodles import samples

        print("no data sets beside the checkout: drawings in place of flowers", file=sys.stderr)
        samples.write_zip(drawn, language="en", pictures_each=78)
    return drawn


def _model(source: Path, workspace: Path) -> Path:
    path = workspace / "model.teachlens"
    if not path.exists():
        run(["-m", "core", "teach", str(source), "-o", str(path)])
    return path


def _picture(workspace: Path) -> Path:
    import cv2

    from doodles import samples

    path = workspace / "picture.jpg"
    cv2.imwrite(str(path), cv2.cvtColor(samples.draw("fish", samples.HELD_OUT), cv2.COLOR_RGB2BGR))
    return path


if __name__ == "__main__":
    main(sys.argv[1:])
