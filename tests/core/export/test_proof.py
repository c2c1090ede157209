"""Every format answers as the app does, on every kind of model that it can hold."""

from __future__ import annotations

import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from drawn import blots

from core.errors import ExportError
from core.export import FORMATS, formats, proof
from core.export.format import Format
from core.export.network import prepared
from core.model import everyday
from core.model.file import load, load_examples, save, thumbnails
from core.model.recognise import Recogniser

LIGHT = tuple(name for name in FORMATS if name not in ("keras", "saved-model", "litert-int8"))
ONE_OUTPUT = ("litert-uint8", "frigate", "teachable-machine")


def nothing(done: int, total: int) -> None:
    """Hears how far it is."""


def proved(name: str, path: Path, folder: Path) -> proof.Proof:
    format_ = formats.get(name)
    written = format_.write(path, folder)
    return proof.prove(format_, path, folder, written, nothing)


@pytest.mark.parametrize("name", LIGHT)
def test_a_quick_model_answers_the_same_in_every_form(name: str, taught: Callable[..., Path], tmp_path: Path) -> None:
    found = proved(name, taught(), tmp_path)
    tolerance = formats.get(name).tolerance
    assert tolerance is not None and 0 <= found.largest < tolerance and found.pictures >= 20
    assert found.examples and (found.similarity is None) == (name in ONE_OUTPUT)
    assert found.version and found.runtime == formats.get(name).runtime


@pytest.mark.slow
@pytest.mark.parametrize("name", LIGHT)
@pytest.mark.parametrize("tier", ["balanced", "strong"])
def test_joined_models_answer_the_same(name: str, tier: str, taught: Callable[..., Path], tmp_path: Path) -> None:
    if (name, tier) == ("litert-uint8", "strong"):
        with pytest.raises(ExportError):
            proved(name, taught(tier), tmp_path)
        return
    assert proved(name, taught(tier), tmp_path).largest < (formats.get(name).tolerance or 0)


@pytest.mark.slow
@pytest.mark.parametrize("name", LIGHT)
def test_everyday_things_answer_the_same(name: str, tmp_path: Path) -> None:
    """672 labels that add up from 1,000 classes, and no examples: pictures of noise are looked at."""
    path = everyday.ensure("ko")
    assert proved(name, path, tmp_path).largest < (formats.get(name).tolerance or 0)


@pytest.mark.slow
@pytest.mark.parametrize("name", ["litert", "onnx", "teachable-machine", "frigate"])
def test_a_model_that_was_tuned_answers_the_same(name: str, tuned_model: Path, tmp_path: Path) -> None:
    assert proved(name, tuned_model, tmp_path).largest < 1e-3


@pytest.mark.slow
@pytest.mark.parametrize("name", ["litert", "onnx", "teachable-machine", "frigate"])
def test_a_classic_model_answers_the_same(name: str, classic_model: Path, tmp_path: Path) -> None:
    assert proved(name, classic_model, tmp_path).largest < 1e-3


@pytest.mark.slow
@pytest.mark.parametrize("name", ["keras", "saved-model", "litert-int8"])
def test_formats_of_tensorflow_are_proved_in_a_process_of_their_own(
    name: str, taught: Callable[..., Path], tmp_path: Path
) -> None:
    import json
    import subprocess

    command = [sys.executable, "-m", "core", "export", str(taught()), "--format", name, "-o", str(tmp_path / "a.zip")]
    run = subprocess.run([*command, "--json"], capture_output=True, text=True, check=True)
    result = json.loads(run.stdout.splitlines()[-1])["result"]
    assert result["proof"]["pictures"] >= 20
    assert result["proof"]["largest"] < (1e-3 if name != "litert-int8" else 0.3)
    assert result["proof"]["others"] <= (0 if name != "litert-int8" else 3)


@pytest.mark.parametrize("name", ["litert", "onnx"])
def test_what_is_like_nothing_that_was_taught_is_told_in_the_graph(
    name: str, taught: Callable[..., Path], tmp_path: Path
) -> None:
    written = formats.get(name).write(taught(), tmp_path)
    assert written.similarity and written.model.ood_detector is not None
    app, agreed = Recogniser(taught()), set()
    for number, paint in enumerate(("red", "green", "blue")):
        for picture in (blots(paint, 70 + number), np.full((80, 80, 3), 40 * number, np.uint8)):
            similarity = _similarity(name, tmp_path, prepared(picture, written.inputs)["picture"])
            familiar = similarity >= written.model.ood_detector.min_similarity
            assert familiar == app.recognise(picture).familiar
            agreed.add(familiar)
    assert agreed == {True, False}


