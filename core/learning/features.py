"""Feature extraction: every picture of a dataset is read, decoded and run through the backbone once, on all cores; and
what comes of it, which can be kept in a folder."""

from __future__ import annotations

import json
import tempfile
import threading
import zlib
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import IO, Any

import cv2
import numpy as np
from numpy.typing import NDArray

from core import settings
from core.backbones import Backbone, card
from core.backbones.catalogue import parts
from core.backbones.layer_graph import LayerGraph
from core.backbones.weights import NO_TUNED_WEIGHTS, TunedWeights
from core.errors import TeachLensError
from core.learning.feature_cache import HASH_BYTES, CachedFeatures, FeatureCache, content_hash
from core.machine import cores
from core.pictures import archive
from core.pictures.dataset import Dataset, Entry, Skipped
from core.pictures.decode import decode
from core.pictures.picture import Picture
from core.storage import atomic

THUMBNAIL = 112  # pixels, longest side
_VERSION = 1  # of what `save` writes
_MANIFEST = "features.json"  # written last: where it is, all is there
_VECTORS = "vectors.npy"  # mapped into memory, but where there are none: nothing cannot be mapped
_ARRAYS = ("targets.npy", _VECTORS, "perceptual_hashes.npy", "thumbnail_ends.npy")
_THUMBNAILS = "thumbnails.bin"


@dataclass(frozen=True)
class Features:
    """The features of a dataset, in its order without what could not be read."""

    entries: tuple[Entry, ...]
    skipped: tuple[Skipped, ...]  # the dataset's, and what could not be read
    labels: tuple[str, ...]
    targets: NDArray[np.int32]  # (n,) position in the labels
    vectors: NDArray[np.float16]  # (n, views, features); lies on the disk
    perceptual_hashes: NDArray[np.uint8]  # (n, 32) difference hashes
    thumbnails: Thumbnails


def final_vectors(features: Features, backbone: str) -> NDArray[np.float16]:
    """The final features (n, features) of the backbone's first network, of the pictures as they are: what tells which
    are alike."""
    return features.vectors[:, 0, : parts(card(backbone))[0].final_features]


class Thumbnails:
    """Small JPEGs one after the other in a file, so that 50,000 of them take no memory."""

    def __init__(self, file: IO[bytes] | None = None, ends: Sequence[int] = (0,)) -> None:
        """None yet, or those that are in `file` already; each begins where the one before `ends`, the first at 0."""
        self._file = file or nameless_file()
        self._ends = list(ends)

    def append(self, thumbnail: bytes) -> None:
        """Add one at the end."""
        self._file.write(thumbnail)
        self._ends.append(self._ends[-1] + len(thumbnail))

    @property
    def ends(self) -> tuple[int, ...]:
        """0, and where each ends in the file, in bytes."""
        return tuple(self._ends)

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


def difference_hash(picture: Picture) -> bytes:
    """The perceptual hash of a square picture, 256 bits: is a cell of a 17 x 16 grey version brighter than its left
    neighbour (Krawetz 2013, "Kind of like that")."""
    grey = cv2.cvtColor(cv2.resize(picture, (17, 16), interpolation=cv2.INTER_AREA), cv2.COLOR_RGB2GRAY)
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


def extract_one(data: bytes, backbone: Backbone, views: int) -> CachedFeatures:
    """The features of the picture in `data`: as it is (1 view), and of its mirror image (2). Raises PictureError."""
    picture = decode(data, shortest=backbone.input_size)
    model_input = backbone.model_input(picture)
    vectors = backbone.view_vectors(picture, views, model_input).astype(np.float16)
    return CachedFeatures(vectors, difference_hash(model_input), thumbnail(picture))


def extract(
    dataset: Dataset,
    backbone: str,
    views: int,
    progress: Callable[[int, int], None],
    tuned_weights: TunedWeights = NO_TUNED_WEIGHTS,
    sha256: str | None = None,
    *,
    layer_graph: LayerGraph | None = None,
    keep: bool = True,
) -> Features:
    """The features of every picture of a dataset, each in 1 or 2 `views` as in `extract_one`; `backbone`,
    `tuned_weights`, `sha256` and `layer_graph` are as for `Backbone`. `progress` is called with (done, total). A
    picture that cannot be read is skipped and named; the rest goes on. Where not to `keep` them, features are not added
    to the cache. Raises BackboneError.

    >>> features = extract(archive.find([path]), "efficientnet-lite0", 2, lambda done, total: print(done, "/", total))
    """
    labels = dataset.labels
    position = {label: number for number, label in enumerate(labels)}
    total = len(dataset.entries)
    vectors = nameless_file()
    perceptual_hashes = np.zeros((total, HASH_BYTES), np.uint8)
    thumbnails = Thumbnails()
    length = card(backbone).features
    entries: list[Entry] = []
    skipped = list(dataset.skipped)
    extracted = _extracted(dataset, backbone, views, tuned_weights, sha256, layer_graph, keep)
    for done, (entry, features) in enumerate(extracted, start=1):
        if isinstance(features, TeachLensError):
            skipped.append(Skipped(entry.name, features.key, features.values))
        else:
            vectors.write(features.vectors.tobytes())
            length = features.vectors.shape[1]  # more than the card's where a tuned network runs beside
            perceptual_hashes[len(entries)] = np.frombuffer(features.perceptual_hash, np.uint8)
            thumbnails.append(features.thumbnail)
            entries.append(entry)
        progress(done, total)
    vectors.flush()
    shape = (len(entries), views, length)
    return Features(
        entries=tuple(entries),
        skipped=tuple(skipped),
        labels=labels,
        targets=np.array([position[entry.label] for entry in entries], np.int32),
        vectors=np.memmap(vectors, np.float16, "r", shape=shape) if entries else np.zeros(shape, np.float16),
        perceptual_hashes=perceptual_hashes[: len(entries)],
        thumbnails=thumbnails,
    )


