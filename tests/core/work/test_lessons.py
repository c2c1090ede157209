"""Lessons, taught for real in processes of their own: however one ends, nothing half-written and nobody is left."""

from __future__ import annotations

import errno
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest
from lesson_tools import children, gone, until

from core import settings
from core.errors import LessonError
from core.learning.settings import Settings
from core.messages import say
from core.model.file import load
from core.storage.area import ORPHAN_SECONDS, VisitArea
from core.storage.locks import ProcessLock
from core.work import journal, lessons

pytestmark = pytest.mark.slow  # together they take long

SOMEONE = "a" * 22  # a token
MANY = 400  # pictures a class: some seconds of computing features
Draw = Callable[..., Path]


def begun(area: VisitArea, lesson: str) -> bool:
    """Is it in the middle of its pass over the pictures?"""
    return "look" in lessons.status(area, lesson).progress


def ended(area: VisitArea, lesson: str) -> bool:
    return lessons.status(area, lesson).state not in ("waiting", "running")


def leftovers(area: VisitArea) -> list[str]:
    """Models, and files that were to become something."""
    return [path.name for path in area.root.rglob("*") if path.suffix in (".teachlens", ".part", ".tmp")]


def python(code: str, *arguments: object) -> list[str]:
    return [sys.executable, "-c", code, *map(str, arguments)]


def in_another_process(area: VisitArea, lesson: str) -> dict[str, object]:
    """What a fresh process says of a lesson."""
    code = (
        "import sys, json; from pathlib import Path; from core.work import lessons\n"
        "from core.storage.area import VisitArea\n"
        "status = lessons.status(VisitArea(Path(sys.argv[1])), sys.argv[2])\n"
        "print(json.dumps([status.state, status.position, list(status.progress), str(status.model)]))"
    )
    done = subprocess.run(
        python(code, area.root, lesson), cwd=settings.PROJECT, capture_output=True, text=True, check=True
    )
    return dict(zip(("state", "place", "stages", "model"), json.loads(done.stdout), strict=True))


def test_a_lesson_begins_goes_on_and_leaves_a_model(area: VisitArea, draw: Draw) -> None:
    source = draw()
    lesson = lessons.start(area, [source], {"blue": "파랑"}, Settings(seed=3, title="두 색"))
    assert lessons.status(area, lesson).state == "running"
    until(lambda: ended(area, lesson))
    status = lessons.status(area, lesson)
    assert status.state == "done" and status.error is None and status.seconds_left is None
    assert list(status.progress) == ["read", "look", "learn", "test", "save"]
    assert status.progress["look"].done == status.progress["look"].total == 12
    assert status.progress["save"].share == 1.0
    assert 0 <= time.time() - status.started < 3600
    model = load(status.model or Path())
    assert set(model.labels) == {"빨강", "파랑"}
    assert model.card.title == "두 색" and model.card.seed == 3
    assert leftovers(area) == [f"{lesson}.teachlens"]
    assert source.exists()


def test_a_reload_finds_the_lesson_as_it_runs_and_when_it_is_done(area: VisitArea, draw: Draw) -> None:
    lesson = lessons.start(area, [draw(MANY)], {}, Settings())
    waiting = lessons.start(area, [draw()], {}, Settings())
    until(lambda: begun(area, lesson))
    seen = in_another_process(area, lesson)
    assert seen["state"] == "running" and seen["stages"] == ["read", "look"]
    assert in_another_process(area, waiting) == {"state": "waiting", "place": 1, "stages": [], "model": "None"}
    lessons.cancel(area, lesson)
    until(lambda: ended(area, waiting))
    assert in_another_process(area, lesson)["state"] == "cancelled"
    seen = in_another_process(area, waiting)
    assert seen["state"] == "done" and Path(str(seen["model"])).exists()


def test_the_app_imports_nothing_of_teaching() -> None:
    code = "import sys; from core.work import lessons; print(*sys.modules)"
    done = subprocess.run(python(code), cwd=settings.PROJECT, capture_output=True, text=True, check=True)
    loaded = set(done.stdout.split())
    assert "core.work.job_queue" in loaded
    heavy = {"core.learning.teach", "core.learning.features", "tensorflow", "sklearn", "scipy", "pandas", "streamlit"}
    assert not loaded & heavy


