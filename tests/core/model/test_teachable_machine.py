"""Models of Teachable Machine: what is read of their files, how they are kept, and what they answer."""

from __future__ import annotations

import json
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest
from layers_models import LABELS, answer, described, files, flat, nested
from model_files import tampered

from core.errors import BackboneError, ModelError, TeachLensError
from core.model.file import has_examples, is_tuned, load, load_examples, load_listing, retitle
from core.model.model import Model
from core.model.recognise import Recogniser
from core.model.teachable_machine import gather, read, write


def made(model: tuple[dict, dict] | None = None, **metadata: Any) -> Model:
    return read(files(model, **metadata), "tm")


@pytest.fixture
def kept(tmp_path: Path) -> Path:
    path = tmp_path / "kept.teachlens"
    write(path, made())
    return path


@pytest.fixture
def picture() -> np.ndarray:
    return np.random.default_rng(2).integers(0, 256, (90, 160, 3), dtype=np.uint8)


@pytest.mark.parametrize("model", [nested(), flat()], ids=["nested", "flat"])
def test_a_picture_is_answered_as_its_own_library_does(
    model: tuple[dict, dict], tmp_path: Path, picture: np.ndarray
) -> None:
    path = tmp_path / "kept.teachlens"
    write(path, made(model))
    size = load(path).layer_graph.size  # type: ignore[union-attr]
    square = cv2.resize(np.ascontiguousarray(picture[:, 35:125]), (size, size), interpolation=cv2.INTER_AREA)
    expected = answer(*model, np.float64(square) / 127 - 1)  # the centre square, divided by 127, minus 1
    answered = Recogniser(path).recognise(picture)
    by_label = dict(zip(answered.labels, answered.probabilities, strict=True))
    assert [by_label[label] for label in LABELS] == pytest.approx(expected, abs=1e-5)


def test_labels_title_and_day_are_those_of_the_metadata(kept: Path) -> None:
    model = load(kept)
    assert model.labels == LABELS and model.card.title == "My fruit"
    assert model.card.made == "2024-05-06T07:08:09+00:00"
    assert model.card.pictures == {} and model.report.score.total == 0
    assert model.head.temperature == 1 and model.ood_detector is None


def test_it_has_no_examples_and_a_network_of_its_own(kept: Path) -> None:
    assert not has_examples(kept) and is_tuned(kept)
    assert load_listing(kept).names == () and load_examples(kept).vectors.shape == (0, 10)


@pytest.mark.parametrize("model", [nested(), flat()], ids=["a hidden layer", "two maps"])
def test_its_heat_map_is_exact(model: tuple[dict, dict], picture: np.ndarray) -> None:
    recogniser = Recogniser(made(model))
    answered = recogniser.recognise(picture, explained=True)
    best = answered.positions[0]
    head, vector = recogniser.model.head, recogniser.backbone.vector(picture)
    logit = float(vector @ head.weights[:, best])
    assert answered.heat is not None and float(answered.heat.mean()) == pytest.approx(logit, abs=1e-4)


def test_without_an_exact_heat_map_there_is_none(picture: np.ndarray) -> None:
    content, weights = nested()
    hidden = content["modelTopology"]["config"]["layers"][1]["config"]["layers"]
    second = {"name": "more", "units": 10, "activation": "relu", "use_bias": False}
    hidden.insert(1, {"class_name": "Dense", "config": second})
    weights["more/kernel"] = np.eye(10, dtype=np.float32)
    answered = Recogniser(made((described(content["modelTopology"], weights), weights))).recognise(
        picture, explained=True
    )
    assert answered.heat is None and "heat" not in answered.to_dict(3)


@pytest.mark.parametrize(
    ("said", "threshold"), [({"threshold": 0.7}, 0.7), ({"threshold": "1"}, 0.5), ({"threshold": 7}, 0.5), (None, 0.5)]
)
def test_when_an_answer_is_sure_is_what_our_own_exports_say(said: Any, threshold: float) -> None:
    assert made(userMetadata=said).threshold == threshold


@pytest.mark.parametrize(
    ("given", "labels"),
    [
        (["a", "a", "a"], ("a", "a 2", "a 3")),
        (["", " \n", "c"], ("Class 1", "Class 2", "c")),
        (["x\u202ey", "tab\there", "한글"], ("x\ufffdy", "tab here", "한글")),
        (["y" * 500, "y" * 500, "z"], ("y" * 80, "y" * 74 + " 2", "z")),
    ],
)
def test_labels_become_such_as_a_model_may_have(given: list[str], labels: tuple[str, ...], tmp_path: Path) -> None:
    write(tmp_path / "kept.teachlens", made(labels=given))
    assert load(tmp_path / "kept.teachlens").labels == labels


