"""Fetching backbones by network: download, then conversion in a child process; once on a machine, whoever asks.

`fetch` does it and waits. `start`, `status` and `cancel` do it in a thread of this process, for pages that come and go.
"""

from __future__ import annotations

import atexit
import json
import logging
import subprocess
import tempfile
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Literal

from core.backbones import catalogue, downloadable, litert_files
from core.backbones.card import Card
from core.errors import BackboneError
from core.machine import memory
from core.storage.locks import ProcessLock
from core.storage.room import no_room_error
from core.work import process
from core.work.journal import Problem

logger = logging.getLogger("teachlens")
Stage = Literal["wait", "fetch", "convert"]
Listener = Callable[[Stage, int, int], None]  # stage, done, total: bytes of the download, else 0 of 1
MEMORY = 2_000 * 10**6  # bytes that converting takes where the card does not say it
_POLL_SECONDS = 0.2
_GRACE_SECONDS = 3.0  # for ending in good order
_LOG_CHARACTERS = 4_000  # of the log that go into the app's
# Of the child: TensorFlow is quiet and leaves a graphics card alone, and Keras is as it comes.
_ENVIRONMENT = {"TF_CPP_MIN_LOG_LEVEL": "3", "CUDA_VISIBLE_DEVICES": "-1", "KERAS_BACKEND": "tensorflow"}


def fetch(card: Card, listen: Listener = lambda *_: None, stop: Callable[[], bool] = lambda: False) -> Path | None:
    """The LiteRT file of a backbone by network: at once where it is there, else its weights are fetched and converted.
    None where `stop` said so; what was downloaded stays for the next time. Raises BackboneError."""
    if path := litert_files.find_converted(card):
        return path
    needs = card.costs.preparing if card.costs else MEMORY
    if memory() < needs:
        have, needed = (f"{size / 1e9:.1f}" for size in (memory(), needs))
        raise BackboneError("backbone.no_memory", title=card.title, have=have, needed=needed)
    lock = ProcessLock(downloadable.folder() / f"{card.download.file}.lock")
    while not lock.acquire():  # another process is at it
        listen("wait", 0, 1)
        if stop():
            return None
        time.sleep(_POLL_SECONDS)
    try:
        if path := litert_files.find_converted(card):
            return path
        weights = downloadable.find_weights(card)
        if weights is None:
            from core.backbones.download import download

            weights = download(
                card.download, downloadable.folder(), lambda done, total: listen("fetch", done, total), stop
            )
        if weights is None:
            return None
        listen("convert", 0, 1)
        if not _convert(card, weights, stop):
            return None
        listen("convert", 1, 1)
    finally:
        lock.release()
    if path := litert_files.find_converted(card):
        return path
    raise BackboneError("backbone.not_converted", title=card.title)


def start(name: str) -> None:
    """Begin to fetch a backbone by network, unless that is under way. Raises BackboneError for an unknown one."""
    card = downloadable.find(name)
    if card is None:
        names = ", ".join(one.name for one in catalogue.downloadable_cards())
        raise BackboneError("backbone.unknown", name=name, known=names)
    with _guard:
        if (known := _jobs.get(name)) is None or known.status.state != "running":
            _jobs[name] = _Job(card)


def status(name: str) -> Status | None:
    """How the fetching of a backbone stands that was begun in this process; None where there was none."""
    job = _jobs.get(name)
    return job.status if job else None


def cancel(name: str) -> None:
    """End it; what was downloaded stays for the next time."""
    if job := _jobs.get(name):
        job.cancel()


def shutdown() -> None:
    """At the end of the app: nothing goes on that was begun here."""
    for job in list(_jobs.values()):
        job.cancel()
    for job in list(_jobs.values()):
        job.thread.join(_GRACE_SECONDS)
    _jobs.clear()


@dataclass(frozen=True)
class Status:
    """How the fetching of a backbone stands."""

    state: Literal["running", "done", "failed", "cancelled"]
    stage: Stage = "wait"
    done: int = 0  # as a listener hears it
    total: int = 1
    error: Problem | None = None  # key and values of `core.messages`, where it failed


class _Job:
    """A thread that fetches a backbone."""

    def __init__(self, card: Card) -> None:
        self.status = Status("running")
        self._card, self._stop = card, threading.Event()
        self.thread = threading.Thread(target=self._work, name="teachlens-fetching", daemon=True)
        self.thread.start()

    def cancel(self) -> None:
        self._stop.set()
        if self.status.state == "running":  # at once for whoever looks; the thread may still wait for its server
            self.status = Status("cancelled")

    def _hear(self, stage: Stage, done: int, total: int) -> None:
        if not self._stop.is_set():
            self.status = Status("running", stage, done, total)

    def _work(self) -> None:
        try:
            path = fetch(self._card, self._hear, self._stop.is_set)
            self.status = Status("done" if path else "cancelled")
        except BackboneError as error:
            self.status = Status("failed", error=(error.key, error.values))
        except Exception as problem:
            if no_room := no_room_error(problem):
                self.status = Status("failed", error=(no_room.key, no_room.values))
                return
            logger.exception("fetching %s", self._card.name)
            self.status = Status("failed", error=("backbone.not_converted", {"title": self._card.title}))


def _convert(card: Card, weights: Path, stop: Callable[[], bool]) -> bool:
    """Have the weights made into a LiteRT file in the cache; False where `stop` said so. Raises BackboneError."""
    # Whatever happens to the child, all that it has written but the result goes with this folder.
    with tempfile.TemporaryDirectory(prefix="teachlens-", ignore_cleanup_errors=True) as folder:
        job, error, log = (Path(folder, name) for name in ("job.json", "error.json", "log.txt"))
        job.write_text(json.dumps({"card": asdict(card), "file": str(weights)}), "utf-8")
        with log.open("wb") as output:
            temporary = dict.fromkeys(("TMPDIR", "TEMP", "TMP", "KERAS_HOME"), folder)
            child = process.start_module(
                "core.backbones.convert",
                [str(job), str(error)],
                stdin=subprocess.DEVNULL,
                output=output,
                environment={**_ENVIRONMENT, **temporary},
            )
        try:
            while child.poll() is None:
                if stop():
                    return False
                with suppress(subprocess.TimeoutExpired):
                    child.wait(_POLL_SECONDS)
        finally:
            if child.poll() is None:
                child.kill()
                child.wait()
        if child.returncode == 0:
            return True
        if error.exists():
            problem = json.loads(error.read_text("utf-8"))
            raise BackboneError(problem["key"], **problem["values"])
        logger.error(
            "converting %s ended with code %d\n%s",
            card.name,
            child.returncode,
            log.read_text("utf-8", "replace")[-_LOG_CHARACTERS:],
        )
        raise BackboneError("backbone.not_converted", title=card.title)


_jobs: dict[str, _Job] = {}
_guard = threading.Lock()
atexit.register(shutdown)
