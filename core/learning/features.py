"""The pass: every picture of a dataset is read, decoded, looked at by the backbone, once, on all cores."""

from __future__ import annotations

import tempfile
import threading
from collections import deque
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from itertools import pairwise
from typing import IO

import cv2
import numpy as np
from numpy.typing import NDArray

from core import settings
from core.backbones import Backbone, card
from core.backbones.weights import NO_TUNED_WEIGHTS, TunedWeights
from core.errors import TeachLensError
from core.learning.feature_cache import CachedFeatures, FeatureCache, content_hash
from core.machine import cores
from core.pictures import archive
from core.pictures.dataset import Dataset, Entry, Skipped
from core.pictures.decode import decode
from core.pictures.picture import Picture

THUMBNAIL = 112  # pixels, longest side


@dataclass(frozen=True)
class Features:
    """What the backbone said of a dataset, in the dataset's order without what could not be read."""

    entries: tuple[Entry, ...]
    skipped: tuple[Skipped, ...]  # the dataset's, and what could not be read
    labels: tuple[str, ...]
    targets: NDArray[np.int32]  # (n,) position in the labels
    vectors: NDArray[np.float16]  # (n, views, features); lies on the disk
    perceptual_hashes: NDArray[np.uint8]  # (n, 32) difference hashes
    thumbnails: Thumbnails


class Thumbnails:
    """Small JPEGs one after the other in a file, so that 50,000 of them take no memory."""

    def __init__(self) -> None:
        self._file = nameless_file()
        self._ends = [0]

    def append(self, thumbnail: bytes) -> None:
        """Add one at the end."""
        self._file.write(thumbnail)
        self._ends.append(self._ends[-1] + len(thumbnail))

    def __len__(self) -> int:
        return len(self._ends) - 1

    def __iter__(self) -> Iterator[bytes]:
        self._file.seek(0)
        for start, end in pairwise(self._ends):
            yield self._file.read(end - start)


def nameless_file() -> IO[bytes]:
    """A file in the cache folder that is gone with this process, however that ends."""
    folder = settings.cache_folder()
    folder.mkdir(parents=True, exist_ok=True)
    return tempfile.TemporaryFile(dir=folder)


def difference_hash(seen: Picture) -> bytes:
    """256 bits: is a cell of a 17 x 16 grey version brighter than its left neighbour (Krawetz 2013, "Kind of like
    that")."""
    grey = cv2.cvtColor(cv2.resize(seen, (17, 16), interpolation=cv2.INTER_AREA), cv2.COLOR_RGB2GRAY)
    return np.packbits(grey[:, 1:] > grey[:, :-1]).tobytes()


def thumbnail(picture: Picture) -> bytes:
    """The whole picture, `THUMBNAIL` px at its longest side, as JPEG."""
    height, width = picture.shape[:2]
    shrink = min(1.0, THUMBNAIL / max(height, width))
    size = max(1, round(width * shrink)), max(1, round(height * shrink))
    small = cv2.resize(picture, size, interpolation=cv2.INTER_AREA)
    ok, encoded = cv2.imencode(".jpg", cv2.cvtColor(small, cv2.COLOR_RGB2BGR), [cv2.IMWRITE_JPEG_QUALITY, 75])
    assert ok
    return encoded.tobytes()


def look(data: bytes, backbone: Backbone, views: int) -> CachedFeatures:
    """What a lesson keeps of the picture in `data`: as it is (1 view), and its mirror image (2). Raises
    PictureError."""
    picture = decode(data, shortest=backbone.input_size)
    model_input = backbone.model_input(picture)
    vectors = backbone.view_vectors(picture, views, model_input).astype(np.float16)
    return CachedFeatures(vectors, difference_hash(model_input), thumbnail(picture))


def extract(
    dataset: Dataset,
    backbone: str,
    views: int,
    tell: Callable[[int, int], None],
    tuned_weights: TunedWeights = NO_TUNED_WEIGHTS,
    sha256: str | None = None,
) -> Features:
    """Look at every picture of a dataset, with what a lesson has tuned of the backbone, as `Backbone` has it; `tell`
    hears (done, total). A picture that cannot be read is skipped and named; the rest goes on. Raises BackboneError."""
    labels = dataset.labels
    position = {label: number for number, label in enumerate(labels)}
    total = len(dataset.entries)
    vectors = nameless_file()
    perceptual_hashes = np.zeros((total, 32), np.uint8)
    thumbnails = Thumbnails()
    features = card(backbone).features
    kept: list[Entry] = []
    skipped = list(dataset.skipped)
    for done, (entry, seen) in enumerate(_looks(dataset, backbone, views, tuned_weights, sha256), start=1):
        if isinstance(seen, TeachLensError):
            skipped.append(Skipped(entry.name, seen.key, seen.values))
        else:
            vectors.write(seen.vectors.tobytes())
            features = seen.vectors.shape[1]  # more than the card's where a tuned network runs beside
            perceptual_hashes[len(kept)] = np.frombuffer(seen.print, np.uint8)
            thumbnails.append(seen.thumbnail)
            kept.append(entry)
        tell(done, total)
    vectors.flush()
    shape = (len(kept), views, features)
    return Features(
        entries=tuple(kept),
        skipped=tuple(skipped),
        labels=labels,
        targets=np.array([position[entry.label] for entry in kept], np.int32),
        vectors=np.memmap(vectors, np.float16, "r", shape=shape) if kept else np.zeros(shape, np.float16),
        perceptual_hashes=perceptual_hashes[: len(kept)],
        thumbnails=thumbnails,
    )


def _looks(
    dataset: Dataset, backbone: str, views: int, tuned_weights: TunedWeights, sha256: str | None
) -> Iterator[tuple[Entry, CachedFeatures | TeachLensError]]:
    """Reading here, decoding and looking on all cores; in order, with only a few pictures in memory at a time."""
    workers = cores()
    # What a lesson has tuned sees pictures once, for its test: nothing to keep.
    cache = None if tuned_weights else FeatureCache(card(backbone, sha256).sha256, card(backbone).features)
    local, turn = threading.local(), threading.Lock()

    def looked(data: bytes) -> CachedFeatures | TeachLensError:
        if not hasattr(local, "backbone"):
            with turn:  # the first writes its file where there is none, the others find it
                local.backbone = Backbone(backbone, 1, tuned_weights, sha256)
        try:
            return look(data, local.backbone, views)
        except TeachLensError as error:
            return error

    waiting: deque[tuple[Entry, bytes, Future[CachedFeatures | TeachLensError] | CachedFeatures | TeachLensError]] = (
        deque()
    )

    def finish() -> tuple[Entry, CachedFeatures | TeachLensError]:
        entry, key, result = waiting.popleft()
        if isinstance(result, Future):
            result = result.result()
            if cache and isinstance(result, CachedFeatures):
                cache.put(key, result)
        return entry, result

    with ThreadPoolExecutor(workers, thread_name_prefix="look") as pool:
        try:
            for number, (entry, data) in enumerate(archive.read(dataset.entries)):
                if isinstance(data, bytes):
                    key = content_hash(data)
                    kept = cache.get(key, views) if cache else None
                    waiting.append((entry, key, kept or pool.submit(looked, data)))
                else:
                    waiting.append((entry, b"", data))
                if cache and number % 200 == 199:
                    cache.flush()
                if len(waiting) > 3 * workers:
                    yield finish()
            while waiting:
                yield finish()
        finally:
            for _, _, result in waiting:
                if isinstance(result, Future):
                    result.cancel()
            if cache:
                cache.close()
