"""`teach` and `evaluate`."""

from __future__ import annotations

from argparse import Namespace
from pathlib import Path

from core.command import DONE, REFUSED, CommandError, scores
from core.command.paths import check_place, model
from core.command.say import Speaker
from core.errors import LessonError
from core.learning import evaluate as evaluating
from core.learning import recipes
from core.learning import teach as lessons
from core.learning.recipe import Improvement
from core.learning.settings import Settings
from core.model.file import ENDING, load, load_listing
from core.model.model import Model
from core.pictures import archive
from core.pictures.dataset import Dataset, lacks, left_out
from core.review.advice import advise


def teach(asked: Namespace, speaker: Speaker) -> int:
    """Teach a model and write it; the exit code."""
    check_place(asked.output)
    target = asked.output if asked.output.suffix else asked.output.with_suffix(ENDING)
    dataset = _found(asked.sources, speaker)
    if missing := lacks(dataset):
        for lack in missing[1:]:
            speaker.error(CommandError(lack.key, **lack.values))
        raise CommandError(missing[0].key, **missing[0].values)
    recipe = recipes.get(asked.mode)
    if recipe.starting_point:
        speaker.say(recipe.starting_point())
    settings = Settings(asked.backbone, asked.seed, asked.title, recipe.name, asked.examples)
    model = lessons.teach(dataset, settings, target, speaker.progress)
    if recipe.improvement:
        model = _improve(recipe.improvement, target, dataset, settings, speaker)
    advice = advise(model, load_listing(target))
    speaker.fact(
        "result",
        {
            "model": str(target),
            "title": model.card.title,
            "classes": dict(model.card.pictures),
            "skipped": model.card.skipped,
            "seconds": model.card.seconds,
            "notes": list(model.card.notes),
            **scores.facts(model.report, model.labels),
            "advice": scores.advice_facts(advice, speaker),
        },
    )
    if unread := model.card.skipped - left_out(dataset.skipped):
        speaker.say("command.unread", count=unread)
    speaker.say("command.taught", file=target, classes=len(model.labels), seconds=round(model.card.seconds, 1))
    if not asked.examples:
        speaker.say("command.private")
    scores.say_report(model.report, model.labels, speaker)
    scores.say_advice(advice, speaker)
    return DONE


def _improve(improvement: Improvement, target: Path, dataset: Dataset, settings: Settings, speaker: Speaker) -> Model:
    """The model at `target`, improved as far as this machine can and as it gets better."""
    if obstacle := improvement.obstacle():
        key, values = obstacle
        speaker.say(key, **values)
        return load(target)
    try:
        better = lessons.improve(target, dataset, settings, speaker.progress, lambda: False)
        speaker.say("command.improved" if better else "command.not_improved")
    except LessonError as error:
        speaker.say(error.key, **error.values)
    return load(target)


def evaluate(asked: Namespace, speaker: Speaker) -> int:
    """Test a model on labelled pictures; the exit code."""
    path = model(asked.model, speaker.language)
    labels = load(path, tuned_weights=False).labels
    dataset = _found(asked.sources, speaker)
    report = evaluating.evaluate(path, dataset, speaker.progress)
    unknown = [label for label in dataset.labels if label not in labels]
    if unknown:
        speaker.say("command.unknown_labels", labels=", ".join(unknown))
    speaker.fact("result", {**scores.facts(report, labels), "unknown_labels": unknown})
    scores.say_report(report, labels, speaker)
    return DONE if report.score.total else REFUSED


def _found(sources: list[Path], speaker: Speaker) -> Dataset:
    dataset = archive.find(sources)
    speaker.all_skipped(dataset.skipped)
    counts = dataset.counts
    speaker.fact("found", {"pictures": len(dataset.entries), "classes": counts})
    speaker.say("command.found", pictures=len(dataset.entries), classes=len(counts))
    return dataset