def _extracted(
    dataset: Dataset,
    backbone: str,
    views: int,
    tuned_weights: TunedWeights,
    sha256: str | None,
    layer_graph: LayerGraph | None,
    keep: bool,
) -> Iterator[tuple[Entry, CachedFeatures | TeachLensError]]:
    """Reading here, all else on all cores; in order, with only a few pictures in memory at a time."""
    workers = cores()
    # With tuned weights pictures are seen once, for the test of a lesson: nothing to keep.
    one = card(backbone, sha256)
    cache = None if tuned_weights else FeatureCache(f"{one.name} {one.sha256}", one.features)
    local, loading = threading.local(), threading.Lock()

    def in_worker(data: bytes) -> CachedFeatures | TeachLensError:
        if not hasattr(local, "backbone"):
            with loading:  # the first writes its file where there is none, the others find it
                local.backbone = Backbone(backbone, 1, tuned_weights, sha256, layer_graph)
        try:
            return extract_one(data, local.backbone, views)
        except TeachLensError as error:
            return error

    waiting: deque[tuple[Entry, bytes, Future[CachedFeatures | TeachLensError] | CachedFeatures | TeachLensError]] = (
        deque()
    )

    def finish() -> tuple[Entry, CachedFeatures | TeachLensError]:
        entry, key, result = waiting.popleft()
        if isinstance(result, Future):
            result = result.result()
            if cache and keep and isinstance(result, CachedFeatures):
                cache.put(key, result)
        return entry, result

    with ThreadPoolExecutor(workers, thread_name_prefix="extract") as pool:
        try:
            for entry, data in archive.read(dataset.entries):
                if isinstance(data, bytes):
                    key = content_hash(data)
                    cached = cache.get(key, views, touch=keep) if cache else None
                    waiting.append((entry, key, cached or pool.submit(in_worker, data)))
                else:
                    waiting.append((entry, b"", data))
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


def save(features: Features, folder: Path) -> None:
    """Keep features in a folder, in place of what `save` kept there before, so that `load` gives them back. Raises
    OSError, after which `load` gives None."""
    (folder / _MANIFEST).unlink(missing_ok=True)
    ends = np.array(features.thumbnails.ends, np.int64)
    arrays: list[NDArray[Any]] = [features.targets, features.vectors, features.perceptual_hashes, ends]
    for name, array in zip(_ARRAYS, arrays, strict=True):
        with atomic.replacing(folder / name) as file:
            np.save(file, array, allow_pickle=False)
    with atomic.replacing(folder / _THUMBNAILS) as file:
        file.writelines(features.thumbnails)
    sources = list(dict.fromkeys(entry.source for entry in features.entries))
    number = {source: position for position, source in enumerate(sources)}
    content = json.dumps(
        {
            "version": _VERSION,
            "labels": features.labels,
            "sources": [(str(source), *_state(source)) for source in sources],
            "entries": [
                (number[entry.source], entry.member, entry.name, entry.label, entry.split) for entry in features.entries
            ],
            "skipped": [(one.name, one.key, dict(one.values)) for one in features.skipped],
            "checksums": {name: _checksum(folder / name) for name in (*_ARRAYS, _THUMBNAILS)},
        }
    )
    atomic.write_text(folder / _MANIFEST, f"{zlib.crc32(content.encode()):08x}\n{content}")


def load(folder: Path) -> Features | None:
    """What `save` kept in a folder, its vectors mapped into memory; None where that is not whole, or where a source has
    changed since (by its size and its time of change)."""
    try:
        checksum, _, content = (folder / _MANIFEST).read_text("utf-8").partition("\n")
        if checksum != f"{zlib.crc32(content.encode()):08x}":
            return None
        manifest: dict[str, Any] = json.loads(content)
        if manifest["version"] != _VERSION:
            return None
        sources = [Path(source) for source, _, _ in manifest["sources"]]
        for source, (_, *state) in zip(sources, manifest["sources"], strict=True):
            if list(_state(source)) != state:
                return None
        if any(_checksum(folder / name) != expected for name, expected in manifest["checksums"].items()):
            return None
        targets, vectors, hashes, ends = (
            np.load(folder / name, mmap_mode="r" if name == _VECTORS and manifest["entries"] else None)
            for name in _ARRAYS
        )
        return Features(
            entries=tuple(Entry(sources[number], *rest) for number, *rest in manifest["entries"]),
            skipped=tuple(Skipped(*one) for one in manifest["skipped"]),
            labels=tuple(manifest["labels"]),
            targets=targets,
            vectors=vectors,
            perceptual_hashes=hashes,
            thumbnails=Thumbnails((folder / _THUMBNAILS).open("rb"), ends.tolist()),
        )
    except (OSError, ValueError, KeyError, TypeError):
        return None


def _state(source: Path) -> tuple[int, int]:
    """What changes when somebody changes a source: its size in bytes and its time of change in ns."""
    status = source.stat()
    return status.st_size, status.st_mtime_ns


def _checksum(path: Path) -> int:
    checksum = 0
    with path.open("rb") as file:
        while block := file.read(2**20):
            checksum = zlib.crc32(block, checksum)
    return checksum
