"""Tables of labels, as people and programs write them."""

from __future__ import annotations

import time
import tracemalloc
import zipfile
from pathlib import Path

import pytest
from drawn import zipped
from packing import PICTURE, Pack, labelled, skipped, splits

from core import settings
from core.errors import ArchiveError
from core.pictures import archive
from core.pictures.tables import Table, read_table

TABLES = {
    "with a header": "filename,label\na.png,cat\nb.png,dog\n",
    "without a header": "a.png,cat\nb.png,dog\n",
    "columns the other way round": "label,filename\ncat,a.png\ndog,b.png\n",
    "other way round without a header": "cat,a.png\ndog,b.png\n",
    "a column more": "id,filename,width,label\n1,a.png,8,cat\n2,b.png,8,dog\n",
    "semicolons": "filename;label\na.png;cat\nb.png;dog\n",
    "tabs": "filename\tlabel\na.png\tcat\nb.png\tdog\n",
    "quotes": '"filename","label"\n"a.png","cat"\n"b.png","dog"\n',
    "no endings": "filename,label\na,cat\nb,dog\n",
    "capitals": "Filename,Label\nA.PNG,cat\nB.png,dog\n",
    "spaces and empty lines": "filename , label\n\n a.png , cat \nb.png, dog\n\n",
    "Windows lines": "filename,label\r\na.png,cat\r\nb.png,dog\r\n",
    "Korean header": "파일,라벨\na.png,cat\nb.png,dog\n",
    "words before numbers": "x7,a.png,8,cat\nx8,b.png,8,dog\nx9,a.png,8,cat\n",
    "paths of another machine": "filename,label\nC:\\me\\a.png,cat\n/home/me/b.png,dog\n",
    "a leading ./": "filename,label\n./a.png,cat\n./b.png,dog\n",
}


@pytest.mark.parametrize("table", TABLES.values(), ids=TABLES.keys())
def test_a_table_labels_the_pictures(pack: Pack, table: str) -> None:
    dataset = pack("a.png", "b.png", labels_csv=table.encode())
    assert labelled(dataset) == {"a.png": "cat", "b.png": "dog"}
    assert not dataset.skipped


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp949", "utf-16"])
def test_a_korean_table_in_any_encoding(pack: Pack, encoding: str) -> None:
    table = "파일명,라벨\n사진 1.png,고양이\n사진 2.png,강아지\n".encode(encoding)
    assert labelled(pack("사진 1.png", "사진 2.png", labels_csv=table)) == {
        "사진 1.png": "고양이",
        "사진 2.png": "강아지",
    }


def test_a_table_that_names_folders_and_one_that_does_not(pack: Pack) -> None:
    for prefix in ("images/", ""):
        table = f"filename,label\n{prefix}a.png,cat\n{prefix}b.png,dog\n".encode()
        assert pack("images/a.png", "images/b.png", labels_csv=table).counts == {"cat": 1, "dog": 1}


def test_a_table_with_backslashes(pack: Pack) -> None:
    dataset = pack("images/a.png", "images/b.png", labels_csv=b"images\\a.png,cat\nimages\\b.png,dog\n")
    assert dataset.counts == {"cat": 1, "dog": 1}


def test_a_table_inside_a_wrapping_folder_names_files_from_where_it_lies(pack: Pack) -> None:
    table = b"filename,label\nx/1.png,cat\ny/1.png,dog\nx/2.png,dog\n"
    dataset = pack("set/x/1.png", "set/y/1.png", "set/x/2.png", set__labels_csv=table)
    assert labelled(dataset) == {"set/x/1.png": "cat", "set/y/1.png": "dog", "set/x/2.png": "dog"}


def test_a_whole_path_in_a_table_goes_before_a_bare_name(pack: Pack) -> None:
    dataset = pack("a.png", "x/a.png", labels_csv=b"filename,label\na.png,cat\nx/a.png,dog\n")
    assert labelled(dataset) == {"a.png": "cat", "x/a.png": "dog"}


def test_a_picture_that_the_table_does_not_name_is_named(pack: Pack) -> None:
    dataset = pack("a.png", "b.png", "c.png", labels_csv=b"filename,label\na.png,cat\nb.png,dog\ngone.png,dog\n")
    assert dataset.counts == {"cat": 1, "dog": 1}
    assert skipped(dataset) == {"c.png": "layout.not_in_table", "labels.csv": "layout.not_there"}
    (gone,) = (one for one in dataset.skipped if one.key == "layout.not_there")
    assert gone.values == {"count": 1, "name": "gone.png"}


