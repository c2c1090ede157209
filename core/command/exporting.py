"""The command `export`."""

from __future__ import annotations

from argparse import Namespace
from dataclasses import asdict
from pathlib import Path

from core.command import DONE
from core.command.console import Console
from core.command.paths import model_path, require_writable
from core.export import exporting, formats, package
from core.model.file import load


def export(options: Namespace, console: Console) -> int:
    """Take a model away in a format; the exit code."""
    path = model_path(options.model, console.language)
    format_ = formats.get(options.format)
    title = load(path, tuned_weights=False).card.title
    target = options.output or Path()
    if target.is_dir():
        target /= package.file_name(title, format_)
    elif not target.suffix:
        target = target.with_name(f"{target.name}.zip")
    require_writable(target)

    def report(stage: exporting.Stage, done: int, total: int) -> None:
        console.step_progress(stage, done, total, console.text(f"export.stage.{stage}"))

    exported = exporting.export(path, format_.name, target, console.language, report)
    proof, squashed = exported.checked.proof, exported.checked.squashed
    sentences = package.sentences(format_, exported.written, exported.checked, console.language)
    console.emit_json(
        "result",
        {
            "file": str(target),
            "format": format_.name,
            "proof": proof and asdict(proof),
            "squashed": squashed and asdict(squashed),
            "sentences": sentences,
        },
    )
    console.say("command.exported", file=target)
    for sentence in sentences:
        console.print(sentence)
    return DONE
