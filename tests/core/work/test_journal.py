"""What a job leaves in its folder, written whole and read whatever stands there."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from core.storage.area import VisitArea
from core.storage.locks import exclusive
from core.work import journal
from core.work.journal import Job, Record

ID = "20260101-000000-000000-abcd"


@pytest.fixture
def visit(tmp_path: Path) -> VisitArea:
    return VisitArea(tmp_path)


def job_in(area: VisitArea, folder: Path, **more: object) -> Job:
    """A job, written down in its folder."""
    job = Job("teach", area.model_of(folder.name), (area.root / "a.zip",), **more)  # type: ignore[arg-type]
    journal.write_job(folder, job)
    return job


def test_a_job_comes_back_as_it_was_written(visit: VisitArea) -> None:
    folder = visit.lesson(ID)
    job = job_in(visit, folder, edits={"a": None, "b": "나"}, settings={"seed": 3}, features=folder / "features")
    assert journal.read_job(folder) == job
    assert journal.read_job(visit.improvement(ID)) is None


def test_a_record_comes_back_as_it_was_written(visit: VisitArea) -> None:
    folder = visit.lesson(ID)
    record = Record("failed", 2, 5.0, ("dataset.one_class", {"label": "cat"}))
    journal.write(folder, record)
    assert not folder.exists()  # a folder that is gone is not made anew
    folder.mkdir(parents=True)
    assert not journal.exists(folder) and journal.read(folder) is None
    journal.write(folder, record)
    assert journal.exists(folder) and journal.read(folder) == record and record.has_ended
    assert not Record("waiting", 1).has_ended


def test_folders_of_before_jobs_had_a_kind_are_read(visit: VisitArea) -> None:
    for folder, kind in ((visit.lesson(ID), "teach"), (visit.improvement(ID), "improve")):
        folder.mkdir(parents=True)
        (folder / "lesson.json").write_text('{"sources": ["a.zip"], "edits": {}, "settings": {"mode": "thorough"}}')
        (folder / "state.json").write_text('{"state": "done", "place": 0, "started": 5.0, "error": null}')
        job = journal.read_job(folder)
        assert job == Job(kind, visit.model_of(ID), (Path("a.zip"),), {}, {"mode": "thorough"})  # type: ignore[arg-type]
        assert job.features is None
        assert journal.read(folder) == Record("done", 0, 5.0)


@pytest.mark.parametrize("text", ["", "[]", "{}", "nonsense", '{"kind": "bake", "model": "x"}', '{"sources": 3}'])
def test_what_cannot_be_read_is_no_job_and_no_record(visit: VisitArea, text: str) -> None:
    folder = visit.lesson(ID)
    folder.mkdir(parents=True)
    for name in ("lesson.json", "state.json"):
        (folder / name).write_text(text)
    assert journal.read_job(folder) is None and journal.read(folder) is None


def lost(visit: VisitArea, *, kind: str = "teach") -> tuple[Path, Job]:
    """A job whose process was killed: half a model, features, and a state that says it runs."""
    folder = visit.lesson(ID)
    features = folder / journal.FEATURES
    job = Job(kind, visit.model_of(ID), (), {}, {}, features)  # type: ignore[arg-type]
    journal.write_job(folder, job)
    journal.write(folder, Record("running", 0, 5.0))
    features.mkdir()
    (features / "vectors.npy").touch()
    visit.models.mkdir()
    (visit.models / f".{ID}.teachlens.{'0' * 16}.part").touch()
    return folder, job


def test_a_lost_job_is_interrupted_and_nothing_is_left_of_it(visit: VisitArea) -> None:
    folder, job = lost(visit)
    assert journal.recover(folder, job) == Record("interrupted", 0, 5.0) == journal.read(folder)
    assert list(visit.models.iterdir()) == [] and not (folder / journal.FEATURES).exists()
    assert journal.recover(folder, job) is None  # it has ended


def test_a_lesson_whose_model_exists_is_done_and_an_improvement_is_not(visit: VisitArea) -> None:
    folder, job = lost(visit)
    job.model.touch()
    assert (journal.recover(folder, job) or Record("failed")).state == "done"


def test_an_improvement_that_is_lost_is_interrupted_though_its_model_exists(visit: VisitArea) -> None:
    folder, job = lost(visit, kind="improve")
    job.model.touch()
    assert (journal.recover(folder, job) or Record("failed")).state == "interrupted"


def test_a_job_that_a_living_process_has_is_left_alone(visit: VisitArea) -> None:
    folder, job = lost(visit)
    lock = journal.queue_lock(folder)
    assert lock.acquire()
    assert journal.recover(folder, job) is None
    lock.release()
    assert (folder / journal.FEATURES).exists()


def test_a_lost_job_is_told_of_though_the_disk_is_full(visit: VisitArea, monkeypatch: pytest.MonkeyPatch) -> None:
    folder, job = lost(visit)

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(journal, "write", full)
    assert (journal.recover(folder, job) or Record("failed")).state == "interrupted"


def test_what_is_left_beside_a_model_stays_while_somebody_changes_that(
    visit: VisitArea, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(journal, "_LOCK_SECONDS", 0.05)
    folder, job = lost(visit)
    with exclusive(job.model):
        journal.remove_leftovers(folder, job)
        assert len(list(visit.models.iterdir())) == 1
    journal.remove_leftovers(folder, job)
    assert list(visit.models.iterdir()) == []


def test_a_state_is_never_seen_half_written(visit: VisitArea) -> None:
    folder = visit.lesson(ID)
    folder.mkdir(parents=True)
    journal.write(folder, Record("waiting", 1))
    assert json.loads((folder / "state.json").read_text("utf-8"))["state"] == "waiting"
    assert [path.name for path in folder.iterdir()] == ["state.json"]
