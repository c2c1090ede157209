"""The LiteRT file in the cache: written once, whole or not at all, whoever else does the same at the same time."""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest

from core import settings
from core.backbones import card, cards, catalogue, checkpoint, ensure, litert_files
from core.backbones.shapes import weight_shapes
from core.errors import BackboneError

NAME = cards()[0].name


@pytest.fixture
def empty(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A cache of its own, with nothing in it."""
    monkeypatch.setenv("TEACHLENS_CACHE", str(tmp_path / "cache"))
    return tmp_path / "cache" / "backbones"


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def ensuring(cache: Path, before: str = "") -> subprocess.Popen[str]:
    """Another process that needs the file, and does something first."""
    code = f"from core.backbones import litert_files\n{before}\nprint(litert_files.ensure({NAME!r}))"
    return subprocess.Popen(
        [sys.executable, "-c", code],
        cwd=settings.PROJECT,
        env={**os.environ, "TEACHLENS_CACHE": str(cache)},
        stdout=subprocess.PIPE,
        text=True,
    )


def test_the_same_bytes_are_written_every_time(empty: Path) -> None:
    path = ensure(NAME)
    content = path.read_bytes()
    path.unlink()
    assert ensure(NAME) == path and path.read_bytes() == content
    assert names(empty) == [path.name]


def test_a_file_that_is_there_is_used_without_reading_the_weights(empty: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = ensure(NAME)

    def never(*_: object) -> None:
        raise AssertionError("the weights were read")

    monkeypatch.setattr(checkpoint, "read", never)
    assert ensure(NAME) == path


@pytest.mark.parametrize("harm", ["cut", "flipped", "emptied"])
def test_a_damaged_file_is_written_again(empty: Path, harm: str) -> None:
    path = ensure(NAME)
    content = path.read_bytes()
    if harm == "cut":
        path.write_bytes(content[: len(content) // 2])
    elif harm == "flipped":
        path.write_bytes(content[:5000] + bytes([content[5000] ^ 1]) + content[5001:])
    else:
        path.write_bytes(b"")
    assert ensure(NAME).read_bytes() == content
    assert names(empty) == [path.name]


def test_weights_with_another_hash_are_not_used_and_nothing_is_written(
    empty: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    changed = tmp_path / "efficientnet-lite0.pth"
    changed.write_bytes(catalogue._installed(card(NAME)).read_bytes()[:-1] + b"!")
    monkeypatch.setattr(catalogue, "_installed", lambda _: changed)
    with pytest.raises(BackboneError) as caught:
        ensure(NAME)
    assert caught.value.key == "backbone.other_hash"
    assert not empty.exists()


def test_several_processes_at_once_after_one_was_killed_in_the_middle(empty: Path) -> None:
    halfway = (
        "import os, signal\n"
        "def killed(number):\n"
        "    os.write(number, b'half a file'); os.kill(os.getpid(), getattr(signal, 'SIGKILL', signal.SIGTERM))\n"
        "os.fsync = killed"
    )
    dying = ensuring(empty.parent, halfway)
    dying.communicate()
    assert dying.returncode != 0 and [name[-5:] for name in names(empty)] == [".part"]
    others = [ensuring(empty.parent) for _ in range(3)]
    answers = [other.communicate()[0].strip() for other in others]
    assert all(other.returncode == 0 for other in others)
    (path,) = set(map(Path, answers))
    assert path.stem.rpartition("-")[2] == hashlib.sha256(path.read_bytes()).hexdigest()[:16]
    assert ensure(NAME) == path
    assert [name for name in names(empty) if not name.endswith(".part")] == [path.name]


def test_what_a_dead_process_left_is_taken_away_and_what_a_living_one_writes_is_not(empty: Path) -> None:
    empty.mkdir(parents=True)
    old, new = empty / "old.part", empty / "new.part"
    for part in (old, new):
        part.write_bytes(b"half a file")
    os.utime(old, (time.time() - 3600,) * 2)
    path = ensure(NAME)
    assert names(empty) == sorted([path.name, "new.part"])


def test_what_a_dead_process_left_is_taken_away_where_the_file_is_there_too(empty: Path) -> None:
    path = ensure(NAME)
    left = empty / "left.part"
    left.write_bytes(b"half a file")
    os.utime(left, (time.time() - 3600,) * 2)
    assert ensure(NAME) == path and names(empty) == [path.name]


def test_a_damaged_file_of_another_writer_goes_once_there_is_a_whole_one(empty: Path) -> None:
    path = ensure(NAME)
    other = path.with_name(f"{path.stem.rpartition('-')[0]}-{'0' * 16}.tflite")
    path.rename(other)
    assert ensure(NAME) == path and names(empty) == [path.name]


def test_a_file_in_use_that_another_process_put_there_first_does(empty: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Windows refuses to replace a file that is open."""
    place = Path.replace

    def refused(part: Path, path: Path) -> Path:
        place(part, path)
        raise PermissionError(path)

    monkeypatch.setattr(Path, "replace", refused)
    path = ensure(NAME)
    assert names(empty) == [path.name]


def test_an_interrupt_while_writing_leaves_nothing(empty: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupted(_: int) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(os, "fsync", interrupted)
    with pytest.raises(KeyboardInterrupt):
        ensure(NAME)
    assert names(empty) == []


def test_a_cache_that_cannot_be_written_is_told_in_words(
    empty: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "cache").write_text("a file where the folder should be")
    with pytest.raises(BackboneError) as caught:
        ensure(NAME)
    assert caught.value.key == "backbone.no_cache"
    assert "TEACHLENS_CACHE" in caught.value.say("en") and str(tmp_path) in caught.value.say("ko")


@pytest.mark.skipif(sys.platform != "linux", reason="Linux tells a process its own peak")
def test_the_file_is_written_in_little_memory_and_without_tensorflow(empty: Path) -> None:
    told = "next(line.split()[1] for line in open('/proc/self/status') if line.startswith('VmHWM'))"
    writing = ensuring(empty.parent, f"import atexit, sys; atexit.register(lambda: print({told}, *sys.modules))")
    _, peak, *modules = writing.communicate()[0].split()
    assert "ai_edge_litert.schema_py_generated" in modules
    assert not {"tensorflow", "keras", "torch"} & set(modules)
    assert int(peak) < 150 * 1024  # kB for the whole process, of which Python with NumPy takes some 40


def test_networks_of_lessons_are_kept_as_far_as_there_is_room(empty: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    shapes = weight_shapes(catalogue.layers(NAME))
    last = max(int(name.partition("/")[0]) for name in shapes)

    def tuned(value: float) -> Path:
        return ensure(
            NAME,
            {f"{last}/{part}": np.full(shapes[f"{last}/{part}"], value, np.float32) for part in ("kernel", "bias")},
        )

    plain, first = ensure(NAME), tuned(1)
    monkeypatch.setattr(litert_files, "_MAX_TUNED_BYTES", 2 * first.stat().st_size)
    os.utime(first, (0, 0))
    second = tuned(2)
    assert first.exists()
    third = tuned(3)
    assert names(empty) == sorted(path.name for path in (plain, second, third))