@pytest.mark.parametrize("table", [b"", b"\xff\xfe\x00\x81", b"hello\nworld\n", b"filename,label\nz.png,cat\n", b"\0"])
def test_a_table_that_says_nothing_is_named_and_the_folders_are_used(pack: Pack, table: bytes) -> None:
    dataset = pack("cat/1.png", "dog/1.png", labels_csv=table)
    assert dataset.counts == {"cat": 1, "dog": 1}
    assert skipped(dataset) == {"labels.csv": "layout.table_unread"}


def test_a_table_that_would_not_fit_into_memory_is_not_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(archive, "_MAX_TABLE_BYTES", 10)
    files = {"cat/1.png": PICTURE, "dog/1.png": PICTURE, "labels.csv": b"filename,label\ncat/1.png,dog\n"}
    dataset = archive.find([zipped(tmp_path / "a.zip", files)])
    assert dataset.counts == {"cat": 1, "dog": 1}
    assert skipped(dataset) == {"labels.csv": "layout.table_unread"}


def test_a_damaged_table_is_no_reason_to_refuse_the_pictures(tmp_path: Path) -> None:
    files = {"cat/1.png": PICTURE, "dog/1.png": PICTURE, "labels.csv": b"filename,label\ncat/1.png,dog\n"}
    path = zipped(tmp_path / "a.zip", files)
    data = path.read_bytes().replace(b"filename,label\ncat", b"filename,label\nCAT")
    path.write_bytes(data)
    with zipfile.ZipFile(path) as packed, pytest.raises(zipfile.BadZipFile):
        packed.read("labels.csv")
    dataset = archive.find([path])
    assert dataset.counts == {"cat": 1, "dog": 1}
    assert skipped(dataset) == {"labels.csv": "layout.table_unread"}


def test_digits_as_labels_of_pictures_named_by_digits(pack: Pack) -> None:
    table = b"label,filename\n1,0.png\n0,1.png\n"
    assert labelled(pack("0.png", "1.png", labels_csv=table)) == {"0.png": "1", "1.png": "0"}


def test_a_bare_name_that_several_pictures_have_names_none(pack: Pack) -> None:
    dataset = pack("x/1.png", "y/1.png", "y/2.png", "z.png", labels_csv=b"1.png,cat\n2.png,dog\nz.png,cat\n")
    assert labelled(dataset) == {"y/2.png": "dog", "z.png": "cat"}
    assert skipped(dataset)["labels.csv"] == "layout.not_there"


def test_tables_in_several_folders_each_name_their_own(pack: Pack) -> None:
    dataset = pack(
        *("train/1.png", "train/2.png", "test/1.png"),
        train__labels_csv=b"1.png,cat\n2.png,dog\n",
        test__labels_csv=b"1.png,dog\n",
    )
    assert labelled(dataset) == {"train/1.png": "cat", "train/2.png": "dog", "test/1.png": "dog"}
    assert splits(dataset) == {"train/1.png": "train", "train/2.png": "train", "test/1.png": "test"}


def test_a_column_of_splits_is_respected(pack: Pack) -> None:
    table = b"filename,split,label\na.png,train,cat\nb.png,Test,dog\nc.png,,dog\n"
    dataset = pack("a.png", "b.png", "c.png", labels_csv=table)
    assert labelled(dataset) == {"a.png": "cat", "b.png": "dog", "c.png": "dog"}
    assert splits(dataset) == {"a.png": "train", "b.png": "test", "c.png": None}


def test_a_table_by_another_name_helps_where_the_folders_say_nothing(pack: Pack) -> None:
    table = b"id,breed\na,cat\nb,dog\n"
    assert pack("images/a.png", "images/b.png", breeds_csv=table).counts == {"cat": 1, "dog": 1}
    kept = pack("cat/a.png", "dog/b.png", breeds_csv=b"id,breed\na,wolf\nb,wolf\n")
    assert kept.counts == {"cat": 1, "dog": 1}
    assert skipped(kept) == {"breeds.csv": "layout.no_picture"}


