"""Output of the command line: sentences for people, or JSON lines for programs."""

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

_SECONDS_BETWEEN_LINES = 0.1  # between two progress lines of one stage
_MOST_NAMED = 10  # skipped files that are named without JSON lines


class Console:
    """Prints sentences in one language, or JSON lines. Results go to stdout; progress, errors and notes to stderr."""

    def __init__(self, language: Language, *, json_lines: bool) -> None:
        self.language = language
        self._json_lines = json_lines
        self._terminal = sys.stderr.isatty()
        self._stage: str | None = None
        self._epochs = 0
        self._last_print = 0.0
        self._line_open = False

    def say(self, key: str, **values: Any) -> None:
        """Print a sentence of `core.messages`; nothing with JSON lines."""
        self.print(say(key, self.language, **values))

    def print(self, sentence: str) -> None:
        """Print a sentence; nothing with JSON lines."""
        if not self._json_lines:
            self.end_line()
            print(sentence, flush=self._terminal)

    def emit_json(self, kind: str, value: Mapping[str, Any]) -> None:
        """Print one JSON line {kind: value}; nothing without JSON lines."""
        if self._json_lines:
            print(json.dumps({kind: value}, ensure_ascii=False), flush=True)

    def text(self, key: str, **values: Any) -> str:
        """A sentence, not printed."""
        return say(key, self.language, **values)

    def skipped(self, name: str, key: str, values: Mapping[str, Any]) -> None:
        """Print the name of a file that was left out, and why."""
        message = say(key, self.language, **values)
        self.emit_json("skipped", {"name": name, "key": key, "message": message})
        self._print_note(f"{name}: {message}")

    def say_skipped(self, skipped: Iterable[Skipped]) -> None:
        """Print what was left out of a source; without JSON lines, only the first few."""
        entries = list(skipped)
        for entry in entries if self._json_lines else entries[:_MOST_NAMED]:
            self.skipped(entry.name, entry.key, entry.values)
        if len(entries) > _MOST_NAMED:
            self._print_note(say("command.more_skipped", self.language, count=len(entries) - _MOST_NAMED))

    def progress(self, progress: Progress) -> None:
        """Print a lesson's progress: on a terminal one line that is overwritten, elsewhere a line for each stage."""
        is_last = progress.done == progress.total
        if not self._due(progress.stage, last=is_last):
            return
        fields = ("stage", "done", "total", "share", "seconds_left")
        event = {field: getattr(progress, field) for field in fields}
        if progress.epochs:
            event["epochs"] = [_epoch_to_dict(epoch) for epoch in progress.epochs]
        self.emit_json("progress", event)
        if len(progress.epochs) > self._epochs:
            self._say_epoch(progress.epochs[-1], len(progress.epochs))
        if self._json_lines or not (self._terminal or is_last):
            return
        stage = say(f"command.stage.{progress.stage}", self.language)
        line = f"{progress.share:4.0%}  {stage}  {progress.done}/{progress.total}"
        if progress.seconds_left and not is_last:
            line += "  " + say("command.left", self.language, seconds=max(1, round(progress.seconds_left)))
        self._overwrite(line)

    def step_progress(self, stage: str, done: int, total: int, line: str) -> None:
        """Print the progress of what is no lesson; `line` is what a person reads."""
        is_new, is_last = stage != self._stage, done == total
        if not self._due(stage, last=is_last):
            return
        self.emit_json("progress", {"stage": stage, "done": done, "total": total})
        if not self._json_lines and (self._terminal or is_new or is_last):
            self._overwrite(line)

    def _due(self, stage: str, *, last: bool) -> bool:
        """Whether a progress line is due: at a stage's begin and end, between them every `_SECONDS_BETWEEN_LINES`."""
        now = time.monotonic()
        if stage == self._stage and not last and now - self._last_print < _SECONDS_BETWEEN_LINES:
            return False
        self._stage, self._last_print = stage, now
        return True

    def _overwrite(self, line: str) -> None:
        if self._terminal:
            print(f"\r\x1b[K{line}", end="", file=sys.stderr, flush=True)
            self._line_open = True
        else:
            print(line, file=sys.stderr)

    def _say_epoch(self, epoch: Epoch, number: int) -> None:
        """Print a line for an epoch that has ended."""
        self._epochs = number
        is_tested = not math.isnan(epoch.held_out_accuracy)
        values = {"number": number, "loss": f"{epoch.loss:.3f}", "learned": percent(epoch.accuracy)}
        if is_tested:
            values |= {"held_out_loss": f"{epoch.held_out_loss:.3f}", "held_out": percent(epoch.held_out_accuracy)}
        self._print_note(say("command.epoch" if is_tested else "command.epoch_untested", self.language, **values))

    def error(self, error: TeachLensError) -> None:
        """Print what cannot be done, and why."""
        message = error.say(self.language)
        values = {name: value if isinstance(value, int | float) else str(value) for name, value in error.values.items()}
        self.emit_json("error", {"key": error.key, "values": values, "message": message})
        self._print_note(message)

    def end_line(self) -> None:
        """End the progress line on the terminal, where one is open."""
        if self._line_open:
            self._line_open = False
            print(file=sys.stderr)

    def _print_note(self, text: str) -> None:
        if not self._json_lines:
            self.end_line()
            print(text, file=sys.stderr)


def _epoch_to_dict(epoch: Epoch) -> dict[str, float | None]:
    """An epoch as JSON values, null for NaN, which JSON lacks."""
    return {name: None if math.isnan(value) else value for name, value in asdict(epoch).items()}