def test_a_cancelled_lesson_leaves_nothing_and_can_begin_anew(area: VisitArea, draw: Draw) -> None:
    lesson = lessons.start(area, [draw(MANY)], {"blue": None, "빨강": "x"}, Settings())
    lessons.cancel(area, lesson)
    assert lessons.status(area, lesson).state == "cancelled"
    lesson = lessons.start(area, [draw(MANY)], {}, Settings())
    until(lambda: begun(area, lesson))
    (running,) = children()
    lessons.cancel(area, lesson)
    status = lessons.status(area, lesson)
    assert status.state == "cancelled" and status.model is None and status.error is None
    assert gone(running)
    assert leftovers(area) == []
    lessons.cancel(area, lesson)
    assert lessons.status(area, lesson).state == "cancelled"
    again = lessons.restart(area, lesson)
    assert again != lesson and lessons.latest(area) == again
    until(lambda: begun(area, again))
    assert lessons.status(area, again).progress["look"].total == 2 * MANY


@pytest.mark.slow
def test_a_lesson_that_hangs_is_killed_when_it_is_cancelled(area: VisitArea, draw: Draw) -> None:
    lesson = lessons.start(area, [draw(MANY)], {}, Settings())
    until(lambda: begun(area, lesson))
    (running,) = children()
    running.suspend()
    lessons.cancel(area, lesson)
    assert lessons.status(area, lesson).state == "cancelled"
    assert gone(running)


def test_lessons_are_taught_in_the_order_of_asking_and_see_their_place(area: VisitArea, draw: Draw) -> None:
    other = VisitArea(area.root.parent / "visits" / SOMEONE)
    first = lessons.start(area, [draw(MANY)], {}, Settings())
    second = lessons.start(other, [draw()], {}, Settings())
    third = lessons.start(area, [draw()], {}, Settings())
    fourth = lessons.start(area, [draw()], {}, Settings())
    assert [lessons.status(area, first).state, lessons.status(area, first).position] == ["running", 0]
    assert [lessons.status(other, second).state, lessons.status(other, second).position] == ["waiting", 1]
    assert lessons.status(area, third).position == 2
    assert lessons.status(area, fourth).position == 3
    lessons.cancel(area, third)
    assert lessons.status(area, third).state == "cancelled"
    assert lessons.status(area, fourth).position == 2
    lessons.cancel(area, first)
    until(lambda: lessons.status(other, second).state == "running")
    assert lessons.status(area, fourth).position == 1
    assert len(children()) <= 1
    until(lambda: ended(area, fourth))
    assert lessons.status(other, second).state == lessons.status(area, fourth).state == "done"
    assert lessons.status(other, second).started < lessons.status(area, fourth).started


def test_a_killed_lesson_says_what_to_do_and_the_next_one_begins(area: VisitArea, draw: Draw) -> None:
    lesson = lessons.start(area, [draw(MANY)], {}, Settings())
    following = lessons.start(area, [draw()], {}, Settings())
    until(lambda: begun(area, lesson))
    (running,) = children()
    part = area.model_of(lesson).with_name(f".{lesson}.teachlens.{'0' * 16}.part")
    part.parent.mkdir(exist_ok=True)
    part.write_bytes(b"half of a model")
    running.kill()
    until(lambda: ended(area, lesson))
    status = lessons.status(area, lesson)
    assert status.state == "failed" and status.model is None
    assert status.error == ("lesson.killed", {})
    assert "memory" in say("lesson.killed", "en") and "메모리" in say("lesson.killed", "ko")
    until(lambda: ended(area, following))
    assert lessons.status(area, following).state == "done"
    assert leftovers(area) == [f"{following}.teachlens"]


def test_a_terminated_lesson_is_interrupted(area: VisitArea, draw: Draw) -> None:
    lesson = lessons.start(area, [draw(MANY)], {}, Settings())
    until(lambda: begun(area, lesson))
    children()[0].terminate()
    until(lambda: ended(area, lesson))
    assert lessons.status(area, lesson).state == "interrupted"
    assert leftovers(area) == []


_APP = """
import sys, time; from pathlib import Path; from core.learning.settings import Settings; from core.work import lessons
from core.storage.area import VisitArea; area = VisitArea(Path(sys.argv[1]))
for source in sys.argv[2:]:
    print(lessons.start(area, [Path(source)], {}, Settings()), flush=True)
time.sleep(600)
"""


@pytest.mark.skipif(sys.platform == "win32", reason="POSIX signals")
@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGTERM])
def test_a_killed_app_takes_its_lesson_with_it(area: VisitArea, draw: Draw, number: signal.Signals) -> None:
    sources = [draw(MANY), draw()]
    app = subprocess.Popen(python(_APP, area.root, *sources), cwd=settings.PROJECT, stdout=subprocess.PIPE, text=True)
    assert app.stdout
    running, waiting = (app.stdout.readline().strip() for _ in range(2))
    until(lambda: begun(area, running))
    assert lessons.status(area, waiting).state == "waiting"
    lessons.recover(area.root.parent)  # another app begins: it leaves the lessons of the living one alone
    assert lessons.status(area, running).state == "running"
    (taught,) = children(app.pid)
    app.send_signal(number)
    app.wait()
    until(lambda: gone(taught), seconds=10)
    assert leftovers(area) == []
    lessons.recover(area.root.parent)
    assert lessons.status(area, running).state == lessons.status(area, waiting).state == "interrupted"
    assert lessons.latest(area) == waiting
    again = lessons.restart(area, waiting)
    until(lambda: ended(area, again))
    assert lessons.status(area, again).state == "done"


