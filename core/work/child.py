"""One lesson in a process of its own: `python -m core.work.child FOLDER`, started by `core.work.job_queue` alone.

It reads what was asked from the lesson's folder and writes its events there. Its standard input is a pipe that the app
holds open and never writes to: when that closes, because the lesson was cancelled or the app is gone, the lesson ends.
"""

from __future__ import annotations

import errno
import os
import signal
import sys
import threading
import time
from _thread import interrupt_main
from contextlib import suppress
from pathlib import Path
from typing import NoReturn

from core.errors import LessonError, TeachLensError
from core.work import DONE, ENDED, FAILED, journal
from core.work.events import EventWriter

_PATIENCE = 1.0  # seconds for ending in good order after the pipe has closed
_NO_ROOM = {getattr(errno, name) for name in ("ENOSPC", "EDQUOT") if hasattr(errno, name)}


def main(folder: Path) -> int:
    """Teach the lesson in `folder`, or improve its model; the exit code. An unexpected exception leaves its trace on
    stderr, and exit 1."""
    for number in (signal.SIGINT, signal.SIGTERM):  # even where the app was started with SIGINT ignored
        signal.signal(number, signal.default_int_handler)
    with suppress(AttributeError, OSError):  # no such thing on Windows
        os.nice(10 if journal.improves(folder) else 5)  # pages come first, then what makes a model at all
    try:
        threading.Thread(target=_end_with_the_pipe, args=(folder,), daemon=True).start()
        with EventWriter(folder / journal.EVENTS) as tell:
            return _teach(folder, tell)
    except KeyboardInterrupt:
        return ENDED


def _teach(folder: Path, tell: EventWriter) -> int:
    from core.learning.settings import Settings
    from core.learning.teach import improve, teach  # here, so that an import cut short is an end in good order too
    from core.pictures import archive

    job = journal.read_job(folder)
    assert job is not None  # `core.work.lessons` has written it before this process was started
    try:
        dataset = archive.find([Path(source) for source in job.sources]).edited(job.edits)
        settings, model = Settings(**job.settings), journal.target(folder)
        if journal.improves(folder):
            improve(model, dataset, settings, tell, (folder / journal.STOP).exists)
        else:
            teach(dataset, settings, model, tell)
    except TeachLensError as error:
        tell.error(error)
        return FAILED
    except MemoryError:
        tell.error(LessonError("lesson.killed"))
        return FAILED
    except OSError as error:
        if error.errno not in _NO_ROOM:
            raise
        tell.error(LessonError("lesson.no_room"))
        return FAILED
    return DONE


def _end_with_the_pipe(folder: Path) -> NoReturn:
    with suppress(OSError, ValueError):
        while os.read(0, 1024):
            pass
    if hasattr(signal, "pthread_kill"):
        signal.pthread_kill(threading.main_thread().ident or 0, signal.SIGINT)  # wakes it even where it waits
    else:
        interrupt_main()
    time.sleep(_PATIENCE)
    journal.sweep(folder)
    os._exit(ENDED)


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))
