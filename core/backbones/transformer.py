"""Vision transformers as data, and their weights as our LiteRT file wants them.

Dosovitskiy et al. 2021, "An image is worth 16x16 words", section 3.1, with layer scale (Touvron et al. 2021, "Going
deeper with image transformers", equation 4), in the shape and with the names of DINOv2's checkpoints (Oquab et al.
2024). Every block adds to a stream of tokens what it makes of their layer normalisation, twice: by attention, and by
two dense layers with GELU between them.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from core.backbones.weights import Weights

FloatArray = NDArray[np.float32]
EPSILON = 1e-6  # of the layer normalisations
# Of ImageNet, over 0 to 1: what the networks expect to be subtracted from red, green, blue, and to be divided by.
MEANS, DEVIATIONS = (0.485, 0.456, 0.406), (0.229, 0.224, 0.225)
_BICUBIC = -0.75  # the cubic kernel's free parameter (Keys 1981), as torch has it
# What DINOv2's published code adds to the new side when it works out the scale: the samples lie a little closer.
_OFFSET = 0.1


@dataclass(frozen=True, slots=True)
class VisionTransformer:
    """What a vision transformer is made of. One class token stands before the patches' tokens."""

    patch: int  # pixels, side of a patch
    channels: int  # of a token
    depth: int  # blocks
    heads: int  # of an attention
    hidden: int  # features between a block's dense layers
    grid: int  # patches a side for which the checkpoint has position embeddings

    def shapes(self) -> dict[str, tuple[int, ...]]:
        """Names and shapes of the tensors of its checkpoint; `mask_token` serves training alone."""
        channels, hidden = self.channels, self.hidden
        shapes: dict[str, tuple[int, ...]] = {
            "cls_token": (1, 1, channels),
            "pos_embed": (1, self.grid**2 + 1, channels),
            "mask_token": (1, channels),
            "patch_embed.proj.weight": (channels, 3, self.patch, self.patch),
            "patch_embed.proj.bias": (channels,),
        }
        for block in range(self.depth):
            inner = {
                **_affine("norm1", channels),
                **_linear("attn.qkv", channels, 3 * channels),
                **_linear("attn.proj", channels, channels),
                "ls1.gamma": (channels,),
                **_affine("norm2", channels),
                **_linear("mlp.fc1", channels, hidden),
                **_linear("mlp.fc2", hidden, channels),
                "ls2.gamma": (channels,),
            }
            shapes |= {f"blocks.{block}.{name}": shape for name, shape in inner.items()}
        return {**shapes, **_affine("norm", channels)}


@dataclass(frozen=True, slots=True)
class Linear:
    """A dense layer's kernel (out, in) and bias (out,)."""

    kernel: FloatArray
    bias: FloatArray


@dataclass(frozen=True, slots=True)
class Block:
    """A block's dense layers; its layer normalisations have neither gain nor bias left."""

    queries_keys_values: Linear  # queries are divided by the square root of their length already
    projection: Linear
    expansion: Linear
    contraction: Linear


