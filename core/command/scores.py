"""A report, as sentences and as facts."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from core.command.say import Speaker
from core.messages import percent
from core.model.model import Report
from core.review.advice import Advice

_MIXED_UP = 3  # pairs of labels that are named to a person


def say_report(report: Report, labels: tuple[str, ...], speaker: Speaker) -> None:
    """Say how well the pictures were told apart, and which were mixed up most often."""
    score = report.score
    if not score.total:
        speaker.say("command.untested")
        return
    speaker.say(
        "command.score",
        right=score.right,
        total=score.total,
        share=percent(score.value),
        low=percent(score.low),
        high=percent(score.high),
    )
    for label, one in zip(labels, report.per_class, strict=True):
        if one.total:
            speaker.say("command.class_score", label=label, right=one.right, total=one.total)
    wrong = report.confusion * (1 - np.eye(len(labels), dtype=np.int32))
    for cell in np.argsort(-wrong, axis=None, kind="stable")[:_MIXED_UP]:
        given, answered = divmod(int(cell), len(labels))
        if count := int(wrong[given, answered]):
            speaker.say("command.mixed_up", label=labels[given], answer=labels[answered], count=count)


def say_advice(advice: Sequence[Advice], speaker: Speaker) -> None:
    """Say what could be done to make the model better, as the page does."""
    for piece in advice:
        speaker.say("command.advice", advice=piece.say(speaker.language))


def advice_facts(advice: Sequence[Advice], speaker: Speaker) -> list[dict[str, str]]:
    """The same for programs: each piece's key and its sentence."""
    return [{"key": piece.key, "message": piece.say(speaker.language)} for piece in advice]


def facts(report: Report, labels: tuple[str, ...]) -> dict[str, Any]:
    """The same for programs. Rows of the confusion are the labels given, columns the answers, both as in "labels"."""
    score = report.score
    return {
        "right": score.right,
        "total": score.total,
        "accuracy": round(score.value, 4),
        "interval": [round(score.low, 4), round(score.high, 4)],
        "method": report.method,
        "calibration_error": round(report.calibration_error, 4),
        "labels": list(labels),
        "per_class": {label: [one.right, one.total] for label, one in zip(labels, report.per_class, strict=True)},
        "confusion": report.confusion.tolist(),
    }
