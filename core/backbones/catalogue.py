"""Which backbones there are, their layers, and the weights of those that come with pip."""

from __future__ import annotations

import pkgutil
from collections.abc import Iterator, Mapping
from contextlib import suppress
from importlib import import_module, metadata
from pathlib import Path
from typing import Any

from numpy.typing import NDArray

from core.backbones import networks
from core.backbones.architecture import Layers, block_start
from core.backbones.card import Block, Card, PackagedWeights
from core.errors import BackboneError


def _defined(attribute: str) -> Iterator[Card]:
    """The cards that the modules of `core.backbones.networks` have under that name."""
    for module in sorted(found.name for found in pkgutil.iter_modules(networks.__path__)):
        yield from getattr(import_module(f"{networks.__name__}.{module}"), attribute, ())


_registered: dict[str, Card] = {}
_earlier: dict[tuple[str, str], Card] = {(one.name, one.sha256): one for one in _defined("EARLIER")}


def register(card: Card) -> None:
    """Let a backbone be known under its name, in place of one that was."""
    _registered[card.name] = card


for _card in _defined("CARDS"):
    register(_card)


def cards() -> tuple[Card, ...]:
    """The cards of the backbones that a lesson can build on at once, the default first."""
    return tuple(
        one
        for one in _registered.values()
        if not one.is_downloadable and not one.has_weights_in_model and not one.superseded
    )


def downloadable_cards() -> tuple[Card, ...]:
    """The cards of the backbones that have to be downloaded once; a lesson can build on them then."""
    return tuple(one for one in _registered.values() if one.is_downloadable)


def card(name: str, sha256: str | None = None) -> Card:
    """The card of the backbone `name`: as it is defined now, or earlier where `sha256` is that definition's. Raises
    BackboneError."""
    if sha256 is not None and (earlier := _earlier.get((name, sha256))):
        return earlier
    if name not in _registered:
        known = ", ".join(one.name for one in (*cards(), *downloadable_cards()))
        raise BackboneError("backbone.unknown", name=name, known=known)
    return _registered[name]


def parts(card: Card) -> tuple[Card, ...]:
    """The cards of the networks that are joined in a backbone; of another, its own."""
    return tuple(_registered[part] for part in card.parts) or (card,)


def feature_blocks(card: Card, *, tuned: bool = False) -> tuple[Block, ...]:
    """What a backbone's feature vector is made of, in order; with `tuned` as it is where a lesson has tuned a copy of
    the first network's last blocks, whose features stand behind the frozen ones."""
    blocks: list[Block] = []
    for number, part in enumerate(parts(card)):
        final = part.final_features
        copies = 2 if tuned and number == 0 and not part.has_weights_in_model else 1
        blocks += [Block(copies * final, is_level=False), *(Block(width, is_level=True) for width in part.level_widths)]
    return tuple(blocks)


def layers(name: str) -> Layers:
    """The layers of the backbone `name`. Raises BackboneError for an unknown one and for one that Keras builds;
    ValueError for a joined one, whose parts have them."""
    one = card(name)
    if one.is_downloadable:
        raise BackboneError("backbone.stays_frozen", title=one.title)
    if one.layers is None:
        raise ValueError(f"{name} is joined of {', '.join(one.parts)}")
    return one.layers()


def first_tuned_layer(name: str) -> int:
    """The number of the first layer that a thorough lesson tunes. Raises as `layers`, and ValueError where none is."""
    described, block = layers(name), card(name).tuned_from
    if block is None:
        raise ValueError(f"{name} is never tuned in part")
    return block_start(described, block)


def weights(name: str) -> Mapping[str, NDArray[Any]]:
    """The tensors of the backbone `name` by their checkpoint keys, the file's hash checked; none where models bring
    them all. Raises as `layers`."""
    from core.backbones import checkpoint

    one = card(name)
    if one.has_weights_in_model:
        return {}
    return checkpoint.read(_installed(one), one.sha256)


def is_installed(name: str) -> bool:
    """Whether the weights of the backbone `name`, which come with pip, are here. Raises as `layers`."""
    try:
        return _installed(card(name)).is_file()
    except BackboneError as error:
        if error.key != "backbone.not_installed":
            raise
        return False


def _installed(card: Card) -> Path:
    """The checkpoint in its package."""
    if card.is_downloadable:
        raise BackboneError("backbone.stays_frozen", title=card.title)
    if not isinstance(card.weights, PackagedWeights):
        raise ValueError(f"{card.name} has no weights in a package")
    with suppress(metadata.PackageNotFoundError):
        for file in metadata.files(card.weights.package) or []:
            if file.name == card.weights.file:
                return Path(str(file.locate()))
    raise BackboneError("backbone.not_installed", title=card.title, package=card.weights.package)
