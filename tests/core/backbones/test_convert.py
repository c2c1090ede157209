"""What a converted file must be before it is used. The conversion itself is tested with `core.work.fetching`."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from ai_edge_litert.interpreter import Interpreter
from tiny_transformer import TINY, TINY_SIZE, random_weights, reference_map, tiny_card, tiny_checkpoint
from torch_files import saved

from core.backbones import convert, ensure, litert_files
from core.backbones.card import Card
from core.backbones.networks.keras_applications import keras_application
from core.backbones.run import Network
from core.errors import BackboneError

CARD = replace(
    keras_application("Tiny", "http://127.0.0.1:9/tiny.h5", 8, f"sha256:{'0' * 64}", 1280, "Nobody 2026", "MIT"),
    size=224,
)


@pytest.fixture(scope="module")
def content(cache: Path) -> bytes:
    """A LiteRT file that takes 224 px pictures and gives 1280 features."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("TEACHLENS_CACHE", str(cache))
        return ensure("efficientnet-lite0").read_bytes()


def network(content: bytes, change: Callable[[np.ndarray], np.ndarray] = lambda output: output) -> Any:
    """Stands for the Keras network from which `content` was converted."""
    interpreter = Interpreter(model_content=content)
    interpreter.allocate_tensors()

    def call(picture: np.ndarray, training: bool) -> list[np.ndarray]:
        assert not training
        interpreter.set_tensor(interpreter.get_input_details()[0]["index"], picture)
        interpreter.invoke()
        return [change(interpreter.get_tensor(detail["index"])) for detail in interpreter.get_output_details()]

    return call


def test_tensors_get_the_names_of_the_files_that_are_written_directly(content: bytes) -> None:
    renamed = content.replace(b"picture", b"serving").replace(b"vector", b"Iden_1")
    interpreter = Interpreter(model_content=convert._renamed(renamed))
    assert [detail["name"] for detail in interpreter.get_input_details()] == ["picture"]
    assert [detail["name"] for detail in interpreter.get_output_details()] == ["map", "vector"]


def test_a_file_that_gives_what_the_network_gives_is_used(content: bytes) -> None:
    convert._check(content, network(content), CARD)
    convert._check(content, network(content, lambda output: output * 1.0005), CARD)  # rounding


@pytest.mark.parametrize(
    "change",
    [lambda output: output * 1.1, lambda output: output[..., :1279], lambda output: -output],
    ids=["another scaling", "fewer features", "another network"],
)
def test_a_file_that_gives_anything_else_is_refused(content: bytes, change: Any) -> None:
    with pytest.raises(BackboneError) as caught:
        convert._check(content, network(content, change), CARD)
    assert caught.value.key == "backbone.not_converted" and "Tiny" in caught.value.say("ko")


def test_a_file_with_another_number_of_features_than_the_card_says_is_refused(content: bytes) -> None:
    with pytest.raises(BackboneError):
        convert._check(content, network(content), replace(CARD, features=1000))


def asked(folder: Path) -> tuple[Path, Path]:
    job, error = folder / "job.json", folder / "error.json"
    job.write_text(json.dumps({"card": asdict(CARD), "file": "tiny.h5"}), "utf-8")
    return job, error


def test_a_job_ends_with_the_file_in_the_cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TEACHLENS_CACHE", str(tmp_path))
    monkeypatch.setattr(convert, "converted", lambda card, file: f"{card.title} of {file}".encode())
    job, error = asked(tmp_path)
    assert convert.main(job, error) == 0 and not error.exists()
    path = litert_files.find_converted(CARD)
    assert path is not None and path.read_bytes() == b"Tiny of tiny.h5"


def test_a_job_that_cannot_be_done_leaves_its_sentence(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def failing(*_: object) -> bytes:
        raise BackboneError("backbone.not_converted", title="Tiny")

    monkeypatch.setattr(convert, "converted", failing)
    job, error = asked(tmp_path)
    assert convert.main(job, error) == 1
    assert json.loads(error.read_text("utf-8")) == {"key": "backbone.not_converted", "values": {"title": "Tiny"}}


def transformer_job(folder: Path, content: bytes, known: bytes | None = None) -> tuple[Card, Path, Path]:
    """The card of a checkpoint `known`, and a job to make a file of `content`, in the folder."""
    card = tiny_card("http://127.0.0.1:9", known or content)
    job, error = folder / "job.json", folder / "error.json"
    (folder / "tiny_vit.pth").write_bytes(content)
    job.write_text(json.dumps({"card": asdict(card), "file": str(folder / "tiny_vit.pth")}), "utf-8")
    return card, job, error


def test_a_vision_transformer_is_written_from_its_checkpoint(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TEACHLENS_CACHE", str(tmp_path))
    card, job, error = transformer_job(tmp_path, tiny_checkpoint())
    assert convert.main(job, error) == 0 and not error.exists()
    path = litert_files.find_converted(card)
    assert path is not None
    picture = np.random.default_rng(3).integers(0, 256, (TINY_SIZE, TINY_SIZE, 3), dtype=np.uint8)
    expected = reference_map(TINY, random_weights(TINY), picture)
    vector, (map_,) = Network(card, path, threads=1).vector_and_maps(picture)
    assert np.abs(map_ - expected).max() < 1e-4 and np.abs(vector - expected.mean((0, 1))).max() < 1e-4


WEIGHTS = random_weights(TINY)


@pytest.mark.parametrize(
    "content",
    [
        b"PK\x03\x04" + bytes(100),
        saved({name: values for name, values in WEIGHTS.items() if name != "norm.bias"}),
        saved({**WEIGHTS, "norm.bias": WEIGHTS["norm.bias"][:-1]}),
        saved({**WEIGHTS, "norm.bias": WEIGHTS["norm.bias"] * np.float32("nan")}),
    ],
    ids=["damaged", "a tensor missing", "another shape", "not a number"],
)
def test_a_checkpoint_of_anything_else_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, content: bytes
) -> None:
    monkeypatch.setenv("TEACHLENS_CACHE", str(tmp_path))
    card, job, error = transformer_job(tmp_path, content)
    assert convert.main(job, error) == 1
    assert json.loads(error.read_text("utf-8")) == {"key": "backbone.not_converted", "values": {"title": "Tiny ViT"}}
    assert litert_files.find_converted(card) is None


def test_a_checkpoint_that_was_changed_since_it_was_checked_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TEACHLENS_CACHE", str(tmp_path))
    _, job, error = transformer_job(tmp_path, tiny_checkpoint(seed=1), known=tiny_checkpoint())
    assert convert.main(job, error) == 1
