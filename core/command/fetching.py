"""`backbones fetch`."""

from __future__ import annotations

from core.backbones import catalogue, litert_files
from core.command import DONE
from core.command.say import Speaker
from core.work.fetching import Stage
from core.work.fetching import fetch as fetched


def fetch(name: str, speaker: Speaker) -> int:
    """Fetch a network, unless it is here; the exit code."""
    card = catalogue.card(name)

    def tell(stage: Stage, done: int, total: int) -> None:
        amount = f"{done / total:4.0%}  {done / 1e6:.1f}/{total / 1e6:.1f} MB  " if stage == "fetch" else ""
        speaker.step(stage, done, total, amount + speaker.text(f"command.fetching.{stage}"))

    if card.is_downloadable:
        fetched(card, tell)
    speaker.fact("result", {"name": name, "ready": litert_files.is_ready(name)})
    speaker.say("command.fetched", title=card.title, name=name)
    return DONE
