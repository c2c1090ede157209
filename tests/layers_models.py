"""Small models as Teachable Machine and our own exports write them, with random weights; and what they answer, computed
layer by layer from the definitions of Keras."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

import numpy as np
from numpy.typing import NDArray

from core.backbones.architecture import rounded

Array = NDArray[np.float64]
LABELS = ("사과", "pear & <b>plum</b>", "Class 3")
METADATA = {
    "tfjsVersion": "1.3.1",
    "tmVersion": "2.4.10",
    "packageVersion": "0.8.4-alpha2",
    "packageName": "@teachablemachine/image",
    "timeStamp": "2024-05-06T07:08:09.123Z",
    "userMetadata": {},
    "modelName": "My fruit",
    "labels": list(LABELS),
    "imageSize": 64,
}


class Builder:
    """Layers of a functional model, one after the other, and their weights."""

    def __init__(self, size: int = 64, seed: int = 0) -> None:
        self.layers: list[dict[str, Any]] = []
        self.weights: dict[str, NDArray[np.float32]] = {}
        self.shapes: dict[str, tuple[int, ...]] = {}
        self._chance = np.random.default_rng(seed)
        self.last = self.add("InputLayer", "input_1", (), (size, size, 3), batch_input_shape=[None, size, size, 3])

    def add(self, kind: str, name: str, inputs: Iterable[str], shape: tuple[int, ...], **config: Any) -> str:
        inbound = [[[one, 0, 0, {}] for one in inputs]] if inputs else []
        config = {"name": name, "trainable": True, **config}
        self.layers.append({"name": name, "class_name": kind, "config": config, "inbound_nodes": inbound})
        self.shapes[name], self.last = shape, name
        return name

    def weigh(self, name: str, shape: tuple[int, ...], low: float = -1, high: float = 1) -> None:
        fan = np.prod(shape[:-1]) if len(shape) > 1 else 1
        drawn = self._chance.uniform(low, high, shape) * (np.sqrt(3 / fan) if len(shape) > 1 else 1)
        self.weights[name] = drawn.astype(np.float32)

    def conv(self, name: str, channels: int, kernel: int, stride: int = 1, padding: str = "same", **more: Any) -> str:
        x, bias = more.pop("x", self.last), more.pop("use_bias", False)
        *sides, entering = self.shapes[x]
        self.weigh(f"{name}/kernel", (kernel, kernel, entering, channels))
        if bias:
            self.weigh(f"{name}/bias", (channels,))
        options = {"filters": channels, "kernel_size": [kernel] * 2, "strides": [stride] * 2, "padding": padding}
        shape = (*windows(sides, kernel, stride, padding), channels)
        return self.add("Conv2D", name, [x], shape, **{**_CONV, **options, "use_bias": bias, **more})

    def depthwise(self, name: str, kernel: int, stride: int = 1, padding: str = "same", bias: bool = False) -> str:
        *sides, channels = self.shapes[self.last]
        self.weigh(f"{name}/depthwise_kernel", (kernel, kernel, channels, 1))
        self.weights[f"{name}/depthwise_kernel"] *= np.sqrt(channels)
        if bias:
            self.weigh(f"{name}/bias", (channels,))
        options = {"kernel_size": [kernel] * 2, "strides": [stride] * 2, "padding": padding, "depth_multiplier": 1}
        shape = (*windows(sides, kernel, stride, padding), channels)
        return self.add("DepthwiseConv2D", name, [self.last], shape, **{**_CONV, **options, "use_bias": bias})

    def norm(self, name: str) -> str:
        x = self.last
        for variable, low, high in (("gamma", 0.5, 1.5), ("beta", -1, 1), ("moving_mean", -1, 1)):
            self.weigh(f"{name}/{variable}", self.shapes[x][-1:], low, high)
        self.weigh(f"{name}/moving_variance", self.shapes[x][-1:], 0.01, 2)
        options = {"axis": [3], "momentum": 0.999, "epsilon": 0.001, "center": True, "scale": True}
        return self.add("BatchNormalization", name, [x], self.shapes[x], **options)

    def relu6(self, name: str) -> str:
        return self.add("ReLU", name, [self.last], self.shapes[self.last], max_value=6)

    def pad(self, name: str, padding: Any = ((0, 1), (0, 1))) -> str:
        height, width, channels = self.shapes[self.last]
        (above, below), (left, right) = padding
        shape = (height + above + below, width + left + right, channels)
        given = [list(side) for side in padding]
        return self.add("ZeroPadding2D", name, [self.last], shape, padding=given, data_format="channels_last")

    def mean(self, name: str, x: str | None = None) -> str:
        x = x or self.last
        return self.add("GlobalAveragePooling2D", name, [x], self.shapes[x][-1:], data_format="channels_last")

    def together(self, kind: str, name: str, inputs: list[str]) -> str:
        shape = self.shapes[inputs[0]]
        if kind == "Concatenate":
            return self.add(kind, name, inputs, (*shape[:-1], sum(self.shapes[x][-1] for x in inputs)), axis=-1)
        return self.add(kind, name, inputs, shape)

    def dense(self, name: str, units: int, activation: str, *, bias: bool = True) -> str:
        x = self.last
        self.weigh(f"{name}/kernel", (self.shapes[x][0], units))
        if bias:
            self.weigh(f"{name}/bias", (units,))
        return self.add("Dense", name, [x], (units,), units=units, activation=activation, use_bias=bias)

    def functional(self, name: str = "model_1") -> dict[str, Any]:
        ends = {"input_layers": [[self.layers[0]["name"], 0, 0]], "output_layers": [[self.last, 0, 0]]}
        return {"class_name": "Model", "config": {"name": name, "layers": self.layers, **ends}}


_CONV = {"data_format": "channels_last", "dilation_rate": [1, 1], "activation": "linear"}


def windows(sides: Iterable[int], kernel: int, stride: int, padding: str) -> list[int]:
    return [-(-side // stride) if padding == "same" else (side - kernel) // stride + 1 for side in sides]


def mobilenet_blocks(builder: Builder) -> None:
    """A stem and two inverted residual blocks as keras.applications' MobileNetV2 has them."""
    builder.pad("Conv1_pad")
    builder.conv("Conv1", 8, 3, 2, "valid")
    builder.norm("bn_Conv1")
    start = builder.relu6("Conv1_relu")
    builder.conv("block_1_expand", 24, 1)
    builder.norm("block_1_expand_BN")
    builder.relu6("block_1_expand_relu")
    builder.depthwise("block_1_depthwise", 3)
    builder.norm("block_1_depthwise_BN")
    builder.relu6("block_1_depthwise_relu")
    builder.conv("block_1_project", 8, 1)
    projected = builder.norm("block_1_project_BN")
    builder.together("Add", "block_1_add", [start, projected])
    builder.conv("block_2_expand", 16, 1)
    builder.norm("block_2_expand_BN")
    builder.relu6("block_2_expand_relu")
    builder.pad("block_2_pad")
    builder.depthwise("block_2_depthwise", 3, 2, "valid")
    builder.norm("block_2_depthwise_BN")
    builder.relu6("block_2_depthwise_relu")
    builder.conv("Conv_1", 20, 1)
    builder.norm("Conv_1_bn")
    builder.relu6("out_relu")


