"""What was seen of a picture, kept by the hash of its bytes, so that a second lesson on it need not look again."""

from __future__ import annotations

import hashlib
import sqlite3
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from core import settings

_PRINT_BYTES = 32
_VERSION = 1  # of what a row holds and how it is made; another number is another file


@dataclass(frozen=True, slots=True)
class CachedFeatures:
    """What a lesson keeps of one picture."""

    vectors: NDArray[np.float16]  # (views, features): as it is, and its mirror image
    print: bytes  # 256-bit difference hash, 32 bytes
    thumbnail: bytes  # JPEG


def content_hash(data: bytes) -> bytes:
    """SHA-256 of a picture's bytes, its first 128 bits."""
    return hashlib.sha256(data).digest()[:16]


class FeatureCache:
    """A table in the user's cache folder. A cache that cannot be used is no error: everything is looked at again."""

    def __init__(self, backbone_sha256: str, features: int, folder: Path | None = None) -> None:
        """`features` is the length of the backbone's vectors."""
        self._features = features
        folder = folder or settings.cache_folder() / "looks"
        self._table: sqlite3.Connection | None = None
        with suppress(OSError, sqlite3.Error):
            folder.mkdir(parents=True, exist_ok=True)
            path = folder / f"{backbone_sha256[:16]}-{_VERSION}.sqlite"
            if path.exists() and path.stat().st_size > settings.MAX_CACHE_BYTES:
                path.unlink()
            table = sqlite3.connect(path, timeout=5)
            table.execute("pragma journal_mode=wal")
            table.execute("pragma synchronous=normal")
            table.execute(
                "create table if not exists looks"
                "(hash blob primary key, views integer, vectors blob, print blob, thumbnail blob) without rowid"
            )
            self._table = table

    def get(self, key: bytes, views: int) -> CachedFeatures | None:
        """The look of the picture with this hash, if it was kept with at least so many views."""
        if self._table is None:
            return None
        try:
            row = self._table.execute(
                "select views, vectors, print, thumbnail from looks where hash=?", (key,)
            ).fetchone()
        except sqlite3.Error:
            return None
        if row is None:
            return None
        kept, vectors, print_, thumbnail = row
        whole = len(vectors) == kept * self._features * np.float16().itemsize and len(print_) == _PRINT_BYTES
        if kept < views or not whole:
            return None
        return CachedFeatures(
            np.frombuffer(vectors, np.float16).reshape(kept, self._features)[:views], print_, thumbnail
        )

    def put(self, key: bytes, look: CachedFeatures) -> None:
        """Keep a look. It is on the disk after the next `flush`."""
        if self._table is not None:
            row = (key, len(look.vectors), look.vectors.tobytes(), look.print, look.thumbnail)
            try:
                self._table.execute("insert or replace into looks values (?, ?, ?, ?, ?)", row)
            except sqlite3.Error:  # a full disk, a lock held too long: go on without
                self._table = None

    def flush(self) -> None:
        """Bring what was put to the disk."""
        if self._table is not None:
            with suppress(sqlite3.Error):
                self._table.commit()

    def close(self) -> None:
        """Flush and let the file go."""
        self.flush()
        if self._table is not None:
            self._table.close()
            self._table = None
