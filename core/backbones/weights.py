"""Convolutions with their batch normalisation folded in."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from core.backbones.architecture import BATCH_NORM_EPSILON, Convolution

Weights = Mapping[str, NDArray[Any]]


def folded(layer: Convolution, weights: Weights) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """Kernel (out, in, k, k), or (channels, 1, k, k) where depthwise, and bias (out,), so that the convolution alone
    does what it did with batch normalisation in inference (Ioffe and Szegedy 2015); folded in float64."""
    name = layer.normalisation
    deviation = np.sqrt(weights[f"{name}.running_var"].astype(np.float64) + BATCH_NORM_EPSILON)
    gain = weights[f"{name}.weight"] / deviation
    kernel = weights[layer.weights] * gain[:, None, None, None]
    bias = weights[f"{name}.bias"] - weights[f"{name}.running_mean"] * gain
    return kernel.astype(np.float32), bias.astype(np.float32)
