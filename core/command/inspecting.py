"""The commands `inspect` and `backbones`."""

from __future__ import annotations

import zipfile
from argparse import Namespace
from dataclasses import asdict
from pathlib import Path

from core.backbones import litert_files
from core.backbones.catalogue import cards, downloadable_cards
from core.command import DONE, REFUSED, scores
from core.command.console import Console
from core.model.file import ENDING, load, load_listing
from core.pictures import archive
from core.pictures.dataset import lacks, left_out
from core.review.advice import advise


def inspect(options: Namespace, console: Console) -> int:
    """Print what model files and sources hold; the exit code."""
    models = [path for path in options.sources if _is_model(path)]
    for path in models:
        _inspect_model(path, console)
    sources = [path for path in options.sources if path not in models]
    return DONE if not sources or _inspect_sources(sources, console) else REFUSED


def backbones(options: Namespace, console: Console) -> int:
    """Print the backbones, or fetch one of them; the exit code."""
    if options.name is not None:
        from core.command import fetching

        return fetching.fetch(options.name, console)
    for card in (*cards(), *downloadable_cards()):
        ready, download = litert_files.is_ready(card.name), card.download if card.is_downloadable else None
        costs = asdict(card.costs) if card.costs else None
        size = download.bytes if download else None
        console.emit_json("result", {**card.facts(), "ready": ready, "bytes": size, "costs": costs})
        values = {"title": card.title, "size": card.size, "source": card.source, "licence": card.licence}
        console.say("command.backbone", name=card.name, **values)
        if download:
            console.say("command.backbone_here" if ready else "command.backbone_away", size=download.megabytes)
            if card.costs:
                console.say("command.backbone_costs", **card.costs.values())
        elif not ready:
            console.say("command.backbone_missing")
    return DONE


def _is_model(path: Path) -> bool:
    """Whether a file is a model, by its ending or, where it was renamed, by its members."""
    if path.suffix == ENDING:
        return True
    try:
        with zipfile.ZipFile(path) as archive_file:
            return {"model.json", "head/weights.npy"} <= set(archive_file.namelist())
    except (OSError, zipfile.BadZipFile, ValueError):
        return False


def _inspect_model(path: Path, console: Console) -> None:
    model = load(path, tuned_weights=False)
    card = model.card
    advice = advise(model, load_listing(path)) if card.pictures else []
    console.emit_json(
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
            **scores.report_to_dict(model.report, model.labels),
            "advice": scores.advice_to_dicts(advice, console),
        },
    )
    console.say("command.model", title=card.title, made=card.made, backbone=model.backbone)
    _say_counts(dict(card.pictures), console)
    if model.layer_graph is not None:
        console.say("command.elsewhere", count=len(model.labels))
    elif card.pictures:
        scores.say_report(model.report, model.labels, console)
        scores.say_advice(advice, console)
    else:
        console.say("command.by_others", count=len(model.labels))


def _inspect_sources(sources: list[Path], console: Console) -> bool:
    """Print what sources hold. Returns whether `teach` would accept them."""
    dataset = archive.find(sources)
    missing = lacks(dataset)
    console.say_skipped(dataset.skipped)
    console.emit_json(
        "result",
        {
            "sources": [str(source) for source in sources],
            "pictures": len(dataset.entries),
            "classes": dataset.counts,
            "skipped": left_out(dataset.skipped),
            "ready": not missing,
            "missing": [
                {"key": lack.key, "label": lack.label, "message": console.text(lack.key, **lack.values)}
                for lack in missing
            ],
        },
    )
    console.say("command.found", pictures=len(dataset.entries), classes=len(dataset.counts))
    _say_counts(dataset.counts, console)
    for lack in missing:
        console.say(lack.key, **lack.values)
    if not missing:
        console.say("command.ready")
    return not missing


def _say_counts(counts: dict[str, int], console: Console) -> None:
    for label, count in counts.items():
        console.say("command.class", label=label, count=count)
