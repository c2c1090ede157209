"""The backbones' LiteRT files in the user's cache folder."""

from __future__ import annotations

import hashlib
import os
import tempfile
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

from core import settings
from core.backbones import downloadable
from core.backbones.card import Card
from core.backbones.catalogue import card, has_weights_in_model, is_installed, network, weights
from core.backbones.weights import NO_TUNED_WEIGHTS, TunedWeights, digest
from core.errors import BackboneError

Buffer = bytes | memoryview
_ABANDONED = 600  # seconds: a part so old was left by a process that died while writing
_KEPT = 512 * 2**20  # bytes of files with weights of a lesson's own are kept: the oldest can be written again
_CONVERTER = 1  # rises when what `core.backbones.convert` makes changes
_WRITER = 1  # rises when what `core.backbones.litert` writes changes, so that older files are not used


def ensure(name: str, tuned_weights: TunedWeights = NO_TUNED_WEIGHTS) -> Path:
    """The LiteRT file of the backbone `name`, which is not a joined one, with a lesson's tuned weights beside it;
    written first where the cache has none or a damaged one, unless its weights have to be fetched. Safe when several
    processes do it at once, or one dies in it. Raises BackboneError."""
    if by_network := downloadable.find(name):
        if path := kept(by_network.card):
            return path
        known = by_network.card
        raise BackboneError("backbone.not_fetched", title=known.title, name=name, size=by_network.megabytes)
    card, layers = network(name)
    if has_weights_in_model(name) and not tuned_weights:
        raise BackboneError("backbone.bare", title=card.title)
    stem = f"{name}-{'tuned-' if tuned_weights else ''}{digest(card.sha256, tuned_weights)[:16]}-{_WRITER}"
    if path := _found(stem):
        return path
    from core.backbones import litert

    return _put(
        stem, litert.written(layers, {} if has_weights_in_model(name) else weights(name), card.size, tuned_weights)
    )


def kept(card: Card) -> Path | None:
    """The LiteRT file that was made of a fetched backbone; None where there is none, or a damaged one."""
    return _found(_converted(card))


def keep(card: Card, content: Buffer) -> Path:
    """Put the LiteRT file that was made of a fetched backbone into the cache. Raises BackboneError."""
    return _put(_converted(card), content)


def is_ready(name: str) -> bool:
    """Whether a backbone can be used at once; the files are not looked into. Raises BackboneError."""
    if by_network := downloadable.find(name):
        return any(_folder().glob(f"{_converted(by_network.card)}-*.tflite"))
    return all(is_installed(part) for part in card(name).parts or (name,))


def _folder() -> Path:
    return settings.cache_folder() / "backbones"


def _converted(card: Card) -> str:
    return f"{card.name}-{card.sha256[:16]}-keras{_CONVERTER}"


def _found(stem: str) -> Path | None:
    """The whole one of the files whose names begin with `stem` and end in the hash of their content."""
    _sweep(_folder())
    return next((path for path in _folder().glob(f"{stem}-*.tflite") if _whole(path)), None)


def _put(stem: str, content: Buffer) -> Path:
    there = set(_folder().glob(f"{stem}-*.tflite"))
    path = _folder() / f"{stem}-{hashlib.sha256(content).hexdigest()[:16]}.tflite"
    try:
        _place(content, path)
    except OSError as error:
        if not _whole(path):  # else another process put it there first and has it open, which Windows minds
            raise BackboneError("backbone.no_cache", folder=str(_folder())) from error
    for unwanted in {*there, *_too_old(_folder())} - {path}:
        with suppress(OSError):
            unwanted.unlink()
    return path


def _too_old(folder: Path) -> Iterator[Path]:
    """Files with weights of a lesson's own, beyond the newest that there is room for."""
    found = []
    for path in folder.glob("*-tuned-*.tflite"):
        with suppress(OSError):
            there = path.stat()
            found.append((there.st_mtime, there.st_size, path))
    room = _KEPT
    for _, size, path in sorted(found, reverse=True):
        room -= size
        if room < 0:
            yield path


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


def _place(content: Buffer, path: Path) -> None:
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