def mobilenet_v2(builder: Builder, alpha: float = 0.35) -> None:
    """MobileNetV2 up to its map, named as in keras.applications and in Teachable Machine's files (Sandler et al. 2018,
    table 2)."""
    builder.pad("Conv1_pad")
    builder.conv("Conv1", rounded(32 * alpha), 3, 2, "valid")
    builder.norm("bn_Conv1")
    builder.relu6("Conv1_relu")
    number = 0
    for expansion, channels, repeats, first_stride in _MOBILENET_V2:
        for repeat in range(repeats):
            name, start = f"block_{number}" if number else "expanded_conv", builder.last
            stride, leaving = first_stride if repeat == 0 else 1, rounded(channels * alpha)
            if number:
                builder.conv(f"{name}_expand", expansion * builder.shapes[start][2], 1)
                builder.norm(f"{name}_expand_BN")
                builder.relu6(f"{name}_expand_relu")
            if stride == 2:
                builder.pad(f"{name}_pad")
            builder.depthwise(f"{name}_depthwise", 3, stride, "valid" if stride == 2 else "same")
            builder.norm(f"{name}_depthwise_BN")
            builder.relu6(f"{name}_depthwise_relu")
            builder.conv(f"{name}_project", leaving, 1)
            builder.norm(f"{name}_project_BN")
            if stride == 1 and builder.shapes[start][2] == leaving:
                builder.together("Add", f"{name}_add", [start, builder.last])
            number += 1
    builder.conv("Conv_1", 1280, 1)
    builder.norm("Conv_1_bn")
    builder.relu6("out_relu")


