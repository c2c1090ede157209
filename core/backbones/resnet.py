"""ResNet50 with a hidden layer, as the classic recipe has it, described as data like the other networks.

He et al. 2016, "Deep residual learning for image recognition", table 1, in the shape in which keras.applications builds
it: convolutions with a bias, zeros around the first convolution and the first pooling, the stride in a block's first
convolution; and behind the mean a Dense(1024, relu). Layers are named as there.
"""

from __future__ import annotations

from core.backbones.architecture import Convolution, Dense, Layer, Layers, Pooling, Residual

NAME, SIZE = "resnet50-classic", 224  # pixels
SCALING, HIDDEN = "scaling", "hidden"  # the layers that are not ResNet50's
FEATURES = 1024  # of the hidden layer
BATCH_NORM_EPSILON = 1.001e-5
MEANS = (103.939, 116.779, 123.68)  # blue, green, red, over ImageNet: what its weights expect to be subtracted
_STACKS = ((64, 3), (128, 4), (256, 6), (512, 3))  # channels within a block, blocks


def resnet50() -> Layers:
    """From RGB of 0 to 255 to the hidden layer; the first convolution scales: it turns RGB into BGR and subtracts the
    means."""
    layers: list[Layer] = [
        Convolution(SCALING, "", 1, 1, 3, relu6=False),
        Convolution("conv1_conv", "conv1_bn", 7, 2, 64, relu6=False, relu=True, zeros=3),
        Pooling(3, 2),
    ]
    for stack, (channels, blocks) in enumerate(_STACKS, start=2):
        for block in range(1, blocks + 1):
            layers += _block(f"conv{stack}_block{block}", len(layers), channels, block == 1, 2 if stack > 2 else 1)
    return (*layers, Dense(HIDDEN, FEATURES))


def _block(name: str, start: int, channels: int, first: bool, stride: int) -> list[Layer]:
    """Bottleneck block (He et al. 2016, figure 5); a stack's first brings the shortcut to its own width and size by a
    convolution."""
    layers: list[Layer] = []
    if first:
        layers.append(Convolution(f"{name}_0_conv", f"{name}_0_bn", 1, stride, 4 * channels, relu6=False))
    stride = stride if first else 1
    return [
        *layers,
        Convolution(f"{name}_1_conv", f"{name}_1_bn", 1, stride, channels, relu6=False, relu=True, start=start),
        Convolution(f"{name}_2_conv", f"{name}_2_bn", 3, 1, channels, relu6=False, relu=True),
        Convolution(f"{name}_3_conv", f"{name}_3_bn", 1, 1, 4 * channels, relu6=False),
        Residual(start + len(layers), relu=True),
    ]
