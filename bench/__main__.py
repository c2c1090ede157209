"""`python -m bench [teach pass predict cold app scale accuracy]`: measures, and prints the table; all of it where no
line is named. What needs the data sets beside the checkout is left out, and said so, where they are absent."""

from __future__ import annotations

import os
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

from bench.measure import PROJECT, Line, run

NAMES = ("teach", "pass", "predict", "cold", "app", "scale", "accuracy")
SHARED = PROJECT.parent / "shared"


def main(names: list[str]) -> None:
    """Print the table of the lines that are named."""
    if unknown := set(names) - set(NAMES):
        sys.exit(f"unknown: {', '.join(unknown)}; there are: {', '.join(NAMES)}")
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder)
        os.environ["TEACHLENS_CACHE"] = str(place / "cache")
        print("| what | TeachLens | beside | ratio |\n|---|---|---|---|", flush=True)
        for name in names or NAMES:
            for line in _lines(name, place):
                print(f"| {line.what} | {line.ours} | {line.baseline} | {line.ratio} |", flush=True)


def _lines(name: str, place: Path) -> list[Line]:
    from bench import accuracy, app, scale, speed

    source = _source(place)
    deeds: dict[str, Callable[[], list[Line]]] = {
        "teach": lambda: speed.teaching(source, place),
        "pass": lambda: [speed.the_pass(source)],
        "predict": lambda: speed.prediction(source, _model(source, place)),
        "cold": lambda: [speed.cold(_picture(place), _model(source, place))],
        "app": lambda: app.lines(source, place),
        "scale": lambda: scale.lines(place),
        "accuracy": lambda: accuracy.lines(SHARED),
    }
    if name == "accuracy" and not SHARED.exists():
        print("no data sets beside the checkout: accuracy is left out", file=sys.stderr)
        return []
    return deeds[name]()


def _source(place: Path) -> Path:
    """flowers.zip where the data sets are, else drawings."""
    flowers = SHARED / "data" / "classification" / "flowers.zip"
    if flowers.exists():
        return flowers
    drawn = place / "drawings.zip"
    if not drawn.exists():
        from core.pictures import samples

        samples.write_zip(drawn, language="en", pictures_each=78)
    return drawn


def _model(source: Path, place: Path) -> Path:
    path = place / "model.teachlens"
    if not path.exists():
        run(["-m", "core", "teach", str(source), "-o", str(path)])
    return path


def _picture(place: Path) -> Path:
    import cv2

    from core.pictures import samples

    path = place / "picture.jpg"
    cv2.imwrite(str(path), cv2.cvtColor(samples.draw("fish", 1), cv2.COLOR_RGB2BGR))
    return path


if __name__ == "__main__":
    main(sys.argv[1:])
