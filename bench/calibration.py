"""How far a model's probabilities are off on held-out fifths, beside chance: what a perfectly calibrated model's would
be, were its answers as sure."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from statistics import fmean

import numpy as np
from numpy.typing import NDArray

from bench.accuracy import BACKBONE, SETS, splits
from bench.measure import Line, run
from bench.modes import divided
from core.learning.calibrate import calibration_error
from core.learning.evaluate import evaluate
from core.learning.near_duplicates import groups_of
from core.learning.split import FOLDS, stratified_group_folds
from core.model.file import load
from core.model.model import FloatArray
from core.pictures import archive

_DRAWS = 500
_Answers = tuple[FloatArray, NDArray[np.bool_]]  # (n,) probability of each answer, (n,) whether it is right


def lines(shared: Path, folder: Path, sets: Sequence[str] = SETS) -> Iterator[Line]:
    """For each set and their mean, the calibration error of fifths, each answered by a model that was taught on the
    other four, and of all those answers together."""
    fifths, wholes = [], []
    for name in sets:
        parts = _answers(shared / "data" / "classification" / f"{name}.zip", folder / name)
        compared = [_compared(part) for part in parts]
        fifths.append((fmean(ours for ours, _ in compared), fmean(chance for _, chance in compared)))
        probabilities, right = (np.concatenate(arrays) for arrays in zip(*parts, strict=True))
        wholes.append(_compared((probabilities, right)))
        yield _line(f"calibration error, fifths of {name}", *fifths[-1])
        yield _line(f"calibration error, all {len(right)} pictures of {name}", *wholes[-1])
    if len(sets) > 1:
        for what, pairs in (("fifths", fifths), ("all pictures", wholes)):
            ours, chance = fmean(pair[0] for pair in pairs), fmean(pair[1] for pair in pairs)
            yield _line(f"calibration error, {what}, mean of {len(sets)} sets", ours, chance)


def calibration_error_by_chance(probabilities: FloatArray, draws: int = _DRAWS) -> float:
    """The expected calibration error that a perfectly calibrated model has on average where its answers have these
    probabilities (n,): each is right as often as it says, and which ones are is drawn."""
    generator = np.random.default_rng(0)
    drawn = (generator.random(len(probabilities)) < probabilities for _ in range(draws))
    return fmean(calibration_error(probabilities, right) for right in drawn)


def _answers(source: Path, folder: Path) -> list[_Answers]:
    """Those to each fifth of a set, near-duplicates on one side."""
    features, _ = splits(archive.find([source]))
    groups = groups_of(features, BACKBONE)
    folds = stratified_group_folds(features.targets, groups, 0)
    folder.mkdir()
    model = folder / "taught.teachlens"
    answers = []
    for fold in range(FOLDS):
        learned, held = divided(features, folds == fold, folder / f"{fold}")
        run(["-m", "core", "teach", str(learned), "-o", str(model)])
        dataset, labels = archive.find([held]), load(model).labels
        report = evaluate(model, dataset, lambda event: None)
        pairs = zip(report.answer, dataset.entries, strict=True)
        answers.append((report.probability, np.array([labels[answer] == entry.label for answer, entry in pairs])))
    return answers


def _compared(answers: _Answers) -> tuple[float, float]:
    """The calibration error, and that of chance."""
    return calibration_error(*answers), calibration_error_by_chance(answers[0])


def _line(what: str, ours: float, chance: float) -> Line:
    return Line(what, f"{ours:.3f}", f"{chance:.3f}, perfectly calibrated", f"{ours - chance:+.3f}")
