"""Weights of vision transformers, as the checkpoint has them and as the LiteRT file wants them."""

from __future__ import annotations

from math import prod

import numpy as np
import pytest
from tiny_transformer import TINY, TINY_SIZE, positions, random_weights

from core.backbones import transformer
from core.backbones.networks.dinov2 import VITS14

# Of torch.nn.functional.interpolate(grid, scale_factor=(16.1 / 37,) * 2, mode="bicubic") for the grid below: at (0, 0),
# (3, 12) and (15, 15).
TORCH = (-0.5270042, -0.3427343, -0.2910941)


def test_the_layout_is_that_of_the_official_checkpoint() -> None:
    shapes = VITS14.shapes()
    assert len(shapes) == 175 and sum(map(prod, shapes.values())) == 22_056_576
    assert shapes["pos_embed"] == (1, 1370, 384) and shapes["patch_embed.proj.weight"] == (384, 3, 14, 14)
    assert shapes["blocks.11.attn.qkv.weight"] == (1152, 384) and shapes["blocks.0.ls2.gamma"] == (384,)
    assert shapes["blocks.0.mlp.fc2.weight"] == (384, 1536) and shapes["mask_token"] == (1, 384)


def test_position_embeddings_are_resized_as_torch_does() -> None:
    grid = np.random.default_rng(3).standard_normal((37, 37, 1))
    resized = transformer.resized(grid, 16)
    assert resized.shape == (16, 16, 1)
    assert np.allclose([resized[0, 0, 0], resized[3, 12, 0], resized[15, 15, 0]], TORCH, atol=1e-6)
    by_the_book = positions(np.concatenate([np.zeros((1, 1)), grid.reshape(-1, 1)]), 37, 16)[1:]
    assert np.allclose(resized.reshape(-1, 1), by_the_book)


@pytest.mark.parametrize("side", [2, 9, 11])
def test_resizing_keeps_what_is_everywhere_the_same(side: int) -> None:
    grid = np.full((9, 9, 2), [3.0, -1.0])
    assert np.allclose(transformer.resized(grid, side), [3, -1])


def test_position_embeddings_of_the_right_size_stay_as_they_are() -> None:
    grid = np.random.default_rng(3).standard_normal((9, 9, 4))
    assert transformer.resized(grid, 9) is grid


def test_what_joins_the_stream_has_no_mean() -> None:
    weights = random_weights(TINY)
    kernel, biases, token = transformer.embedding(TINY, weights, TINY_SIZE)
    assert biases.shape == (5, 5, TINY.channels)
    parts = [kernel.mean(0), biases.mean(-1), token.mean()]
    for block in transformer.blocks(TINY, weights):
        parts += [layer.kernel.mean(0) for layer in (block.projection, block.contraction)]
        parts += [layer.bias.mean() for layer in (block.projection, block.contraction)]
        assert block.queries_keys_values.kernel.shape == (3 * TINY.channels, TINY.channels)
        assert block.expansion.kernel.dtype == np.float32
    assert all(np.abs(part).max() < 1e-6 for part in parts)


def test_a_black_picture_gives_the_bias_of_what_the_network_was_trained_on() -> None:
    weights = random_weights(TINY)
    kernel, biases, _ = transformer.embedding(TINY, weights, TINY_SIZE)
    average = 255 * np.array(transformer.MEANS)[:, None, None]
    tokens = (kernel * average).sum((1, 2, 3)) + biases  # of a picture that is everywhere the average colour
    plain = weights["patch_embed.proj.bias"] + positions(weights["pos_embed"][0], TINY.grid, 5)[1:].reshape(5, 5, -1)
    assert np.allclose(tokens, plain - plain.mean(-1, keepdims=True), atol=1e-5)
