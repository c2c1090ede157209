"""TensorFlow.js layers-models: what becomes of them answers as their definition says; what is not known is refused."""

from __future__ import annotations

import copy
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from layers_models import Builder, answer, bytes_of, described, flat, mobilenet_blocks, mobilenet_v2, nested

from core.backbones import Backbone, layers_model
from core.backbones.layers_model import LayersModel
from core.errors import BackboneError

Model = tuple[dict, dict]


def read(model: Model, **more: Any) -> LayersModel:
    content, weights = model
    return layers_model.read(content, {"weights.bin": bytes_of(weights)}, mean=127.0, scale=127.0, **more)


def probabilities(model: LayersModel, picture: np.ndarray) -> np.ndarray:
    backbone = Backbone("layers-model", 1, model.weights, model.graph.sha256, model.graph)
    logits = np.float64(backbone.vector(picture)) @ model.head_weights + model.head_bias
    risen = np.exp(logits - logits.max())
    return risen / risen.sum()


def separate(model: Model) -> Model:
    """Its softmax as a layer of its own."""
    content, weights = model
    layers = content["modelTopology"]["config"]["layers"][-1]["config"]["layers"]
    layers[-1]["config"]["activation"] = "linear"
    layers.append({"class_name": "Activation", "config": {"name": "softmax", "activation": "softmax"}})
    return content, weights


def shared_maps() -> Model:
    """Normalisation and activation of what others need as it is, and of sums; two hidden layers; flattening."""
    builder = Builder(32, 5)
    first = builder.conv("first", 4, 3, use_bias=True)
    builder.norm("norm")
    normed = builder.last
    builder.relu6("relu6")
    added = builder.together("Add", "sum", [first, normed, builder.last])
    builder.norm("norm_sum")
    builder.relu6("relu6_sum")
    builder.conv("second", 4, 3, 2, use_bias=True)
    builder.add("Flatten", "flatten", [builder.last], (16 * 16 * 4,), data_format="channels_last")
    builder.dense("hidden", 12, "linear")
    builder.norm("norm_hidden")
    builder.layers[-1]["config"]["axis"] = [1]
    builder.add("Activation", "hidden_relu", [builder.last], (12,), activation="relu")
    builder.dense("hidden_2", 6, "relu")
    builder.dense("head", 4, "softmax")
    assert added in builder.shapes
    return described(builder.functional(), builder.weights), builder.weights


@pytest.mark.parametrize(
    "model",
    [nested(), nested(96, 2, 7), separate(nested()), flat(), flat(63), shared_maps()],
    ids=["nested", "nested 96", "softmax apart", "flat", "flat 63", "shared"],
)
def test_it_answers_as_its_layers_are_defined(model: Model) -> None:
    made = read(model)
    chance = np.random.default_rng(0)
    for _ in range(3):
        picture = chance.integers(0, 256, (made.graph.size, made.graph.size, 3), dtype=np.uint8)
        assert probabilities(made, picture) == pytest.approx(answer(*separated(model), picture / 127 - 1), abs=1e-5)


def separated(model: Model) -> Model:
    """As the reference knows it: softmax in the dense layer."""
    content, weights = copy.deepcopy(model)
    last = content["modelTopology"]["config"]["layers"][-1]
    if last["class_name"] == "Sequential" and last["config"]["layers"][-1]["class_name"] == "Activation":
        last["config"]["layers"].pop()
        last["config"]["layers"][-1]["config"]["activation"] = "softmax"
    return content, weights


@pytest.mark.slow
def test_a_whole_mobilenet_answers_as_in_keras(tmp_path: Path) -> None:
    """Keras, in a process of its own, with the weights of the file."""
    builder = Builder(224, 9)
    mobilenet_v2(builder)
    model = nested(network=builder)
    picture = np.random.default_rng(1).integers(0, 256, (224, 224, 3), dtype=np.uint8)
    np.savez(tmp_path / "weights.npz", picture=picture, **model[1])
    command = [sys.executable, "-c", _KERAS, str(tmp_path)]
    environment = {**os.environ, "CUDA_VISIBLE_DEVICES": "-1", "TF_CPP_MIN_LOG_LEVEL": "3"}
    subprocess.run(command, check=True, env=environment, capture_output=True)
    expected = np.load(tmp_path / "answer.npy")
    assert expected.max() < 0.99 and probabilities(read(model), picture) == pytest.approx(expected, abs=1e-5)


