"""Labels and splits from folders, wrapping folders and split folders."""

from __future__ import annotations

import unicodedata
from pathlib import Path

import pytest
from drawn import zipped
from packing import PICTURE, Pack, labelled, skipped, splits

from core import settings
from core.messages import say
from core.pictures import archive
from core.pictures.dataset import lacks
from core.pictures.layout import merge_spellings

# --- Folders ----------------------------------------------------------------------------------------------------


def test_folders_are_classes(pack: Pack) -> None:
    dataset = pack("cat/1.png", "cat/2.png", "개/1.png")
    assert dataset.counts == {"cat": 2, "개": 1}
    assert not dataset.skipped and not any(splits(dataset).values())


@pytest.mark.parametrize("wrap", ["animals/", "a/b/c/", "내 사진/2026/", "train/", "images/train/"])
def test_wrapping_folders_are_stepped_over(pack: Pack, wrap: str) -> None:
    dataset = pack(f"{wrap}cat/1.png", f"{wrap}dog/1.png")
    assert dataset.counts == {"cat": 1, "dog": 1}


def test_pictures_deeper_in_a_class_folder_belong_to_it(pack: Pack) -> None:
    dataset = pack("cat/monday/1.png", "cat/tuesday/early/2.png", "cat/3.png", "dog/rex/1.png", "dog/2.png")
    assert dataset.counts == {"cat": 3, "dog": 2}


def test_what_systems_leave_behind_is_ignored(pack: Pack) -> None:
    junk = ("__MACOSX/cat/._1.png", "cat/._1.png", ".DS_Store", "cat/.DS_Store", "cat/Thumbs.db", "dog/desktop.ini")
    dataset = pack("cat/1.png", "dog/1.png", *junk, "cat/.hidden.png", ".git/objects/1.png", "dog/Icon\r")
    assert dataset.counts == {"cat": 1, "dog": 1}
    assert not dataset.skipped


def test_what_is_no_picture_is_named(pack: Pack) -> None:
    dataset = pack("cat/1.png", "dog/1.png", "README.txt", "cat/notes.pdf", "dog/clip.MP4")
    assert skipped(dataset) == dict.fromkeys(("README.txt", "cat/notes.pdf", "dog/clip.MP4"), "layout.no_picture")


def test_a_file_without_an_ending_is_known_by_its_content(tmp_path: Path) -> None:
    files = {"cat/1": PICTURE, "dog/2.foto": PICTURE, "dog/3": b"just some words", "dog/4": b""}
    dataset = archive.find([zipped(tmp_path / "a.zip", files)])
    assert labelled(dataset) == {"cat/1": "cat", "dog/2.foto": "dog"}
    assert skipped(dataset) == dict.fromkeys(("dog/3", "dog/4"), "layout.no_picture")


def test_endings_may_be_of_any_case(pack: Pack) -> None:
    assert pack("cat/1.PNG", "dog/1.JpG").counts == {"cat": 1, "dog": 1}


def test_pictures_in_the_root_beside_class_folders_are_named(pack: Pack) -> None:
    dataset = pack("cat/1.png", "dog/1.png", "stray.png")
    assert dataset.counts == {"cat": 1, "dog": 1}
    assert skipped(dataset) == {"stray.png": "layout.outside"}


def test_pictures_in_the_root_alone_are_one_class_and_that_is_explained(pack: Pack) -> None:
    dataset = pack("1.png", "2.png", source="고양이.zip")
    assert dataset.counts == {"고양이": 2}
    (lack,) = lacks(dataset)
    assert lack.key == "dataset.one_class"
    assert "고양이" in say(lack.key, "ko", **lack.values) and "at least two" in say(lack.key, "en", **lack.values)


def test_a_single_class_folder_is_explained(pack: Pack) -> None:
    dataset = pack("cat/1.png", "cat/2.png")
    assert dataset.counts == {"cat": 2}
    assert [lack.key for lack in lacks(dataset)] == ["dataset.one_class"]


def test_two_spellings_of_one_class_become_the_more_frequent_one(pack: Pack) -> None:
    dataset = pack("Cat/1.png", "cat/1.png", "cat/2.png", "hot  dog/1.png", "hot dog/2.png", "HOT DOG/3.png")
    assert dataset.counts == {"cat": 3, "hot dog": 3}
    assert skipped(dataset)["Cat"] == "layout.merged"


def test_composed_and_decomposed_hangul_are_one_class(pack: Pack) -> None:
    dataset = pack("고양이/1.png", unicodedata.normalize("NFD", "고양이") + "/2.png", "개/1.png")
    assert dataset.counts == {"개": 1, "고양이": 2}


def test_an_endless_label_is_cut() -> None:
    assert merge_spellings(["x" * 500]) == {"x" * 500: "x" * settings.MAX_LABEL_LENGTH}


def test_a_folder_whose_name_is_only_a_space_is_no_class(pack: Pack) -> None:
    dataset = pack("cat/1.png", "dog/1.png", " /1.png")
    assert dataset.counts == {"cat": 1, "dog": 1}
    assert skipped(dataset) == {" /1.png": "layout.outside"}


def test_numbers_as_classes_stand_in_natural_order(pack: Pack) -> None:
    assert pack(*(f"{number}/1.png" for number in (10, 2, 1, 0))).labels == ("0", "1", "2", "10")


