"""The command line in a process of its own: `export`."""

from __future__ import annotations

import zipfile
from pathlib import Path

from command_line import CommandLine

from core.command import DONE, REFUSED


def test_export_writes_a_zip_and_says_what_is_known_of_it(teachlens: CommandLine, tmp_path: Path) -> None:
    code, lines = teachlens.json("export", teachlens.model, "--format", "litert", "-o", tmp_path / "out")
    result = lines[-1][1]
    assert code == DONE and result["file"].endswith("out.zip") and result["proof"]["largest"] < 1e-3
    assert {line[1]["stage"] for line in lines if line[0] == "progress"} == {"write", "prove", "pack"}
    assert "out/model.tflite" in zipfile.ZipFile(tmp_path / "out.zip").namelist()
    assert result["sentences"] and result["squashed"] is None


def test_export_in_words(teachlens: CommandLine, tmp_path: Path) -> None:
    said = teachlens("export", teachlens.model, "--format", "frigate", "-o", tmp_path / "out.zip", "--language", "ko")
    assert said.returncode == DONE and "확인했어요" in said.stdout and "정사각형" in said.stdout


def test_an_unknown_format_is_said_with_those_that_there_are(teachlens: CommandLine, tmp_path: Path) -> None:
    said = teachlens("export", teachlens.model, "--format", "coreml", "-o", tmp_path / "a.zip")
    assert said.returncode == REFUSED and "no format called “coreml”" in said.stderr and "onnx" in said.stderr
    assert list(tmp_path.iterdir()) == []


def test_in_a_folder_the_zip_is_named_after_the_model(teachlens: CommandLine, tmp_path: Path) -> None:
    assert teachlens("export", teachlens.model, "--format", "onnx", "-o", tmp_path).returncode == DONE
    assert [path.name for path in tmp_path.iterdir()] == ["우리 물감-onnx.zip"]


def test_a_place_that_cannot_be_written_to_is_said_before_the_work(teachlens: CommandLine, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    said = teachlens("export", teachlens.model, "--format", "litert", "-o", tmp_path / "file" / "a.zip")
    assert said.returncode == REFUSED and "Traceback" not in said.stderr and said.stdout == ""