_KERAS = """
import sys
import keras
import numpy as np
weights = dict(np.load(f"{sys.argv[1]}/weights.npz"))
network = keras.applications.MobileNetV2((224, 224, 3), alpha=0.35, include_top=False, weights=None)
for layer in network.layers:
    names = [one.name for one in layer.weights]
    if isinstance(layer, keras.layers.DepthwiseConv2D):  # as Keras 2 calls it
        names = [f"depthwise_{name}" for name in names]
    if names:
        layer.set_weights([weights[f"{layer.name}/{name}"] for name in names])
vector = network.predict(weights["picture"][None] / np.float32(127) - 1, verbose=0).mean((1, 2))[0]
hidden = np.maximum(vector @ weights["dense_Dense1/kernel"] + weights["dense_Dense1/bias"], 0)
logits = np.float64(hidden @ weights["dense_Dense2/kernel"])
np.save(f"{sys.argv[1]}/answer.npy", np.exp(logits) / np.exp(logits).sum())
"""


def test_normalisation_and_activations_are_part_of_their_convolutions() -> None:
    kinds = [node.kind for node in read(nested()).graph.nodes]
    assert "activation" not in kinds and kinds.count("convolution") == 5 and kinds.count("depthwise") == 2


@pytest.mark.parametrize(
    "change",
    [
        lambda topology: {"model_config": topology},
        lambda topology: {**topology, "config": topology["config"]["layers"]},  # as the first versions wrote it
        lambda topology: renamed(topology, "Model", "Functional"),
    ],
)
def test_what_other_versions_wrote_is_read_too(change: Callable[[dict], dict]) -> None:
    content, weights = nested()
    other = {**content, "modelTopology": change(content["modelTopology"])}
    assert read((other, weights)).graph == read((content, weights)).graph


def test_names_of_weights_may_begin_with_models_around_them() -> None:
    content, weights = nested()
    longer = {f"sequential_1/{name}": array for name, array in weights.items()}
    assert read((described(content["modelTopology"], longer), longer)).graph == read((content, weights)).graph


def test_a_size_that_the_model_leaves_open_is_said_elsewhere() -> None:
    content, weights = nested()
    network(content)[0]["config"]["batch_input_shape"] = [None, None, None, 3]
    assert read((content, weights), size=96).graph.size == 96
    with pytest.raises(BackboneError) as refused:
        read((content, weights))
    assert refused.value.key == "layers.size"


def network(content: dict) -> list[dict]:
    """The layers of the functional model in a nested one."""
    return content["modelTopology"]["config"]["layers"][0]["config"]["layers"][0]["config"]["layers"]


def heads(content: dict) -> list[dict]:
    return content["modelTopology"]["config"]["layers"][1]["config"]["layers"]


def renamed(value: Any, old: str, new: str) -> Any:
    if isinstance(value, dict):
        return {
            name: new if (name, one) == ("class_name", old) else renamed(one, old, new) for name, one in value.items()
        }
    return [renamed(one, old, new) for one in value] if isinstance(value, list) else value


def option(name: str, value: Any, layer: str) -> Callable[[dict], None]:
    def change(content: dict) -> None:
        everywhere = [
            *network(content),
            *heads(content),
            *content["modelTopology"]["config"]["layers"][0]["config"]["layers"],
        ]
        next(one for one in everywhere if one["config"]["name"] == layer)["config"][name] = value

    return change


def kind(name: str, layer: str = "Conv1_relu") -> Callable[[dict], None]:
    def change(content: dict) -> None:
        next(one for one in network(content) if one["name"] == layer)["class_name"] = name

    return change


def inbound(layer: str, *calls: Any) -> Callable[[dict], None]:
    def change(content: dict) -> None:
        next(one for one in network(content) if one["name"] == layer)["inbound_nodes"] = list(calls)

    return change


