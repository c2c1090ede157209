"""The activations of the frozen stem, computed once for every view of a picture: the input of the blocks that are
fine-tuned."""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from queue import SimpleQueue

import numpy as np
from numpy.typing import NDArray

from core.backbones import catalogue, litert
from core.backbones.card import Card
from core.backbones.run import Network
from core.backbones.shapes import tensor_shapes
from core.errors import TeachLensError
from core.learning.augmentation import augment
from core.learning.features import nameless_file
from core.machine import cores
from core.model.model import IntArray
from core.pictures import archive
from core.pictures.dataset import Entry
from core.pictures.decode import decode
from core.pictures.picture import Picture, to_model_input

_AUGMENTED_VIEWS = 8  # of a picture, where there is room for them
_MAX_BYTES = 3 * 2**30  # on the disk for all of them; a view of EfficientNet-Lite0 takes 44 kB
_MARGIN = 1.15  # how much larger a picture is resized for augmented views, so that they need not be blown up


class Activations:
    """Activations of every view of every picture, float16, in a file: read and written rather than mapped, as the pages
    of a mapping count as this process's memory. Any thread may use it."""

    def __init__(self, views: int, shape: tuple[int, ...]) -> None:
        """For so many views of a picture, each (height, width, channels) as `shape` says."""
        self.views = views
        self._shape, self._bytes = shape, 2 * int(np.prod(shape))
        self._file, self._lock = nameless_file(), threading.Lock()

    def write(self, picture: int, view: int, activations: NDArray[np.float32]) -> None:
        """Keep those of one view."""
        content = activations.astype(np.float16).tobytes()
        with self._lock:
            self._file.seek((picture * self.views + view) * self._bytes)
            self._file.write(content)

    def read(self, pictures: IntArray, views: IntArray) -> NDArray[np.float32]:
        """(n, height, width, channels) of some pictures, each in one of its views."""
        batch = np.empty((len(pictures), *self._shape), np.float32)
        with self._lock:
            for row, position in enumerate((pictures * self.views + views).tolist()):
                self._file.seek(position * self._bytes)
                batch[row] = np.frombuffer(self._file.read(self._bytes), np.float16).reshape(self._shape)
        return batch


def first_layer(card: Card) -> int:
    """The number of the first layer that is fine-tuned."""
    return catalogue.first_tuned_layer(card.name)


def compute(
    entries: tuple[Entry, ...],
    card: Card,
    mirror: bool,
    seed: int,
    on_progress: Callable[[int, int], None],
    decoded_size: int,
) -> Activations:
    """Activations of the pictures as they are (view 0), mirrored if `mirror` allows that (view 1), then augmented.

    They are decoded for an input of `decoded_size` px, the whole backbone's, so that `card`'s network, the first of a
    joined one, has the same input as when the model answers. `on_progress` is called with (done, total) in pictures.
    Raises PictureError, ArchiveError, BackboneError."""
    layers, first = catalogue.layers(card.name), first_layer(card)
    shape = tensor_shapes(layers, card.size)[first]
    plain_views = 2 if mirror else 1
    room = _MAX_BYTES // (len(entries) * 2 * int(np.prod(shape)))
    views = plain_views + min(_AUGMENTED_VIEWS, max(1, room - plain_views))
    content = bytes(litert.build_litert(layers[:first], catalogue.weights(card.name), card.size))
    stems: SimpleQueue[Network] = SimpleQueue()
    for _ in range(cores()):
        stems.put(Network(card, content, threads=1))
    activations = Activations(views, shape)

    def inputs(number: int, data: bytes) -> list[Picture]:
        picture = decode(data, shortest=decoded_size)
        generator = np.random.default_rng((seed, number))
        plain, larger = to_model_input(picture, card.size), to_model_input(picture, round(card.size * _MARGIN))
        augmented = [augment(larger, card.size, mirror, generator) for _ in range(views - plain_views)]
        return [plain, plain[:, ::-1]][:plain_views] + augmented

    def run(number: int, data: bytes) -> None:
        model_inputs = inputs(number, data)
        stem = stems.get()
        try:
            for view, model_input in enumerate(model_inputs):
                activations.write(number, view, stem.map(model_input))
        finally:
            stems.put(stem)

    pending: deque[Future[None]] = deque()
    with ThreadPoolExecutor(cores(), thread_name_prefix="vary") as pool:
        try:
            for number, (_, data) in enumerate(archive.read(entries)):
                if isinstance(data, TeachLensError):  # it could be read a moment ago
                    raise data
                pending.append(pool.submit(run, number, data))
                if len(pending) > 3 * cores():
                    pending.popleft().result()
                    on_progress(number + 1 - len(pending), len(entries))
            while pending:
                pending.popleft().result()
                on_progress(len(entries) - len(pending), len(entries))
        finally:
            for future in pending:
                future.cancel()
    return activations
