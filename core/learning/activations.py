"""What goes into the blocks that learn, computed once for every view of a picture: all before them stays as it is."""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from queue import SimpleQueue

import numpy as np
from numpy.typing import NDArray

from core.backbones import catalogue, litert
from core.backbones.architecture import block_start, shapes
from core.backbones.card import Card
from core.backbones.run import Network
from core.errors import TeachLensError
from core.learning.augmentation import augment
from core.learning.features import nameless_file
from core.machine import cores
from core.model.model import IntArray
from core.pictures import archive
from core.pictures.dataset import Entry
from core.pictures.decode import decode
from core.pictures.picture import to_model_input

BLOCK = 11  # the first block that learns: a third of the network's work, and most of what is about whole things
_VARIATIONS = 8  # other views of a picture, where there is room for them
_ROOM = 3 * 2**30  # bytes on the disk for all of them; a view of EfficientNet-Lite0 takes 44 kB
_MARGIN = 1.15  # how much larger a picture is read for its variations, so that they need not be blown up


class Activations:
    """What goes into the blocks that learn, of every view of every picture, in a file on the disk: read and written
    rather than mapped, as the pages of a mapping count as this process's memory."""

    def __init__(self, views: int, shape: tuple[int, ...]) -> None:
        """For so many views of a picture, each (height, width, channels) as `shape` says."""
        self.views = views
        self._shape, self._bytes = shape, 2 * int(np.prod(shape))
        self._file, self._turn = nameless_file(), threading.Lock()

    def put(self, picture: int, view: int, cut: NDArray[np.float32]) -> None:
        """Keep one; any thread may."""
        content = cut.astype(np.float16).tobytes()
        with self._turn:
            self._file.seek((picture * self.views + view) * self._bytes)
            self._file.write(content)

    def of(self, pictures: IntArray, views: IntArray) -> NDArray[np.float32]:
        """(n, height, width, channels) of some pictures, each in one of its views."""
        found = np.empty((len(pictures), *self._shape), np.float32)
        with self._turn:
            for row, place in enumerate((pictures * self.views + views).tolist()):
                self._file.seek(place * self._bytes)
                found[row] = np.frombuffer(self._file.read(self._bytes), np.float16).reshape(self._shape)
        return found


def first_layer(card: Card) -> int:
    """The number of the first layer that learns."""
    return block_start(catalogue.described(card.name)[1], BLOCK)


def cut(
    entries: tuple[Entry, ...],
    card: Card,
    mirror: bool,
    seed: int,
    tell: Callable[[int, int], None],
    decoded_size: int,
) -> Activations:
    """Of the pictures as they are, mirrored if that is allowed, then varied. They are decoded for an input of
    `decoded_size` px, the whole backbone's, so that `card`'s network sees them as it will when the model answers.
    `tell` hears (done, total) in pictures.
    Raises PictureError, ArchiveError, BackboneError."""
    _, layers = catalogue.described(card.name)
    first = first_layer(card)
    shape = shapes(layers, card.size)[first]
    plain = 2 if mirror else 1
    room = _ROOM // (len(entries) * 2 * int(np.prod(shape)))
    views = plain + min(_VARIATIONS, max(1, room - plain))
    content = bytes(litert.written(layers[:first], catalogue.weights(card.name), card.size))
    trunks: SimpleQueue[Network] = SimpleQueue()  # what comes before the blocks that learn
    for _ in range(cores()):
        trunks.put(Network(card, content, threads=1))
    found = Activations(views, shape)

    def look(number: int, data: bytes) -> None:
        picture = decode(data, shortest=decoded_size)
        generator = np.random.default_rng((seed, number))
        seen, larger = to_model_input(picture, card.size), to_model_input(picture, round(card.size * _MARGIN))
        seen_as = [seen, seen[:, ::-1]][:plain]
        seen_as += [augment(larger, card.size, mirror, generator) for _ in range(views - plain)]
        trunk = trunks.get()
        try:
            for view, what in enumerate(seen_as):
                found.put(number, view, trunk.map(what))
        finally:
            trunks.put(trunk)

    waiting: deque[Future[None]] = deque()
    with ThreadPoolExecutor(cores(), thread_name_prefix="vary") as pool:
        try:
            for number, (_, data) in enumerate(archive.read(entries)):
                if isinstance(data, TeachLensError):  # it could be read a moment ago
                    raise data
                waiting.append(pool.submit(look, number, data))
                if len(waiting) > 3 * cores():
                    waiting.popleft().result()
                    tell(number + 1 - len(waiting), len(entries))
            while waiting:
                waiting.popleft().result()
                tell(len(entries) - len(waiting), len(entries))
        finally:
            for one in waiting:
                one.cancel()
    return found
