"""A report and its advice, as sentences for people and as JSON values for programs."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from core.command.console import Console
from core.messages import percent
from core.model.model import Report
from core.review.advice import Advice

_MOST_CONFUSIONS = 3  # pairs of labels that are named to a person


def say_report(report: Report, labels: tuple[str, ...], console: Console, *, score_key: str = "command.score") -> None:
    """Print the score as the sentence `score_key` says it, each class's score and the most frequent confusions."""
    score = report.score
    if not score.total:
        console.say("command.untested")
        return
    console.say(
        score_key,
        right=score.right,
        total=score.total,
        share=percent(score.value),
        low=percent(score.low),
        high=percent(score.high),
    )
    for label, recall in zip(labels, report.per_class, strict=True):
        if recall.total:
            console.say("command.class_score", label=label, right=recall.right, total=recall.total)
    wrong = report.confusion * (1 - np.eye(len(labels), dtype=np.int32))
    for cell in np.argsort(-wrong, axis=None, kind="stable")[:_MOST_CONFUSIONS]:
        given, answered = divmod(int(cell), len(labels))
        if count := int(wrong[given, answered]):
            console.say("command.mixed_up", label=labels[given], answer=labels[answered], count=count)


def say_advice(advice: Sequence[Advice], console: Console) -> None:
    """Print advice on making the model better, as the page gives it."""
    for piece in advice:
        console.say("command.advice", advice=piece.say(console.language))


def advice_to_dicts(advice: Sequence[Advice], console: Console) -> list[dict[str, str]]:
    """The key and the sentence of each piece of advice."""
    return [{"key": piece.key, "message": piece.say(console.language)} for piece in advice]


def report_to_dict(report: Report, labels: tuple[str, ...]) -> dict[str, Any]:
    """A report as JSON values. Rows of "confusion" are the true labels, columns the answers, as in "labels"."""
    score = report.score
    return {
        "right": score.right,
        "total": score.total,
        "accuracy": round(score.value, 4),
        "interval": [round(score.low, 4), round(score.high, 4)],
        "method": report.method,
        "calibration_error": round(report.calibration_error, 4),
        "labels": list(labels),
        "per_class": {
            label: [recall.right, recall.total] for label, recall in zip(labels, report.per_class, strict=True)
        },
        "confusion": report.confusion.tolist(),
    }
