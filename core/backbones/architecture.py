"""EfficientNet-Lite, described once as data, from which both the LiteRT file and the Keras network are made.

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
    """A convolution with batch normalisation, no bias; "same" padding as TensorFlow pads, unless `zeros` says how many
    lines of zeros stand on every side."""

    weights: str  # checkpoint key
    normalisation: str  # checkpoint prefix
    kernel: int
    stride: int
    channels: int  # that come out
    relu6: bool
    depthwise: bool = False
    relu: bool = False
    zeros: int | None = None
    start: int | None = None  # takes what went into the layer of that number; None: what came out of the one before


@dataclass(frozen=True, slots=True)
class Residual:
    """Adds what went into layer number `start` to what came out of the last layer."""

    start: int
    relu: bool = False


@dataclass(frozen=True, slots=True)
class Pooling:
    """The largest of every kernel-wide square, one line of zeros on every side."""

    kernel: int
    stride: int


@dataclass(frozen=True, slots=True)
class Dense:
    """A fully connected layer with ReLU. Stands last: it takes the mean over height and width of what came before."""

    weights: str
    channels: int


Layer = Convolution | Residual  # what EfficientNet-Lite is made of
AnyLayer = Layer | Pooling | Dense


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


def efficientnet_lite(width: float, depth: float) -> tuple[Layer, ...]:
    """The layers up to the feature map, in order; weights are named as in the checkpoints of the pip packages."""
    layers: list[Layer] = [Convolution("_conv_stem.weight", "_bn0", 3, 2, STEM, relu6=True)]
    before, number = STEM, 0
    for stage in STAGES:
        channels = rounded(stage.channels * width)
        repeats = math.ceil(stage.repeats * depth) if stage.scaled == "both" else stage.repeats
        for repeat in range(repeats):
            stride = stage.stride if repeat == 0 else 1
            layers += _block(f"_blocks.{number}", len(layers), before, channels, stage, stride)
            before, number = channels, number + 1
    return (*layers, Convolution("_conv_head.weight", "_bn1", 1, 1, HEAD, relu6=True))


def _block(name: str, start: int, before: int, channels: int, stage: Stage, stride: int) -> list[Layer]:
    """Mobile inverted bottleneck (Sandler et al. 2018): widen, look around, narrow; and add where shapes allow."""
    wide = before * stage.expansion
    layers: list[Layer] = []
    if stage.expansion > 1:
        layers.append(Convolution(f"{name}._expand_conv.weight", f"{name}._bn0", 1, 1, wide, relu6=True))
    depthwise = f"{name}._depthwise_conv.weight"
    layers.append(Convolution(depthwise, f"{name}._bn1", stage.kernel, stride, wide, relu6=True, depthwise=True))
    layers.append(Convolution(f"{name}._project_conv.weight", f"{name}._bn2", 1, 1, channels, relu6=False))
    if stride == 1 and before == channels:
        layers.append(Residual(start))
    return layers


def rounded(channels: float) -> int:
    """To a multiple of 8, never more than a tenth below (Tan and Le's published code does the same)."""
    nearest = max(8, int(channels + 4) // 8 * 8)
    return nearest + 8 if nearest < 0.9 * channels else nearest


def block_start(layers: tuple[Layer, ...], block: int) -> int:
    """The number of the first layer of a block: nothing after it needs anything before it but what goes into it."""
    prefix = f"_blocks.{block}."
    return next(
        number
        for number, layer in enumerate(layers)
        if isinstance(layer, Convolution) and layer.weights.startswith(prefix)
    )


def shapes(layers: tuple[Layer, ...], size: int) -> list[tuple[int, int, int]]:
    """(height, width, channels) of what goes into each layer, and last of what comes out of all, for a picture of
    (size, size, 3)."""
    found = [(size, size, 3)]
    for layer in layers:
        height, width, channels = found[-1]
        if isinstance(layer, Convolution):
            found.append((-(-height // layer.stride), -(-width // layer.stride), layer.channels))
        else:
            found.append((height, width, channels))
    return found