def test_an_app_that_ends_by_itself_ends_its_lesson_first(area: VisitArea, draw: Draw) -> None:
    code = _APP.replace(
        "time.sleep(600)", "while not lessons.status(area, lessons.latest(area)).progress: time.sleep(0.05)"
    )
    done = subprocess.run(
        python(code, area.root, draw(MANY)), cwd=settings.PROJECT, capture_output=True, text=True, check=True
    )
    found = journal.read(area.lesson(done.stdout.strip()))
    assert found is not None and found.state == "interrupted"
    assert leftovers(area) == []


def test_a_page_sees_that_the_app_of_a_lesson_is_gone_before_anyone_recovers(area: VisitArea) -> None:
    folder = lost_lesson(area)
    assert lessons.status(area, folder.name).state == "interrupted"


def test_recover_finds_the_model_of_a_lesson_that_had_ended_just_before(area: VisitArea) -> None:
    folder = lost_lesson(area)
    area.models.mkdir()
    area.model_of(folder.name).write_bytes(b"whole, as it was put there in one stroke")
    lessons.recover(area.root.parent)
    assert lessons.status(area, folder.name).state == "done"
    assert lessons.status(area, folder.name).model == area.model_of(folder.name)


def test_recover_takes_away_what_a_killed_lesson_left(area: VisitArea) -> None:
    other = VisitArea(area.root.parent / "visits" / SOMEONE)
    folder = lost_lesson(other)
    part = other.model_of(folder.name).with_name(f".{folder.name}.teachlens.{'0' * 16}.part")
    part.parent.mkdir()
    part.write_bytes(b"half of a model")
    lessons.recover(area.root.parent)
    assert not part.exists()
    assert journal.read(folder) == journal.Record("interrupted", 0, 5.0)


def test_closing_the_app_interrupts_what_runs_and_what_waits(area: VisitArea, draw: Draw) -> None:
    running = lessons.start(area, [draw(MANY)], {}, Settings())
    waiting = lessons.start(area, [draw()], {}, Settings())
    until(lambda: begun(area, running))
    lessons.shutdown()
    assert not children()
    assert lessons.status(area, running).state == lessons.status(area, waiting).state == "interrupted"
    assert leftovers(area) == []
    again = lessons.start(area, [draw()], {}, Settings())  # the next start of the app, in the same process
    until(lambda: ended(area, again))
    assert lessons.status(area, again).state == "done"


def test_two_apps_on_one_machine_do_not_teach_at_once(area: VisitArea, cache: Path, draw: Draw) -> None:
    other_app = ProcessLock(cache / "teaching.lock")
    assert other_app.acquire()
    lesson = lessons.start(area, [draw()], {}, Settings())
    until(lambda: lessons.status(area, lesson).state == "waiting")
    assert lessons.status(area, lesson).position == 1 and not children()
    other_app.release()
    until(lambda: ended(area, lesson))
    assert lessons.status(area, lesson).state == "done"


def test_a_lesson_that_cannot_be_taught_says_why(area: VisitArea, draw: Draw) -> None:
    lonely = lessons.start(area, [draw(labels=("blue",))], {"blue": "파랑"}, Settings())
    gone = lessons.start(area, [area.root / "gone.zip"], {}, Settings())
    unknown = lessons.start(area, [draw()], {}, Settings(backbone="dragonfly"))
    until(lambda: ended(area, unknown))
    assert lessons.status(area, lonely).error == ("dataset.one_class", {"label": "파랑"})
    assert lessons.status(area, gone).error == ("archive.gone", {"archive": "gone.zip"})
    key, values = lessons.status(area, unknown).error or ("", {})
    assert key == "backbone.unknown" and "dragonfly" in say(key, "ko", **values)
    assert [lessons.status(area, lesson).state for lesson in (lonely, gone, unknown)] == ["failed"] * 3
    assert leftovers(area) == []


@dataclass(frozen=True)
class _OddSettings(Settings):
    nonsense: int = 1


