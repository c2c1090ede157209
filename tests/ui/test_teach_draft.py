"""What a visit prepares, and what comes in."""

from __future__ import annotations

import io
import json
from pathlib import Path

import pytest

from core.pictures.dataset import Dataset, Entry
from core.pictures.names import canonical_label
from ui.teaching import draft, intake
from ui.teaching.draft import Draft

FOUND = Dataset(tuple(Entry(Path("x.zip"), n, f"{n}.jpg", label) for n, label in enumerate("aabbbc")))


class Upload(io.BytesIO):
    """A file as Streamlit hands it over."""

    def __init__(self, name: str, content: bytes) -> None:
        super().__init__(content)
        self.name = name
        self.size = len(content)


@pytest.mark.parametrize("content", ['{"sources": 3}', "[]", "not json", '{"edits": "x"}'])
def test_a_draft_that_was_damaged_is_an_empty_one(content: str, tmp_path: Path) -> None:
    (tmp_path / "draft.json").write_text(content)
    assert draft.load(tmp_path) == Draft()


def test_a_draft_comes_back_as_it_was_kept(tmp_path: Path) -> None:
    source = tmp_path / "a.zip"
    source.touch()
    kept = Draft((source,), {"a": None, "b": "나"}, ("a",), "제목", "x", 3, "lesson", True)
    draft.save(tmp_path, kept)
    assert draft.load(tmp_path) == kept
    source.unlink()
    assert draft.load(tmp_path).sources == ()
    assert json.loads((tmp_path / "draft.json").read_text("utf-8"))["title"] == "제목"


def test_renaming_follows_what_a_class_is_called_now() -> None:
    now = draft.renamed(Draft(), FOUND, "a", "b")
    assert FOUND.edited(now.edits).counts == {"b": 5, "c": 1}
    now = draft.renamed(now, FOUND, "b", "d")  # both
    assert FOUND.edited(now.edits).counts == {"c": 1, "d": 5}
    now = draft.renamed(now, FOUND, "d", None)
    assert draft.left_out(now, FOUND) == ("a", "b")
    assert FOUND.edited(draft.brought_in(now, "a").edits).counts == {"a": 2, "c": 1}


@pytest.mark.parametrize(
    ("name", "kept"),
    [("  a   b ", "a b"), ("ROSE", "Rose"), ("각", "각"), ("x" * 100, "x" * 80), ("  ", "")],
)
def test_names_are_kept_tidy_and_spelt_like_those_there_are(name: str, kept: str) -> None:
    assert canonical_label(name, ["Rose"]) == kept


def test_pictures_of_one_name_do_not_replace_one_another(tmp_path: Path, paint: object) -> None:
    picture = paint("red", 64, 64)  # type: ignore[operator]
    heard: list[int] = []
    files = [Upload("folder/a.jpg", picture), Upload("a.jpg", picture), Upload("a.jpg", picture)]
    taken = intake.take(tmp_path, files, "빨강", heard.append)
    assert heard == [0, 1, 2]
    assert sorted(path.name for path in taken.sources[0].glob("빨강/*")) == ["a (2).jpg", "a (3).jpg", "a.jpg"]
    assert draft.dataset(taken.sources).counts == {"빨강": 3}
    assert taken.loose and intake.called(taken.sources[0]) == "빨강"


def test_an_intake_that_is_cut_short_leaves_nothing(tmp_path: Path, paint: object) -> None:
    def cut(number: int) -> None:
        if number == 2:
            raise KeyboardInterrupt

    picture = paint("red", 64, 64)  # type: ignore[operator]
    with pytest.raises(KeyboardInterrupt):
        intake.take(tmp_path, [Upload(f"{number}.jpg", picture) for number in range(3)], "빨강", cut)
    assert list((tmp_path / "uploads").iterdir()) == []


def test_what_is_set_aside_twice_goes_with_its_files(tmp_path: Path) -> None:
    for name in ("one", "two"):
        source = tmp_path / "uploads" / name / f"{name}.zip"
        source.parent.mkdir(parents=True)
        source.touch()
        draft.save(tmp_path, Draft((source,)))
        draft.set_aside(tmp_path)
    assert [path.name for path in (tmp_path / "uploads").iterdir()] == ["two"]
    assert draft.was_set_aside(tmp_path)
    draft.bring_back(tmp_path)
    assert [path.name for path in draft.load(tmp_path).sources] == ["two.zip"]
