"""A file is replaced whole or not at all, however many write it at once."""

from __future__ import annotations

import errno
import os
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

from core.settings import PROJECT
from core.storage.atomic import remove_parts, replacing, write_bytes, write_json, write_text


def names_in(folder: Path) -> list[str]:
    return [path.name for path in folder.iterdir()]


def test_the_content_takes_the_place_of_what_was_there(tmp_path: Path) -> None:
    path = tmp_path / "new" / "state.json"
    write_json(path, {"이름": 1})
    write_text(path, "line\r\n")
    assert path.read_bytes() == b"line\r\n"
    assert names_in(path.parent) == ["state.json"]


def test_on_an_error_everything_stays_as_it_was(tmp_path: Path) -> None:
    path = tmp_path / "model"
    write_bytes(path, b"before")
    with pytest.raises(ZeroDivisionError), replacing(path) as file:
        file.write(b"half")
        raise ZeroDivisionError
    assert path.read_bytes() == b"before" and names_in(tmp_path) == ["model"]


@pytest.mark.parametrize("fails", ["fsync", "rename"])
def test_a_full_disk_leaves_what_was_there_and_nothing_else(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, fails: str
) -> None:
    path = tmp_path / "model"
    write_bytes(path, b"before")

    def full(*_: object) -> None:
        raise OSError(errno.ENOSPC, "no room")

    monkeypatch.setattr(*((os, "fsync", full) if fails == "fsync" else (Path, "replace", full)))
    with pytest.raises(OSError, match="no room"):
        write_bytes(path, b"after")
    monkeypatch.undo()
    assert path.read_bytes() == b"before" and names_in(tmp_path) == ["model"]


def test_many_threads_that_write_one_file_never_mix(tmp_path: Path) -> None:
    path, failed = tmp_path / "model", []
    contents = [bytes([number]) * 50_000 for number in range(8)]

    def write(content: bytes) -> None:
        try:
            for _ in range(20):
                with replacing(path) as file:
                    file.write(content[:20_000])
                    file.write(content[20_000:])
                if path.read_bytes() not in contents:
                    failed.append("mixed")
        except OSError as error:
            failed.append(str(error))

    threads = [threading.Thread(target=write, args=(content,)) for content in contents]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failed == [] and names_in(tmp_path) == ["model"]


@pytest.mark.skipif(sys.platform == "win32", reason="kills as POSIX does")
def test_a_killed_process_leaves_a_part_that_the_next_writer_can_remove(tmp_path: Path) -> None:
    path = tmp_path / "model"
    write_bytes(path, b"before")
    script = (
        "import sys, time; from pathlib import Path; from core.storage.atomic import replacing\n"
        "with replacing(Path(sys.argv[1])) as file:\n"
        "    file.write(b'half'); file.flush(); print('on', flush=True); time.sleep(60)"
    )
    child = subprocess.Popen([sys.executable, "-c", script, str(path)], cwd=PROJECT, stdout=subprocess.PIPE)
    assert child.stdout and child.stdout.readline() == b"on\n"
    child.send_signal(signal.SIGKILL)
    child.wait()
    child.stdout.close()
    (part,) = set(tmp_path.iterdir()) - {path}
    write_bytes(path, b"after")
    assert part.exists(), "it may belong to a writer that is alive"
    os.utime(part, (time.time() - 3600,) * 2)
    write_bytes(path, b"last")
    assert path.read_bytes() == b"last" and names_in(tmp_path) == ["model"]


def test_only_parts_of_that_very_file_are_removed(tmp_path: Path) -> None:
    others = [".model.part", ".model.b.0123456789abcdef.part", "model.0123456789abcdef.part", ".model.xyz.part"]
    for name in (*others, ".model.0123456789abcdef.part"):
        (tmp_path / name).touch()
    remove_parts(tmp_path / "model")
    assert sorted(names_in(tmp_path)) == sorted(others)


@pytest.mark.parametrize("name", ["x" * 250, "가" * 83, "[model] *.teachlens"])
def test_any_name_that_the_file_system_takes_can_be_replaced(tmp_path: Path, name: str) -> None:
    write_bytes(tmp_path / name, b"1")
    write_bytes(tmp_path / name, b"2")
    assert (tmp_path / name).read_bytes() == b"2"
