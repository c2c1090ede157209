"""Features of pictures by the hash of their bytes, so that a second lesson on them need not decode them again.

They say much about a picture, and its thumbnail is among them: so they go when they have not been used for three days,
and the bytes of what goes are overwritten.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import sqlite3
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from math import ceil
from pathlib import Path
from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray

from core import settings

HASH_BYTES = 32  # of a perceptual hash
_NAME = "features-2.sqlite"  # the version of what a row holds and how it is made; files of other names are removed
_FORMER = "looks"  # the folder of version 1, which had no end
_FLUSH_ROWS = 200  # kept in memory until they are written in one short transaction
_WAIT_SECONDS = 5.0  # for a lock that another process holds
_TOUCH_SECONDS = 6 * 3600  # a use is written down if the last one is so long ago
_DAMAGED = (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB, sqlite3.SQLITE_ERROR)  # the last: other columns than ours
_LOCKED = (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED)
_TABLE = """
create table if not exists features (
    key blob primary key,  -- of the backbone and the picture's bytes
    used integer,  -- seconds since 1970
    views integer,
    vectors blob,  -- float16
    perceptual_hash blob,
    thumbnail blob,
    checksum blob  -- of all that comes before but the use
);
create index if not exists by_use on features (used);
"""

_Result = TypeVar("_Result")


@dataclass(frozen=True, slots=True)
class CachedFeatures:
    """What a lesson keeps of one picture."""

    vectors: NDArray[np.float16]  # (views, features): as it is, and its mirror image
    perceptual_hash: bytes  # 256-bit difference hash
    thumbnail: bytes  # JPEG


def content_hash(data: bytes) -> bytes:
    """SHA-256 of a picture's bytes, its first 128 bits."""
    return hashlib.sha256(data).digest()[:16]


def default_folder() -> Path:
    """Where the cache lies if nobody says otherwise."""
    return settings.cache_folder() / "features"


def prune(now: float | None = None, folder: Path | None = None) -> None:
    """Remove what has not been used for `settings.MAX_CACHE_SECONDS` before `now`, in seconds since 1970, and what is
    above `settings.MAX_CACHE_BYTES`. For a server to call now and then; never raises."""
    folder = folder or default_folder()
    _remove_former(folder)
    if (folder / _NAME).exists():
        FeatureCache("", 0, folder, now).close()  # opening prunes