_MOBILENET_V2 = (  # expansion, channels, repeats, stride of the first
    (1, 16, 1, 1),
    (6, 24, 2, 2),
    (6, 32, 3, 2),
    (6, 64, 4, 2),
    (6, 96, 3, 1),
    (6, 160, 3, 2),
    (6, 320, 1, 1),
)


def nested(size: int = 64, labels: int = 3, seed: int = 0, network: Builder | None = None) -> tuple[dict, dict]:
    """`model.json` and the weights as Teachable Machine writes them: models in models."""
    builder = network or Builder(size, seed)
    if network is None:
        mobilenet_blocks(builder)
    inner = builder.functional()
    pooled = {"class_name": "GlobalAveragePooling2D", "config": {"name": "pool", "data_format": "channels_last"}}
    width = builder.shapes[builder.last][-1]
    builder.mean("pool")
    builder.dense("dense_Dense1", 10, "relu")
    builder.dense("dense_Dense2", labels, "softmax", bias=False)
    *_, first, second = builder.layers
    first["config"]["batch_input_shape"] = [None, width]
    del builder.layers[-3:]
    dense = [{"class_name": "Dense", "config": one["config"]} for one in (first, second)]
    stacked = [
        {"class_name": "Sequential", "config": {"name": "sequential_1", "layers": [inner, pooled]}},
        {"class_name": "Sequential", "config": {"name": "sequential_3", "layers": dense}},
    ]
    topology = {"class_name": "Sequential", "config": {"name": "sequential_4", "layers": stacked}}
    return described(topology, builder.weights), builder.weights


def flat(size: int = 48, seed: int = 1) -> tuple[dict, dict]:
    """The same as our own exports write them: one flat model, batch normalisation folded in, two branches."""
    builder = Builder(size, seed)
    builder.conv("stem", 6, 5, 2, use_bias=True)
    stem = builder.relu6("stem_relu6")
    builder.depthwise("depthwise", 3, 2, bias=True)
    builder.relu6("depthwise_relu6")
    builder.add("MaxPooling2D", "pool", [builder.last], (11, 11, 6), pool_size=[2, 2], strides=[1, 1], padding="valid")
    final = builder.conv("final", 10, 1, use_bias=True, activation="relu")
    builder.conv("other", 10, 1, 2, x=stem, use_bias=True)
    builder.pad("other_pad", ((0, 0), (0, 0)))
    builder.add("Activation", "other_relu", [builder.last], builder.shapes[builder.last], activation="relu")
    level = builder.together("Concatenate", "beside", [builder.last, "depthwise_relu6"])
    means = [builder.mean("mean", final), builder.mean("mean_level", level)]
    builder.together("Concatenate", "vector", means)
    builder.add("Dropout", "dropout", [builder.last], builder.shapes[builder.last], rate=0.2)
    builder.dense("head", 3, "softmax")
    return described(builder.functional("exported"), builder.weights), builder.weights


def described(topology: dict[str, Any], weights: Mapping[str, NDArray[np.float32]]) -> dict[str, Any]:
    listed = [{"name": name, "shape": list(array.shape), "dtype": "float32"} for name, array in weights.items()]
    return {
        "modelTopology": {**topology, "keras_version": "tfjs-layers 1.3.1", "backend": "tensor_flow.js"},
        "weightsManifest": [{"paths": ["weights.bin"], "weights": listed}],
    }


def bytes_of(weights: Mapping[str, NDArray[np.float32]]) -> bytes:
    return b"".join(array.astype("<f4").tobytes() for array in weights.values())


def files(model: tuple[dict, dict] | None = None, **metadata: Any) -> dict[str, bytes]:
    """The three files, by name."""
    content, weights = model or nested()
    return {
        "model.json": json.dumps(content).encode(),
        "weights.bin": bytes_of(weights),
        "metadata.json": json.dumps({**METADATA, **metadata}).encode(),
    }


def zipped(contents: Mapping[str, bytes], folder: str = "") -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in contents.items():
            archive.writestr(folder + name, content)
    return file.getvalue()


def written(folder: Path, contents: Mapping[str, bytes]) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    for name, content in contents.items():
        (folder / name).write_bytes(content)
    return folder


