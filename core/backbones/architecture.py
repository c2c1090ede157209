"""Layers as data, from which the LiteRT file and the Keras network are made alike; and EfficientNet-Lite's.

Tan and Le 2019, "EfficientNet: Rethinking model scaling for convolutional neural networks", table 1 and section 3.3;
the Lite variants leave out squeeze-and-excite, put ReLU6 in place of swish, and scale neither stem nor head.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Literal

BATCH_NORM_EPSILON = 1e-3


@dataclass(frozen=True, slots=True)
class Convolution:
    """A convolution followed by batch normalisation and an activation."""

    weights: str  # checkpoint key
    normalisation: str  # checkpoint prefix
    kernel: int
    stride: int
    channels: int  # of the output
    relu6: bool
    depthwise: bool = False
    relu: bool = False
    zeros: int | None = None  # lines of zero padding on every side; None: "same" padding as in TensorFlow
    start: int | None = None  # its input is that of layer number `start`; None: the output of the layer before


@dataclass(frozen=True, slots=True)
class Residual:
    """Adds the input of layer number `start` to the output of the layer before."""

    start: int
    relu: bool = False


@dataclass(frozen=True, slots=True)
class Pooling:
    """Maximum pooling, with one line of zero padding on every side."""

    kernel: int
    stride: int


@dataclass(frozen=True, slots=True)
class Dense:
    """A fully connected layer with ReLU. Dense layers stand last: the first takes the mean over height and width."""

    weights: str
    channels: int


Layer = Convolution | Residual | Pooling | Dense
Layers = tuple[Layer, ...]  # in order; a layer's number is its position


@dataclass(frozen=True, slots=True)
class Stage:
    """One row of the paper's table 1."""

    repeats: int
    kernel: int
    stride: int
    expansion: int
    channels: int
    scaled: Literal["both", "width"] = "both"  # the first and last stage of the Lite variants are not made deeper


STEM, HEAD = 32, 1280
STAGES = (
    Stage(1, 3, 1, 1, 16, "width"),
    Stage(2, 3, 2, 6, 24),
    Stage(2, 5, 2, 6, 40),
    Stage(3, 3, 2, 6, 80),
    Stage(3, 5, 1, 6, 112),
    Stage(4, 5, 2, 6, 192),
    Stage(1, 3, 1, 6, 320, "width"),
)


def efficientnet_lite(width: float, depth: float) -> Layers:
    """The layers up to the feature map; weights are named as in the checkpoints of the pip packages."""
    layers: list[Layer] = [Convolution("_conv_stem.weight", "_bn0", 3, 2, STEM, relu6=True)]
    channels_in, number = STEM, 0
    for stage in STAGES:
        channels = rounded(stage.channels * width)
        repeats = math.ceil(stage.repeats * depth) if stage.scaled == "both" else stage.repeats
        for repeat in range(repeats):
            stride = stage.stride if repeat == 0 else 1
            layers += _block(f"_blocks.{number}", len(layers), channels_in, channels, stage, stride)
            channels_in, number = channels, number + 1
    return (*layers, Convolution("_conv_head.weight", "_bn1", 1, 1, HEAD, relu6=True))


def _block(name: str, start: int, channels_in: int, channels: int, stage: Stage, stride: int) -> list[Layer]:
    """Mobile inverted bottleneck (Sandler et al. 2018, figure 3): expansion, depthwise convolution, projection, and a
    residual where shapes allow."""
    wide = channels_in * stage.expansion
    layers: list[Layer] = []
    if stage.expansion > 1:
        layers.append(Convolution(f"{name}._expand_conv.weight", f"{name}._bn0", 1, 1, wide, relu6=True))
    depthwise = f"{name}._depthwise_conv.weight"
    layers.append(Convolution(depthwise, f"{name}._bn1", stage.kernel, stride, wide, relu6=True, depthwise=True))
    layers.append(Convolution(f"{name}._project_conv.weight", f"{name}._bn2", 1, 1, channels, relu6=False))
    if stride == 1 and channels_in == channels:
        layers.append(Residual(start))
    return layers


def rounded(channels: float) -> int:
    """To a multiple of 8, never more than a tenth below (Tan and Le's published code does the same)."""
    nearest = max(8, int(channels + 4) // 8 * 8)
    return nearest + 8 if nearest < 0.9 * channels else nearest


def block_start(layers: Layers, block: int) -> int:
    """The number of the first layer of a block: no layer after it needs anything before it but its input."""
    prefix = f"_blocks.{block}."
    return next(
        number
        for number, layer in enumerate(layers)
        if isinstance(layer, Convolution) and layer.weights.startswith(prefix)
    )


def dense_start(layers: Layers) -> int:
    """The number of the first dense layer, which takes the mean over the feature map; `len(layers)` without one."""
    return next((number for number, layer in enumerate(layers) if isinstance(layer, Dense)), len(layers))
