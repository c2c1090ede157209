"""What happens once when the server starts and once when it stops, whichever way it was started."""

from __future__ import annotations

import atexit
import logging
import threading
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any

# NumPy's modules import one another: two threads that import it for the first time at once (the one started here and
# the first page's) leave it half made for good. So it is imported before there are two.
import numpy  # noqa: F401

from core.settings import models_folder
from server import visits

logger = logging.getLogger("teachlens")
_once = threading.Lock()
_started = threading.Event()
_stopping = threading.Event()  # a new one with every start, so that no thread of an earlier one misses its end
_LATER = 4  # seconds after the start, when its first page stands; whoever asks for it before gets it all the same


def start() -> None:
    """Look after what an earlier process left, and make what answers need; returns at once, any number of times.

    The work runs in a thread, so that the first page does not wait for it.
    """
    global _stopping  # noqa: PLW0603
    with _once:
        if _started.is_set():
            return
        _started.set()
        stopping = _stopping = threading.Event()
    atexit.register(stop)
    threading.Thread(target=_look_after, args=(stopping,), name="teachlens-start", daemon=True).start()


def stop() -> None:
    """Stop the running lesson and the line of waiting ones; harmless when called again."""
    with _once:
        if not _started.is_set():
            return
        _started.clear()
        _stopping.set()
    atexit.unregister(stop)
    from core.work import exporting, lessons

    exporting.shutdown()
    lessons.shutdown()


@asynccontextmanager
async def lifespan(_app: Any) -> AsyncIterator[None]:
    """`start` and `stop` around the life of an ASGI server."""
    start()
    try:
        yield
    finally:
        stop()


def _look_after(stopping: threading.Event) -> None:
    """What has to be done once, then what has to be done now and then until the server stops."""
    for task, wait in ((_recover, 0), (_tidy, 0), (_warm, 0), (_make_everyday, _LATER)):
        if stopping.wait(wait):
            return
        _attempt(task)
    while not stopping.wait(visits.TIDY_SECONDS):
        _attempt(_tidy)


def _attempt(task: Callable[[], object]) -> None:
    """Do what may fail without harm to what comes after."""
    try:
        task()
    except Exception:
        logger.exception("%s failed", task.__name__)


def _tidy() -> None:
    from core.learning import feature_cache
    from core.work import lessons

    _attempt(visits.remove_unused)
    _attempt(feature_cache.prune)
    lessons.tidy(models_folder())


def _recover() -> None:
    from core.work import lessons

    lessons.recover(models_folder())


def _warm() -> None:
    from core import backbones

    for card in backbones.cards()[:1]:  # the built-in one stands first; others are fetched when asked for
        backbones.ensure(card.name)


def _make_everyday() -> None:
    from core.messages import LANGUAGES
    from core.model import everyday

    for language in LANGUAGES:
        everyday.ensure(language)
