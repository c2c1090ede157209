"""`inspect` and `backbones`."""

from __future__ import annotations

import zipfile
from argparse import Namespace
from pathlib import Path

from core.backbones import litert_files
from core.backbones.catalogue import cards, downloadable_cards
from core.command import DONE, REFUSED, scores
from core.command.say import Speaker
from core.model.file import ENDING, load, load_listing
from core.pictures import archive
from core.pictures.dataset import lacks, left_out
from core.review.advice import advise


def inspect(asked: Namespace, speaker: Speaker) -> int:
    """Print what model files and sources hold; the exit code."""
    models = [path for path in asked.sources if _is_model(path)]
    for path in models:
        _inspect_model(path, speaker)
    sources = [path for path in asked.sources if path not in models]
    return DONE if not sources or _inspect_sources(sources, speaker) else REFUSED


def backbones(asked: Namespace, speaker: Speaker) -> int:
    """Print the networks that there are, or fetch one of them; the exit code."""
    if asked.name is not None:
        from core.command import fetching

        return fetching.fetch(asked.name, speaker)
    for card in (*cards(), *downloadable_cards()):
        ready, download = litert_files.is_ready(card.name), card.download if card.is_downloadable else None
        speaker.fact("result", {**card.facts(), "ready": ready, "bytes": download.bytes if download else None})
        values = {"title": card.title, "size": card.size, "source": card.source, "licence": card.licence}
        speaker.say("command.backbone", name=card.name, **values)
        if download:
            speaker.say("command.backbone_here" if ready else "command.backbone_away", size=download.megabytes)
        elif not ready:
            speaker.say("command.backbone_missing")
    return DONE


def _is_model(path: Path) -> bool:
    """By its ending or, where it was renamed, by what is in it."""
    if path.suffix == ENDING:
        return True
    try:
        with zipfile.ZipFile(path) as opened:
            return {"model.json", "head/weights.npy"} <= set(opened.namelist())
    except (OSError, zipfile.BadZipFile, ValueError):
        return False


def _inspect_model(path: Path, speaker: Speaker) -> None:
    model = load(path, tuned_weights=False)
    card = model.card
    advice = advise(model, load_listing(path)) if card.pictures else []
    speaker.fact(
        "result",
        {
            "model": str(path),
            "title": card.title,
            "made": card.made,
            "version": card.version,
            "backbone": model.backbone,
            "classes": dict(card.pictures),
            "skipped": card.skipped,
            "seed": card.seed,
            "seconds": card.seconds,
            "temperature": model.head.temperature,
            "threshold": model.threshold,
            **scores.facts(model.report, model.labels),
            "advice": scores.advice_facts(advice, speaker),
        },
    )
    speaker.say("command.model", title=card.title, made=card.made, backbone=model.backbone)
    _say_counts(dict(card.pictures), speaker)
    if card.pictures:
        scores.say_report(model.report, model.labels, speaker)
        scores.say_advice(advice, speaker)
    else:
        speaker.say("command.by_others", count=len(model.labels))


def _inspect_sources(sources: list[Path], speaker: Speaker) -> bool:
    """Print what sources hold; whether a model can be taught from them, as `teach` would say."""
    dataset = archive.find(sources)
    missing = lacks(dataset)
    speaker.all_skipped(dataset.skipped)
    speaker.fact(
        "result",
        {
            "sources": [str(source) for source in sources],
            "pictures": len(dataset.entries),
            "classes": dataset.counts,
            "skipped": left_out(dataset.skipped),
            "ready": not missing,
            "missing": [
                {"key": lack.key, "label": lack.label, "message": speaker.text(lack.key, **lack.values)}
                for lack in missing
            ],
        },
    )
    speaker.say("command.found", pictures=len(dataset.entries), classes=len(dataset.counts))
    _say_counts(dataset.counts, speaker)
    for lack in missing:
        speaker.say(lack.key, **lack.values)
    if not missing:
        speaker.say("command.ready")
    return not missing


def _say_counts(counts: dict[str, int], speaker: Speaker) -> None:
    for label, count in counts.items():
        speaker.say("command.class", label=label, count=count)
