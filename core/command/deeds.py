"""What each command does; every function answers with the exit code."""

from __future__ import annotations

import csv
from argparse import Namespace
from contextlib import ExitStack
from pathlib import Path
from typing import Any

from core.command.main import DONE, PARTLY, REFUSED
from core.command.say import Speaker
from core.errors import TeachLensError
from core.model.model import Report
from core.pictures import archive
from core.pictures.dataset import Dataset, lacks


def teach(asked: Namespace, speaker: Speaker) -> int:
    """Teach a model and write it."""
    from core.learning.teach import Settings, teach

    dataset = _found(asked.sources, speaker)
    settings = Settings(asked.backbone, asked.seed, asked.title)
    model = teach(dataset, settings, asked.output, speaker.progress)
    speaker.say("command.taught", file=asked.output, classes=len(model.labels), seconds=round(model.card.seconds, 1))
    _tell_score(model.report, model.labels, speaker)
    return DONE


def recognise(asked: Namespace, speaker: Speaker) -> int:
    """Print what a model makes of pictures."""
    from core.model.recognise import Recogniser

    recogniser = Recogniser(asked.model)
    top = max(1, min(asked.top, len(recogniser.model.labels)))
    read = unread = 0
    with ExitStack() as stack:
        table = None
        if asked.csv:
            file = stack.enter_context(asked.csv.open("w", newline="", encoding="utf-8-sig"))
            table = csv.writer(file)
            ranks = [cell for rank in range(1, top + 1) for cell in (f"label {rank}", f"probability {rank}")]
            table.writerow(["picture", "sure", *ranks])
        found = [archive.find_unlabelled(source) for source in asked.sources]
        for entry, content in archive.read(entry for dataset in found for entry in dataset.entries):
            name = entry.name
            try:
                if isinstance(content, TeachLensError):
                    raise content
                answer = recogniser.recognise_bytes(content)
            except TeachLensError as error:
                speaker.skipped(name, error.key, error.values)
                unread += 1
                continue
            read += 1
            best = list(zip(answer.labels, answer.probabilities, strict=True))[:top]
            labels = [{"label": label, "probability": round(probability, 4)} for label, probability in best]
            speaker.fact("answer", {"picture": name, "sure": answer.sure, "labels": labels})
            shares = ", ".join(f"{label} {probability:.0%}" for label, probability in best)
            speaker.say("command.answer" if answer.sure else "command.not_sure", picture=name, answers=shares)
            if table:
                cells = [cell for label, probability in best for cell in (label, f"{probability:.4f}")]
                table.writerow([name, "yes" if answer.sure else "no", *cells])
    if not read:
        return REFUSED
    return PARTLY if unread else DONE


def evaluate(asked: Namespace, speaker: Speaker) -> int:
    """Test a model on labelled pictures."""
    from core.learning.teach import evaluate
    from core.model.file import load

    labels = load(asked.model).labels
    _tell_score(evaluate(asked.model, _found(asked.sources, speaker), speaker.progress), labels, speaker)
    return DONE


def inspect(asked: Namespace, speaker: Speaker) -> int:
    """Print what model files and sources hold."""
    from core.model.file import ENDING

    models = [source for source in asked.sources if source.suffix == ENDING]
    for path in models:
        _inspect_model(path, speaker)
    if sources := [source for source in asked.sources if source not in models]:
        dataset = _found(sources, speaker)
        speaker.fact("result", {"classes": dataset.counts, "skipped": len(dataset.skipped)})
        _tell_counts(dataset.counts, speaker)
        for lack in lacks(dataset):
            speaker.say(lack.key, **lack.values)
    return DONE


def backbones(asked: Namespace, speaker: Speaker) -> int:
    """Print the networks that there are, each written as a LiteRT file."""
    from dataclasses import asdict

    from core.backbones.store import cards, ensure

    for card in cards():
        path = ensure(card.name)
        speaker.fact("result", {**asdict(card), "file": str(path)})
        speaker.say("command.backbone", name=card.name, title=card.title, size=card.size, source=card.source, licence=card.licence)
    return DONE


def _inspect_model(path: Path, speaker: Speaker) -> None:
    from core.model.file import load

    model = load(path)
    card = model.card
    facts: dict[str, Any] = {"title": card.title, "made": card.made, "backbone": model.backbone, "classes": dict(card.pictures)}
    facts |= {"temperature": model.head.temperature, "threshold": model.threshold, "seed": card.seed}
    speaker.fact("result", facts | _score_facts(model.report, model.labels))
    speaker.say("command.model", title=card.title, made=card.made, backbone=model.backbone)
    _tell_counts(dict(card.pictures), speaker)
    if not speaker.json_lines:
        _tell_score(model.report, model.labels, speaker)


def _found(sources: list[Path], speaker: Speaker) -> Dataset:
    dataset = archive.find(sources)
    for skipped in dataset.skipped:
        speaker.skipped(skipped.name, skipped.key, skipped.values)
    return dataset


def _tell_counts(counts: dict[str, int], speaker: Speaker) -> None:
    for label, count in counts.items():
        speaker.say("command.class", label=label, count=count)


def _tell_score(report: Report, labels: tuple[str, ...], speaker: Speaker) -> None:
    score = report.score
    speaker.fact("result", _score_facts(report, labels))
    values = {"right": score.right, "total": score.total, "share": f"{score.value:.1%}"}
    speaker.say("command.score", **values, low=f"{score.low:.0%}", high=f"{score.high:.0%}")
    for label, one in zip(labels, report.per_class, strict=True):
        if one.total:
            speaker.say("command.class_score", label=label, right=one.right, total=one.total)


def _score_facts(report: Report, labels: tuple[str, ...]) -> dict[str, Any]:
    score = report.score
    return {
        "right": score.right,
        "total": score.total,
        "accuracy": round(score.value, 4),
        "interval": [round(score.low, 4), round(score.high, 4)],
        "method": report.method,
        "calibration_error": round(report.calibration_error, 4),
        "per_class": {label: [one.right, one.total] for label, one in zip(labels, report.per_class, strict=True)},
    }
