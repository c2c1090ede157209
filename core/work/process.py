"""Python processes of our own beside the app."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Mapping
from typing import IO, Any

from core import settings
from core.machine import SINGLE_THREADED_BLAS


def start_module(
    module: str, arguments: list[str], *, stdin: int, output: IO[bytes], environment: Mapping[str, str] | None = None
) -> subprocess.Popen[bytes]:
    """Start `python -m module`: a fresh interpreter in a session of its own, so that Ctrl-C in the app's terminal is
    left to the app, which ends its children itself. stdout and stderr go into the file `output`. Raises OSError."""
    detached: dict[str, Any] = {"start_new_session": True}
    if sys.platform == "win32":
        detached = {"creationflags": subprocess.CREATE_NEW_PROCESS_GROUP | subprocess.BELOW_NORMAL_PRIORITY_CLASS}
    paths = [str(settings.PROJECT), os.environ.get("PYTHONPATH", "")]
    python = {"PYTHONPATH": os.pathsep.join(filter(None, paths)), "PYTHONIOENCODING": "utf-8"}
    return subprocess.Popen(
        [sys.executable, "-P", "-m", module, *arguments],  # -P: `core` is ours, wherever the app runs
        stdin=stdin,
        stdout=output,
        stderr=output,
        env={**SINGLE_THREADED_BLAS, **os.environ, **(environment or {}), **python},
        **detached,
    )
