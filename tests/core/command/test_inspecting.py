"""The command line in a process of its own: `inspect` and `backbones`."""

from __future__ import annotations

import shutil
import zipfile
from pathlib import Path

from command_line import CommandLine, zipped

from core.command import DONE, REFUSED
from core.learning.settings import Settings


def test_inspect_says_what_is_in_a_model_by_whatever_name(teachlens: CommandLine, tmp_path: Path) -> None:
    shutil.copy(teachlens.model, tmp_path / "download.zip")
    code, lines = teachlens.json("inspect", tmp_path / "download.zip")
    assert code == DONE
    ((kind, result),) = lines
    assert kind == "result" and result["title"] == "우리 물감" and result["seed"] == 5
    assert result["classes"] == {"blue": 8, "빨강": 8} and result["backbone"] == Settings().backbone
    output = teachlens("inspect", teachlens.model).stdout
    assert "우리 물감" in output and "  빨강: 8 pictures" in output


def test_inspect_says_what_a_source_holds_and_what_is_missing(teachlens: CommandLine, tmp_path: Path) -> None:
    code, lines = teachlens.json("inspect", teachlens.source)
    assert code == DONE
    assert lines[-1][1]["classes"] == {"blue": 8, "빨강": 8} and lines[-1][1]["ready"] is True
    assert "Ready to be taught." in teachlens("inspect", teachlens.source).stdout
    lonely = zipped(tmp_path / "lonely.zip", ("빨강",), 1)
    code, lines = teachlens.json("inspect", lonely)
    assert code == REFUSED and lines[-1][1]["ready"] is False  # as `teach` would end
    assert [lack["key"] for lack in lines[-1][1]["missing"]] == ["dataset.one_class", "dataset.too_few"]
    assert "‘빨강’에 사진이 1장 더 필요해요." in teachlens("inspect", lonely, "--language", "ko").stdout


def test_inspect_names_the_first_files_left_out_and_counts_the_rest(teachlens: CommandLine, tmp_path: Path) -> None:
    source = zipped(tmp_path / "notes.zip", ("blue", "빨강"), 2)
    with zipfile.ZipFile(source, "a") as archive:
        for number in range(15):
            archive.writestr(f"blue/{number:02}.txt", "x")
    done = teachlens("inspect", source)
    assert done.stderr.count(".txt: ") == 10 and "… and 5 more" in done.stderr
    _, lines = teachlens.json("inspect", source)
    assert [kind for kind, _ in lines].count("skipped") == 15


def test_backbones_are_listed(teachlens: CommandLine) -> None:
    code, lines = teachlens.json("backbones")
    assert code == DONE
    assert lines[0][1].items() >= {"name": Settings().backbone, "size": 224, "licence": "Apache-2.0"}.items()
    assert all(line["ready"] is (line["bytes"] is None) for _, line in lines)
    assert {"name": "resnet50", "licence": "MIT", "bytes": 94_765_736}.items() <= lines[-2][1].items()
    output = teachlens("backbones").stdout
    assert "EfficientNet-Lite0" in output and "95 MB" in output
    (dinov2,) = (line for _, line in lines if line["name"] == "dinov2-vits14")
    assert dinov2["costs"]["seconds"] < 1 and lines[0][1]["costs"] is None
    assert f"teaching {dinov2['costs']['teaching'] // 10**6} MB" in output