REFUSED: dict[str, tuple[str, Callable[[dict], Any]]] = {
    "an unknown layer": ("layers.unknown_kind", kind("LSTM")),
    "a layer of another's own": ("layers.unknown_kind", kind("Lambda")),
    "dilation": ("layers.unknown_option", option("dilation_rate", [2, 2], "Conv1")),
    "groups": ("layers.unknown_option", option("groups", 2, "Conv1")),
    "channels first": ("layers.unknown_option", option("data_format", "channels_first", "Conv1")),
    "an oblong kernel": ("layers.unknown_option", option("kernel_size", [1, 3], "Conv1")),
    "an oblong stride": ("layers.unknown_option", option("strides", [1, 2], "Conv1")),
    "causal padding": ("layers.unknown_option", option("padding", "causal", "Conv1")),
    "another activation": ("layers.unknown_option", option("activation", "sigmoid", "Conv1")),
    "leaky": ("layers.unknown_option", option("negative_slope", 0.1, "Conv1_relu")),
    "another most": ("layers.unknown_option", option("max_value", 1, "Conv1_relu")),
    "another axis": ("layers.unknown_option", option("axis", [1], "bn_Conv1")),
    "multiplied channels": ("layers.unknown_option", option("depth_multiplier", 2, "block_1_depthwise")),
    "kept dimensions": ("layers.unknown_option", option("keepdims", True, "pool")),
    "an activation of the hidden layer": ("layers.unknown_option", option("activation", "tanh", "dense_Dense1")),
    "no softmax": ("layers.no_head", option("activation", "sigmoid", "dense_Dense2")),
    "no dense layer last": ("layers.no_head", lambda content: heads(content).pop()),
    "a strange epsilon": ("layers.damaged", option("epsilon", "1e-3", "bn_Conv1")),
    "a bias that is not there": ("layers.no_weight", option("use_bias", True, "Conv1")),
    "other filters": ("layers.damaged", option("filters", 9, "Conv1")),
    "other units": ("layers.damaged", option("units", 11, "dense_Dense1")),
    "huge padding": ("layers.damaged", option("padding", [[0, 10**9], [0, 0]], "Conv1_pad")),
    "strange padding": ("layers.damaged", option("padding", [[0], [0, 0]], "Conv1_pad")),
    "a stride of nothing": ("layers.damaged", option("strides", [0, 0], "Conv1")),
    "no picture": ("layers.no_picture", option("batch_input_shape", [None, 43, 232, 1][:2], "input_1")),
    "a grey picture": ("layers.grey", option("batch_input_shape", [None, 64, 64, 1], "input_1")),
    "an oblong picture": ("layers.size", option("batch_input_shape", [None, 64, 96, 3], "input_1")),
    "a huge picture": ("layers.size", option("batch_input_shape", [None, 10**6, 10**6, 3], "input_1")),
    "a circle": ("layers.damaged", inbound("Conv1", [["Conv1_relu", 0, 0, {}]])),
    "itself": ("layers.damaged", inbound("Conv1", [["Conv1", 0, 0, {}]])),
    "nobody": ("layers.damaged", inbound("Conv1", [["nobody", 0, 0, {}]])),
    "a second output": ("layers.damaged", inbound("Conv1", [["Conv1_pad", 0, 1, {}]])),
    "nothing": ("layers.damaged", inbound("Conv1", [])),
    "a layer in two places": (
        "layers.shared",
        inbound("Conv1", [["Conv1_pad", 0, 0, {}]], [["Conv1_pad", 0, 0, {}]]),
    ),
    "a layer that nobody needs": (
        "layers.damaged",
        lambda content: network(content).append(
            {"name": "more", "class_name": "ReLU", "config": {"name": "more"}, "inbound_nodes": [[["Conv1", 0, 0, {}]]]}
        ),
    ),
    "two layers of one name": ("layers.damaged", lambda content: network(content).append(network(content)[-1])),
    "two inputs": (
        "layers.ends",
        lambda content: content["modelTopology"]["config"]["layers"][0]["config"]["layers"][0]["config"].update(
            input_layers=[["input_1", 0, 0], ["input_2", 0, 0]]
        ),
    ),
    "a graph-model": ("layers.graph_model", lambda content: content.update(format="graph-model")),
    "a graph": ("layers.graph_model", lambda content: content.update(modelTopology={"node": []})),
    "no topology": ("layers.damaged", lambda content: content.pop("modelTopology")),
    "a topology that is none": ("layers.damaged", lambda content: content.update(modelTopology=[3])),
    "no manifest": ("layers.damaged", lambda content: content.pop("weightsManifest")),
    "no layers": ("layers.damaged", lambda content: content["modelTopology"].update(config={"layers": []})),
}


@pytest.mark.parametrize("what", REFUSED)
def test_what_would_be_run_in_another_way_is_refused(what: str) -> None:
    key, change = REFUSED[what]
    model = nested()
    change(model[0])
    with pytest.raises(BackboneError) as refused:
        read(model)
    assert refused.value.key == key
    assert refused.value.say("en") and refused.value.say("ko")


def test_the_layer_is_named() -> None:
    model = nested()
    kind("LSTM")(model[0])
    with pytest.raises(BackboneError, match=r"a layer of the kind “LSTM” \(Conv1_relu\), which TeachLens can't run"):
        read(model)


