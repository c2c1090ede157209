"""Tables of labels, such as labels.csv: which picture is what."""

from __future__ import annotations

import csv
import io
import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from core.pictures.dataset import Split
from core.pictures.decode import ACCEPTED
from core.pictures.layout import split_named

NAMES = ("labels.csv", "label.csv", "labels.tsv")
_LABEL_HEADERS = (
    *(
        "label",
        "labels",
        "class",
        "class name",
        "class_name",
        "category",
        "라벨",
        "레이블",
        "클래스",
        "분류",
        "정답",
        "종류",
    ),
    *("라벨명", "클래스명", "target", "tag", "species", "이름", "name"),
)
_SPLIT_HEADERS = ("split", "set", "subset", "dataset", "구분", "분할", "용도")


@dataclass(frozen=True)
class Table:
    """What a table says of pictures, by their position among those that there are."""

    labels: Mapping[int, str]
    splits: Mapping[int, Split]
    missing: tuple[str, ...]  # names in the table for which there is no picture


def read_table(content: bytes, path: str, pictures: Sequence[str]) -> Table | None:
    """What the table at `path` says of `pictures` (paths, all below the source). Columns in any order, with or without
    a header; UTF-8, UTF-16 or CP949; comma, semicolon or tab. None for what is no such table."""
    rows = _rows(content)
    width = max((len(row) for row in rows), default=0)
    known = _Known(pictures, _key(path).rpartition("/")[0])
    columns = [[row[column].strip() if len(row) > column else "" for row in rows] for column in range(width)]
    found = [[known.position(cell) for cell in column] for column in columns]
    hits = [len(set(column) - {None}) for column in found]
    if width < 2 or not max(hits):
        return None
    dots = [sum("." in cell for cell in column) for column in columns]
    files = max(range(width), key=lambda column: (hits[column], dots[column]))
    headed = found[files][0] is None and _key(columns[files][0]).rpartition(".")[2] not in ACCEPTED
    label = _label_column(columns, files, headed)
    split = next(
        (n for n in range(width) if headed and n not in (files, label) and _key(columns[n][0]) in _SPLIT_HEADERS), None
    )
    labels: dict[int, str] = {}
    splits: dict[int, Split] = {}
    for row, position in enumerate(found[files]):
        if position is None or not columns[label][row]:
            continue
        labels[position] = columns[label][row]
        if split is not None and (said := split_named(columns[split][row])):
            splits[position] = said
    named = [cell for cell, position in zip(columns[files], found[files], strict=True) if cell and position is None]
    return Table(labels, splits, tuple(named[headed:])) if labels else None


def _label_column(columns: Sequence[Sequence[str]], files: int, headed: bool) -> int:
    """The column that is called so; else the first whose values are words that return; else the first."""
    others = [column for column in range(len(columns)) if column != files]
    if headed:
        headers = {_key(columns[column][0]): column for column in reversed(others)}
        for header in _LABEL_HEADERS:
            if header in headers:
                return headers[header]
    for column in others:
        values = columns[column][headed:]
        if len(set(values)) < len(values) and not all(re.fullmatch(r"[\d.,\s+-]*", value) for value in values):
            return column
    return others[0]


class _Known:
    """Pictures by the ways in which a table may name them, each with its ending and without."""

    def __init__(self, pictures: Sequence[str], folder: str) -> None:
        """`folder` is the table's, "" for the source itself."""
        self._folder = f"{folder}/" if folder else ""
        keys = list(enumerate(map(_key, pictures)))
        near = [(number, key) for number, key in keys if key.startswith(self._folder)] if folder else []
        self._whole = _index((number, way) for number, key in keys for way in _ways(key))
        self._near = _index((number, way) for number, key in near for end in _ends(key) for way in _ways(end))
        self._ends = _index((number, way) for number, key in keys for end in _ends(key) for way in _ways(end))

    def position(self, cell: str) -> int | None:
        """The picture that a cell names: by its path from the table's folder or from the source down; or else by the
        longest end of its path that only one picture has, of those below the table's folder or of all."""
        name = _key(cell)
        tries = [(self._whole, self._folder + name), (self._whole, name)]
        tries += [(index, end) for end in _ends(name) for index in (self._near, self._ends)]
        return next((number for index, way in tries if (number := index.get(way)) is not None), None)


def _index(ways: Iterable[tuple[int, str]]) -> dict[str, int | None]:
    """The picture that goes by a name; None where several do."""
    found: dict[str, int | None] = {}
    for number, way in ways:
        found[way] = number if found.get(way, number) == number else None
    return found


def _ends(key: str) -> Iterator[str]:
    """ "a/b/c", "b/c", "c"."""
    while key:
        yield key
        key = key.partition("/")[2]


def _ways(key: str) -> tuple[str, ...]:
    folders, slash, last = key.rpartition("/")
    stem = last.rpartition(".")[0]
    return (key, f"{folders}{slash}{stem}") if stem else (key,)


def _rows(content: bytes) -> list[list[str]]:
    text = _text(content)
    first = text.partition("\n")[0]
    delimiter = max(",;\t", key=first.count)
    try:
        return [row for row in csv.reader(io.StringIO(text), delimiter=delimiter) if any(row)]
    except csv.Error:
        return []


def _text(content: bytes) -> str:
    encodings = ("utf-16",) if content.startswith((b"\xff\xfe", b"\xfe\xff")) else ("utf-8-sig", "cp949")
    for encoding in encodings:
        try:
            return content.decode(encoding)
        except UnicodeDecodeError:
            continue
    return ""


def _key(name: str) -> str:
    return unicodedata.normalize("NFC", name.strip().replace("\\", "/").removeprefix("./")).casefold()
