"""Labels and splits of pictures from tables such as labels.csv."""

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
from core.pictures.layout import split_of_name

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
    """Labels and splits of pictures, by their index among the pictures of the source."""

    labels: Mapping[int, str]
    splits: Mapping[int, Split]
    missing: tuple[str, ...]  # names in the table for which there is no picture


def read_table(content: bytes, path: str, pictures: Sequence[str]) -> Table | None:
    """Labels and splits that the table at `path` gives `pictures` (paths below the source); None where it gives none.
    Columns in any order, with or without a header; UTF-8, UTF-16 or CP949; comma, semicolon or tab. It is read row by
    row, twice: to learn what the columns hold, and to take the labels. Raises ArchiveError for a table beyond the
    limits of `core.settings`.

    >>> read_table(b"file,label\\n1.png,cat\\n2.png,cat\\n", "labels.csv", ["1.png", "2.png"]).labels
    {0: 'cat', 1: 'cat'}
    """
    encoding = _encoding(content)
    if encoding is None:
        return None
    _require_short_lines(content)
    index = _PictureIndex(pictures, _key(path).rpartition("/")[0])
    try:
        columns, rows = _read_columns(_rows(content, encoding), index)
        if len(columns) < 2 or not any(column.hits for column in columns):
            return None
        files = max(range(len(columns)), key=lambda number: (columns[number].hits, columns[number].dots))
        first = columns[files].first
        headed = index.position(first) is None and _key(first).rpartition(".")[2] not in ACCEPTED
        label = _label_column(columns, rows, files, headed)
        split = _split_column(columns, files, label) if headed else None
        return _read_labels(islice(_rows(content, encoding), int(headed), None), index, files, label, split)
    except csv.Error:
        return None


class _Column:
    """Statistics of a column, enough to tell what it holds. Cells that a row lacks are empty."""

    __slots__ = ("_filled", "_pictures", "_repeats", "_values", "dots", "first", "first_repeats", "has_words")

    def __init__(self, first: str) -> None:
        self.first = first  # the cell of the first row, which may be a header
        self.first_repeats = False  # below
        self.has_words = False  # below the first row
        self.dots = 0  # cells with a dot
        self._filled = 0  # cells below the first row that are not empty
        self._repeats = False  # one of them appears twice
        self._values: set[str] = set()  # until one repeats; more than there may be classes are no labels
        self._pictures = bytearray()  # a bit for each, set when a cell names it

    @property
    def hits(self) -> int:
        """The number of pictures that are named."""
        return int.from_bytes(self._pictures, "little").bit_count()

    def add_name(self, position: int, count: int) -> None:
        """A cell names the picture at `position` of `count`."""
        if not self._pictures:
            self._pictures = bytearray(count // 8 + 1)
        self._pictures[position >> 3] |= 1 << (position & 7)

    def add(self, cell: str) -> None:
        """A cell below the first row that is not empty."""
        self._filled += 1
        self.first_repeats = self.first_repeats or cell == self.first
        self.has_words = self.has_words or not _NUMBERS.fullmatch(cell)
        if not self._repeats:
            self._repeats = cell in self._values
            if self._repeats:
                self._values.clear()
            elif len(self._values) <= settings.MAX_CLASSES:
                self._values.add(cell)

    def holds_labels(self, rows: int, headed: bool) -> bool:
        """Whether the column may hold labels: words that repeat. `rows` counts the first one too."""
        empty = rows - 1 - self._filled
        repeats = self._repeats or empty > 1
        if headed:
            return repeats and self.has_words
        first_repeats = self.first_repeats if self.first else empty > 0
        return (repeats or first_repeats) and (self.has_words or not _NUMBERS.fullmatch(self.first))


def _read_columns(rows: Iterable[list[str]], index: _PictureIndex) -> tuple[list[_Column], int]:
    """The statistics of the columns, and the number of rows. Raises ArchiveError."""
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
            position = index.position(cell)
            if position is not None:
                column.add_name(position, index.count)
    return columns, count


def _label_column(columns: Sequence[_Column], rows: int, files: int, headed: bool) -> int:
    """The column with a header such as "label"; else the first with words that repeat; else the first."""
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


def _read_labels(
    rows: Iterable[list[str]], index: _PictureIndex, files: int, label: int, split: int | None
) -> Table | None:
    labels: dict[int, str] = {}
    splits: dict[int, Split] = {}
    missing: list[str] = []
    shared: dict[str, str] = {}  # one string for each label, not one for each picture
    for row in rows:
        name = _cell(row, files)
        position = index.position(name)
        if position is None:
            missing += [name] if name else []
        elif text := _cell(row, label):
            labels[position] = shared.setdefault(text, text)
            if split is not None and (named := split_of_name(_cell(row, split))):
                splits[position] = named
    return Table(labels, splits, tuple(missing)) if labels else None


def _cell(row: Sequence[str], column: int) -> str:
    return row[column] if column < len(row) else ""


class _PictureIndex:
    """Indices of pictures by the names that a table may use for them, each with its ending and without."""

    def __init__(self, pictures: Sequence[str], folder: str) -> None:
        """`folder` is the table's, "" for the source itself."""
        self._folder = f"{folder}/" if folder else ""
        self.count = len(pictures)
        keys = list(enumerate(map(_key, pictures)))
        self._last_names = {spelling for _, key in keys for spelling in _spellings(key.rpartition("/")[2])}
        near = [(number, key) for number, key in keys if key.startswith(self._folder)] if folder else []
        self._whole = _unique((number, spelling) for number, key in keys for spelling in _spellings(key))
        self._near = _unique(
            (number, spelling) for number, key in near for end in _ends(key) for spelling in _spellings(end)
        )
        self._ends = _unique(
            (number, spelling) for number, key in keys for end in _ends(key) for spelling in _spellings(end)
        )

    def position(self, cell: str) -> int | None:
        """The index of the picture that a cell names: by its path from the table's folder or from the source down; else
        by the longest end of its path that only one picture has, of those below the table's folder or of all."""
        name = _key(cell)
        if name.rpartition("/")[2] not in self._last_names:
            return None
        tries = [(self._whole, self._folder + name), (self._whole, name)]
        tries += [(names, end) for end in _ends(name) for names in (self._near, self._ends)]
        return next((number for names, spelling in tries if (number := names.get(spelling)) is not None), None)


def _unique(spellings: Iterable[tuple[int, str]]) -> dict[str, int | None]:
    """The index of the picture with a name; None where several have it."""
    indices: dict[str, int | None] = {}
    for number, spelling in spellings:
        indices[spelling] = number if indices.get(spelling, number) == number else None
    return indices


def _ends(key: str) -> Iterator[str]:
    """ "a/b/c", "b/c", "c"."""
    while key:
        yield key
        key = key.partition("/")[2]


def _spellings(key: str) -> tuple[str, ...]:
    folders, slash, last = key.rpartition("/")
    stem = last.rpartition(".")[0]
    return (key, f"{folders}{slash}{stem}") if stem else (key,)


def _rows(content: bytes, encoding: str) -> Iterator[list[str]]:
    """The rows that are not empty, one at a time, cells without spaces around them and none that are empty at the end.
    Raises ArchiveError for a row that is too long, csv.Error for what cannot be parsed."""
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