def summed(kernel: np.ndarray, **config: Any) -> Model:
    """A layer behind the softmax, as our own exports of Everyday things have it."""
    content, weights = nested(labels=4)
    weights["labels/kernel"] = np.float32(kernel)
    config = {"name": "labels", "units": kernel.shape[1], "activation": "linear", "use_bias": False, **config}
    heads(content).append({"class_name": "Dense", "config": config})
    return described(content["modelTopology"], weights), weights


def test_classes_may_add_up_to_labels() -> None:
    made = read(summed(np.eye(3)[[1, 0, 0, 2]]))
    assert made.label is not None and made.label.tolist() == [1, 0, 0, 2] and len(made.head_bias) == 4


@pytest.mark.parametrize(
    ("kernel", "config"),
    [
        (np.ones((4, 3)), {}),
        (np.eye(4) * 0.5, {}),
        (np.eye(4)[:, :3], {}),
        (np.eye(4)[[0, 1, 2, 2]], {}),
        (np.ones((4, 1)), {}),
        (np.eye(5), {}),
        (np.eye(4), {"activation": "relu"}),
        (np.eye(4), {"use_bias": True}),
    ],
)
def test_a_layer_behind_the_softmax_does_nothing_else(kernel: np.ndarray, config: dict[str, Any]) -> None:
    with pytest.raises(BackboneError):
        read(summed(kernel, **config))


def test_models_in_models_end_somewhere() -> None:
    content, weights = nested()
    for number in range(50):
        layers = {"name": f"around_{number}", "layers": [content["modelTopology"]]}
        content["modelTopology"] = {"class_name": "Sequential", "config": layers}
    with pytest.raises(BackboneError):
        read((content, weights))


@pytest.mark.parametrize(
    ("name", "change", "key"),
    [
        ("Conv1/kernel", lambda array: array[:, :, :, :-1], "layers.damaged"),
        ("Conv1/kernel", lambda array: array.reshape(-1), "layers.damaged"),
        ("Conv1/kernel", lambda array: None, "layers.no_weight"),
        ("bn_Conv1/moving_variance", lambda array: -array, "layers.damaged"),
        ("bn_Conv1/moving_variance", lambda array: array[:1], "layers.damaged"),
        ("bn_Conv1/gamma", lambda array: array * 1e9, "layers.not_finite"),
        ("dense_Dense2/kernel", lambda array: array[:, :2], "layers.damaged"),
        ("dense_Dense2/kernel", lambda array: array * 1e9, "layers.not_finite"),
        ("more/kernel", lambda array: np.zeros(3, np.float32), "layers.unused"),
        ("kernel", lambda array: np.zeros(3, np.float32), "layers.damaged"),
        ("other/Conv1/kernel", lambda array: np.zeros(3, np.float32), "layers.damaged"),
    ],
)
def test_weights_fit_their_layers(name: str, change: Callable[[Any], Any], key: str) -> None:
    content, weights = nested()
    array = change(weights.pop(name, None))
    weights |= {} if array is None else {name: array}
    with pytest.raises(BackboneError) as refused:
        read((described(content["modelTopology"], weights), weights))
    assert refused.value.key == key


def test_a_network_that_is_too_large_is_refused_before_it_is_built() -> None:
    builder = Builder(512)
    mobilenet_blocks(builder)
    content, weights = nested(network=builder)
    option("strides", [1, 1], "Conv1")(content)  # 512 px are a quarter of what is allowed
    assert read((content, weights)).graph.size == 512
    with pytest.raises(BackboneError):
        read((renamed(content, "GlobalAveragePooling2D", "Flatten"), weights))


@pytest.mark.parametrize("seed", range(40))
def test_a_file_that_was_changed_anywhere_is_read_or_refused(seed: int) -> None:
    chance = np.random.default_rng(seed)
    content, weights = nested()
    values = (None, True, -1, 0, 1e308, 2**63, "", "x" * 300, [], {}, [[]], [[["a", 0, 0]]], {"layers": []})
    for _ in range(chance.integers(1, 4)):
        inner: Any = content
        while True:
            keys = list(inner) if isinstance(inner, dict) else list(range(len(inner)))
            key = keys[chance.integers(len(keys))]
            if not isinstance(inner[key], dict | list) or not inner[key] or chance.random() < 0.05:
                inner[key] = values[chance.integers(len(values))]
                break
            inner = inner[key]
    try:
        probabilities(read((content, weights)), np.zeros((64, 64, 3), np.uint8))
    except BackboneError as error:
        assert error.say("en") and error.say("ko")
