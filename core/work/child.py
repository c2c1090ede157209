"""One job in a process of its own: `python -m core.work.child FOLDER`, started by `core.work.job_process` alone.

It reads what was asked from the job's folder and writes its events there. Its standard input is a pipe that the app
holds open and never writes to: when that closes, because the job was cancelled or the app is gone, the job ends.
"""

from __future__ import annotations

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
from core.storage.room import is_no_room
from core.work import DONE, ENDED, FAILED, NO_ROOM, journal
from core.work.events import EventWriter
from core.work.journal import Job

_GRACE_SECONDS = 1.0  # for ending in good order after the pipe has closed


def main(folder: Path) -> int:
    """Run the job in `folder`; the exit code. An unexpected exception leaves its trace on stderr, and exit 1."""
    for number in (signal.SIGINT, signal.SIGTERM):  # even where the app was started with SIGINT ignored
        signal.signal(number, signal.default_int_handler)
    try:
        job = journal.read_job(folder)
        assert job is not None  # `core.work.job_queue` has written it before this process was started
        with suppress(AttributeError, OSError):  # no such thing on Windows
            os.nice(10 if job.kind == "improve" else 5)  # pages come first, then what makes a model at all
        threading.Thread(target=_end_with_the_pipe, args=(folder, job), daemon=True).start()
        with EventWriter(folder / journal.EVENTS) as events:
            return run(job, folder, events)
    except KeyboardInterrupt:
        return ENDED
    except OSError as error:
        if is_no_room(error):
            return NO_ROOM
        raise


def run(job: Job, folder: Path, events: EventWriter) -> int:
    """Teach, or improve a model, as the job says; the exit code."""
    from core.learning.settings import Settings
    from core.learning.teach import improve, teach  # here, so that an import cut short is an end in good order too
    from core.pictures import archive

    try:
        dataset = archive.find(job.sources).edited(job.edits)
        settings = Settings(**job.settings)
        if job.kind == "improve":
            improve(job.model, dataset, settings, events, (folder / journal.STOP).exists, features_folder=job.features)
        else:
            teach(dataset, settings, job.model, events, features_folder=job.features)
    except TeachLensError as error:
        events.error(error)
        return FAILED
    except MemoryError:
        events.error(LessonError("lesson.killed"))
        return FAILED
    except OSError as error:
        if not is_no_room(error):
            raise
        return NO_ROOM
    return DONE


def _end_with_the_pipe(folder: Path, job: Job) -> NoReturn:
    with suppress(OSError, ValueError):
        while os.read(0, 1024):
            pass
    if hasattr(signal, "pthread_kill"):
        signal.pthread_kill(threading.main_thread().ident or 0, signal.SIGINT)  # wakes it even where it waits
    else:
        interrupt_main()
    time.sleep(_GRACE_SECONDS)
    journal.remove_leftovers(folder, job)
    os._exit(ENDED)


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))