def embedding(network: VisionTransformer, weights: Weights, size: int) -> tuple[FloatArray, FloatArray, FloatArray]:
    """What makes tokens of a picture (size, size, 3) of 0 to 255: kernel (channels, 3, patch, patch) and the biases
    (side, side, channels) of each patch, position embeddings included; and the class token (channels,)."""
    kernel = _double(weights, "patch_embed.proj.weight")
    means, deviations = np.array(MEANS)[:, None, None], np.array(DEVIATIONS)[:, None, None]
    bias = weights["patch_embed.proj.bias"] - (kernel * (means / deviations)).sum((1, 2, 3))
    kernel = kernel / (255 * deviations)
    positions = _double(weights, "pos_embed")[0]
    grid = positions[1:].reshape(network.grid, network.grid, network.channels)
    biases = resized(grid, size // network.patch) + bias
    token = weights["cls_token"][0, 0] + positions[0]
    return _single(_centred(kernel, 0)), _single(_centred(biases, -1)), _single(_centred(token, 0))


def blocks(network: VisionTransformer, weights: Weights) -> Iterator[Block]:
    """The blocks one after the other, folded in float64: gain and bias of a layer normalisation into the dense layer
    behind it, layer scale into the one before it.

    What is added to the stream is centred: its mean over the channels, which every layer normalisation would subtract,
    is zero from the start. So the normalisations need not subtract any, and nothing else changes.
    """
    for block in range(network.depth):
        name = f"blocks.{block}"
        attention = _behind_norm(weights, f"{name}.norm1", f"{name}.attn.qkv")
        scale = np.ones(3 * network.channels)
        scale[: network.channels] = (network.channels // network.heads) ** -0.5
        yield Block(
            Linear(_single(attention[0] * scale[:, None]), _single(attention[1] * scale)),
            _scaled(weights, f"{name}.attn.proj", f"{name}.ls1.gamma"),
            Linear(*map(_single, _behind_norm(weights, f"{name}.norm2", f"{name}.mlp.fc1"))),
            _scaled(weights, f"{name}.mlp.fc2", f"{name}.ls2.gamma"),
        )


def resized(grid: NDArray[np.float64], side: int) -> NDArray[np.float64]:
    """Position embeddings (side, side, channels) by bicubic interpolation without antialiasing, sampled as DINOv2's
    published code does; as they are where they have that size."""
    if grid.shape[0] == side:
        return grid
    matrix = _interpolation(grid.shape[0], side)
    return np.asarray(np.einsum("ia,jb,abc->ijc", matrix, matrix, grid, optimize=True))


def _interpolation(old: int, new: int) -> NDArray[np.float64]:
    """The matrix (new, old) of one direction; beyond the border, its last value goes on."""
    matrix = np.zeros((new, old))
    for row in range(new):
        position = (row + 0.5) * old / (new + _OFFSET) - 0.5
        first = int(np.floor(position)) - 1
        for column in range(first, first + 4):
            matrix[row, min(max(column, 0), old - 1)] += _cubic(abs(position - column))
    return matrix


def _cubic(distance: float) -> float:
    """Keys 1981, "Cubic convolution interpolation for digital image processing", equation 4."""
    a = _BICUBIC
    if distance <= 1:
        return (a + 2) * distance**3 - (a + 3) * distance**2 + 1
    return a * (distance**3 - 5 * distance**2 + 8 * distance - 4) if distance < 2 else 0.0


def _behind_norm(weights: Weights, norm: str, linear: str) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Kernel and bias of a dense layer that takes in the gain and bias of the layer normalisation before it."""
    kernel = _double(weights, f"{linear}.weight")
    bias = weights[f"{linear}.bias"] + kernel @ weights[f"{norm}.bias"]
    return kernel * weights[f"{norm}.weight"], bias


def _scaled(weights: Weights, linear: str, scale: str) -> Linear:
    """A dense layer with the layer scale behind it, centred."""
    gamma = _double(weights, scale)
    kernel, bias = weights[f"{linear}.weight"] * gamma[:, None], weights[f"{linear}.bias"] * gamma
    return Linear(_single(_centred(kernel, 0)), _single(_centred(bias, 0)))


def _centred(values: NDArray[np.float64], axis: int) -> NDArray[np.float64]:
    return np.asarray(values - values.mean(axis, keepdims=True))


def _double(weights: Weights, name: str) -> NDArray[np.float64]:
    return weights[name].astype(np.float64)


def _single(values: NDArray[np.float64]) -> FloatArray:
    return values.astype(np.float32)


def _linear(name: str, inputs: int, outputs: int) -> dict[str, tuple[int, ...]]:
    return {f"{name}.weight": (outputs, inputs), f"{name}.bias": (outputs,)}


def _affine(name: str, channels: int) -> dict[str, tuple[int, ...]]:
    return {f"{name}.weight": (channels,), f"{name}.bias": (channels,)}
