"""A whole model as a layers-model of TensorFlow.js: a description of its layers in JSON, and its weights as one file of
float32; with NumPy and `json` alone. It is written as TensorFlow.js 1.3 and later read it."""

from __future__ import annotations

from typing import Any

import numpy as np

from core import VERSION
from core.backbones.architecture import Convolution, Pooling
from core.backbones.network import Activation
from core.backbones.weights import FloatArray
from core.errors import ExportError
from core.export.network import Input, emit
from core.model.model import Model

_CLIENT = 127.0  # clients of Teachable Machine's models feed x / 127 - 1, where x is RGB of 0 to 255
_KERAS = "2.4.0"  # the layout, not a package: Keras 3's is one that no client reads


def build(model: Model, weights_file: str) -> tuple[dict[str, Any], bytes]:
    """`model.json` and the content of `weights_file`, of a model with a single input, which takes what Teachable
    Machine's clients feed. Raises ExportError, BackboneError."""
    graph = _Graph()
    outputs = emit(model, graph)
    config = {
        "name": "model",
        "layers": graph.layers,
        "input_layers": [[graph.input, 0, 0]],
        "output_layers": [[outputs.probabilities, 0, 0]],
    }
    entries = [{"name": name, "shape": list(array.shape), "dtype": "float32"} for name, array in graph.weights]
    described = {
        "format": "layers-model",
        "generatedBy": f"TeachLens {VERSION}",
        "convertedBy": None,
        "modelTopology": {
            "keras_version": _KERAS,
            "backend": "tensorflow",
            "model_config": {"class_name": "Model", "config": config},
        },
        "weightsManifest": [{"paths": [weights_file], "weights": entries}],
    }
    return described, b"".join(np.ascontiguousarray(array, "<f4").tobytes() for _, array in graph.weights)


class _Graph:
    """Operations as layers; its tensors are the names of the layers that give them."""

    def __init__(self) -> None:
        self.layers: list[dict[str, Any]] = []
        self.weights: list[tuple[str, FloatArray]] = []
        self.input = ""
        self._scaling = (1.0, 0.0)  # of the input: what the first layers want is factor * what clients feed + offset

    def picture(self, source: Input, mean: float, scale: float) -> str:
        if self.input:
            raise ExportError("export.one_size", format="Teachable Machine")
        self.input = source.name
        self._scaling = (_CLIENT / scale, (_CLIENT - mean) / scale)
        shape = [None, source.size, source.size, 3]
        config = {"batch_input_shape": shape, "dtype": "float32", "sparse": False, "name": source.name}
        self.layers.append({"class_name": "InputLayer", "config": config, "name": source.name, "inbound_nodes": []})
        return source.name

    def convolution(self, name: str, x: str, layer: Convolution, kernel: FloatArray, bias: FloatArray) -> str:
        name = _plain(name)
        if x == self.input:
            kernel, bias = self._scaled(layer, kernel, bias)
        if layer.zeros is not None:
            x = self._zeros(name, x, layer.zeros)
        options = {
            "kernel_size": [layer.kernel] * 2,
            "strides": [layer.stride] * 2,
            "padding": "same" if layer.zeros is None else "valid",
            "data_format": "channels_last",
            "activation": "linear",
            "use_bias": True,
        }
        if layer.depthwise:
            x = self._layer("DepthwiseConv2D", name, [x], depth_multiplier=1, dilation_rate=[1, 1], **options)
            self._weigh(name, "depthwise_kernel", kernel.transpose(2, 3, 0, 1))
        else:
            x = self._layer("Conv2D", name, [x], filters=layer.channels, dilation_rate=[1, 1], **options)
            self._weigh(name, "kernel", kernel.transpose(2, 3, 1, 0))
        self._weigh(name, "bias", bias)
        return self._activated(name, x, relu6=layer.relu6, relu=layer.relu)

    def add(self, name: str, one: str, other: str, *, relu: bool) -> str:
        name = _plain(name)
        return self._activated(name, self._layer("Add", name, [one, other]), relu=relu)

    def pooling(self, name: str, x: str, layer: Pooling) -> str:
        name = _plain(name)
        options = {"pool_size": [layer.kernel] * 2, "strides": [layer.stride] * 2, "padding": "valid"}
        padded = self._zeros(name, x, 1)
        return self._layer("MaxPooling2D", name, [padded], data_format="channels_last", **options)

    def mean(self, name: str, x: str) -> str:
        return self._layer("GlobalAveragePooling2D", _plain(name), [x], data_format="channels_last")

    def concatenation(self, name: str, parts: list[str]) -> str:
        return self._layer("Concatenate", _plain(name), parts, axis=-1)

    def dense(
        self, name: str, x: str, kernel: FloatArray, bias: FloatArray | None, activation: Activation | None
    ) -> str:
        name = _plain(name)
        options = {"units": len(kernel), "activation": activation or "linear", "use_bias": bias is not None}
        x = self._layer("Dense", name, [x], **options)
        self._weigh(name, "kernel", kernel.T)
        if bias is not None:
            self._weigh(name, "bias", bias)
        return x

    def similarity(self, name: str, x: str, neighbours: FloatArray, nearest: int) -> None:
        """Not said: clients expect a single output."""

    def _scaled(self, layer: Convolution, kernel: FloatArray, bias: FloatArray) -> tuple[FloatArray, FloatArray]:
        """The same convolution of what clients feed. The zeros that pad it stay zeros only where no offset is left, or
        where it has no padding."""
        factor, offset = self._scaling
        if offset and (layer.kernel > 1 or layer.depthwise):
            raise ValueError("the first convolution is padded, and its input would need an offset")
        wide = kernel.astype(np.float64)
        moved = bias + offset * wide.sum(axis=(1, 2, 3))
        return (wide * factor).astype(np.float32), moved.astype(np.float32)

    def _zeros(self, name: str, x: str, lines: int) -> str:
        around = [[lines, lines], [lines, lines]]
        return self._layer("ZeroPadding2D", f"{name}_zeros", [x], padding=around, data_format="channels_last")

    def _activated(self, name: str, x: str, *, relu6: bool = False, relu: bool = False) -> str:
        if relu6:
            return self._layer("ReLU", f"{name}_relu6", [x], max_value=6)
        return self._layer("ReLU", f"{name}_relu", [x]) if relu else x

    def _layer(self, kind: str, name: str, operands: list[str], **options: Any) -> str:
        nodes = [[[operand, 0, 0, {}] for operand in operands]]
        config = {"name": name, "trainable": False, "dtype": "float32", **options}
        self.layers.append({"class_name": kind, "config": config, "name": name, "inbound_nodes": nodes})
        return name

    def _weigh(self, layer: str, name: str, array: FloatArray) -> None:
        self.weights.append((f"{layer}/{name}", array))


def _plain(name: str) -> str:
    """A layer's name, without what separates it from its weights' names."""
    return name.replace("/", "_")