def test_a_large_table_of_equal_names_is_read_at_once(pack: Pack) -> None:
    names = [f"{folder}/{number}.png" for folder in range(60) for number in range(60)]
    table = "\n".join(f"{name},{number % 7}a" for number, name in enumerate(names)).encode()
    began = time.perf_counter()
    assert sum(pack(*names, labels_csv=table).counts.values()) == 3600
    assert time.perf_counter() - began < 5


# --- Tables that would take much memory --------------------------------------------------------------------------

PICTURES = ["a.png", "b.png"]


def peak(table: bytes) -> tuple[Table | str | None, int]:
    """What a table says or the key of its refusal, and the bytes that reading it took at the most."""
    tracemalloc.start()
    try:
        answer: Table | str | None = read_table(table, "labels.csv", PICTURES)
    except ArchiveError as error:
        assert error.say("en") and error.say("ko")
        answer = error.key
    size = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    return answer, size


@pytest.mark.parametrize("columns", [2_000, 20_000])
def test_empty_columns_cost_nothing(columns: int) -> None:
    answer, size = peak(b"a.png,cat" + b"," * columns + b"\n" + b"b.png,dog\n" * 2_000)
    assert isinstance(answer, Table) and answer.labels == {0: "cat", 1: "dog"}
    assert size < 5 * 2**20


@pytest.mark.parametrize(
    ("table", "key"),
    [
        (b"filename,label" + b",x" * 500 + b"\na.png,cat\n", "layout.table_columns"),
        (b"filename,label\n" + b"a.png,cat\n" * 3_000, "layout.table_rows"),
        (b"a.png,cat" + b",x" * 398 + b"\n" + (b"a.png,cat" + b",1" * 398 + b"\n") * 300, "layout.table_cells"),
        (b"a.png," + b"c" * 70_000 + b"\n", "layout.table_row_length"),
        (b"a.png,cat\n" + b"x" * 5_000_000, "layout.table_row_length"),
        (b'a.png,cat\n"' + b'\n","' * 500_000, "layout.table_row_length"),
    ],
    ids=["columns", "rows", "cells", "a field", "a line", "a row of many lines"],
)
def test_a_table_beyond_a_limit_is_refused_in_words_and_takes_little(
    table: bytes, key: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(settings, "MAX_TABLE_ROWS", 3_000)
    monkeypatch.setattr(settings, "MAX_TABLE_CELLS", 100_000)
    answer, size = peak(table)
    assert answer == key
    assert size < 5 * 2**20


def test_a_tall_table_takes_little_beside_what_it_says() -> None:
    rows = b"".join(
        b"gone/%06d.png,class%d,%d,some words here\n" % (number, number % 7, number) for number in range(9000)
    )
    answer, size = peak(b"filename,label,number,words\na.png,cat,1,x\nb.png,dog,2,y\n" + rows)
    assert isinstance(answer, Table) and answer.labels == {0: "cat", 1: "dog"}
    assert len(answer.missing) == 9000
    assert size < 3 * 2**20


def test_a_refused_table_is_named_and_the_folders_are_used(pack: Pack, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(settings, "MAX_TABLE_ROWS", 2)
    dataset = pack("cat/1.png", "dog/1.png", labels_csv=b"filename,label\ncat/1.png,x\ndog/1.png,y\n")
    assert dataset.counts == {"cat": 1, "dog": 1}
    assert skipped(dataset) == {"labels.csv": "layout.table_rows"}


@pytest.mark.parametrize(
    ("table", "labels"),
    [
        (b"a.png,1,cat\nb.png,2,dog\nz.png,3,cat\n", {0: "cat", 1: "dog"}),
        (b"a.png,u1,cat\nb.png,u2,cat\n", {0: "cat", 1: "cat"}),
        (b"cat,a.png\nb,b.png\ncat,z.png\n", {0: "cat", 1: "b"}),
        (b"file,note,kind\na.png,,cat\nb.png,hm,dog\nz.png,,dog\n", {1: "hm"}),
        (b"a.png,x,cat\nb.png,y\n", {0: "x", 1: "y"}),
    ],
    ids=["numbers", "words that return", "the first row returns", "empty cells return", "short rows"],
)
def test_the_column_of_labels_where_nothing_is_called_so(table: bytes, labels: dict[int, str]) -> None:
    answer = read_table(table, "labels.csv", PICTURES)
    assert answer is not None and answer.labels == labels
