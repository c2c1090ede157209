"""From where files lie to what they show: class folders, splits, wrapping folders, labels.csv.

The rule: below whatever wraps everything, the first level with more than one folder holds the classes, and all that
lies deeper in a class folder belongs to it. Three kinds of level are stepped over: a lone folder; folders that are all
called train, validation or test (they give the split); and folders whose subfolders have the same names throughout (two
sets of the same classes), unless those names are mere numbers.
"""

from __future__ import annotations

import csv
import io
import re
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from core import settings
from core.pictures.dataset import Split

SPLITS: dict[str, Split] = {
    **dict.fromkeys(("train", "training", "train_set", "trainset", "훈련", "학습", "학습용"), "train"),
    **dict.fromkeys(("val", "valid", "validation", "dev", "검증", "검증용"), "validation"),
    **dict.fromkeys(("test", "testing", "test_set", "testset", "테스트", "시험", "평가"), "test"),
}
_LABEL_HEADERS = ("label", "labels", "class", "category", "라벨", "레이블", "클래스", "분류", "이름")
_JUNK = ("__macosx", "thumbs.db", "ehthumbs.db", "desktop.ini", "icon\r")

Parts = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Place:
    """What a file's place says of it."""

    label: str | None  # None: it lies outside every class folder
    split: Split | None = None


def is_junk(parts: Sequence[str]) -> bool:
    """Left by an operating system or hidden: nobody meant it."""
    return any(part.startswith(".") or part.casefold() in _JUNK for part in parts)


def placed(paths: Sequence[Parts]) -> list[Place]:
    """The place of every picture of one source, from its path below the source, folders and file name."""
    found: list[Place] = [Place(None)] * len(paths)
    _place(list(enumerate(paths)), 0, None, found)
    return found


def _place(files: list[tuple[int, Parts]], level: int, split: Split | None, found: list[Place]) -> None:
    folders: defaultdict[str, list[tuple[int, Parts]]] = defaultdict(list)
    for number, parts in files:
        if len(parts) > level + 1:
            folders[parts[level]].append((number, parts))
    if not folders:
        return
    deeper = {name: _subfolders(inside, level + 1) for name, inside in folders.items()}
    splits = {name: SPLITS.get(name.strip().casefold()) for name in folders}
    if all(splits.values()) and all(deeper.values()):
        for name, inside in folders.items():
            _place(inside, level + 1, split or splits[name], found)
    elif len(folders) == 1 and all(deeper.values()) and not _split_class(files, level + 1):
        _place(files, level + 1, split, found)
    elif _repeat(deeper):
        for inside in folders.values():
            _place(inside, level + 1, split, found)
    else:
        for name, inside in folders.items():
            below = _all_splits(deeper[name])
            for number, parts in inside:
                own = SPLITS.get(parts[level + 1].strip().casefold()) if below and len(parts) > level + 2 else None
                found[number] = Place(name if name.strip() else None, split or own)


def _subfolders(files: Iterable[tuple[int, Parts]], level: int) -> set[str]:
    return {parts[level].strip().casefold() for _, parts in files if len(parts) > level + 1}


def _all_splits(names: set[str]) -> bool:
    return bool(names) and all(name in SPLITS for name in names)


def _split_class(files: Sequence[tuple[int, Parts]], level: int) -> bool:
    """Do these files lie in split folders at this level, with no classes below? Then what is above is a class."""
    splits = _subfolders(files, level)
    with_folders = {parts[level].strip().casefold() for _, parts in files if len(parts) > level + 2}
    return _all_splits(splits) and with_folders != splits


def _repeat(deeper: Mapping[str, set[str]]) -> bool:
    """Are these folders several sets of the same classes? Then most names below appear in more than one of them."""
    if len(deeper) < 2 or not all(len(names) > 1 for names in deeper.values()):
        return False
    times = Counter(name for names in deeper.values() for name in names)
    if _all_splits(set(times)) or all(re.fullmatch(r"[\d\W_]+", name) for name in times):
        return False
    return sum(count > 1 for count in times.values()) * 2 > len(times)


def read_labels(content: bytes, table: str, names: Sequence[str]) -> dict[str, str] | None:
    """What a labels.csv at the path `table` says: label by file name, for those of `names` (paths, both below the
    source) that it knows. Columns in any order, with or without a header; UTF-8 or CP949; comma, semicolon or tab. None
    for no such table."""
    rows = _rows(content)
    folder = _key(table).rpartition("/")[0]
    ways = zip(*(_keys(name, folder) for name in names), strict=True)
    known = {key: name for keys in ways for key, name in zip(keys, names, strict=True)}  # the last way wins
    width = max((len(row) for row in rows), default=0)
    hits = [sum(len(row) > column and _key(row[column]) in known for row in rows) for column in range(width)]
    if width < 2 or not max(hits):
        return None
    files = hits.index(max(hits))
    header = [cell.strip().casefold() for cell in rows[0]]
    labelled = next((number for number, cell in enumerate(header) if cell in _LABEL_HEADERS and number != files), None)
    labels = labelled if labelled is not None else next(column for column in range(width) if column != files)
    found = {}
    for row in rows:
        name = known.get(_key(row[files])) if len(row) > max(files, labels) else None
        if name and row[labels].strip():
            found[name] = row[labels].strip()
    return found


def _rows(content: bytes) -> list[list[str]]:
    for encoding in ("utf-8-sig", "cp949"):
        try:
            text = content.decode(encoding)
            break
        except UnicodeDecodeError:
            continue
    else:
        return []
    first = text.partition("\n")[0]
    delimiter = max(",;\t", key=first.count)
    try:
        return [row for row in csv.reader(io.StringIO(text), delimiter=delimiter) if row]
    except csv.Error:
        return []


def _key(name: str) -> str:
    return unicodedata.normalize("NFC", name.strip().replace("\\", "/").removeprefix("./")).casefold()


def _keys(name: str, folder: str) -> tuple[str, ...]:
    """The ways in which a table in `folder` may name a file, each more exact than the one before: its name alone, its
    path below the source, its path from the table's folder down, each without and with the ending."""
    whole = _key(name)
    near = whole.removeprefix(f"{folder}/")
    last = whole.rpartition("/")[2]
    return tuple(way for path in (last, whole, near) for way in (path.rpartition(".")[0] or path, path))


def one_spelling(labels: Iterable[str]) -> dict[str, str]:
    """Every spelling of a label to the one that is kept: composed Hangul, single spaces; of spellings that differ in
    case alone, the most frequent."""
    counts = Counter(labels)
    spellings: defaultdict[str, Counter[str]] = defaultdict(Counter)
    tidy = {
        label: " ".join(unicodedata.normalize("NFC", label).split())[: settings.MAX_LABEL_LENGTH] for label in counts
    }
    for label, count in counts.items():
        spellings[tidy[label].casefold()][tidy[label]] += count
    return {label: spellings[tidy[label].casefold()].most_common(1)[0][0] for label in counts}
