"""Datasets of one and of several sources, and the bytes of their pictures."""

from __future__ import annotations

import unicodedata
from pathlib import Path

import pytest
from drawn import zipped
from packing import PICTURE, labelled, skipped

from core import settings
from core.errors import ArchiveError
from core.pictures import archive
from core.pictures.dataset import Entry


@pytest.mark.parametrize("inner", ["{label}/", "", "wrapped/{label}/"])
def test_several_zips_of_one_class_each(tmp_path: Path, inner: str) -> None:
    paths = []
    for label in ("cat", "dog", "고양이"):
        inside = inner.format(label=label)
        paths.append(zipped(tmp_path / f"{label}.zip", {f"{inside}{n}.png": PICTURE for n in range(3)}))
    dataset = archive.find(paths)
    assert dataset.counts == {"cat": 3, "dog": 3, "고양이": 3}
    assert all(isinstance(content, bytes) for _, content in archive.read(dataset.entries))


def test_a_refused_zip_among_good_ones_is_named(tmp_path: Path) -> None:
    good = zipped(tmp_path / "good.zip", {"cat/1.png": PICTURE, "dog/1.png": PICTURE})
    (tmp_path / "bad.zip").write_bytes(b"not a zip")
    dataset = archive.find([good, tmp_path / "bad.zip"])
    assert dataset.counts == {"cat": 1, "dog": 1}
    assert skipped(dataset) == {"bad.zip": "archive.no_zip"}


def test_when_every_source_is_refused_the_first_reason_is_told(tmp_path: Path) -> None:
    (tmp_path / "bad.zip").write_bytes(b"not a zip")
    with pytest.raises(ArchiveError) as caught:
        archive.find([tmp_path / "bad.zip", tmp_path / "gone.zip"])
    assert caught.value.key == "archive.no_zip"


def test_a_folder_is_read_like_a_zip(tmp_path: Path) -> None:
    for name in ("고양이/1.png", "개/1.png", "개/.DS_Store", "개/deep/2.png"):
        file = tmp_path / "set" / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(PICTURE)
    dataset = archive.find([tmp_path / "set"])
    assert dataset.counts == {"개": 2, "고양이": 1}
    assert [archive.read_one(entry) for entry in dataset.entries] == [PICTURE] * 3


def test_a_folder_with_decomposed_names_comes_composed_and_is_read(tmp_path: Path) -> None:
    for name in ("고양이", "개"):
        file = tmp_path / "set" / unicodedata.normalize("NFD", name) / "1.png"
        file.parent.mkdir(parents=True)
        file.write_bytes(PICTURE)
    dataset = archive.find([tmp_path / "set"])
    assert dataset.labels == ("개", "고양이")
    assert archive.read_one(dataset.entries[0]) == PICTURE


def test_loose_pictures_carry_the_name_of_their_folder(tmp_path: Path) -> None:
    paths = []
    for name in ("cat/1.png", "dog/1.png", "dog/2.png"):
        file = tmp_path / name
        file.parent.mkdir(exist_ok=True)
        file.write_bytes(PICTURE)
        paths.append(file)
    assert archive.find(paths).counts == {"cat": 1, "dog": 2}


def test_a_loose_picture_that_is_too_large_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "large.png").write_bytes(PICTURE)
    entry = archive.find([tmp_path / "large.png"]).entries[0]
    monkeypatch.setattr(settings, "MAX_ENTRY_BYTES", 10)
    with pytest.raises(ArchiveError) as caught:
        archive.read_one(entry)
    assert caught.value.key == "archive.entry_large"


def test_unlabelled_pictures_are_found_wherever_they_lie(tmp_path: Path) -> None:
    path = zipped(tmp_path / "a.zip", {"1.png": PICTURE, "x/2.png": PICTURE, "x/labels.csv": b"", "x/n.txt": b"n"})
    dataset = archive.find_unlabelled(path)
    assert labelled(dataset) == {"1.png": "", "x/2.png": ""}
    assert set(skipped(dataset)) == {"x/labels.csv", "x/n.txt"}


