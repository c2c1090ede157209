"""Bursts of camera frames, kept as a source of pictures with a folder for each class and a labels.csv.

A frame's name carries its burst ("shown-1a2b3c4d5e6f-0007.jpg"), wherever it is copied or packed: frames of one burst
are nearly one picture, so they are learned from together or tested together, never split (`core.learning.split`)."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from zipfile import ZIP_STORED, ZipFile

import numpy as np
from numpy.typing import NDArray

from core.errors import PictureError, TeachLensError
from core.pictures import archive, layout
from core.pictures.dataset import Entry
from core.pictures.decode import decode
from core.pictures.names import safe_file_name
from core.pictures.picture import to_model_input
from core.storage import atomic
from core.storage.locks import exclusive

TABLE = "labels.csv"
# Two frames are near-duplicates where their small versions differ by less than so many of 255 levels, the light of the
# whole aside. Measured on photographs and drawings: a still camera's noise gives 0.3 to 0.6, a trembling hand 0.6 to
# 1.9, an object in a calm hand 1.4 to 8, one that moved by 3 % of the picture or turned by 5 degrees 4 and more.
NEAR_DUPLICATE = 2.0
MIN_FRAMES = 4  # frames of a burst that are kept, however still it was: enough to learn a class from
_SIDE = 16  # pixels, of the small versions
_BURST = re.compile(r"(?:^|/)shown-([0-9a-f]{12})-\d+\.jpe?g$", re.IGNORECASE)


def burst_of(name: str) -> str | None:
    """The burst that a picture's name carries, 12 hexadecimal digits; None for a picture that is no camera frame."""
    match = _BURST.search(name)
    return match[1].casefold() if match else None


def frame_name(burst: str, number: int) -> str:
    """The name of a frame of a burst, counted from 1."""
    return f"shown-{burst}-{number:04}.jpg"


def is_one_burst(names: Iterable[str]) -> bool:
    """Whether these pictures are all of one burst: then none of them can test what was learned from the others."""
    bursts = map(burst_of, names)
    first = next(bursts, None)
    return first is not None and all(burst == first for burst in bursts)


def add(source: Path, label: str, frames: Sequence[bytes], burst: str) -> int:
    """Keep the frames (JPEG) of a burst (12 hexadecimal digits), or of a part of it, as pictures of a class in the
    source, a folder, which is made. Near-duplicates are left out, and what is no JPEG that can be read. However many
    tabs do so at once, nothing is lost. Returns how many were kept. Raises StorageError, OSError."""
    with exclusive(source / TABLE):
        labels = read_labels(source)
        folder = class_folder(label)
        earlier = [(source / name).read_bytes() for name in labels if burst_of(name) == burst]
        kept = without_near_duplicates(frames, earlier)
        (source / folder).mkdir(parents=True, exist_ok=True)
        used = [path.stem for path in (source / folder).glob(f"*shown-{burst}-*.jpg")]  # hidden ones too
        first = 1 + max((int(stem.rpartition("-")[2]) for stem in used), default=0)
        names = [f"{folder}/{frame_name(burst, number)}" for number in range(first, first + len(kept))]
        try:
            for name, frame in zip(names, kept, strict=True):
                (source / name).write_bytes(frame)
            _write_labels(source, labels | dict.fromkeys(names, label))
        except OSError:  # no room: what no table names is no picture of the source
            for name in names:
                (source / name).unlink(missing_ok=True)
            raise
        return len(kept)


def read_labels(source: Path) -> dict[str, str]:
    """The pictures of a source, by their names below it, and the class of each, in the order in which they came."""
    try:
        text = (source / TABLE).read_text("utf-8")
    except FileNotFoundError:
        return {}
    return {name: label for name, label in list(csv.reader(io.StringIO(text)))[1:] if (source / name).exists()}


def hide(source: Path, names: Iterable[str]) -> dict[str, str]:
    """Hide pictures of a source, so that nobody finds them; returns names and labels, for `unhide`. Raises
    StorageError, OSError."""
    with exclusive(source / TABLE):
        labels = read_labels(source)
        hidden = {name: labels.pop(name) for name in names if name in labels}
        for name in hidden:
            (source / name).rename(_hidden(source / name))
        _write_labels(source, labels)
        return hidden


def unhide(source: Path, hidden: Mapping[str, str]) -> None:
    """Undo `hide`. Raises StorageError, OSError."""
    with exclusive(source / TABLE):
        labels = read_labels(source)
        for name, label in hidden.items():
            if _hidden(source / name).exists():
                _hidden(source / name).rename(source / name)
                labels[name] = label
        times = {name: ((source / name).stat().st_mtime_ns, name) for name in labels}
        _write_labels(source, {name: labels[name] for name in sorted(labels, key=times.__getitem__)})


def to_zip(entries: Iterable[Entry]) -> bytes:
    """The camera frames among labelled pictures as a zip: a folder for each class, the bursts in their names, and a
    labels.csv that says what each class is called, whatever a folder may be called. Raises ArchiveError."""
    content = io.BytesIO()
    labels: dict[str, str] = {}
    with ZipFile(content, "w", ZIP_STORED) as target:
        for entry, data in archive.read(entry for entry in entries if burst_of(entry.name)):
            if isinstance(data, TeachLensError):
                raise data
            name = f"{class_folder(entry.label)}/{entry.name.rpartition('/')[2]}"
            if name not in labels:  # the same zip may have been brought twice
                labels[name] = entry.label
                target.writestr(name, data)
        target.writestr(TABLE, _table(labels))
    return content.getvalue()


def without_near_duplicates(frames: Sequence[bytes], earlier: Sequence[bytes] = ()) -> list[bytes]:
    """The frames (JPEG) without near-duplicates of one before them, or of one of those that were kept `earlier`; the
    first `MIN_FRAMES` of them all stay. What cannot be read is left out."""
    small = [_small(frame) for frame in earlier]
    kept = []
    for frame in frames:
        if not frame.startswith(b"\xff\xd8\xff"):
            continue
        try:
            new = _small(frame)
        except PictureError:
            continue
        if len(small) < MIN_FRAMES or min(float(np.abs(new - other).mean()) for other in small) >= NEAR_DUPLICATE:
            small.append(new)
            kept.append(frame)
    return kept


def class_folder(label: str) -> str:
    """The folder for a class. Names that say something else to `core.pictures.layout`, such as "test" or "1", are
    changed, so that only the table says what the class is called."""
    name = safe_file_name(label)
    return f"_{name}" if layout.is_generic_name(name) or layout.is_junk([name]) else name


def _small(frame: bytes) -> NDArray[np.float32]:
    """(16, 16, 3) the frame, small, its mean colour subtracted. Raises PictureError."""
    picture = to_model_input(decode(frame, shortest=_SIDE), _SIDE).astype(np.float32)
    centred: NDArray[np.float32] = picture - picture.mean(axis=(0, 1))
    return centred


def _hidden(path: Path) -> Path:
    return path.with_name(f".{path.name}")


def _write_labels(source: Path, labels: Mapping[str, str]) -> None:
    """Replace the table; with it the source's own time changes, by which others see a change."""
    atomic.write_text(source / TABLE, _table(labels))
    if not labels:
        (source / TABLE).unlink()


def _table(labels: Mapping[str, str]) -> str:
    text = io.StringIO()
    csv.writer(text).writerows([("filename", "label"), *labels.items()])
    return text.getvalue()
