"""The layers of EfficientNet-Lite are those of the paper."""

from __future__ import annotations

import numpy as np
import pytest

from core.backbones.architecture import (
    Convolution,
    Dense,
    Layers,
    Residual,
    block_start,
    dense_start,
    efficientnet_lite,
    rounded,
)

LITE0 = efficientnet_lite(1.0, 1.0)


def test_the_layers_are_those_of_the_paper() -> None:
    """Tan and Le 2019, table 1, without squeeze-and-excite: 16 blocks, 9 with a residual; the map is 32 times smaller
    than the input."""
    convolutions = [layer for layer in LITE0 if isinstance(layer, Convolution)]
    assert sum(layer.depthwise for layer in convolutions) == 16
    assert sum(isinstance(layer, Residual) for layer in LITE0) == 9
    assert len(convolutions) == 1 + 1 + 15 * 3 + 2
    assert int(np.prod([layer.stride for layer in convolutions])) == 32
    assert convolutions[0].channels == 32 and convolutions[-1].channels == 1280


def test_a_wider_and_deeper_network_keeps_stem_and_head() -> None:
    larger = efficientnet_lite(1.1, 1.2)
    assert len(larger) > len(LITE0) and larger[0] == LITE0[0] and larger[-1] == LITE0[-1]


@pytest.mark.parametrize(("channels", "expected"), [(32, 32), (35.2, 32), (17.6, 16), (1, 8), (91, 88), (20, 24)])
def test_channels_are_rounded_to_eights_and_never_much_below(channels: float, expected: int) -> None:
    assert rounded(channels) == expected


@pytest.mark.parametrize("block", range(16))
def test_no_layer_of_a_block_or_behind_needs_anything_before_its_start(block: int) -> None:
    start = block_start(LITE0, block)
    first = LITE0[start]
    assert isinstance(first, Convolution) and first.weights.startswith(f"_blocks.{block}.")
    assert all(layer.start >= start for layer in LITE0[start:] if isinstance(layer, Residual))


def test_dense_layers_begin_behind_the_mean() -> None:
    layers: Layers = (*LITE0[:1], Dense("hidden", 8), Dense("more", 4))
    assert dense_start(layers) == 1 and dense_start(LITE0) == len(LITE0)
