"""What was shown to a camera: bursts of frames, kept as a source with a folder for each class and a labels.csv.

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

from core.errors import PictureError
from core.pictures import archive, layout
from core.pictures.dataset import Entry
from core.pictures.decode import decode
from core.pictures.names import safe_file_name
from core.pictures.picture import to_model_input

TABLE = "labels.csv"
# Two frames are nearly equal where their small versions differ by less than so many of 255 levels, the light of the
# whole aside. Measured on photographs and drawings: a still camera's noise gives 0.3 to 0.6, a trembling hand 0.6 to
# 1.9, an object in a calm hand 1.4 to 8, one that moved by 3 % of the picture or turned by 5 degrees 4 and more.
NEARLY_EQUAL = 2.0
LEAST = 4  # frames of a burst that are kept, however still it was: enough to learn a class from
_SMALL = 16  # pixels: the side of the small versions
_BURST = re.compile(r"(?:^|/)shown-([0-9a-f]{12})-\d+\.jpe?g$", re.IGNORECASE)


def burst_of(name: str) -> str | None:
    """The burst that a picture's name says it was shown in; None for a picture that was not shown."""
    found = _BURST.search(name)
    return found[1].casefold() if found else None


def name_of(burst: str, number: int) -> str:
    """The name of a frame of a burst, counted from 1."""
    return f"shown-{burst}-{number:04}.jpg"


def is_one_burst(names: Iterable[str]) -> bool:
    """Were these pictures all shown in one go? Then none of them can test what was learned from the others."""
    bursts = map(burst_of, names)
    first = next(bursts, None)
    return first is not None and all(burst == first for burst in bursts)


def add(source: Path, label: str, frames: Sequence[bytes], burst: str) -> int:
    """Keep the frames (JPEG) of a burst (12 hexadecimal digits), or of a part of it, as pictures of a class in the
    source, a folder; of nearly equal ones the first. What is no JPEG that can be read is left out. Returns how many
    were kept."""
    labels = labelled(source)
    folder = folder_of(label)
    before = [(source / name).read_bytes() for name in labels if burst_of(name) == burst]
    kept = thinned(frames, before)
    (source / folder).mkdir(parents=True, exist_ok=True)
    taken = [path.stem for path in (source / folder).glob(f"*shown-{burst}-*")]  # hidden ones too
    first = 1 + max((int(stem.rpartition("-")[2]) for stem in taken), default=0)
    for number, frame in enumerate(kept, start=first):
        name = f"{folder}/{name_of(burst, number)}"
        (source / name).write_bytes(frame)
        labels[name] = label
    _write_labels(source, labels)
    return len(kept)


def labelled(source: Path) -> dict[str, str]:
    """The pictures of a source, by their names below it, and the class of each, in the order in which they came."""
    try:
        text = (source / TABLE).read_text("utf-8")
    except FileNotFoundError:
        return {}
    return {name: label for name, label in list(csv.reader(io.StringIO(text)))[1:] if (source / name).exists()}


def take_out(source: Path, names: Iterable[str]) -> dict[str, str]:
    """Hide pictures of a source, so that nobody finds them; `put_back` takes what is returned."""
    labels = labelled(source)
    gone = {name: labels.pop(name) for name in names if name in labels}
    for name in gone:
        (source / name).rename(_hidden(source / name))
    _write_labels(source, labels)
    return gone


def put_back(source: Path, gone: Mapping[str, str]) -> None:
    """Undo `take_out`."""
    labels = labelled(source)
    for name, label in gone.items():
        if _hidden(source / name).exists():
            _hidden(source / name).rename(source / name)
            labels[name] = label
    when = {name: ((source / name).stat().st_mtime_ns, name) for name in labels}
    _write_labels(source, {name: labels[name] for name in sorted(labels, key=when.__getitem__)})


def packed(entries: Iterable[Entry]) -> bytes:
    """Labelled pictures that were shown as a zip: a folder for each class, the bursts in their names, and a labels.csv
    that says what each class is called, whatever a folder may be called. Raises ArchiveError."""
    content = io.BytesIO()
    labels: dict[str, str] = {}
    with ZipFile(content, "w", ZIP_STORED) as target:
        for entry, data in archive.read(entry for entry in entries if burst_of(entry.name)):
            if isinstance(data, Exception):
                raise data
            name = f"{folder_of(entry.label)}/{entry.name.rpartition('/')[2]}"
            if name not in labels:  # the same zip may have been brought twice
                labels[name] = entry.label
                target.writestr(name, data)
        target.writestr(TABLE, _table(labels))
    return content.getvalue()


def thinned(frames: Sequence[bytes], before: Sequence[bytes] = ()) -> list[bytes]:
    """The frames without those that are nearly equal to one before them, or to one of those that were kept `before`;
    the first `LEAST` of them all stay. What cannot be read is left out."""
    small = [_small(frame) for frame in before]
    kept = []
    for frame in frames:
        if not frame.startswith(b"\xff\xd8\xff"):
            continue
        try:
            seen = _small(frame)
        except PictureError:
            continue
        if len(small) < LEAST or min(float(np.abs(seen - other).mean()) for other in small) >= NEARLY_EQUAL:
            small.append(seen)
            kept.append(frame)
    return kept


def folder_of(label: str) -> str:
    """The folder for a class. Names that say something else to `core.pictures.layout`, such as "test" or "1", are
    changed, so that only the table says what the class is called."""
    name = safe_file_name(label)
    return f"_{name}" if layout.says_nothing(name) or layout.is_junk([name]) else name


def _small(frame: bytes) -> NDArray[np.float32]:
    """(16, 16, 3) the frame, small, without the light of the whole. Raises PictureError."""
    picture = to_model_input(decode(frame, shortest=_SMALL), _SMALL).astype(np.float32)
    without_light: NDArray[np.float32] = picture - picture.mean(axis=(0, 1))
    return without_light


def _hidden(path: Path) -> Path:
    return path.with_name(f".{path.name}")


def _write_labels(source: Path, labels: Mapping[str, str]) -> None:
    """The table in place of the one before; with it the source's own time changes, by which others see a change."""
    source.mkdir(parents=True, exist_ok=True)
    part = source / f".{TABLE}.part"
    part.write_text(_table(labels), "utf-8", newline="")
    part.replace(source / TABLE)
    if not labels:
        (source / TABLE).unlink()


def _table(labels: Mapping[str, str]) -> str:
    text = io.StringIO()
    csv.writer(text).writerows([("filename", "label"), *labels.items()])
    return text.getvalue()
