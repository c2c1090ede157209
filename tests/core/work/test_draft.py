"""The draft of a visit: kept on disk without losing a change, and its changes as pure functions."""

from __future__ import annotations

import json
import os
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import pytest

from core.pictures.dataset import Dataset, Entry
from core.storage.area import ORPHAN_SECONDS, VisitArea
from core.work import draft
from core.work.draft import Draft

DATASET = Dataset(tuple(Entry(Path("x.zip"), n, f"{n}.jpg", label) for n, label in enumerate("aabbbc")))
NOW = 2_000_000_000.0  # seconds since the epoch


@pytest.fixture
def area(tmp_path: Path) -> VisitArea:
    return VisitArea(tmp_path / "local")


def uploaded(area: VisitArea, name: str, age: float = 0.0) -> Path:
    """A source among the uploads, written to so many seconds before `NOW`."""
    source = area.uploads / name / f"{name}.zip"
    source.parent.mkdir(parents=True)
    source.touch()
    for path in (source, source.parent):
        os.utime(path, (NOW - age, NOW - age))
    return source


@pytest.mark.parametrize("content", ['{"sources": 3}', "[]", "not json", '{"edits": "x"}'])
def test_a_draft_that_was_damaged_is_an_empty_one(content: str, area: VisitArea) -> None:
    area.root.mkdir()
    area.draft.write_text(content)
    assert draft.load(area) == Draft()


def test_a_draft_comes_back_as_it_was_kept(area: VisitArea, tmp_path: Path) -> None:
    source = tmp_path / "a.zip"
    source.touch()
    kept = Draft((source,), {"a": None, "b": "나"}, ("a",), "제목", "x", 3, "lesson", True)
    draft.save(area, kept)
    assert draft.load(area) == kept
    source.unlink()
    assert draft.load(area).sources == ()
    assert json.loads(area.draft.read_text("utf-8"))["title"] == "제목"


def test_of_changes_in_many_tabs_at_once_none_is_lost(area: VisitArea) -> None:
    def add(number: int) -> None:
        draft.edit(area, lambda now: replace(now, edits={**now.edits, f"{number}": "x"}))

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(add, range(24)))
    assert len(draft.load(area).edits) == 24
    assert [path.name for path in area.root.iterdir()] == ["draft.json"]


def test_a_change_that_fails_leaves_the_draft_as_it_was(area: VisitArea) -> None:
    def fail(_now: Draft) -> Draft:
        raise OSError("no")

    draft.change(area, title="before")
    with pytest.raises(OSError, match="no"):
        draft.edit(area, fail)
    assert draft.load(area).title == "before"


def test_what_is_set_aside_twice_goes_with_its_files(area: VisitArea) -> None:
    for name in ("one", "two"):
        draft.save(area, Draft((uploaded(area, name),)))
        draft.set_aside(area)
    assert [path.name for path in area.uploads.iterdir()] == ["two"]
    assert draft.was_set_aside(area)
    draft.bring_back(area)
    assert [path.name for path in draft.load(area).sources] == ["two.zip"]


def test_what_is_being_uploaded_in_another_tab_stays_when_one_begins_anew(area: VisitArea) -> None:
    draft.save(area, Draft((uploaded(area, "one"),)))
    other = uploaded(area, "other")
    draft.set_aside(area)
    draft.set_aside(area)
    assert other.exists()


def test_uploads_that_nobody_knows_of_go_after_a_day_and_no_others(area: VisitArea) -> None:
    old = ORPHAN_SECONDS + 60
    here, before, asked = (uploaded(area, name, old) for name in ("here", "before", "asked"))
    fresh, orphan = uploaded(area, "fresh", ORPHAN_SECONDS - 60), uploaded(area, "orphan", old)
    draft.save(area, Draft((before,)))
    draft.set_aside(area)
    draft.save(area, Draft((here,)))
    assert draft.remove_orphans(area, [asked], NOW) == 1
    assert not orphan.parent.exists()
    assert all(source.exists() for source in (here, before, asked, fresh))


def test_an_upload_that_is_being_written_to_is_no_orphan(area: VisitArea) -> None:
    source = uploaded(area, "slow", ORPHAN_SECONDS + 60)
    os.utime(source, (NOW, NOW))
    assert draft.remove_orphans(area, [], NOW) == 0 and source.exists()


def test_renaming_follows_what_a_class_is_called_now() -> None:
    now = draft.renamed(Draft(), DATASET, "a", "b")
    assert DATASET.edited(now.edits).counts == {"b": 5, "c": 1}
    now = draft.renamed(now, DATASET, "b", "d")  # both
    assert DATASET.edited(now.edits).counts == {"c": 1, "d": 5}
    assert draft.source_labels(now, DATASET, "d") == ("a", "b")
    now = draft.renamed(now, DATASET, "d", None)
    assert draft.left_out(now, DATASET) == ("a", "b")
    assert DATASET.edited(draft.brought_in(now, "a").edits).counts == {"a": 2, "c": 1}


def test_a_class_is_unnamed_until_it_is_called_something() -> None:
    now = Draft(loose=("a", "gone"))
    assert draft.unnamed(now, DATASET) == ("a",)
    assert draft.unnamed(draft.renamed(now, DATASET, "a", "apple"), DATASET) == ()


def test_undoing_a_change_keeps_what_was_changed_since() -> None:
    one, two, three = (Path(name) for name in ("one", "two", "three"))
    before = Draft((one, two), {"a": "x", "b": "y"}, title="t")
    after = replace(before, sources=(two,), edits={"a": "z", "b": "y"})
    assert draft.reverted(after, before, after) == before
    since = replace(after, sources=(two, three), edits={"a": "z", "b": "y", "c": None}, title="new")
    undone = draft.reverted(since, before, after)
    assert set(undone.sources) == {one, two, three}
    assert (undone.edits, undone.title) == ({"a": "x", "b": "y", "c": None}, "new")
    assert draft.reverted(replace(after, edits={"a": "q"}), before, after).edits == {"a": "q"}
