"""Labels and splits of pictures from the folders that they lie in.

The rule: below whatever wraps everything, the first level with more than one folder holds the classes, and all that
lies deeper in a class folder belongs to it. Three kinds of level are stepped over, and what lay in their folders is
looked at together:

- a lone folder, where most of its pictures lie in folders of their own;
- train, validation and test (they give the split), where classes lie below;
- sets: folders with the same folders in them, such as 1반/가위, 1반/바위, 2반/가위, 2반/바위. Folders below that say
  nothing by themselves (2023, images, train) make no set of the folder above: cat/2023 and dog/2023 are cats and dogs.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal

from core import settings
from core.pictures.dataset import Split

SPLITS: dict[str, Split] = {
    **dict.fromkeys(("train", "training", "trainset", "훈련", "훈련용", "학습", "학습용"), "train"),
    **dict.fromkeys(("학습데이터", "훈련데이터", "trainingset"), "train"),
    **dict.fromkeys(("val", "valid", "validation", "dev", "검증", "검증용", "검증데이터"), "validation"),
    **dict.fromkeys(("test", "testing", "testset", "테스트", "시험", "시험용", "평가", "평가용"), "test"),
    **dict.fromkeys(("테스트데이터", "시험데이터", "평가데이터"), "test"),
}
_GENERIC_NAMES = frozenset(
    (
        *("image", "images", "img", "imgs", "picture", "pictures", "photo", "photos", "jpg", "jpeg", "png", "data"),
        *(
            "original",
            "originals",
            "raw",
            "resized",
            "cropped",
            "augmented",
            "masks",
            "사진",
            "이미지",
            "원본",
            "데이터",
        ),
    )
)
_JUNK = frozenset(
    ("__macosx", "thumbs.db", "ehthumbs.db", "desktop.ini", "icon\r", "@eadir", "$recycle.bin", "__pycache__")
)

Folders = tuple[str, ...]  # from the source down to where a picture lies


@dataclass(frozen=True, slots=True)
class FolderLabel:
    """What a folder says of the pictures in it."""

    label: str | None = None  # None: outside every class folder
    split: Split | None = None


@dataclass(frozen=True)
class _Level:
    """The folders of one level, by their names without regard to case."""

    pictures: dict[str, int]  # in the folder, at any depth
    deep: dict[str, int]  # of these, in folders of their own
    below: dict[str, frozenset[str]]  # the folders within, without splits


def is_junk(parts: Sequence[str]) -> bool:
    """Whether a path below a source is hidden, or left there by an operating system."""
    return any(part.startswith(".") or part.casefold() in _JUNK for part in parts)


def is_generic_name(name: str) -> bool:
    """Whether a folder's name does not describe its pictures, such as "images" or "2023"."""
    name = _key(name)
    return name in _GENERIC_NAMES or name in SPLITS or re.fullmatch(r"[\d\W_]*", name) is not None


def split_of_name(name: str) -> Split | None:
    """The split that the name of a folder or archive says, whole or in part; None where it says none.

    >>> split_of_name("seg_train"), split_of_name("학습 데이터"), split_of_name("cats")
    ('train', 'train', None)
    """
    words = re.split(r"[\W_\d]+", _key(name))
    return SPLITS.get(_key(name)) or next((SPLITS[word] for word in words if word in SPLITS), None)


def label_folders(pictures: Iterable[Folders]) -> dict[Folders, FolderLabel]:
    """Label and split of each folder, from `pictures`: for each picture, the folders that it lies in.

    >>> label_folders([("fruit", "apple"), ("fruit", "pear")])["fruit", "pear"]
    FolderLabel(label='pear', split=None)
    """
    counts = Counter(pictures)
    rest = {folders: folders for folders in counts if folders}  # each path without the levels stepped over
    splits: dict[Folders, Split] = {}
    while rest:
        kind = _kind_of_level(_count_level((left, counts[folders]) for folders, left in rest.items()))
        if kind == "classes":
            break
        for folders, left in rest.items():
            if kind == "splits" and folders not in splits and (split := split_of_name(left[0])):
                splits[folders] = split
        rest = {folders: left[1:] for folders, left in rest.items() if len(left) > 1}
    within = {left[1] for left in rest.values() if len(left) > 1}
    are_splits = all(_key(name) in SPLITS for name in within)
    splits_within = {name: SPLITS[_key(name)] for name in within} if are_splits else {}
    labels = dict.fromkeys(counts, FolderLabel())
    for folders, left in rest.items():
        split = splits.get(folders) or (splits_within.get(left[1]) if len(left) > 1 else None)
        labels[folders] = FolderLabel(left[0].strip() or None, split)
    return labels


