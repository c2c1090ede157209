"""Tables of labels, such as labels.csv: which picture is what."""

from __future__ import annotations

import codecs
import csv
import io
import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice

from core import settings
from core.errors import ArchiveError
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


_NUMBERS = re.compile(r"[\d.,\s+-]*")
_CHUNK_BYTES = 2**16


@dataclass(frozen=True)
class Table:
    """What a table says of pictures, by their position among those that there are."""

    labels: Mapping[int, str]
    splits: Mapping[int, Split]
    missing: tuple[str, ...]  # names in the table for which there is no picture


def read_table(content: bytes, path: str, pictures: Sequence[str]) -> Table | None:
    """What the table at `path` says of `pictures` (paths, all below the source). Columns in any order, with or without
    a header; UTF-8, UTF-16 or CP949; comma, semicolon or tab. None for what is no such table. It is read row by row,
    twice: to tell what the columns are, and to take the labels. Raises ArchiveError for one beyond the limits of
    `core.settings`."""
    encoding = _encoding(content)
    if encoding is None:
        return None
    _require_short_lines(content)
    known = _Known(pictures, _key(path).rpartition("/")[0])
    try:
        columns, rows = _survey(_rows(content, encoding), known)
        if len(columns) < 2 or not any(column.hits for column in columns):
            return None
        files = max(range(len(columns)), key=lambda number: (columns[number].hits, columns[number].dots))
        first = columns[files].first
        headed = known.position(first) is None and _key(first).rpartition(".")[2] not in ACCEPTED
        label = _label_column(columns, rows, files, headed)
        split = _split_column(columns, files, label) if headed else None
        return _labelled(islice(_rows(content, encoding), int(headed), None), known, files, label, split)
    except csv.Error:
        return None