def test_an_export_that_answers_otherwise_is_not_given(taught: Callable[..., Path], tmp_path: Path) -> None:
    right = formats.get("litert")

    def swapped(folder: Path) -> Callable[..., object]:
        answer = right.open(folder)
        return lambda made: (np.roll(answer(made)[0], 1), answer(made)[1])

    wrong: Format = replace(right, open=swapped)  # type: ignore[arg-type]
    written = wrong.write(taught(), tmp_path)
    with pytest.raises(ExportError) as caught:
        proof.prove(wrong, taught(), tmp_path, written, nothing)
    assert caught.value.key == "export.differs"


def test_a_likeness_that_is_another_is_not_given(taught: Callable[..., Path], tmp_path: Path) -> None:
    right = formats.get("litert")

    def off(folder: Path) -> Callable[..., object]:
        answer = right.open(folder)
        return lambda made: (answer(made)[0], (answer(made)[1] or 0) - 0.1)

    written = right.write(taught(), tmp_path)
    with pytest.raises(ExportError):
        proof.prove(replace(right, open=off), taught(), tmp_path, written, nothing)  # type: ignore[arg-type]


def test_answers_that_are_no_numbers_are_not_given(taught: Callable[..., Path], tmp_path: Path) -> None:
    right = formats.get("litert")
    wrong = replace(right, open=lambda folder: lambda made: (np.full(3, np.nan, np.float32), None))
    written = wrong.write(taught(), tmp_path)
    with pytest.raises(ExportError):
        proof.prove(wrong, taught(), tmp_path, written, nothing)


def test_a_corrected_model_goes_as_it_is_now(taught: Callable[..., Path], tmp_path: Path) -> None:
    from drawn import painted

    from core.learning.correct import add

    path = tmp_path / "corrected.teachlens"
    path.write_bytes(taught().read_bytes())
    add(path, [("new.png", painted("red", 99))], "violet")
    (tmp_path / "out").mkdir()
    written = formats.get("litert").write(path, tmp_path / "out")
    assert written.model.labels[-1] == "violet"
    assert proof.prove(formats.get("litert"), path, tmp_path / "out", written, nothing).largest < 1e-3


def test_a_file_without_examples_is_proved_on_drawn_pictures(taught: Callable[..., Path], tmp_path: Path) -> None:
    model, examples, report = load(taught()), load_examples(taught()), load(taught()).report
    nothing_left = {name: getattr(examples, name)[:0] for name in ("names", "labels", "vectors", "groups")}
    report = replace(report, **{name: getattr(report, name)[:0] for name in ("example", "answer", "probability")})
    bare = replace(examples, **nothing_left)
    save(tmp_path / "bare.teachlens", replace(model, report=report), bare, ())
    assert thumbnails(tmp_path / "bare.teachlens", [0]) == [b""]
    (tmp_path / "out").mkdir()
    found = proved("litert", tmp_path / "bare.teachlens", tmp_path / "out")
    assert found.pictures >= 20 and not found.examples


def test_editions_of_tensorflow_count_as_one() -> None:
    assert proof.is_installed("numpy") and not proof.is_installed("no-such-distribution")


def _similarity(name: str, folder: Path, picture: np.ndarray) -> float:
    if name == "onnx":
        import onnxruntime

        session = onnxruntime.InferenceSession(folder / "model.onnx")
        (found,) = session.run(["similarity"], {"picture": picture.transpose(2, 0, 1)[None].astype(np.float32)})
        return float(found[0, 0])
    from ai_edge_litert.interpreter import Interpreter

    interpreter = Interpreter(str(folder / "model.tflite"))
    interpreter.allocate_tensors()
    interpreter.set_tensor(interpreter.get_input_details()[0]["index"], picture[None].astype(np.float32))
    interpreter.invoke()
    index = next(one["index"] for one in interpreter.get_output_details() if one["name"] == "similarity")
    return float(interpreter.get_tensor(index)[0, 0])
