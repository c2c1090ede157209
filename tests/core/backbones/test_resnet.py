"""The classic recipe's network has the layers of ResNet50."""

from __future__ import annotations

from core.backbones import resnet
from core.backbones.architecture import Convolution, Dense, Pooling, Residual

LAYERS = resnet.resnet50()


def test_the_layers_are_those_of_the_paper() -> None:
    """He et al. 2016, table 1: 50 layers with weights, of which one is the hidden layer here; besides the scaling and a
    convolution in the shortcut of each stack."""
    convolutions = [layer for layer in LAYERS if isinstance(layer, Convolution)]
    assert len(convolutions) == 1 + 49 + 4 and sum(isinstance(layer, Residual) for layer in LAYERS) == 3 + 4 + 6 + 3
    assert sum(isinstance(layer, Pooling) for layer in LAYERS) == 1
    assert LAYERS[-1] == Dense(resnet.HIDDEN, resnet.FEATURES)


def test_a_shortcut_has_the_channels_of_what_it_is_added_to() -> None:
    channels = {0: 3}
    for number, layer in enumerate(LAYERS):
        channels[number + 1] = channels[number] if isinstance(layer, Pooling | Residual) else layer.channels
        if isinstance(layer, Residual):
            assert channels[layer.start] == channels[number]
