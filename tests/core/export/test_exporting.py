"""One export from end to end: whole or not at all."""

from __future__ import annotations

import errno
import json
import os
import shutil
import subprocess
import sys
import threading
import time
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
from drawn import painted

from core.errors import ExportError, StorageError
from core.export import FORMATS, exporting, formats, proof
from core.storage import room

Taught = Callable[..., Path]
EXAMPLES = {"litert", "litert-float16", "litert-uint8", "onnx", "python"}  # that run without TensorFlow or a browser


def members(path: Path) -> dict[str, bytes]:
    with zipfile.ZipFile(path) as archive:
        return {name.partition("/")[2]: archive.read(name) for name in archive.namelist()}


@pytest.mark.parametrize("name", [name for name in FORMATS if name not in ("keras", "saved-model", "litert-int8")])
def test_a_package_has_all_that_a_person_needs(name: str, taught: Taught, tmp_path: Path) -> None:
    stages: list[str] = []
    target = tmp_path / "paints.zip"
    exported = exporting.export(taught(), name, target, "en", lambda stage, done, total: stages.append(stage))
    assert list(dict.fromkeys(stages)) == ["write", "prove", "pack"]
    found = members(target)
    assert {"README.md", "labels.txt", "recognise.json", *exported.format.files} <= found.keys()
    assert set(found["labels.txt"].decode().split()) == {"red", "green", "blue"}
    readme = found["README.md"].decode()
    assert readme.startswith("---\nlicense: apache-2.0") and "Paints & 물감" in readme
    assert "24 pictures" in readme and "Model card" in readme and "95 % interval" in readme
    assert list(tmp_path.iterdir()) == [target]
    with zipfile.ZipFile(target) as archive:
        assert all(one.startswith("paints/") for one in archive.namelist())


def test_the_readme_is_written_in_the_language_of_the_person(taught: Taught, tmp_path: Path) -> None:
    exporting.export(taught(), "litert", tmp_path / "a.zip", "ko")
    assert "모델 카드" in members(tmp_path / "a.zip")["README.md"].decode()


@pytest.mark.slow
@pytest.mark.parametrize("name", sorted(EXAMPLES))
def test_the_example_prints_what_the_app_says(name: str, taught: Taught, tmp_path: Path) -> None:
    """From the unpacked package, by a Python that does not see this project."""
    from core.model.recognise import Recogniser

    exporting.export(taught(), name, tmp_path / "a.zip", "en")
    with zipfile.ZipFile(tmp_path / "a.zip") as archive:
        archive.extractall(tmp_path)
    for number, paint in enumerate(("red", "green", "blue")):
        picture = painted(paint, 50 + number, 300)
        (tmp_path / "picture.png").write_bytes(picture)
        run = subprocess.run(
            [sys.executable, "-s", "example.py", str(tmp_path / "picture.png")],
            cwd=tmp_path / "a",
            env={name: value for name, value in os.environ.items() if name != "PYTHONPATH"},
            capture_output=True,
            text=True,
            check=True,
        )
        printed = dict(line.split("\t") for line in run.stdout.splitlines() if "\t" in line)
        expected = dict(Recogniser(taught()).recognise_bytes(picture).best(3))
        assert list(printed) == list(expected)
        tolerance = 0.02 if "float16" in name else 2e-3
        assert {label: float(share) for label, share in printed.items()} == pytest.approx(expected, abs=tolerance)


@pytest.mark.slow
def test_the_script_for_makers_answers_pictures_and_folders_and_says_what_it_cannot_read(
    taught: Taught, tmp_path: Path
) -> None:
    exporting.export(taught(), "python", tmp_path / "a.zip", "en")
    with zipfile.ZipFile(tmp_path / "a.zip") as archive:
        archive.extractall(tmp_path)
    pictures = tmp_path / "pictures"
    pictures.mkdir()
    (pictures / "red.png").write_bytes(painted("red", 60))
    (pictures / "broken.png").write_bytes(b"no picture")
    command = [sys.executable, "-s", str(tmp_path / "a" / "recognise.py"), str(pictures), "--json"]
    run = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
    (line,) = [line for line in run.stdout.splitlines() if line.startswith("{")]
    assert json.loads(line)["label"] == "red" and "broken.png" in run.stderr and run.returncode == 1


