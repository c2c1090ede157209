"""The backbones' LiteRT files in the user's cache folder."""

from __future__ import annotations

import hashlib
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

from core import settings
from core.backbones import catalogue
from core.backbones.card import Card
from core.backbones.layer_graph import LayerGraph
from core.backbones.weights import NO_TUNED_WEIGHTS, TunedWeights, digest
from core.errors import BackboneError
from core.storage import atomic

Buffer = bytes | memoryview
_MAX_TUNED_BYTES = 512 * 2**20  # of all files with tuned weights: the oldest go, and can be written again
_CONVERTER = 1  # rises when what `core.backbones.convert` makes of Keras' networks changes
_TRANSFORMER_WRITER = 1  # rises when what `core.backbones.transformer_litert` writes changes
# Rises when what `core.backbones.litert` or `layer_graph_litert` writes changes, so that older files are not used.
_WRITER = 1


def ensure(name: str, tuned_weights: TunedWeights = NO_TUNED_WEIGHTS, layer_graph: LayerGraph | None = None) -> Path:
    """The LiteRT file of the backbone `name`, which is not a joined one, with a lesson's tuned weights beside it, or of
    the network that a model brings along; written first where the cache has none or a damaged one, unless its weights
    have to be downloaded. Safe when several processes do it at once, or one dies in it. Raises BackboneError."""
    card = catalogue.card(name)
    if card.is_downloadable:
        if path := find_converted(card):
            return path
        raise BackboneError("backbone.not_fetched", title=card.title, name=name, size=card.download.megabytes)
    if card.has_weights_in_model and not tuned_weights:
        raise BackboneError("backbone.bare", title=card.title)
    sha256 = layer_graph.sha256 if layer_graph else card.sha256
    stem = f"{name}-{'tuned-' if tuned_weights else ''}{digest(sha256, tuned_weights)[:16]}-{_WRITER}"
    if path := _find(stem):
        return path
    from core.backbones import layer_graph_litert, litert

    if layer_graph:
        return _store(stem, layer_graph_litert.build_litert(layer_graph, tuned_weights))
    content = litert.build_litert(
        catalogue.layers(name), catalogue.weights(name), card.size, tuned_weights, card.levels
    )
    return _store(stem, content)


def find_converted(card: Card) -> Path | None:
    """The LiteRT file that was converted from a downloaded backbone; None where there is none, or a damaged one."""
    return _find(_converted_stem(card))


def store_converted(card: Card, content: Buffer) -> Path:
    """Store the LiteRT file that was converted from a downloaded backbone in the cache. Raises BackboneError."""
    return _store(_converted_stem(card), content)


def is_ready(name: str) -> bool:
    """Whether a backbone can be used at once; the files are not looked into. Raises BackboneError."""
    card = catalogue.card(name)
    if card.is_downloadable:
        return any(_folder().glob(f"{_converted_stem(card)}-*.tflite"))
    return card.has_weights_in_model or all(catalogue.is_installed(part) for part in card.parts or (name,))


def _folder() -> Path:
    return settings.cache_folder() / "backbones"


def _converted_stem(card: Card) -> str:
    maker = f"transformer{_TRANSFORMER_WRITER}" if card.download.transformer else f"keras{_CONVERTER}"
    return f"{card.name}-{card.sha256[:16]}-{maker}"


def _find(stem: str) -> Path | None:
    """The whole one of the files whose names begin with `stem` and end in the hash of their content."""
    _remove_abandoned_parts(_folder())
    return next((path for path in _folder().glob(f"{stem}-*.tflite") if _is_whole(path)), None)


def _store(stem: str, content: Buffer) -> Path:
    """Write a file whose name begins with `stem`, and remove what it replaces and what there is no room for."""
    replaced = set(_folder().glob(f"{stem}-*.tflite"))
    path = _folder() / f"{stem}-{hashlib.sha256(content).hexdigest()[:16]}.tflite"
    try:
        atomic.write_bytes(path, content)
    except OSError as error:
        if not _is_whole(path):  # else another process wrote it first and has it open, which Windows minds
            raise BackboneError("backbone.no_cache", folder=str(_folder())) from error
    for unwanted in {*replaced, *_beyond_room(_folder())} - {path}:
        with suppress(OSError):
            unwanted.unlink()
    return path


def _beyond_room(folder: Path) -> Iterator[Path]:
    """Files with tuned weights beyond the newest that there is room for."""
    files = []
    for path in folder.glob("*-tuned-*.tflite"):
        with suppress(OSError):
            stat = path.stat()
            files.append((stat.st_mtime, stat.st_size, path))
    room = _MAX_TUNED_BYTES
    for _, size, path in sorted(files, reverse=True):
        room -= size
        if room < 0:
            yield path


def _is_whole(path: Path) -> bool:
    """Whether a file of the cache is as it was written: its name ends in the hash of its content."""
    try:
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()[:16] == path.stem.rpartition("-")[2]
    except OSError:
        return False


def _remove_abandoned_parts(folder: Path) -> None:
    """Remove what writers of any of the files that died left."""
    for part in folder.glob("*.part"):
        with suppress(OSError):
            if time.time() - part.stat().st_mtime > atomic.ABANDONED_SECONDS:
                part.unlink()
