"""JSON and arrays in a zip."""

from __future__ import annotations

import json
import zipfile
from pathlib import Path

import numpy as np
import pytest
from model_files import examples

from core.errors import ModelError
from core.model.members import copy_members, read, read_array, read_json, read_rows, write_array, write_json


@pytest.mark.parametrize("compression", [zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED])
def test_rows_are_read_as_the_whole_array_has_them(tmp_path: Path, compression: int) -> None:
    path, vectors = tmp_path / "rows.zip", examples(50).vectors
    with zipfile.ZipFile(path, "w") as archive:
        write_json(archive, "a.json", ["다"])
        write_array(archive, "a.npy", vectors, compression)
    rows = np.array([0, 3, 4, 49], np.int32)

    with zipfile.ZipFile(path) as archive:
        assert np.array_equal(read_rows(archive, "a.npy", vectors.shape, np.float16, rows), vectors[rows])
        assert np.array_equal(read_array(archive, "a.npy", vectors.shape, np.float16), vectors)
        for name, shape in (("a.npy", (50, 1281)), ("a.npy", (51, 1280)), ("b.npy", (50, 1280))):
            with pytest.raises(ModelError):
                read_rows(archive, name, shape, np.float16, rows)
        with pytest.raises(ModelError):
            read_rows(archive, "a.npy", vectors.shape, np.float32, rows)
        assert read(archive, "a.json", 100).decode() == '[\n "다"\n]' and read_json(archive, "a.json", 100, 5) == ["다"]
        with pytest.raises(ModelError):
            read(archive, "a.json", 3)


@pytest.mark.parametrize(
    ("content", "values"),
    [(b'["[{,:", "\\",,,"]', 2), (b'{"a": [1, 2]}', 4), (b"[]", 1)],
)
def test_values_are_counted_outside_of_texts(tmp_path: Path, content: bytes, values: int) -> None:
    with zipfile.ZipFile(tmp_path / "json.zip", "w") as archive:
        archive.writestr("a.json", content)
    with zipfile.ZipFile(tmp_path / "json.zip") as archive:
        read_json(archive, "a.json", 1000, values)
        with pytest.raises(ModelError):
            read_json(archive, "a.json", 1000, values - 1)


@pytest.mark.parametrize("content", [b"{", b"[" * 50_000, b"\xff", b"1" * 5_000, b""])
def test_what_is_no_json_is_refused(tmp_path: Path, content: bytes) -> None:
    with zipfile.ZipFile(tmp_path / "json.zip", "w") as archive:
        archive.writestr("a.json", content)
    with zipfile.ZipFile(tmp_path / "json.zip") as archive, pytest.raises(ModelError):
        read_json(archive, "a.json", 2**20, 2**20)


def test_copied_members_are_the_same_byte_by_byte(tmp_path: Path) -> None:
    source, target = tmp_path / "source.zip", tmp_path / "target.zip"
    for path, first in ((source, "old"), (target, "new")):
        with zipfile.ZipFile(path, "w") as archive:
            write_json(archive, "a.json", first)
            if path is source:
                write_array(archive, "a.npy", examples().vectors)
                write_array(archive, "b.npy", examples().vectors, zipfile.ZIP_STORED)
            else:
                with zipfile.ZipFile(source) as old:
                    copy_members(old, archive, "a.json")
    assert len(target.read_bytes()) == len(source.read_bytes())
    with zipfile.ZipFile(target) as archive:
        assert archive.testzip() is None and archive.namelist() == ["a.json", "a.npy", "b.npy"]
        assert json.loads(archive.read("a.json")) == "new"
