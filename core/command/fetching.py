"""The command `backbones fetch`."""

from __future__ import annotations

from core.backbones import catalogue, litert_files
from core.command import DONE
from core.command.console import Console
from core.work import fetching


def fetch(name: str, console: Console) -> int:
    """Fetch a backbone's weights and convert them, unless that is done; the exit code. Raises BackboneError."""
    card = catalogue.card(name)

    def report(stage: fetching.Stage, done: int, total: int) -> None:
        amount = f"{done / total:4.0%}  {done / 1e6:.1f}/{total / 1e6:.1f} MB  " if stage == "fetch" else ""
        console.step_progress(stage, done, total, amount + console.text(f"command.fetching.{stage}"))

    if card.is_downloadable:
        fetching.fetch(card, report)
    console.emit_json("result", {"name": name, "ready": litert_files.is_ready(name)})
    console.say("command.fetched", title=card.title, name=name)
    return DONE
