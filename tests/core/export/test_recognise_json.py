"""What programs read beside the graph."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from core.export import recognise_json
from core.export.format import Written
from core.export.network import Input, inputs
from core.model.file import load


def test_it_says_labels_threshold_and_inputs(taught: Callable[..., Path], tmp_path: Path) -> None:
    model = replace(load(taught()), threshold=0.625)
    written = Written(model, (*inputs(model), Input("picture_192", 192, 0)), similarity=True)
    recognise_json.write(tmp_path, written)
    found = json.loads((tmp_path / "recognise.json").read_text("utf-8"))
    assert found["labels"] == list(model.labels) and found["threshold"] == 0.625 and "물감" in found["title"]
    assert found["inputs"][0] == {"name": "picture", "size": 224, "from": None}
    assert found["inputs"][1]["from"] == 0
    assert model.ood_detector is not None
    assert abs(found["min_similarity"] - model.ood_detector.min_similarity) < 1e-5


def test_a_graph_that_says_no_similarity_has_no_least_one(taught: Callable[..., Path], tmp_path: Path) -> None:
    model = load(taught())
    recognise_json.write(tmp_path, Written(model, inputs(model)))
    assert json.loads((tmp_path / "recognise.json").read_text("utf-8"))["min_similarity"] is None


def test_another_model_is_made_another_time(taught: Callable[..., Path], tmp_path: Path) -> None:
    made = []
    for content in (b"one", b"one", b"two"):
        (tmp_path / "model.tflite").write_bytes(content)
        recognise_json.write(tmp_path, Written(load(taught()), ()))
        made.append(json.loads((tmp_path / "recognise.json").read_text("utf-8"))["made"])
    assert made[0] == made[1] != made[2]
