"""What the command line prints: sentences for people, or JSON by line for programs."""

from __future__ import annotations

import json
import math
import sys
import time
from collections.abc import Iterable, Mapping
from dataclasses import asdict
from typing import Any

from core.errors import TeachLensError
from core.learning.progress import Epoch, Progress
from core.messages import Language, percent, say
from core.pictures.dataset import Skipped

_RHYTHM = 0.1  # seconds between two progress lines of one stage
_NAMED = 10  # files left out that are named to a person; programs get all


class Speaker:
    """Says things in one language, or as JSON lines. Results go to stdout, all that is said on the way to stderr."""

    def __init__(self, language: Language, *, json_lines: bool) -> None:
        self.language = language
        self._json_lines = json_lines
        self._terminal = sys.stderr.isatty()
        self._stage: str | None = None
        self._epochs = 0
        self._told = 0.0
        self._line_open = False

    def say(self, key: str, **values: Any) -> None:
        """Print a sentence of `core.messages`; nothing with JSON, which has its own lines."""
        if not self._json_lines:
            self.end_line()
            print(say(key, self.language, **values), flush=self._terminal)

    def fact(self, kind: str, fact: Mapping[str, Any]) -> None:
        """Print one JSON line {kind: fact}; nothing for people, who get sentences."""
        if self._json_lines:
            print(json.dumps({kind: fact}, ensure_ascii=False), flush=True)

    def text(self, key: str, **values: Any) -> str:
        """A sentence, not printed."""
        return say(key, self.language, **values)

    def skipped(self, name: str, key: str, values: Mapping[str, Any]) -> None:
        """Name what was left out, and why."""
        message = say(key, self.language, **values)
        self.fact("skipped", {"name": name, "key": key, "message": message})
        self._aside(f"{name}: {message}")

    def all_skipped(self, skipped: Iterable[Skipped]) -> None:
        """Name what was left out of a source; to a person, only the first few."""
        named = list(skipped)
        for one in named if self._json_lines else named[:_NAMED]:
            self.skipped(one.name, one.key, one.values)
        if len(named) > _NAMED:
            self._aside(say("command.more_skipped", self.language, count=len(named) - _NAMED))

    def progress(self, progress: Progress) -> None:
        """Tell how far it is: a line that is written over on a terminal, a line a stage elsewhere."""
        last = progress.done == progress.total
        if not self._due(progress.stage, last=last):
            return
        fields = ("stage", "done", "total", "share", "seconds_left")
        told = {field: getattr(progress, field) for field in fields}
        if progress.epochs:
            told["epochs"] = [_facts(epoch) for epoch in progress.epochs]
        self.fact("progress", told)
        if len(progress.epochs) > self._epochs:
            self._tell_epoch(progress.epochs[-1], len(progress.epochs))
        if self._json_lines or not (self._terminal or last):
            return
        stage = say(f"command.stage.{progress.stage}", self.language)
        line = f"{progress.share:4.0%}  {stage}  {progress.done}/{progress.total}"
        if progress.seconds_left and not last:
            line += "  " + say("command.left", self.language, seconds=max(1, round(progress.seconds_left)))
        self._write_over(line)

    def step(self, stage: str, done: int, total: int, line: str) -> None:
        """The same for what is no lesson: `line` is what a person reads."""
        new, last = stage != self._stage, done == total
        if not self._due(stage, last=last):
            return
        self.fact("progress", {"stage": stage, "done": done, "total": total})
        if not self._json_lines and (self._terminal or new or last):
            self._write_over(line)

    def _due(self, stage: str, *, last: bool) -> bool:
        """Whether it is time to tell something: often enough to be seen, not more often."""
        now = time.monotonic()
        if stage == self._stage and not last and now - self._told < _RHYTHM:
            return False
        self._stage, self._told = stage, now
        return True

    def _write_over(self, line: str) -> None:
        if self._terminal:
            print(f"\r\x1b[K{line}", end="", file=sys.stderr, flush=True)
            self._line_open = True
        else:
            print(line, file=sys.stderr)

    def _tell_epoch(self, epoch: Epoch, number: int) -> None:
        """A line for an epoch that is behind us."""
        self._epochs = number
        tested = not math.isnan(epoch.held_out_accuracy)
        values = {"number": number, "loss": f"{epoch.loss:.3f}", "learned": percent(epoch.accuracy)}
        if tested:
            values |= {"held_out_loss": f"{epoch.held_out_loss:.3f}", "held_out": percent(epoch.held_out_accuracy)}
        self._aside(say("command.epoch" if tested else "command.epoch_untested", self.language, **values))

    def error(self, error: TeachLensError) -> None:
        """Say what cannot be done, and why."""
        message = error.say(self.language)
        values = {name: value if isinstance(value, int | float) else str(value) for name, value in error.values.items()}
        self.fact("error", {"key": error.key, "values": values, "message": message})
        self._aside(message)

    def end_line(self) -> None:
        """Leave the progress line, where one is open."""
        if self._line_open:
            self._line_open = False
            print(file=sys.stderr)

    def _aside(self, text: str) -> None:
        if not self._json_lines:
            self.end_line()
            print(text, file=sys.stderr)


def _facts(epoch: Epoch) -> dict[str, float | None]:
    """An epoch as JSON can say it, which knows no number that is none."""
    return {name: None if math.isnan(value) else value for name, value in asdict(epoch).items()}
