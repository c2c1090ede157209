"""Models that are ready to answer, for all pages and live cameras of the server alike."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING
from weakref import WeakValueDictionary

from core.errors import ModelError

if TYPE_CHECKING:
    from core.backbones import Backbone
    from core.model.answer import Answer
    from core.model.model import Model
    from core.pictures.picture import Picture


@dataclass(frozen=True, eq=False)
class _Network:
    """A loaded backbone, and the lock that lets one picture at a time through it."""

    backbone: Backbone
    lock: threading.Lock


# A network is what takes memory, from 40 MB to 200: one for all models that were taught with it, and for a model whose
# file changes while its network does not; gone with the last of them.
_networks: WeakValueDictionary[str, _Network] = WeakValueDictionary()
# A lock for each network that is being built: others can be built meanwhile, and whoever wants the same one waits.
_building: WeakValueDictionary[str, threading.Lock] = WeakValueDictionary()
_guard = threading.Lock()  # of `_building`


class Loaded:
    """A model that is ready to answer, for all sessions: one picture at a time."""

    def __init__(self, path: Path) -> None:
        """Raises ModelError, BackboneError."""
        from core.backbones.weights import NO_TUNED_WEIGHTS
        from core.model.file import load
        from core.model.recognise import Recogniser

        model = load(path)
        self._network = _network(model)
        # What was tuned is in the network now: kept here as well, it would take its memory twice.
        self._recogniser = Recogniser(
            replace(model, tuned_weights=NO_TUNED_WEIGHTS), backbone=self._network.backbone, lock=self._network.lock
        )

    @property
    def model(self) -> Model:
        """The model itself, without what its lesson tuned of the backbone."""
        return self._recogniser.model

    @property
    def side(self) -> int:
        """Pixels, of the square that the model sees."""
        return self._network.backbone.input_size

    def answer(self, given: bytes | Picture, *, explained: bool = False, max_pixels: int | None = None) -> Answer:
        """The answer for the bytes of a picture file, or for an upright RGB uint8 picture (height, width, 3), when its
        network is free: see `Recogniser.recognise_bytes` and `recognise`. Raises PictureError."""
        if isinstance(given, bytes):
            return self._recogniser.recognise_bytes(given, explained=explained, max_pixels=max_pixels)
        return self._recogniser.recognise(given, explained=explained)


def loaded(path: Path) -> Loaded:
    """The model at `path`, loaded once for all sessions until the file changes. Raises ModelError, BackboneError."""
    try:
        stat = path.stat()
    except OSError as error:
        raise ModelError("model.missing", name=path.stem) from error
    stamp = stat.st_mtime_ns, stat.st_size
    slot = _tuned if _is_tuned(str(path), *stamp) else _plain
    return slot(str(path)).get(stamp, lambda: Loaded(path))


class _Slot:
    """Holds a file's model: loaded when it is first asked for, and again when the file has changed. Whoever asks for it
    meanwhile waits; whoever wants another file need not, as they would if one cache were locked while it loads."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._held: tuple[tuple[int, int], Loaded] | None = None

    def get(self, stamp: tuple[int, int], load: Callable[[], Loaded]) -> Loaded:
        with self._lock:
            if self._held is None or self._held[0] != stamp:
                self._held = stamp, load()  # the one before goes only now, so that its network is found
            return self._held[1]


@lru_cache(maxsize=16)
def _plain(_path: str) -> _Slot:
    return _Slot()


@lru_cache(maxsize=3)
def _tuned(_path: str) -> _Slot:
    """Few of those with a network of their own, which may take 200 MB each."""
    return _Slot()


@lru_cache(maxsize=256)  # every frame and rerun asks, and a file of 50,000 thumbnails is slow to open
def _is_tuned(path: str, _changed: int, _size: int) -> bool:
    from core.model.file import is_tuned

    return is_tuned(Path(path))


def _network(model: Model) -> _Network:
    """The network of a model, built once for all that share it. Raises BackboneError, and then the next who wants it
    tries again."""
    from core.backbones import Backbone
    from core.backbones.weights import digest

    key = f"{model.backbone} {digest(model.backbone_sha256, model.tuned_weights)}"
    with _guard:
        building = _building.setdefault(key, threading.Lock())
    with building:
        network = _networks.get(key)
        if network is None:
            backbone = Backbone(model.backbone, None, model.tuned_weights, model.backbone_sha256, model.layer_graph)
            network = _networks[key] = _Network(backbone, threading.Lock())
        return network