def _kind_of_level(level: _Level) -> Literal["classes", "splits", "wrapper", "sets"]:
    if _are_splits(level):
        return "splits"
    if len(level.pictures) == 1:
        return "wrapper" if _is_wrapper(level) else "classes"
    return "sets" if _are_sets(level) else "classes"


def _count_level(folders: Iterable[tuple[Folders, int]]) -> _Level:
    pictures: Counter[str] = Counter()
    deep: Counter[str] = Counter()
    below: defaultdict[str, set[str]] = defaultdict(set)
    for path, count in folders:
        name, *deeper = map(_key, path)
        pictures[name] += count
        if deeper:
            deep[name] += count
            if within := next((folder for folder in deeper if folder not in SPLITS), None):
                below[name].add(within)
    return _Level(dict(pictures), dict(deep), {name: frozenset(below[name]) for name in pictures})


def _are_splits(level: _Level) -> bool:
    """Whether these are train, validation and test, with classes in at least one of them. Folders beside them mostly
    hold unlabelled pictures; but one folder called "train" may well show trains."""
    holding = {name for name in level.pictures if level.below[name] and split_of_name(name)}
    others = level.pictures.keys() - holding
    if not holding:
        return False
    if all(name in SPLITS for name in level.pictures):
        return True
    if len({split_of_name(name) for name in holding}) > 1:
        return _share_folders([level.below[name] for name in holding])
    (name, *more) = holding
    has_classes = len(level.below[name]) > 1 and not any(level.below[other] for other in others)
    return not more and name in SPLITS and has_classes


def _share_folders(names: Sequence[frozenset[str]]) -> bool:
    """Whether folders have a folder's name in common, or hold nothing but folders named after splits."""
    return bool(frozenset.intersection(*names)) or all(split_of_name(name) for within in names for name in within)


def _is_wrapper(level: _Level) -> bool:
    """Whether a lone folder wraps classes: most of its pictures lie in folders below, and not merely in splits."""
    ((name, pictures),) = level.pictures.items()
    return 2 * level.deep.get(name, 0) > pictures and bool(level.below[name])


def _are_sets(level: _Level) -> bool:
    """Whether most names of the folders below, generic ones aside, appear in more than one of the folders."""
    if any(2 * level.deep.get(name, 0) <= pictures for name, pictures in level.pictures.items()):
        return False
    frequencies = Counter(name for names in level.below.values() for name in names if not is_generic_name(name))
    repeated = sum(count for count in frequencies.values() if count > 1)
    return len(frequencies) > 1 and 2 * repeated > sum(frequencies.values())


def _key(name: str) -> str:
    return " ".join(unicodedata.normalize("NFC", name).split()).casefold()


def merge_spellings(labels: Iterable[str]) -> dict[str, str]:
    """A mapping of every spelling of a label to the one that is kept: composed Hangul, single spaces; of spellings that
    differ in case alone, the most frequent.

    >>> merge_spellings(["Cat", "cat", "cat"])
    {'Cat': 'cat', 'cat': 'cat'}
    """
    counts = Counter(labels)
    spellings: defaultdict[str, Counter[str]] = defaultdict(Counter)
    normalised = {
        label: " ".join(unicodedata.normalize("NFC", label).split())[: settings.MAX_LABEL_LENGTH] for label in counts
    }
    for label, count in counts.items():
        spellings[normalised[label].casefold()][normalised[label]] += count
    return {label: spellings[normalised[label].casefold()].most_common(1)[0][0] for label in counts}