class FeatureCache:
    """A table in the user's cache folder. A cache that cannot be used is no error: then nothing is in it.

    For one thread. Several processes may have it open.

    >>> cache = FeatureCache(f"{card.name} {card.sha256}", card.features)
    >>> if (features := cache.get(content_hash(data), views=2)) is None:
    ...     cache.put(content_hash(data), extract_one(data, backbone, views=2))
    >>> cache.close()
    """

    def __init__(self, backbone: str, features: int, folder: Path | None = None, now: float | None = None) -> None:
        """`backbone` tells it from all others, the same network with another input too; `features` is the length of its
        vectors, `now` the time in seconds since 1970 if it is not the clock's."""
        self._backbone = backbone.encode()
        self._features = features
        self._folder = folder or default_folder()
        self._now = int(time.time() if now is None else now)
        self._pending: dict[bytes, CachedFeatures] = {}
        self._touched: set[bytes] = set()
        self._table: sqlite3.Connection | None = None
        self._writable, self._replaced = True, False
        _remove_former(self._folder)
        self._open()

    def get(self, key: bytes, views: int, *, touch: bool = True) -> CachedFeatures | None:
        """The features of the picture with this content hash, if they are there whole and of at least so many views.
        `touch`: whether that counts as a use."""
        features = self._pending.get(key) or self._read(key, touch)
        if features is None or len(features.vectors) < views:
            return None
        return CachedFeatures(features.vectors[:views], features.perceptual_hash, features.thumbnail)

    def put(self, key: bytes, features: CachedFeatures) -> None:
        """Keep features. They are on the disk after the next `flush`, which this calls now and then."""
        if self._table is not None and self._writable:
            self._pending[key] = features
            if len(self._pending) >= _FLUSH_ROWS:
                self.flush()

    def flush(self) -> None:
        """Bring what was put to the disk, and remove the oldest where that makes the file too large."""
        rows = [self._row(key, features) for key, features in self._pending.items()]
        touched = [(self._now, self._row_key(key)) for key in self._touched]
        self._pending, self._touched = {}, set()
        if rows or touched:
            self._guarded(lambda table: self._write(table, rows, touched))

    def close(self) -> None:
        """Flush and let the file go."""
        self.flush()
        if self._table is not None:
            with suppress(sqlite3.Error):  # so that what was removed is not left in the log either
                self._table.execute("pragma wal_checkpoint(truncate)")
        self._let_go()

    def _open(self) -> None:
        """Open the file and prune it; one that is damaged is replaced."""
        path = self._folder / _NAME
        try:
            self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            self._folder.chmod(0o700)
            os.close(os.open(path, os.O_RDWR | os.O_CREAT, 0o600))  # SQLite's own files beside it take its mode
            path.chmod(0o600)
            self._table = sqlite3.connect(path, timeout=_WAIT_SECONDS)
        except (OSError, sqlite3.Error):
            return
        self._guarded(_prepare)
        if not self._writable:  # somebody else is just making it
            self._let_go()
        self._guarded(self._prune)

    def _guarded(self, use: Callable[[sqlite3.Connection], _Result]) -> _Result | None:
        """The result of some use of the table; None where that fails. After that, a damaged file is replaced by an
        empty one, one that another process holds is only read, and any other (no room) is let alone."""
        if self._table is None:
            return None
        try:
            return use(self._table)
        except sqlite3.Error as error:
            code = getattr(error, "sqlite_errorcode", 0) & 0xFF
            if code in _LOCKED:
                self._writable = False
                return None
            self._let_go()
            if code in _DAMAGED and not self._replaced and _remove(self._folder / _NAME):
                self._replaced = True
                self._open()
                return self._guarded(use)
            return None

    def _let_go(self) -> None:
        if self._table is not None:
            with suppress(sqlite3.Error):
                self._table.close()
            self._table = None

    def _read(self, key: bytes, touch: bool) -> CachedFeatures | None:
        row = self._guarded(
            lambda table: table.execute(
                "select used, views, vectors, perceptual_hash, thumbnail, checksum from features where key=?",
                (self._row_key(key),),
            ).fetchone()
        )
        if row is None:
            return None
        used, *content = row
        features = self._checked(key, *content)
        if features is not None and touch and not (isinstance(used, int) and used > self._now - _TOUCH_SECONDS):
            self._touched.add(key)
        return features

    def _checked(
        self, key: bytes, views: Any, vectors: Any, perceptual_hash: Any, thumbnail: Any, checksum: Any
    ) -> CachedFeatures | None:
        """The features in a row; None where any of it is not what `put` wrote."""
        blobs = (vectors, perceptual_hash, thumbnail, checksum)
        if not isinstance(views, int) or not all(isinstance(blob, bytes) for blob in blobs):
            return None
        if checksum != self._checksum(key, vectors, perceptual_hash, thumbnail):
            return None
        if len(vectors) != views * self._features * np.float16().itemsize or len(perceptual_hash) != HASH_BYTES:
            return None
        array = np.frombuffer(vectors, np.float16).reshape(views, self._features)
        return CachedFeatures(array, perceptual_hash, thumbnail) if np.isfinite(array).all() else None

    def _row(self, key: bytes, features: CachedFeatures) -> tuple[Any, ...]:
        vectors, perceptual_hash, thumbnail = features.vectors.tobytes(), features.perceptual_hash, features.thumbnail
        checksum = self._checksum(key, vectors, perceptual_hash, thumbnail)
        views = len(features.vectors)
        return self._row_key(key), self._now, views, vectors, perceptual_hash, thumbnail, checksum

    def _row_key(self, key: bytes) -> bytes:
        return hashlib.blake2b(self._backbone + key, digest_size=16).digest()

    def _checksum(self, key: bytes, *parts: bytes) -> bytes:
        digest = hashlib.blake2b(self._row_key(key), digest_size=16)
        for part in parts:
            digest.update(len(part).to_bytes(8, "little"))
            digest.update(part)
        return digest.digest()

    def _write(self, table: sqlite3.Connection, rows: list[tuple[Any, ...]], touched: list[tuple[int, bytes]]) -> None:
        with table:
            table.executemany("insert or replace into features values (?, ?, ?, ?, ?, ?, ?)", rows)
            table.executemany("update features set used=? where key=?", touched)
        _evict(table)

    def _prune(self, table: sqlite3.Connection) -> None:
        oldest = self._now - settings.MAX_CACHE_SECONDS
        # What seems to be of the future was written before the clock was put back: its time begins now.
        beside = "used is null or used < ? or used > ?"
        if table.execute(f"select 1 from features where {beside} limit 1", (oldest, self._now)).fetchone():
            with table:
                table.execute("update features set used=? where used > ?", (self._now, self._now))
                table.execute("delete from features where used is null or used < ?", (oldest,))
            _shrink(table)
        _evict(table)


def _prepare(table: sqlite3.Connection) -> None:
    table.text_factory = bytes  # text where none should be is compared like anything else
    table.execute("pragma auto_vacuum=incremental")  # before there is a table: the file can shrink
    table.execute("pragma journal_mode=wal")
    table.execute("pragma synchronous=normal")
    table.execute("pragma secure_delete=on").fetchall()  # what is removed is overwritten
    table.executescript(_TABLE)


def _evict(table: sqlite3.Connection) -> None:
    """Remove the rows not used for longest until a tenth of `settings.MAX_CACHE_BYTES` is free again."""
    page = table.execute("pragma page_size").fetchone()[0]
    while (size := page * table.execute("pragma page_count").fetchone()[0]) > settings.MAX_CACHE_BYTES:
        count = table.execute("select count(*) from features").fetchone()[0]
        surplus = ceil(count * (1 - 0.9 * settings.MAX_CACHE_BYTES / size))
        with table:
            removed = table.execute(
                "delete from features where key in (select key from features order by used, rowid limit ?)", (surplus,)
            ).rowcount
        _shrink(table)
        if not removed:
            return


def _shrink(table: sqlite3.Connection) -> None:
    """Give the room of removed rows back to the disk."""
    table.executescript("pragma incremental_vacuum")  # `execute` would stop after a page
    table.execute("pragma wal_checkpoint(truncate)").fetchall()


def _remove(path: Path) -> bool:
    """Whether the file is gone, and those that SQLite keeps beside it."""
    try:
        for beside in ("", "-wal", "-shm"):
            path.with_name(path.name + beside).unlink(missing_ok=True)
    except OSError:
        return False
    return True


def _remove_former(folder: Path) -> None:
    """Remove files of former versions."""
    shutil.rmtree(folder.with_name(_FORMER), ignore_errors=True)
    with suppress(OSError):
        for path in folder.glob("*.sqlite*"):
            if not path.name.startswith(_NAME):
                path.unlink(missing_ok=True)
