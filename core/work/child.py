"""One lesson in a process of its own: `python -m core.work.child`, started by `core.work.desk` and by nobody else.

In: one line of JSON, the job; then the pipe stays open, and when it closes (cancelled, or the app is gone) the lesson ends.
Out: lines of JSON, {"progress": …} as it goes and {"done": …} or {"error": …} at the end.
"""

from __future__ import annotations

import json
import os
import sys
import threading
import time
from _thread import interrupt_main
from dataclasses import asdict
from pathlib import Path
from typing import Any

from core.errors import TeachLensError
from core.learning.progress import Progress

_PATIENCE = 5.0  # seconds for tidying up after the pipe has closed
_RHYTHM = 0.1  # seconds between events of one stage; its last is always told


def main() -> int:
    """The exit code: 0 done, 3 an error that a person can mend, 130 ended from outside."""
    job = json.loads(sys.stdin.readline())
    threading.Thread(target=_end_with_the_pipe, daemon=True).start()
    try:
        from core.learning.teach import Settings, teach  # here, so that an import cut short is an end from outside too
        from core.pictures import archive

        sources = [Path(source) for source in job["sources"]]
        dataset = archive.find(sources).edited(job["edits"])
        model = teach(dataset, Settings(**job["settings"]), Path(job["target"]), _Teller())
    except TeachLensError as error:
        _say(error={"key": error.key, "values": dict(error.values)})
        return 3
    except KeyboardInterrupt:
        return 130
    _say(done={"labels": len(model.labels)})
    return 0


def _end_with_the_pipe() -> None:
    sys.stdin.read()
    interrupt_main()
    time.sleep(_PATIENCE)
    os._exit(130)


class _Teller:
    """Passes progress on, not more often than anyone can see."""

    def __init__(self) -> None:
        self._stage: str | None = None
        self._told = 0.0

    def __call__(self, progress: Progress) -> None:
        now = time.monotonic()
        last = progress.done == progress.total
        if progress.stage != self._stage or last or now - self._told >= _RHYTHM:
            self._stage, self._told = progress.stage, now
            _say(progress=asdict(progress))


def _say(**line: Any) -> None:
    print(json.dumps(line, ensure_ascii=True, default=str), flush=True)


if __name__ == "__main__":
    sys.exit(main())