def test_a_bug_leaves_its_trace_in_the_log(area: VisitArea, draw: Draw, caplog: pytest.LogCaptureFixture) -> None:
    lesson = lessons.start(area, [draw()], {}, _OddSettings())
    until(lambda: ended(area, lesson))
    status = lessons.status(area, lesson)
    assert status.state == "failed" and status.error == ("lesson.failed", {})
    log = (area.lesson(lesson) / journal.LOG).read_text("utf-8")
    assert "Traceback" in log and "nonsense" in log
    assert "nonsense" in caplog.text


def full(*_: object) -> None:
    raise OSError(errno.ENOSPC, "No space left on device")


def test_a_disk_that_is_full_when_a_lesson_ends_ends_no_other(
    area: VisitArea, cache: Path, draw: Draw, monkeypatch: pytest.MonkeyPatch
) -> None:
    write = journal.write
    lesson = lessons.start(area, [draw()], {}, Settings())
    monkeypatch.setattr(journal, "write", full)
    following = lessons.start(area, [draw()], {}, Settings())
    until(lambda: ended(area, following))
    for one in (lesson, following):
        status = lessons.status(area, one)
        assert status.state == "done" and status.model is not None and load(status.model)
    machine = ProcessLock(cache / "teaching.lock")
    until(machine.acquire)
    machine.release()
    monkeypatch.setattr(journal, "write", write)
    assert lessons.status(area, lesson).state == "done"
    assert in_another_process(area, lesson)["state"] == in_another_process(area, following)["state"] == "done"


def test_a_lesson_for_which_there_is_no_room_leaves_nothing(
    area: VisitArea, draw: Draw, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(journal, "write_job", full)
    with pytest.raises(OSError, match="No space"):
        lessons.start(area, [draw()], {}, Settings())
    assert list(area.lessons.iterdir()) == [] and lessons.latest(area) is None


def test_tidying_leaves_what_a_lesson_may_still_need(area: VisitArea) -> None:
    old = time.time() - 2 * ORPHAN_SECONDS
    needed, orphan, thrown = (area.uploads / "one" / "a.zip", area.uploads / "two" / "b.zip", area.bin / "c.teachlens")
    for path in (needed, orphan, thrown):
        path.parent.mkdir(parents=True)
        path.touch()
        os.utime(path, (old, old))
        os.utime(path.parent, (old, old))
    folder = area.lesson("20260101-000000-000000-abcd")
    journal.write_job(folder, journal.Job("teach", area.model_of(folder.name), (needed,)))
    journal.write(folder, journal.Record("interrupted", 0, 5.0))
    lessons.tidy(area.root.parent)
    assert needed.exists() and not orphan.parent.exists() and not thrown.exists()
    journal.write(folder, journal.Record("done", 0, 5.0))
    lessons.tidy(area.root.parent)
    assert not needed.exists()


def test_a_lesson_of_before_jobs_had_a_kind_can_begin_anew(area: VisitArea, draw: Draw) -> None:
    folder = area.lesson("20260101-000000-000000-abcd")
    folder.mkdir(parents=True)
    asked = {"sources": [str(draw())], "edits": {"blue": "파랑"}, "settings": {"seed": 3, "mode": "quick"}}
    (folder / "lesson.json").write_text(json.dumps(asked), "utf-8")
    (folder / "state.json").write_text('{"state": "running", "place": 0, "started": 5.0, "error": null}')
    assert lessons.status(area, folder.name).state == "interrupted"
    again = lessons.restart(area, folder.name)
    until(lambda: ended(area, again))
    assert set(load(lessons.status(area, again).model or Path()).labels) == {"빨강", "파랑"}


def test_an_unknown_lesson_is_an_error_of_ours(area: VisitArea) -> None:
    for name in ("never", "..", "../..", ""):
        with pytest.raises(LessonError):
            lessons.status(area, name)
        with pytest.raises(LessonError):
            lessons.restart(area, name)
    assert lessons.latest(area) is None
    lessons.cancel(area, "never")
    assert lessons.latest(area) is None


def test_the_folders_of_the_oldest_lessons_go(area: VisitArea, draw: Draw) -> None:
    for number in range(12):
        folder = area.lessons / f"20200101-{number:06d}"
        folder.mkdir(parents=True)
        journal.write(folder, journal.Record("cancelled", 0, 1.0))
    lesson = lessons.start(area, [draw(MANY)], {}, Settings())
    kept = sorted(folder.name for folder in (area.lessons).iterdir())
    assert kept == [*(f"20200101-{number:06d}" for number in range(3, 12)), lesson]


def lost_lesson(area: VisitArea) -> Path:
    """A lesson that ran when its app was killed."""
    folder = area.lesson("20260101-000000-000000-abcd")
    folder.mkdir(parents=True)
    journal.write_job(folder, journal.Job("teach", area.model_of(folder.name), ()))
    journal.write(folder, journal.Record("running", 0, 5.0))
    return folder
