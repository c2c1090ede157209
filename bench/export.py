"""Models that are taken away, beside the app: how far their answers are off, what int8 and squashing cost, and what
writing takes."""

from __future__ import annotations

import json
import shutil
import zipfile
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from statistics import fmean

import numpy as np

from bench.accuracy import SETS, splits
from bench.measure import Line, run
from bench.modes import divided
from core.export import FORMATS, formats
from core.export.format import Answering, Format, Written
from core.export.network import prepared
from core.export.squashing import squash
from core.learning.settings import TIERS
from core.model.recognise import Recogniser
from core.pictures import archive
from core.pictures.decode import decode
from core.pictures.picture import Picture

_LIGHT = tuple(one for one in FORMATS if not formats.get(one).memory)
_FAST = ("litert", "onnx", "frigate", "teachable-machine")  # whose time and memory are measured
_INT8 = "litert-int8"
_LIMIT = 40  # pictures of each set whose probabilities are compared


def lines(
    shared: Path, folder: Path, sets: tuple[str, ...] = SETS, tiers: tuple[str, ...] = tuple(TIERS)
) -> Iterator[Line]:
    """A line for each tier and format: the largest difference of a probability on held-out pictures; then accuracies,
    and what writing takes."""
    models: dict[tuple[str, str], Path] = {}
    held: dict[str, list[tuple[str, Picture]]] = {}
    for name in sets:
        features, masks = splits(archive.find([shared / "data" / "classification" / f"{name}.zip"]))
        learned, tested = divided(features, masks[0], folder / f"export-{name}")
        held[name] = _pictures(tested)
        for tier in tiers:
            models[name, tier] = folder / f"{name}-{tier}.teachlens"
            run(["-m", "core", "teach", str(learned), "-o", str(models[name, tier]), "--backbone", TIERS[tier]])
    for tier in tiers:
        for format_name in _LIGHT:
            worst = max(_difference(format_name, models[name, tier], held[name], folder) for name in sets)
            yield Line(f"{format_name}, {tier}: largest difference of a probability", f"{worst:.1e}", "the app", "")
    yield from _squashed(models, held, folder, tiers)
    yield from _int8(models, held, folder, sets)
    yield from _costs(models[sets[0], tiers[0]], folder)


def _pictures(tested: Path) -> list[tuple[str, Picture]]:
    """Labels and pictures of a zip."""
    with zipfile.ZipFile(tested) as pictures:
        return [(name.partition("/")[0], decode(pictures.read(name))) for name in pictures.namelist()]


def _written(format_: Format, model: Path, folder: Path) -> tuple[Written, Answering]:
    shutil.rmtree(folder / "export", ignore_errors=True)
    (folder / "export").mkdir()
    return format_.write(model, folder / "export"), format_.open(folder / "export")


def _difference(name: str, model: Path, held: Sequence[tuple[str, Picture]], folder: Path) -> float:
    written, answer = _written(formats.get(name), model, folder)
    app = Recogniser(written.model if written.has_other_head else model)
    order = [app.model.labels.index(label) for label in written.model.labels]
    return max(
        float(np.abs(answer(prepared(picture, written.inputs))[0] - app.recognise(picture).by_position()[order]).max())
        for _, picture in held[:: max(1, len(held) // _LIMIT)]
    )


def _accuracy(
    written: Written, answer: Answering, held: Sequence[tuple[str, Picture]], view: Callable[[Picture], Picture]
) -> float:
    labels = written.model.labels
    found = (labels[int(answer(prepared(view(picture), written.inputs))[0].argmax())] for _, picture in held)
    return fmean(label == given for label, given in zip((label for label, _ in held), found, strict=True))


def _app_accuracy(model: Path, held: Sequence[tuple[str, Picture]]) -> float:
    app = Recogniser(model)
    return fmean(app.recognise(picture).labels[0] == label for label, picture in held)


def _squashed(
    models: dict[tuple[str, str], Path],
    held: dict[str, list[tuple[str, Picture]]],
    folder: Path,
    tiers: tuple[str, ...],
) -> Iterator[Line]:
    """Accuracy of the three files of Teachable Machine's layout as its clients crop, and as ml5 and Frigate squash."""
    for tier in tiers:
        cropped, squashed, app = [], [], []
        for name, pictures in held.items():
            written, answer = _written(formats.get("teachable-machine"), models[name, tier], folder)
            cropped.append(_accuracy(written, answer, pictures, lambda picture: picture))
            squashed.append(_accuracy(written, answer, pictures, lambda picture: squash(picture, 224)))
            app.append(_app_accuracy(models[name, tier], pictures))
        each = " ".join(f"{share:.3f}" for share in squashed)
        points = f"{(fmean(squashed) - fmean(app)) * 100:+.1f} points"
        baseline = f"{fmean(app):.3f}, the app"
        yield Line(f"{tier}, squashed by ml5 and Frigate ({each})", f"{fmean(squashed):.3f}", baseline, points)
        points = f"{(fmean(cropped) - fmean(app)) * 100:+.1f} points"
        yield Line(f"{tier}, cropped by Teachable Machine's library", f"{fmean(cropped):.3f}", baseline, points)


def _int8(
    models: dict[tuple[str, str], Path], held: dict[str, list[tuple[str, Picture]]], folder: Path, sets: tuple[str, ...]
) -> Iterator[Line]:
    ours, app, others = [], [], 0
    for name in sets:
        model, target = models[name, "quick"], folder / "int8.zip"
        output = run(["-m", "core", "export", str(model), "--format", _INT8, "-o", str(target), "--json"]).output
        result = next(fact["result"] for fact in map(json.loads, _json_lines(output)) if "result" in fact)
        others += result["proof"]["others"]
        shutil.rmtree(folder / "export", ignore_errors=True)
        with zipfile.ZipFile(target) as packed:
            packed.extractall(folder / "export")
        format_, written = formats.get("litert-uint8"), formats.get("litert-uint8").write(model, folder / "beside")
        ours.append(_accuracy(written, format_.open(folder / "export" / "int8"), held[name], lambda picture: picture))
        app.append(_app_accuracy(model, held[name]))
        points = f"{(ours[-1] - app[-1]) * 100:+.1f} points"
        yield Line(f"int8, {name}", f"{ours[-1]:.3f}", f"{app[-1]:.3f}, the app", points)
    points = f"{(fmean(ours) - fmean(app)) * 100:+.1f} points"
    yield Line(
        f"int8, mean; {others} proofs' pictures got another label", f"{fmean(ours):.3f}", f"{fmean(app):.3f}", points
    )


def _json_lines(output: str) -> list[str]:
    return [line for line in output.splitlines() if line.startswith("{")]


def _costs(model: Path, folder: Path) -> Iterator[Line]:
    """Seconds and peak memory of a process that does nothing but write."""
    code = "import sys; from pathlib import Path; from core.export import formats; " + (
        "formats.get(sys.argv[1]).write(Path(sys.argv[2]), Path(sys.argv[3]))"
    )
    for name in _FAST:
        target = folder / f"cost-{name}"
        target.mkdir(exist_ok=True)
        done = run(["-c", code, name, str(model), str(target)])
        yield Line(
            f"writing {name} of a quick model", f"{done.seconds:.2f} s; {done.peak_mb:.0f} MB", "1 s; 200 MB", ""
        )