class _Column:
    """What is remembered of a column: enough to tell what it holds. Cells that a row lacks are empty."""

    __slots__ = ("_filled", "_pictures", "_returns", "_values", "dots", "first", "first_returns", "has_words")

    def __init__(self, first: str) -> None:
        self.first = first  # the cell of the first row, which may be a header
        self.first_returns = False  # below
        self.has_words = False  # below the first row
        self.dots = 0  # cells with a dot
        self._filled = 0  # cells below the first row that are not empty
        self._returns = False  # does one of them appear twice?
        self._values: set[str] = set()  # until one returns; more than there may be classes are no labels
        self._pictures = bytearray()  # a bit for each, set when a cell names it

    @property
    def hits(self) -> int:
        """How many pictures are named."""
        return int.from_bytes(self._pictures, "little").bit_count()

    def add_name(self, position: int, count: int) -> None:
        """A cell names the picture at `position` of `count`."""
        if not self._pictures:
            self._pictures = bytearray(count // 8 + 1)
        self._pictures[position >> 3] |= 1 << (position & 7)

    def add(self, cell: str) -> None:
        """A cell below the first row that is not empty."""
        self._filled += 1
        self.first_returns = self.first_returns or cell == self.first
        self.has_words = self.has_words or not _NUMBERS.fullmatch(cell)
        if not self._returns:
            self._returns = cell in self._values
            if self._returns:
                self._values.clear()
            elif len(self._values) <= settings.MAX_CLASSES:
                self._values.add(cell)

    def holds_labels(self, rows: int, headed: bool) -> bool:
        """Are there words, and do values return? `rows` counts the first one too."""
        empty = rows - 1 - self._filled
        returns = self._returns or empty > 1
        if headed:
            return returns and self.has_words
        first_returns = self.first_returns if self.first else empty > 0
        return (returns or first_returns) and (self.has_words or not _NUMBERS.fullmatch(self.first))


def _survey(rows: Iterable[list[str]], known: _Known) -> tuple[list[_Column], int]:
    """The columns, and the number of rows. Raises ArchiveError."""
    columns: list[_Column] = []
    count = cells = 0
    for row in rows:
        count += 1
        cells += len(row)
        if count > settings.MAX_TABLE_ROWS:
            raise ArchiveError("layout.table_rows", limit=settings.MAX_TABLE_ROWS)
        if cells > settings.MAX_TABLE_CELLS:
            raise ArchiveError("layout.table_cells", limit=settings.MAX_TABLE_CELLS)
        columns += [_Column(cell if count == 1 else "") for cell in row[len(columns) :]]
        for column, cell in zip(columns, row, strict=False):
            if not cell:
                continue
            if count > 1:
                column.add(cell)
            column.dots += "." in cell
            position = known.position(cell)
            if position is not None:
                column.add_name(position, known.count)
    return columns, count


def _label_column(columns: Sequence[_Column], rows: int, files: int, headed: bool) -> int:
    """The column that is called so; else the first whose values are words that return; else the first."""
    others = [number for number in range(len(columns)) if number != files]
    if headed:
        headers = {_key(columns[number].first): number for number in reversed(others)}
        for header in _LABEL_HEADERS:
            if header in headers:
                return headers[header]
    return next((number for number in others if columns[number].holds_labels(rows, headed)), others[0])


def _split_column(columns: Sequence[_Column], files: int, label: int) -> int | None:
    others = (number for number in range(len(columns)) if number not in (files, label))
    return next((number for number in others if _key(columns[number].first) in _SPLIT_HEADERS), None)


def _labelled(rows: Iterable[list[str]], known: _Known, files: int, label: int, split: int | None) -> Table | None:
    labels: dict[int, str] = {}
    splits: dict[int, Split] = {}
    missing: list[str] = []
    shared: dict[str, str] = {}  # one text for each label, not one for each picture
    for row in rows:
        name = _cell(row, files)
        position = known.position(name)
        if position is None:
            missing += [name] if name else []
        elif text := _cell(row, label):
            labels[position] = shared.setdefault(text, text)
            if split is not None and (named := split_named(_cell(row, split))):
                splits[position] = named
    return Table(labels, splits, tuple(missing)) if labels else None


def _cell(row: Sequence[str], column: int) -> str:
    return row[column] if column < len(row) else ""


class _Known:
    """Pictures by the ways in which a table may name them, each with its ending and without."""

    def __init__(self, pictures: Sequence[str], folder: str) -> None:
        """`folder` is the table's, "" for the source itself."""
        self._folder = f"{folder}/" if folder else ""
        self.count = len(pictures)
        keys = list(enumerate(map(_key, pictures)))
        self._last_names = {way for _, key in keys for way in _ways(key.rpartition("/")[2])}
        near = [(number, key) for number, key in keys if key.startswith(self._folder)] if folder else []
        self._whole = _index((number, way) for number, key in keys for way in _ways(key))
        self._near = _index((number, way) for number, key in near for end in _ends(key) for way in _ways(end))
        self._ends = _index((number, way) for number, key in keys for end in _ends(key) for way in _ways(end))

    def position(self, cell: str) -> int | None:
        """The picture that a cell names: by its path from the table's folder or from the source down; or else by the
        longest end of its path that only one picture has, of those below the table's folder or of all."""
        name = _key(cell)
        if name.rpartition("/")[2] not in self._last_names:
            return None
        tries = [(self._whole, self._folder + name), (self._whole, name)]
        tries += [(index, end) for end in _ends(name) for index in (self._near, self._ends)]
        return next((number for index, way in tries if (number := index.get(way)) is not None), None)


def _index(ways: Iterable[tuple[int, str]]) -> dict[str, int | None]:
    """The picture that goes by a name; None where several do."""
    index: dict[str, int | None] = {}
    for number, way in ways:
        index[way] = number if index.get(way, number) == number else None
    return index


def _ends(key: str) -> Iterator[str]:
    """ "a/b/c", "b/c", "c"."""
    while key:
        yield key
        key = key.partition("/")[2]


def _ways(key: str) -> tuple[str, ...]:
    folders, slash, last = key.rpartition("/")
    stem = last.rpartition(".")[0]
    return (key, f"{folders}{slash}{stem}") if stem else (key,)


def _rows(content: bytes, encoding: str) -> Iterator[list[str]]:
    """The rows that are not empty, one at a time, cells without spaces around them and none that are empty at the end.
    Raises ArchiveError for a row that is too long, csv.Error for what cannot be told."""
    length = 0

    def lines() -> Iterator[str]:
        nonlocal length
        for line in text:
            length += len(line)
            if length > settings.MAX_TABLE_ROW_LENGTH:
                raise ArchiveError("layout.table_row_length", limit=settings.MAX_TABLE_ROW_LENGTH)
            yield line

    with io.TextIOWrapper(io.BytesIO(content), encoding, newline="") as text:
        first = text.readline()
        delimiter = max(",;\t", key=first.count)
        text.seek(0)
        for row in csv.reader(lines(), delimiter=delimiter):
            length = 0
            cells = [cell.strip() for cell in row]
            while cells and not cells[-1]:
                cells.pop()
            if len(cells) > settings.MAX_TABLE_COLUMNS:
                raise ArchiveError("layout.table_columns", limit=settings.MAX_TABLE_COLUMNS)
            if any(row):
                yield cells


def _require_short_lines(content: bytes) -> None:
    """Raises ArchiveError for a line so long that it would take much memory at once."""
    at, limit = 0, 4 * settings.MAX_TABLE_ROW_LENGTH
    while len(content) - at > limit:
        end = max(content.rfind(b"\n", at, at + limit), content.rfind(b"\r", at, at + limit))
        if end < 0:
            raise ArchiveError("layout.table_row_length", limit=settings.MAX_TABLE_ROW_LENGTH)
        at = end + 1


def _encoding(content: bytes) -> str | None:
    """The encoding in which all of the content can be read, None where there is none."""
    encodings = ("utf-16",) if content.startswith((b"\xff\xfe", b"\xfe\xff")) else ("utf-8-sig", "cp949")
    return next((encoding for encoding in encodings if _decodes(content, encoding)), None)


def _decodes(content: bytes, encoding: str) -> bool:
    decoder = codecs.getincrementaldecoder(encoding)()
    try:
        for at in range(0, len(content), _CHUNK_BYTES):
            decoder.decode(content[at : at + _CHUNK_BYTES])
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return False
    return True


def _key(name: str) -> str:
    key = name.strip().replace("\\", "/").removeprefix("./")
    return key.lower() if key.isascii() else unicodedata.normalize("NFC", key).casefold()