@contextmanager
def serving_folder(folder: Path) -> Iterator[str]:
    class Quiet(SimpleHTTPRequestHandler):
        def log_message(self, *_: object) -> None:
            """Nothing is logged."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(Quiet, directory=str(folder)))
    Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}/"
    finally:
        server.shutdown()
        server.server_close()


# --- What they answer -------------------------------------------------------------------------------------------------


def answer(content: dict, weights: Mapping[str, NDArray[np.float32]], picture: Array) -> Array:
    """The probabilities for a scaled picture (size, size, 3)."""
    return _model(content["modelTopology"], {name: np.float64(array) for name, array in weights.items()}, picture)


def _model(model: dict, weights: Mapping[str, Array], x: Array) -> Array:
    config = model["config"]
    if model["class_name"] == "Sequential":
        for layer in config["layers"]:
            x = _layer(layer, weights, [x])
        return x
    outputs = {config["input_layers"][0][0]: x}
    for layer in config["layers"]:
        if layer["class_name"] != "InputLayer":
            inputs = [outputs[one[0]] for one in layer["inbound_nodes"][0]]
            outputs[layer["name"]] = _layer(layer, weights, inputs)
    return outputs[config["output_layers"][0][0]]


def _layer(layer: dict, weights: Mapping[str, Array], inputs: list[Array]) -> Array:
    kind, config, x = layer["class_name"], layer["config"], inputs[0]
    if kind in ("Sequential", "Model"):
        return _model(layer, weights, x)
    own = {name.rpartition("/")[2]: array for name, array in weights.items() if name.split("/")[-2] == config["name"]}
    found = _KINDS[kind](config, own, inputs)
    return _ACTIVATIONS[config.get("activation", "linear")](found)


def _convolve(config: dict, own: dict[str, Array], x: Array) -> Array:
    depthwise = "depthwise_kernel" in own
    kernel = own["depthwise_kernel"] if depthwise else own["kernel"]
    views = windows_of(x, config["kernel_size"][0], config["strides"][0], config["padding"], 0.0)
    found = (
        np.einsum("hwcij,ijc->hwc", views, kernel[..., 0]) if depthwise else np.einsum("hwcij,ijco->hwo", views, kernel)
    )
    return found + own.get("bias", 0)


def windows_of(x: Array, kernel: int, stride: int, padding: str, fill: float) -> Array:
    if padding == "same":
        totals = [max((-(-side // stride) - 1) * stride + kernel - side, 0) for side in x.shape[:2]]
        x = np.pad(x, [*((total // 2, total - total // 2) for total in totals), (0, 0)], constant_values=fill)
    return np.lib.stride_tricks.sliding_window_view(x, (kernel, kernel), (0, 1))[::stride, ::stride]


def _normalise(config: dict, own: dict[str, Array], x: Array) -> Array:
    deviation = np.sqrt(own["moving_variance"] + config["epsilon"])
    return (x - own["moving_mean"]) / deviation * own["gamma"] + own["beta"]


def _softmax(x: Array) -> Array:
    risen = np.exp(x - x.max())
    return risen / risen.sum()


_KINDS: dict[str, Callable[[dict, dict, list[Array]], Array]] = {
    "Conv2D": lambda config, own, inputs: _convolve(config, own, inputs[0]),
    "DepthwiseConv2D": lambda config, own, inputs: _convolve(config, own, inputs[0]),
    "BatchNormalization": lambda config, own, inputs: _normalise(config, own, inputs[0]),
    "ReLU": lambda config, own, inputs: np.clip(inputs[0], 0, config["max_value"] or np.inf),
    "Activation": lambda config, own, inputs: inputs[0],
    "Dropout": lambda config, own, inputs: inputs[0],
    "Flatten": lambda config, own, inputs: inputs[0].reshape(-1),
    "ZeroPadding2D": lambda config, own, inputs: np.pad(inputs[0], [*config["padding"], (0, 0)]),
    "MaxPooling2D": lambda config, own, inputs: windows_of(
        inputs[0], config["pool_size"][0], config["strides"][0], config["padding"], -np.inf
    ).max((-2, -1)),
    "GlobalAveragePooling2D": lambda config, own, inputs: inputs[0].mean((0, 1)),
    "Add": lambda config, own, inputs: sum(inputs[1:], inputs[0]),
    "Concatenate": lambda config, own, inputs: np.concatenate(inputs, axis=-1),
    "Dense": lambda config, own, inputs: inputs[0] @ own["kernel"] + own.get("bias", 0),
}
_ACTIVATIONS: dict[str, Callable[[Array], Array]] = {
    "linear": lambda x: x,
    "relu": lambda x: np.maximum(x, 0),
    "softmax": _softmax,
}
