"""Kernels and biases with batch normalisation folded in, and those that a lesson has tuned."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

import numpy as np
from numpy.typing import NDArray

from core.backbones.architecture import BATCH_NORM_EPSILON, Convolution

FloatArray = NDArray[np.float32]
Weights = Mapping[str, NDArray[Any]]
# Kernels and biases, as `folded` gives them, that a lesson has tuned: "57/kernel" and "57/bias" are of layer 57 of a
# backbone. From the first of them on, the network runs a second time with these, beside the backbone's own weights.
TunedWeights = Mapping[str, FloatArray]
NO_TUNED_WEIGHTS: TunedWeights = MappingProxyType({})


def folded(layer: Convolution, weights: Weights) -> tuple[FloatArray, FloatArray]:
    """Kernel (out, in, k, k), or (channels, 1, k, k) where depthwise, and bias (out,), so that the convolution alone
    does what it did with batch normalisation in inference (Ioffe and Szegedy 2015); folded in float64."""
    name = layer.normalisation
    deviation = np.sqrt(weights[f"{name}.running_var"].astype(np.float64) + BATCH_NORM_EPSILON)
    gain = weights[f"{name}.weight"] / deviation
    kernel = weights[layer.weights] * gain[:, None, None, None]
    bias = weights[f"{name}.bias"] - weights[f"{name}.running_mean"] * gain
    return kernel.astype(np.float32), bias.astype(np.float32)


def of_layer(
    number: int, layer: Convolution, weights: Weights, tuned_weights: TunedWeights
) -> tuple[FloatArray, FloatArray]:
    """Kernel and bias of the layer with that number, shaped as `folded` gives them: the tuned ones where there are any,
    else folded from the backbone's weights."""
    if f"{number}/kernel" in tuned_weights:
        return tuned_weights[f"{number}/kernel"], tuned_weights[f"{number}/bias"]
    return folded(layer, weights)


def first_of(tuned_weights: TunedWeights) -> int:
    """The number of the first layer in `tuned_weights`."""
    return min(int(name.partition("/")[0]) for name in tuned_weights)


def digest(sha256: str, tuned_weights: TunedWeights) -> str:
    """The hash of a backbone's weight file together with what a lesson has tuned."""
    if not tuned_weights:
        return sha256
    hashed = hashlib.sha256(sha256.encode())
    for name in sorted(tuned_weights):
        hashed.update(f"{name} {tuned_weights[name].shape}".encode())
        hashed.update(np.ascontiguousarray(tuned_weights[name], "<f4").tobytes())
    return hashed.hexdigest()
