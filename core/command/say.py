"""What the command line prints: sentences for people, or JSON by line for programs."""

from __future__ import annotations

import json
import sys
import time
from typing import Any

from core.errors import TeachLensError
from core.learning.progress import Progress
from core.messages import Language, say

_RHYTHM = 0.1  # seconds between two progress lines of one stage


class Speaker:
    """Says things in one language, or as JSON lines."""

    def __init__(self, language: Language, *, json_lines: bool) -> None:
        self.json_lines = json_lines
        self._language = language
        self._terminal = sys.stderr.isatty()
        self._stage: str | None = None
        self._told = 0.0
        self._line_open = False

    def say(self, key: str, **values: Any) -> None:
        """Print a sentence of `core.messages.command`; nothing with JSON, which has its own lines."""
        if not self.json_lines:
            self.end_line()
            print(say(key, self._language, **values))

    def fact(self, kind: str, fact: Any) -> None:
        """Print one JSON line {kind: fact}; nothing for people, who get sentences."""
        if self.json_lines:
            print(json.dumps({kind: fact}, ensure_ascii=False), flush=True)

    def text(self, key: str, **values: Any) -> str:
        """A sentence, not printed."""
        return say(key, self._language, **values)

    def skipped(self, name: str, key: str, values: Any) -> None:
        """Name what was left out, and why."""
        why = say(key, self._language, **values)
        if self.json_lines:
            self.fact("skipped", {"name": name, "why": why})
        else:
            self.end_line()
            print(f"{name}: {why}", file=sys.stderr)

    def progress(self, progress: Progress) -> None:
        """Tell how far it is: a line that is written over on a terminal, a line a stage elsewhere."""
        now = time.monotonic()
        new, last = progress.stage != self._stage, progress.done == progress.total
        if not (new or last or now - self._told >= _RHYTHM):
            return
        self._stage, self._told = progress.stage, now
        if self.json_lines:
            fields = ("stage", "done", "total", "share", "seconds_left")
            self.fact("progress", {field: getattr(progress, field) for field in fields})
        elif self._terminal or last:
            stage = say(f"command.stage.{progress.stage}", self._language)
            line = f"{progress.share:4.0%}  {stage}  {progress.done}/{progress.total}"
            if progress.seconds_left and not last:
                line += "  " + say("command.left", self._language, seconds=round(progress.seconds_left))
            print(f"\r{line:<70}" if self._terminal else line, end="" if self._terminal else "\n", file=sys.stderr)
            self._line_open = self._terminal

    def error(self, error: TeachLensError) -> None:
        """Say what cannot be done, and why."""
        message = error.say(self._language)
        if self.json_lines:
            self.fact("error", {"key": error.key, "values": {k: str(v) for k, v in error.values.items()}, "message": message})
        else:
            self.end_line()
            print(message, file=sys.stderr)

    def end_line(self) -> None:
        """Leave the progress line, where one is open."""
        if self._line_open:
            print(file=sys.stderr)
            self._line_open = False
