"""The command line in a process of its own: `open`, and what can be done with the model then."""

from __future__ import annotations

from pathlib import Path

from command_line import CommandLine, picture, zipped
from layers_models import LABELS, files, written
from layers_models import zipped as model_zip

from core.command import DONE, REFUSED


def test_a_model_is_opened_and_recognises(teachlens: CommandLine, tmp_path: Path) -> None:
    (tmp_path / "tm.zip").write_bytes(model_zip(files()))
    code, lines = teachlens.json("open", tmp_path / "tm.zip", "-o", tmp_path / "fruit")
    model = tmp_path / "fruit.teachlens"
    assert code == DONE
    assert lines == [("result", {"model": str(model), "title": "My fruit", "labels": list(LABELS)})]
    (tmp_path / "new.png").write_bytes(picture("blue", 1))
    code, lines = teachlens.json("recognise", model, tmp_path / "new.png")
    assert code == DONE and {one["label"] for one in lines[0][1]["labels"]} == set(LABELS)
    said = teachlens("inspect", model)
    assert said.returncode == DONE and "made elsewhere" in said.stdout and "ImageNet" not in said.stdout
    code, lines = teachlens.json("evaluate", model, zipped(tmp_path / "blue.zip", ("blue",), 3))
    assert code == REFUSED and lines[-1][1]["key"] == "evaluate.no_known_label"
    joined = teachlens("correct", model, tmp_path / "new.png", "--label", "blue")
    assert joined.returncode == REFUSED and "without its pictures" in joined.stderr


def test_folders_files_and_wrong_things(teachlens: CommandLine, tmp_path: Path) -> None:
    folder = written(tmp_path / "model", files())
    said = teachlens("open", folder, "-o", tmp_path / "a.teachlens")
    assert said.returncode == DONE and "Opened My fruit, with 3 classes" in said.stdout
    assert teachlens("open", *folder.iterdir(), "-o", tmp_path / "b.teachlens").returncode == DONE
    for sources in (["nothing.zip"], ["http://example.com/a/"], [folder / "model.json"], [folder, "https://a.b/"]):
        refused = teachlens("open", *sources, "-o", tmp_path / "c.teachlens")
        assert refused.returncode == REFUSED and refused.stderr and "Traceback" not in refused.stderr
    assert not (tmp_path / "c.teachlens").exists() and teachlens.leftovers() == []
