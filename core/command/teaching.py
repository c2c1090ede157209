"""The commands `teach` and `evaluate`."""

from __future__ import annotations

from argparse import Namespace
from pathlib import Path

import core.learning.evaluate
import core.learning.teach
from core.command import DONE, REFUSED, CommandError, scores
from core.command.console import Console
from core.command.paths import model_path, require_writable
from core.errors import LessonError
from core.learning import recipes
from core.learning.recipe import Improvement
from core.learning.settings import Settings
from core.model.file import ENDING, load, load_listing
from core.model.model import Model
from core.pictures import archive
from core.pictures.dataset import Dataset, lacks, left_out
from core.review.advice import advise


def teach(options: Namespace, console: Console) -> int:
    """Teach a model and write it; the exit code. Raises CommandError where the pictures do not suffice."""
    require_writable(options.output)
    target = options.output if options.output.suffix else options.output.with_suffix(ENDING)
    dataset = _find_pictures(options.sources, console)
    if missing := lacks(dataset):
        for lack in missing[1:]:
            console.error(CommandError(lack.key, **lack.values))
        raise CommandError(missing[0].key, **missing[0].values)
    recipe = recipes.get(options.mode)
    if recipe.starting_point:
        console.say(recipe.starting_point())
    settings = Settings(options.backbone, options.seed, options.title, recipe.name, options.examples)
    model = core.learning.teach.teach(dataset, settings, target, console.progress)
    if recipe.improvement:
        model = _improve(recipe.improvement, target, dataset, settings, console)
    advice = advise(model, load_listing(target))
    console.emit_json(
        "result",
        {
            "model": str(target),
            "title": model.card.title,
            "classes": dict(model.card.pictures),
            "skipped": model.card.skipped,
            "seconds": model.card.seconds,
            "notes": list(model.card.notes),
            **scores.report_to_dict(model.report, model.labels),
            "advice": scores.advice_to_dicts(advice, console),
        },
    )
    if unread := model.card.skipped - left_out(dataset.skipped):
        console.say("command.unread", count=unread)
    console.say("command.taught", file=target, classes=len(model.labels), seconds=round(model.card.seconds, 1))
    if not options.examples:
        console.say("command.private")
    scores.say_report(model.report, model.labels, console)
    scores.say_advice(advice, console)
    return DONE


def _improve(improvement: Improvement, target: Path, dataset: Dataset, settings: Settings, console: Console) -> Model:
    """The model at `target` after the recipe's improvement, or as it was where that is impossible or no better."""
    if obstacle := improvement.obstacle():
        key, values = obstacle
        console.say(key, **values)
        return load(target)
    try:
        is_better = core.learning.teach.improve(target, dataset, settings, console.progress, lambda: False)
        console.say("command.improved" if is_better else "command.not_improved")
    except LessonError as error:
        console.say(error.key, **error.values)
    return load(target)


def evaluate(options: Namespace, console: Console) -> int:
    """Test a model on labelled pictures; the exit code."""
    path = model_path(options.model, console.language)
    labels = load(path, tuned_weights=False).labels
    dataset = _find_pictures(options.sources, console)
    report = core.learning.evaluate.evaluate(path, dataset, console.progress)
    unknown = [label for label in dataset.labels if label not in labels]
    if unknown:
        console.say("command.unknown_labels", labels=", ".join(unknown))
    console.emit_json("result", {**scores.report_to_dict(report, labels), "unknown_labels": unknown})
    # Whether it was taught on these very pictures, nobody knows.
    scores.say_report(report, labels, console, score_key="command.evaluated")
    return DONE if report.score.total else REFUSED


def _find_pictures(sources: list[Path], console: Console) -> Dataset:
    """The labelled pictures of the sources, after saying what they are and what was skipped."""
    dataset = archive.find(sources)
    console.say_skipped(dataset.skipped)
    counts = dataset.counts
    console.emit_json("found", {"pictures": len(dataset.entries), "classes": counts})
    console.say("command.found", pictures=len(dataset.entries), classes=len(counts))
    return dataset