def test_where_a_runtime_is_missing_the_file_is_given_unproved_with_the_command(
    taught: Taught, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    here = proof.is_installed
    monkeypatch.setattr(proof, "is_installed", lambda name: name != "ai-edge-litert" and here(name))
    exported = exporting.export(taught(), "litert", tmp_path / "a.zip", "en")
    assert exported.checked.proof is None
    assert "pip install ai-edge-litert" in members(tmp_path / "a.zip")["README.md"].decode()


def test_where_a_writer_is_missing_the_command_is_said(
    taught: Taught, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(proof, "is_installed", lambda name: False)
    with pytest.raises(ExportError) as caught:
        exporting.export(taught(), "onnx", tmp_path / "a.zip", "en")
    assert "pip install -r requirements-export.txt" in str(caught.value) and not list(tmp_path.iterdir())


def test_too_little_memory_is_said_before_it_is_begun(
    taught: Taught, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(exporting, "memory", lambda: 690 * 10**6)
    with pytest.raises(ExportError) as caught:
        exporting.export(taught(), "keras", tmp_path / "a.zip", "en")
    assert caught.value.key == "export.memory" and not list(tmp_path.iterdir())


def test_a_full_disk_is_said_and_leaves_nothing(
    taught: Taught, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    usage = shutil.disk_usage(tmp_path)._replace(free=10**6)
    monkeypatch.setattr(room.shutil, "disk_usage", lambda folder: usage)
    with pytest.raises(StorageError):
        exporting.export(taught(), "litert", tmp_path / "a.zip", "en")
    assert not list(tmp_path.iterdir())


def test_a_disk_that_fills_while_it_is_written_leaves_the_old_file(
    taught: Taught, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    target = tmp_path / "a.zip"
    target.write_bytes(b"the old one")
    write = zipfile.ZipFile.writestr

    def full(self: zipfile.ZipFile, member: zipfile.ZipInfo, data: bytes) -> None:
        if member.filename.endswith("model.tflite"):
            raise OSError(errno.ENOSPC, "full")
        write(self, member, data)

    monkeypatch.setattr(zipfile.ZipFile, "writestr", full)
    monkeypatch.setattr("core.export.litert.with_labels", lambda content, labels: content)
    with pytest.raises(OSError, match="full"):
        exporting.export(taught(), "litert", target, "en")
    assert target.read_bytes() == b"the old one" and list(tmp_path.iterdir()) == [target]


def test_two_threads_that_write_one_target_leave_a_whole_one(taught: Taught, tmp_path: Path) -> None:
    target = tmp_path / "a.zip"
    threads = [threading.Thread(target=exporting.export, args=(taught(), "frigate", target, "en")) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert "labelmap.txt" in members(target) and list(tmp_path.iterdir()) == [target]


@pytest.mark.slow
def test_a_killed_export_leaves_the_old_file_and_the_next_one_works(taught: Taught, tmp_path: Path) -> None:
    target = tmp_path / "a.zip"
    target.write_bytes(b"the old one")
    command = [sys.executable, "-m", "core", "export", str(taught()), "--format", "litert", "-o", str(target), "--json"]
    child = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
    assert child.stdout is not None
    for line in child.stdout:
        if '"prove"' in line:
            child.kill()
            break
    child.wait()
    assert target.read_bytes() == b"the old one"
    time.sleep(0.01)
    exporting.export(taught(), "litert", target, "en")
    assert "model.tflite" in members(target)


def test_an_unknown_format_is_named_with_those_that_there_are(taught: Taught, tmp_path: Path) -> None:
    with pytest.raises(ExportError) as caught:
        exporting.export(taught(), "coreml", tmp_path / "a.zip", "en")
    assert "coreml" in str(caught.value) and "teachable-machine" in str(caught.value)


def test_every_format_has_a_name_in_the_list_and_its_words() -> None:
    from core.messages import MESSAGES

    assert tuple(one.name for one in formats.registered()) == FORMATS
    assert {f"export.use.{name}" for name in FORMATS} <= MESSAGES.keys()
    assert all(one.example or one.name == "web-page" for one in formats.registered())


def test_clients_that_squash_are_compared_and_others_are_not(taught: Taught, tmp_path: Path) -> None:
    squashed = exporting.export(taught(), "frigate", tmp_path / "a.zip", "en").checked.squashed
    assert squashed is not None and 0 < squashed.squashed <= 1 and squashed.pictures == 30
    assert exporting.export(taught(), "litert", tmp_path / "b.zip", "en").checked.squashed is None
