"""A layers-model of TensorFlow.js: what clients of Teachable Machine's models rely on. That they answer as the app does
is tested with the clients themselves, in `tests/browser/test_clients.py`."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from drawn import blots

from core.backbones.architecture import Convolution
from core.errors import ExportError
from core.export.layers_model import _Graph, build
from core.export.network import Input
from core.model.file import load


def test_the_layout_is_the_one_that_old_clients_read(taught: Callable[..., Path]) -> None:
    described, weights = build(load(taught()), "weights.bin")
    topology = described["modelTopology"]["model_config"]
    assert topology["class_name"] == "Model"
    kinds = {layer["class_name"] for layer in topology["config"]["layers"]}
    assert kinds <= {
        *("InputLayer", "Conv2D", "DepthwiseConv2D", "ReLU", "Add", "GlobalAveragePooling2D", "Concatenate", "Dense")
    }
    first = topology["config"]["layers"][0]["config"]
    assert first["batch_input_shape"] == [None, 224, 224, 3] and "batch_shape" not in first
    (manifest,) = described["weightsManifest"]
    sizes = [4 * int(np.prod(one["shape"])) for one in manifest["weights"]]
    assert sum(sizes) == len(weights) and manifest["paths"] == ["weights.bin"]
    names = [layer["name"] for layer in topology["config"]["layers"]]
    assert len(set(names)) == len(names)
    for layer in topology["config"]["layers"]:  # each input stands before what reads it
        for node in layer["inbound_nodes"]:
            assert all(names.index(reference[0]) < names.index(layer["name"]) for reference in node)


@pytest.mark.slow
def test_a_model_with_several_inputs_is_refused(taught: Callable[..., Path]) -> None:
    with pytest.raises(ExportError):
        build(load(taught("strong")), "weights.bin")


@pytest.mark.parametrize(("mean", "scale", "kernel", "zeros"), [(127.0, 128.0, 3, None), (0.0, 1.0, 1, None)])
def test_the_scaling_of_clients_is_part_of_the_first_layer(
    mean: float, scale: float, kernel: int, zeros: int | None
) -> None:
    """A padded convolution: of what clients feed, it gives what the app's gives."""
    graph, chance = _Graph(), np.random.default_rng(0)
    x = graph.picture(Input("picture", 8), mean, scale)
    layer = Convolution("", "", kernel, 1, 2, relu6=False, zeros=zeros)
    weights, bias = chance.normal(size=(2, 3, kernel, kernel)).astype(np.float32), np.ones(2, np.float32)
    graph.convolution("layer", x, layer, weights, bias)
    kernel_there, bias_there = (array for _, array in graph.weights)
    picture = blots("red", 0, 8).astype(np.float64)
    ours = _convolved((picture - mean) / scale, weights.transpose(2, 3, 1, 0), bias)
    theirs = _convolved(picture / 127 - 1, kernel_there, bias_there)
    assert np.allclose(ours, theirs, rtol=1e-5, atol=1e-3)


def test_a_scaling_that_padding_would_spoil_is_no_silent_error() -> None:
    graph = _Graph()
    x = graph.picture(Input("picture", 8), 0.0, 1.0)
    layer = Convolution("", "", 3, 1, 2, relu6=False)
    with pytest.raises(ValueError, match="padded"):
        graph.convolution("layer", x, layer, np.ones((2, 3, 3, 3), np.float32), np.ones(2, np.float32))


def _convolved(x: np.ndarray, kernel: np.ndarray, bias: np.ndarray) -> np.ndarray:
    """A convolution with a stride of 1 and zeros around; kernel (k, k, in, out)."""
    lines = kernel.shape[0] // 2
    padded = np.pad(x, ((lines, lines), (lines, lines), (0, 0)))
    windows = np.lib.stride_tricks.sliding_window_view(padded, kernel.shape[:2], axis=(0, 1))
    return np.einsum("hwcij,ijco->hwo", windows, kernel) + bias