@pytest.mark.parametrize(
    ("metadata", "title"),
    [
        ({"modelName": ""}, "tm"),
        ({"modelName": None}, "tm"),
        ({"modelName": " a\nb "}, "a b"),
        ({"modelName": 3}, "tm"),
    ],
)
def test_without_a_name_it_is_called_as_its_file(metadata: dict[str, Any], title: str) -> None:
    assert made(**metadata).card.title == title


@pytest.mark.parametrize("moment", [None, 3, "yesterday", "9999-12-31T23:59:59Z", "0001-01-01T00:00:00+23:00"])
def test_a_day_that_is_none_is_today(moment: Any, tmp_path: Path) -> None:
    write(tmp_path / "kept.teachlens", made(timeStamp=moment))
    assert load(tmp_path / "kept.teachlens").card.made.startswith("20")


@pytest.mark.parametrize(
    ("key", "metadata"),
    [
        ("open.audio", {"wordLabels": ["a"]}),
        ("open.audio", {"tfjsSpeechCommandsVersion": "0.4.0"}),
        ("open.pose", {"packageName": "@teachablemachine/pose"}),
        ("open.pose", {"modelSettings": {"posenet": {"architecture": "MobileNetV1"}}}),
        ("layers.grey", {"grayscale": True}),
        ("open.other_labels", {"labels": ["a", "b"]}),
        ("open.no_labels", {"labels": None}),
        ("open.no_labels", {"labels": [1, 2, 3]}),
        ("open.no_labels", {"labels": ["a"] * 1001}),
    ],
)
def test_other_models_are_refused_in_a_sentence_of_their_own(key: str, metadata: dict[str, Any]) -> None:
    with pytest.raises(TeachLensError) as refused:
        made(**metadata)
    assert refused.value.key == key


@pytest.mark.parametrize("name", ["model.json", "metadata.json", "weights.bin"])
def test_each_file_is_asked_for(name: str) -> None:
    there = files()
    assert gather(lambda one, limit: there.get(one)) == there
    del there[name]
    with pytest.raises(ModelError, match=f"There is no {name}"):
        gather(lambda one, limit: there.get(one))


@pytest.mark.parametrize("name", ["model.json", "metadata.json"])
@pytest.mark.parametrize(
    "content", [b"", b"\xff\xfe", b"{", b"[]", b"3", b"[" * 100_000, b"<html>", b'{"a":[' + b"0," * 500_000 + b"0]}"]
)
def test_what_is_no_json_is_named(name: str, content: bytes) -> None:
    with pytest.raises(ModelError, match=name) as refused:
        read({**files(), name: content}, "")
    assert refused.value.key == "open.no_json"