# --- Splits -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "names",
    [
        ("train", "val", "test"),
        ("Train", "Valid", "TEST"),
        ("training", "validation", "testing"),
        ("훈련", "검증", "테스트"),
        ("학습", "검증용", "평가"),
    ],
)
@pytest.mark.parametrize("wrap", ["", "wrapped/"])
def test_a_split_above_the_classes_is_respected(pack: Pack, names: tuple[str, str, str], wrap: str) -> None:
    dataset = pack(*(f"{wrap}{name}/{label}/1.png" for name in names for label in ("cat", "dog")))
    assert dataset.counts == {"cat": 3, "dog": 3}
    expected = dict(zip(names, ("train", "validation", "test"), strict=True))
    for name, split in splits(dataset).items():
        assert split == expected[name.removeprefix(wrap).partition("/")[0]]


def test_a_split_below_the_classes_is_respected(pack: Pack) -> None:
    dataset = pack(*(f"{label}/{split}/1.png" for label in ("cat", "dog") for split in ("train", "test")))
    assert dataset.counts == {"cat": 2, "dog": 2}
    assert splits(dataset)["cat/test/1.png"] == "test" and splits(dataset)["dog/train/1.png"] == "train"


def test_train_and_test_without_classes_below_are_classes_by_those_names(pack: Pack) -> None:
    dataset = pack("train/1.png", "train/2.png", "test/1.png", "test/2.png")
    assert dataset.counts == {"test": 2, "train": 2}


def test_a_class_that_is_called_test_among_others_is_a_class(pack: Pack) -> None:
    dataset = pack("test/1.png", "cat/1.png", "dog/1.png")
    assert dataset.labels == ("cat", "dog", "test") and not any(splits(dataset).values())


def test_two_sets_of_the_same_classes_are_one(pack: Pack) -> None:
    dataset = pack(*(f"{group}/{label}/1.png" for group in ("1반", "2반", "3반") for label in ("가위", "바위", "보")))
    assert dataset.counts == {"가위": 3, "바위": 3, "보": 3}


def test_folders_of_days_below_every_class_are_not_taken_for_classes(pack: Pack) -> None:
    dataset = pack(*(f"{label}/{day}/1.png" for label in ("cat", "dog") for day in ("2026-01-01", "2026-01-02")))
    assert dataset.counts == {"cat": 2, "dog": 2}


@pytest.mark.parametrize(
    ("names", "counts"),
    [
        # Kaggle: pictures to be labelled beside those that are
        (("train/cat/1.png", "train/dog/1.png", "test/1.png"), {"cat": 1, "dog": 1}),
        (("train/cat/1.png", "train/dog/1.png", "unlabelled/1.png"), {"cat": 1, "dog": 1}),
        # Intel: splits named in part, each in a folder of its own name, and one that is none
        (
            (*(f"seg_train/seg_train/{c}/1.png" for c in ("ice", "sea")), "seg_test/seg_test/sea/1.png", "p/p/1.png"),
            {"ice": 1, "sea": 2},
        ),
        # numbered folders in every class, below splits
        (tuple(f"{s}/{c}/{n}/x.png" for s in ("train", "test") for c in "ab" for n in (1, 2)), {"a": 4, "b": 4}),
        # a class that is missing from a split
        (("train/cat/1.png", "train/dog/1.png", "val/cat/2.png"), {"cat": 2, "dog": 1}),
        # sets with splits of their own
        (tuple(f"{g}반/{s}/{c}/1.png" for g in (1, 2) for s in ("train", "test") for c in "ab"), {"a": 4, "b": 4}),
        # a set that lacks a class
        (("a/cat/1.png", "a/dog/1.png", "b/cat/1.png"), {"cat": 2, "dog": 1}),
        # folders that say nothing below every class
        (tuple(f"{c}/{f}/1.png" for c in ("cat", "dog") for f in ("images", "masks")), {"cat": 2, "dog": 2}),
        # kinds below classes: the first level counts
        (("pets/cat/1.png", "pets/dog/1.png", "wild/wolf/1.png"), {"pets": 2, "wild": 1}),
        # a lone class with a few folders within
        (("cat/1.png", "cat/2.png", "cat/3.png", "cat/more/4.png"), {"cat": 4}),
        # a vehicle, not a split
        (("train/ice/1.png", "bus/double/1.png"), {"bus": 1, "train": 1}),
        (("train/1.png", "bus/1.png"), {"bus": 1, "train": 1}),
        # digits in a folder that wraps them
        (tuple(f"digits/{n}/1.png" for n in range(3)), {"0": 1, "1": 1, "2": 1}),
        (("./cat//1.png", "./dog/1.png"), {"cat": 1, "dog": 1}),
    ],
)  # fmt: skip
def test_layouts_that_people_have(pack: Pack, names: tuple[str, ...], counts: dict[str, int]) -> None:
    assert pack(*names).counts == counts


def test_pictures_in_a_split_without_a_class_are_named(pack: Pack) -> None:
    dataset = pack("train/cat/1.png", "train/dog/1.png", "test/1.png")
    assert skipped(dataset) == {"test/1.png": "layout.outside"}


def test_a_source_that_is_all_train_is_not_divided(pack: Pack) -> None:
    assert set(splits(pack("train/cat/1.png", "train/dog/1.png")).values()) == {None}


@pytest.mark.parametrize(
    ("name", "split"), [("seg_train", "train"), ("2. Validation", "validation"), ("학습 데이터", "train")]
)
def test_folders_named_after_splits_in_part(pack: Pack, name: str, split: str) -> None:
    dataset = pack(*(f"{folder}/{label}/1.png" for folder in (name, "my test") for label in ("cat", "dog")))
    assert splits(dataset) == {
        f"{folder}/{label}/1.png": expected
        for folder, expected in ((name, split), ("my test", "test"))
        for label in ("cat", "dog")
    }


def test_raw_pictures_of_a_camera_say_what_to_do(pack: Pack) -> None:
    assert skipped(pack("cat/1.png", "dog/1.png", "dog/2.NEF")) == {"dog/2.NEF": "picture.raw"}
