"""What goes into the blocks that learn, computed once for every view of a picture: all before them stays as it is."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from queue import SimpleQueue

import numpy as np
from ai_edge_litert.interpreter import Interpreter
from numpy.typing import NDArray

from core.backbones import catalogue, litert
from core.backbones.architecture import block_start, shapes
from core.backbones.card import Card
from core.errors import TeachLensError
from core.learning.features import nameless_file
from core.learning.variations import varied
from core.machine import cores
from core.pictures import archive
from core.pictures.dataset import Entry
from core.pictures.decode import decode
from core.pictures.picture import Picture, see

BLOCK = 11  # the first block that learns: a third of the network's work, and most of what is about whole things
_VARIATIONS = 8  # other views of a picture, where there is room for them
_ROOM = 3 * 2**30  # bytes on the disk for all of them; a view of EfficientNet-Lite0 takes 44 kB
_MARGIN = 1.15  # how much larger a picture is read for its variations, so that they need not be blown up


def first_layer(card: Card) -> int:
    """The number of the first layer that learns."""
    return block_start(catalogue.described(card.name)[1], BLOCK)


def cut(
    entries: tuple[Entry, ...], card: Card, mirror: bool, seed: int, tell: Callable[[int, int], None]
) -> NDArray[np.float16]:
    """(n, views, height, width, channels) of the pictures: as they are, mirrored if that is allowed, then varied; on
    the disk. `tell` hears (done, total) in pictures. Raises PictureError, ArchiveError, BackboneError."""
    _, layers = catalogue.described(card.name)
    first = first_layer(card)
    shape = shapes(layers, card.size)[first]
    plain = 2 if mirror else 1
    room = _ROOM // (len(entries) * 2 * int(np.prod(shape)))
    views = plain + min(_VARIATIONS, max(1, room - plain))
    network = bytes(litert.written(layers[:first], catalogue.weights(card.name), card.size))
    trunks: SimpleQueue[_Trunk] = SimpleQueue()
    for _ in range(cores()):
        trunks.put(_Trunk(network, card))
    file = nameless_file()
    file.truncate(len(entries) * views * 2 * int(np.prod(shape)))
    found = np.memmap(file, np.float16, "r+", shape=(len(entries), views, *shape))

    def look(number: int, data: bytes) -> None:
        picture = decode(data, shortest=card.size)
        generator = np.random.default_rng((seed, number))
        seen, larger = see(picture, card.size), see(picture, round(card.size * _MARGIN))
        trunk = trunks.get()
        try:
            for view in range(views):
                what = varied(larger, card.size, mirror, generator) if view >= plain else seen[:, :: 1 - 2 * view]
                found[number, view] = trunk.look(what)
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


class _Trunk:
    """What comes before the blocks that learn, in LiteRT's interpreter."""

    def __init__(self, content: bytes, card: Card) -> None:
        self._card = card
        self._interpreter = Interpreter(model_content=content, num_threads=1)
        self._interpreter.allocate_tensors()
        self._entrance = self._interpreter.get_input_details()[0]["index"]
        self._exit = next(one["index"] for one in self._interpreter.get_output_details() if len(one["shape"]) == 4)

    def look(self, seen: Picture) -> NDArray[np.float32]:
        """(size, size, 3) uint8 -> (height, width, channels)."""
        scaled = np.subtract(seen, self._card.mean, dtype=np.float32) / self._card.scale
        self._interpreter.set_tensor(self._entrance, scaled[None].astype(np.float32))
        self._interpreter.invoke()
        found: NDArray[np.float32] = self._interpreter.get_tensor(self._exit)[0]
        return found