def test_files_are_cut_off_nowhere() -> None:
    whole = files()
    for name, content in whole.items():
        with pytest.raises(TeachLensError):
            read({**whole, name: content[: len(content) // 2]}, "")


def test_no_more_is_asked_for_than_the_manifest_says() -> None:
    there, limits = files(), {}

    def reading(name: str, limit: int) -> bytes:
        limits[name] = limit
        return there[name] + b"\0" * (name == "weights.bin")

    with pytest.raises(ModelError) as refused:
        gather(reading)
    assert refused.value.key == "open.too_large" and limits["weights.bin"] == len(there["weights.bin"])


def test_a_manifest_of_gigabytes_is_refused_before_anything_is_asked_for() -> None:
    content, _ = nested()
    content["weightsManifest"][0]["weights"][0]["shape"] = [2**14, 2**14, 4]
    there = {**files(), "model.json": json.dumps(content).encode()}
    asked: list[str] = []
    with pytest.raises(ModelError) as refused:
        gather(lambda name, limit: asked.append(name) or there[name])  # type: ignore[func-returns-value]
    assert refused.value.key == "open.too_large" and asked == ["model.json", "metadata.json"]


def test_what_becomes_infinite_on_the_way_is_refused() -> None:
    content, weights = nested()
    for name in weights:
        if name.endswith("project/kernel") or name == "Conv_1/kernel":
            weights[name] = np.full_like(weights[name], 9e5)
    for layer in content["modelTopology"]["config"]["layers"][0]["config"]["layers"][0]["config"]["layers"]:
        if layer["class_name"] == "ReLU":
            layer["config"]["max_value"] = None
    weights["bn_Conv1/gamma"][:] = 1e5
    weights["block_1_expand/kernel"][:] = 9e5
    weights["block_1_depthwise/depthwise_kernel"][:] = 9e5
    weights["block_2_expand/kernel"][:] = 9e5
    weights["block_2_depthwise/depthwise_kernel"][:] = 9e5
    weights["dense_Dense1/kernel"][:] = 9e5
    with pytest.raises(TeachLensError) as refused:
        made((content, weights))
    assert refused.value.key == "layers.not_finite"


# --- As a model file --------------------------------------------------------------------------------------------------


def network(change: Callable[[dict], Any]) -> Callable[[bytes], bytes]:
    def changed(content: bytes) -> bytes:
        described = json.loads(content)
        change(described)
        return json.dumps(described).encode()

    return changed


@pytest.mark.parametrize(
    ("member", "change"),
    [
        ("network.json", lambda content: None),
        ("network.json", lambda content: b"{"),
        ("network.json", lambda content: b"{}"),
        ("network.json", lambda content: b'{"a": "' + b"x" * 2**21 + b'"}'),
        ("network.json", network(lambda graph: graph.update(size=128))),
        ("network.json", network(lambda graph: graph.update(scale=0))),
        ("network.json", network(lambda graph: graph["nodes"].pop())),
        ("network.json", network(lambda graph: graph["nodes"][1].update(inputs=[5]))),
        ("network.json", network(lambda graph: graph["nodes"][1].update(channels=10**9))),
        ("network.json", network(lambda graph: graph["nodes"][1].update(activation="relu"))),
        ("own/1/kernel.npy", lambda content: None),
        ("own/1/kernel.npy", lambda content: content[:-4]),
        ("own/0/kernel.npy", lambda content: b"more"),
        ("own/900/kernel.npy", lambda content: b"more"),
        ("examples/vectors.npy", lambda content: content.replace(b"(0, 10)", b"(1, 10)") + bytes(20)),
        ("head/weights.npy", lambda content: content[:-4]),
    ],
)
def test_a_model_file_is_checked_as_strictly(member: str, change: Callable[[bytes], Any], kept: Path) -> None:
    with pytest.raises(ModelError):
        load(tampered(kept, member, change))


def test_a_network_belongs_to_no_other_backbone(kept: Path) -> None:
    other = json.loads(zipfile.ZipFile(kept).read("model.json"))["backbone"]
    assert other["name"] == "layers-model"
    for name in ("efficientnet-lite0", "resnet50-classic"):
        changed = tampered(kept, "model.json", network(lambda said, name=name: said["backbone"].update(name=name)))
        with pytest.raises(ModelError):
            load(changed)


def test_it_can_be_renamed_and_is_the_same(kept: Path, picture: np.ndarray) -> None:
    before = Recogniser(kept).recognise(picture).probabilities
    retitle(kept, "다른 이름")
    assert load(kept).card.title == "다른 이름" and Recogniser(kept).recognise(picture).probabilities == before


def test_the_same_model_is_the_same_file(tmp_path: Path) -> None:
    for name in ("a", "b"):
        write(tmp_path / name, made())
    assert (tmp_path / "a").read_bytes() == (tmp_path / "b").read_bytes()


def test_errors_of_the_network_are_raised_as_they_are() -> None:
    content, weights = nested()
    content["modelTopology"]["config"]["layers"][0]["config"]["layers"][1]["class_name"] = "LSTM"
    with pytest.raises(BackboneError, match="LSTM"):
        made((content, weights))


def test_all_weight_files_together_may_have_no_more_than_the_manifest_says() -> None:
    """A reader is never allowed more than what is left of it."""
    shape = [100, 10]
    manifest = [
        {"paths": [f"{n}.bin" for n in range(5)], "weights": [{"name": "a", "shape": shape, "dtype": "float32"}]}
    ]
    asked = []

    def given(name: str, limit: int) -> bytes:
        if name == "metadata.json":
            return b'{"labels": ["a", "b"]}'
        if name == "model.json":
            return json.dumps({"modelTopology": {}, "weightsManifest": manifest}).encode()
        asked.append(limit)
        return b"1" * 1_500

    with pytest.raises(ModelError) as refused:
        gather(given)
    assert refused.value.key == "open.too_large" and asked == [4_000, 2_500, 1_000]