def test_an_unknown_entry_of_an_archive_that_changed_is_an_error(tmp_path: Path) -> None:
    path = zipped(tmp_path / "a.zip", {"cat/1.png": PICTURE})
    with pytest.raises(ArchiveError):
        archive.read_one(Entry(path, 7, "cat/8.png", "cat"))


def test_zips_whose_folders_say_nothing_are_told_apart_by_their_names(tmp_path: Path) -> None:
    paths = [zipped(tmp_path / f"{label}.zip", {"images/1.png": PICTURE}) for label in ("cat", "dog")]
    assert archive.find(paths).counts == {"cat": 1, "dog": 1}


def test_zips_named_after_splits_are_splits(tmp_path: Path) -> None:
    files = {"cat/1.png": PICTURE, "dog/1.png": PICTURE}
    dataset = archive.find([zipped(tmp_path / "my train.zip", files), zipped(tmp_path / "test.zip", files)])
    assert dataset.counts == {"cat": 2, "dog": 2}
    assert [entry.split for entry in dataset.entries] == ["train", "train", "test", "test"]


def test_a_folder_of_one_class_is_called_as_a_whole(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "mr. cat").mkdir()
    (tmp_path / "mr. cat" / "1.png").write_bytes(PICTURE)
    monkeypatch.chdir(tmp_path / "mr. cat")
    assert archive.find([tmp_path / "mr. cat"]).labels == archive.find([Path()]).labels == ("mr. cat",)


def test_a_loose_picture_that_went_away_is_told(tmp_path: Path) -> None:
    (tmp_path / "1.png").write_bytes(PICTURE)
    entry = archive.find([tmp_path / "1.png"]).entries[0]
    (tmp_path / "1.png").unlink()
    with pytest.raises(ArchiveError) as caught:
        archive.read_one(entry)
    assert caught.value.key == "archive.gone"


def test_a_loose_table_is_no_picture(tmp_path: Path) -> None:
    (tmp_path / "labels.csv").write_text("filename,label\n")
    assert skipped(archive.find([tmp_path / "labels.csv"])) == {"labels.csv": "layout.no_picture"}


def test_spellings_across_sources_become_one(tmp_path: Path) -> None:
    one = zipped(tmp_path / "one.zip", {"Cat/1.png": PICTURE, "Dog/1.png": PICTURE})
    other = zipped(tmp_path / "other.zip", {"cat/2.png": PICTURE, "cat/3.png": PICTURE, "dog/2.png": PICTURE})
    assert set(archive.find([one, other]).counts.values()) == {3, 2}


def test_pictures_are_read_in_the_order_asked_for_across_archives(tmp_path: Path) -> None:
    paths = [zipped(tmp_path / f"{label}.zip", {f"{n}.png": PICTURE + bytes([n]) for n in range(3)}) for label in "ab"]
    entries = archive.find(paths).entries
    mixed = [entries[number] for number in (5, 0, 4, 1, 3, 2)]
    contents = [(entry, content) for entry, content in archive.read(mixed)]
    assert [entry for entry, _ in contents] == mixed
    assert [content for _, content in contents] == [PICTURE + bytes([n]) for n in (2, 0, 1, 1, 0, 2)]


def test_an_entry_that_cannot_be_read_comes_with_its_error_and_the_others_with_their_bytes(tmp_path: Path) -> None:
    for name in ("1.png", "2.png"):
        (tmp_path / name).write_bytes(PICTURE)
    entries = archive.find([tmp_path / "1.png", tmp_path / "2.png"]).entries
    (tmp_path / "1.png").unlink()
    (_, first), (_, second) = archive.read(entries)
    assert isinstance(first, ArchiveError) and first.key == "archive.gone" and second == PICTURE
