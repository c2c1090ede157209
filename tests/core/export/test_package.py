"""The package: what stands in it in words."""

from __future__ import annotations

import zipfile
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from core.export import formats, package
from core.export.format import Written
from core.export.network import inputs
from core.export.package import Checked
from core.export.proof import Proof
from core.export.squashing import Squashed
from core.model import everyday
from core.model.file import load
from core.model.model import Score

PROOF = Proof("ai-edge-litert", "2.1.0", "2026-03-09", 24, True, 3e-7, 0)


def readme(folder: Path, model: object, checked: Checked, language: str = "en") -> str:
    written = Written(model, inputs(model))  # type: ignore[arg-type]
    package.complete(folder, formats.get("litert"), written, checked, language)  # type: ignore[arg-type]
    return (folder / "README.md").read_text("utf-8")


def test_the_model_card_names_pictures_score_mix_ups_and_licences(taught: Callable[..., Path], tmp_path: Path) -> None:
    model = load(taught())
    confusion = np.array([[9, 1, 0], [0, 10, 0], [2, 0, 8]], np.int32)
    report = replace(model.report, score=Score(27, 30, 0.74, 0.97), confusion=confusion)
    text = readme(tmp_path, replace(model, labels=("a|b", "green", "blue"), report=report), Checked(PROOF, None))
    assert "27" not in text.split("Model card")[0]
    assert "Of 30 pictures that it had not learned from, 90% were right (95 % interval: 74% to 97%)" in text
    assert "- blue taken for a\\|b: 2\n- a\\|b taken for green: 1" in text
    assert "| a\\|b |" in text and "| green | 10 |" in text
    assert "Apache-2.0" in text and "EfficientNet-Lite0" in text
    assert "accuracy, value: 0.9000" in text


@pytest.mark.parametrize(("language", "words"), [("en", "all probabilities are the app's"), ("ko", "모든 확률이 앱과")])
def test_the_proof_is_said(language: str, words: str, taught: Callable[..., Path], tmp_path: Path) -> None:
    text = readme(tmp_path, load(taught()), Checked(PROOF, Squashed(200, 0.8, 0.75)), language)
    assert words in text and "0.001" in text and "ai-edge-litert 2.1.0" in text and "75%" in text and "80%" in text


def test_what_was_not_proved_is_said_with_the_command_that_would(taught: Callable[..., Path], tmp_path: Path) -> None:
    text = readme(tmp_path, load(taught()), Checked(None, None))
    assert "Not checked here" in text and "`" not in package.install_command("x")
    assert "pip install ai-edge-litert" in text


def test_a_format_whose_answers_may_differ_says_how_many_do(taught: Callable[..., Path]) -> None:
    proof = replace(PROOF, others=3, largest=0.08, pictures=200)
    sentence = package.proof_sentence(formats.get("litert-int8"), proof, "en")
    assert (
        "of 200 pictures that the model and this file were fitted on, 3 got another" in sentence and "0.080" in sentence
    )


def test_a_model_that_was_not_tested_says_so(tmp_path: Path) -> None:
    text = readme(tmp_path, load(everyday.ensure("en")), Checked(PROOF, None))
    assert "It was not tested here." in text and "same collection" not in text and "Others taught it" in text
    assert "model-index" not in text
    assert text.count("\n|") == 0  # a table of 672 labels would help nobody


def test_a_head_of_its_own_has_a_score_of_its_own(taught: Callable[..., Path]) -> None:
    written = Written(load(taught()), (), notes=("export.note.quick_head",), has_other_head=True)
    said = package.sentences(formats.get("frigate"), written, Checked(PROOF, None), "en")
    assert any("Its own score" in one and "30 pictures" in one for one in said) and len(said) == 3


def test_packing_is_the_same_twice_and_opens_everywhere(tmp_path: Path) -> None:
    (tmp_path / "in" / "deep").mkdir(parents=True)
    (tmp_path / "in" / "a.txt").write_text("a")
    (tmp_path / "in" / "deep" / "b.tflite").write_bytes(b"b" * 100)
    for name in ("x.zip", "y.zip"):
        package.pack(tmp_path / "in", tmp_path / name)
    first, second = (zipfile.ZipFile(tmp_path / name) for name in ("x.zip", "y.zip"))
    assert first.namelist() == ["x/a.txt", "x/deep/b.tflite"] and first.testzip() is None
    assert [one.CRC for one in first.infolist()] == [one.CRC for one in second.infolist()]


def test_the_zip_is_named_after_the_model() -> None:
    assert package.file_name("꽃: 봄/여름", formats.get("onnx")) == "꽃 봄 여름-onnx.zip"


def test_labels_that_look_like_markup_are_shown_as_they_are(taught: Callable[..., Path], tmp_path: Path) -> None:
    model = replace(load(taught()), labels=("<img src=x>", "*bold*", "[a](b)"))
    text = readme(tmp_path, model, Checked(PROOF, None))
    assert "\\<img src=x\\>" in text and "\\*bold\\*" in text and "\\[a\\]\\(b\\)" in text
