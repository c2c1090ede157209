"""Taking models away from pages: a process each, one at a time, ended at any moment."""

from __future__ import annotations

import os
import shutil
import threading
import time
import zipfile
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import psutil
import pytest
from lesson_tools import until

from core.model import store
from core.storage.area import VisitArea
from core.work import exporting

LANGUAGE = "en"
MODEL = store.SAMPLES / "doodles.en.teachlens"


@pytest.fixture
def area(tmp_path: Path) -> Iterator[VisitArea]:
    found = VisitArea(tmp_path / "local")
    found.models.mkdir(parents=True)
    yield found
    exporting.shutdown()


def ended(area: VisitArea, model: Path, name: str) -> exporting.Status:
    def over() -> bool:
        status = exporting.status(area, model, name, LANGUAGE)
        return status is not None and status.state != "running"

    until(over)
    status = exporting.status(area, model, name, LANGUAGE)
    assert status is not None
    return status


def children() -> list[str]:
    lines = []
    for one in psutil.Process().children(recursive=True):
        with suppress(psutil.NoSuchProcess):  # gone in this moment; a zombie is one, too
            lines.append(" ".join(one.cmdline()))
    return lines


@pytest.mark.slow
def test_an_export_runs_by_itself_and_says_what_is_known(area: VisitArea) -> None:
    assert exporting.status(area, MODEL, "litert", LANGUAGE) is None
    exporting.start(area, MODEL, "litert", LANGUAGE)
    status = ended(area, MODEL, "litert")
    assert status.state == "done" and "Checked" in status.sentences[0]
    with zipfile.ZipFile(exporting.target(area, MODEL, "litert", LANGUAGE)) as archive:
        assert archive.testzip() is None
    assert exporting.status(area, MODEL, "litert", "ko") is None  # its README would be another
    exporting.target(area, MODEL, "litert", LANGUAGE).unlink()
    assert exporting.status(area, MODEL, "litert", LANGUAGE) is None


@pytest.mark.slow
def test_what_is_wrong_is_said_in_words_and_leaves_nothing(area: VisitArea) -> None:
    broken = area.models / "broken.teachlens"
    broken.write_bytes(b"no model")
    exporting.start(area, broken, "litert", "en")
    status = ended(area, broken, "litert")
    assert status.state == "failed" and status.error is not None and status.error[0].startswith("model.")
    assert list(area.exports.iterdir()) == []


@pytest.mark.slow
def test_one_after_the_other_and_a_second_start_changes_nothing(area: VisitArea) -> None:
    for name in ("litert", "frigate", "litert"):
        exporting.start(area, MODEL, name, "en")
    assert len(exporting._jobs) == 2
    assert len([line for line in children() if "export" in line]) <= 1
    assert {ended(area, MODEL, name).state for name in ("litert", "frigate")} == {"done"}


@pytest.mark.slow
def test_stopping_ends_the_process_and_leaves_nothing(area: VisitArea) -> None:
    exporting.start(area, MODEL, "keras", "en")
    until(lambda: any("export" in line for line in children()))
    exporting.forget(area, MODEL, "keras", LANGUAGE)
    until(lambda: not any("export" in line for line in children()))
    assert exporting.status(area, MODEL, "keras", LANGUAGE) is None
    assert list(area.exports.iterdir()) == []


@pytest.mark.slow
def test_a_killed_process_is_said_and_the_next_one_works(area: VisitArea) -> None:
    exporting.start(area, MODEL, "keras", "en")
    until(lambda: any("export" in line for line in children()))
    for child in psutil.Process().children(recursive=True):
        child.kill()
    status = ended(area, MODEL, "keras")
    assert status.state == "failed" and status.error == ("export.killed", {})
    exporting.start(area, MODEL, "litert", "en")
    assert ended(area, MODEL, "litert").state == "done"


def test_a_full_disk_is_said(area: VisitArea, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*arguments: object, **named: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(exporting.process, "start_module", full)
    exporting.start(area, MODEL, "litert", "en")
    status = ended(area, MODEL, "litert")
    assert status.error == ("storage.no_room", {})


def test_what_is_older_than_a_day_goes_with_the_next(area: VisitArea, monkeypatch: pytest.MonkeyPatch) -> None:
    def refused(*arguments: object, **named: object) -> None:
        raise OSError(1, "not now")

    monkeypatch.setattr(exporting.process, "start_module", refused)
    area.exports.mkdir()
    old, new = area.exports / "old-onnx.zip", area.exports / "new-onnx.zip"
    for path in (old, new):
        path.write_bytes(b"")
    os.utime(old, (time.time() - 25 * 3600,) * 2)
    exporting.start(area, MODEL, "litert", "en")
    assert not old.exists() and new.exists()
    assert ended(area, MODEL, "litert").error == ("export.failed", {})


@pytest.mark.slow
def test_two_that_start_the_same_export_at_once_get_one_whole_file(area: VisitArea, tmp_path: Path) -> None:
    shutil.copy(MODEL, area.models / "mine.teachlens")
    mine = area.models / "mine.teachlens"
    threads = [threading.Thread(target=exporting.start, args=(area, mine, "litert", "en")) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert ended(area, mine, "litert").state == "done" and len(exporting._jobs) == 1


@pytest.mark.slow
def test_what_was_written_before_a_model_changed_is_not_given(area: VisitArea) -> None:
    mine = Path(shutil.copy(MODEL, area.models / "mine.teachlens"))
    exporting.start(area, mine, "litert", LANGUAGE)
    assert ended(area, mine, "litert").state == "done"
    later = time.time() + 60
    os.utime(mine, (later, later))
    assert exporting.status(area, mine, "litert", LANGUAGE) is None
