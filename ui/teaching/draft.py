"""What a visit is about to teach: its sources, the changes to its classes, the lesson. Kept on disk, so that a reload,
another page or another language loses nothing."""

from __future__ import annotations

import hashlib
import json
import shutil
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field, fields, replace
from pathlib import Path
from typing import Any

import streamlit as st

from core.errors import TeachLensError
from core.pictures import archive
from core.pictures.dataset import Dataset

UPLOADS = "uploads"  # below a visit's area: what was uploaded, a folder for each source
_FILE, _BEFORE = "draft.json", "draft.before.json"


@dataclass(frozen=True)
class Draft:
    """What is being prepared."""

    sources: tuple[Path, ...] = ()
    edits: Mapping[str, str | None] = field(default_factory=dict)  # label as found -> as taught; None: left out
    loose: tuple[str, ...] = ()  # classes, as found, whose name is ours, because their pictures came without one
    title: str = ""
    backbone: str = ""  # empty: the first there is
    seed: int = 0
    mode: str = ""  # of `core.learning.settings.Mode`; empty: thorough where this machine can
    private: bool = False  # the model is kept without its pictures
    lesson: str | None = None  # the lesson that was made of it last
    changing: bool = False  # its result is there, and what it was taught on is being changed


def load(area: Path) -> Draft:
    """The visit's draft; an empty one where there is none, sources that are gone left out."""
    return _read(area / _FILE)


def save(area: Path, draft: Draft) -> None:
    """Keep a draft in place of the one before."""
    described = {**asdict(draft), "sources": [str(path) for path in draft.sources]}
    part = area / f".{_FILE}.part"
    part.write_text(json.dumps(described, ensure_ascii=False), "utf-8")
    part.replace(area / _FILE)


def change(area: Path, **changes: Any) -> None:
    """Change some fields of the visit's draft."""
    save(area, replace(load(area), **changes))


def set_aside(area: Path) -> None:
    """Begin with nothing; `bring_back` undoes it. What was set aside before goes for good, with its files."""
    kept = {place_of(area, source) for source in load(area).sources}
    for place in (area / UPLOADS).glob("*"):
        if place not in kept:
            shutil.rmtree(place, ignore_errors=True)
    if (area / _FILE).exists():
        (area / _FILE).replace(area / _BEFORE)


def was_set_aside(area: Path) -> bool:
    """Is there a draft that can be brought back?"""
    return bool(_read(area / _BEFORE).sources)


def bring_back(area: Path) -> None:
    """Undo `set_aside`."""
    if (area / _BEFORE).exists():
        (area / _BEFORE).replace(area / _FILE)


def place_of(area: Path, source: Path) -> Path | None:
    """The folder below the uploads that holds a source; None for a source that was not uploaded."""
    uploads = area / UPLOADS
    return uploads / source.relative_to(uploads).parts[0] if source.is_relative_to(uploads) else None


def forget(area: Path, source: Path) -> None:
    """Take a source's files away."""
    if place := place_of(area, source):
        shutil.rmtree(place, ignore_errors=True)


def dataset(sources: Sequence[Path]) -> Dataset:
    """What the sources hold, found once for all sessions. Raises ArchiveError."""
    return _dataset(tuple((str(path), _changed(path)) for path in sources))


def _changed(path: Path) -> int:
    try:
        return path.stat().st_mtime_ns
    except OSError:  # gone: `archive.find` says so
        return 0


@st.cache_resource(max_entries=4, show_spinner=False)
def _dataset(sources: tuple[tuple[str, int], ...]) -> Dataset:
    return archive.find([Path(path) for path, _ in sources])


def present(sources: Sequence[Path]) -> Dataset | None:
    """What the sources hold; None where they cannot be read any more."""
    try:
        return dataset(sources)
    except TeachLensError:
        return None


def key_of(label: str) -> str:
    """A key for the widgets of a class, whatever it is called."""
    return hashlib.sha256(label.encode()).hexdigest()[:12]


# --- Changes to the classes: pure functions ---------------------------------------------------------------------------


def as_found(draft: Draft, found: Dataset, label: str) -> tuple[str, ...]:
    """The labels, as found, that the class `label` is made of."""
    return tuple(one for one in found.labels if draft.edits.get(one, one) == label)


def renamed(draft: Draft, found: Dataset, old: str, new: str | None) -> Draft:
    """The draft with the class `old`, as it is called now, called `new`, or left out where None. A name that another
    class has makes the two one."""
    edits = dict(draft.edits)
    for label in as_found(draft, found, old):
        edits[label] = new
    return replace(draft, edits=edits)


def left_out(draft: Draft, found: Dataset) -> tuple[str, ...]:
    """The labels, as found, that are left out."""
    return tuple(label for label in found.labels if draft.edits.get(label, label) is None)


def brought_in(draft: Draft, label: str) -> Draft:
    """The draft with the label, as found, back among the classes."""
    return replace(draft, edits={found: name for found, name in draft.edits.items() if found != label})


def unnamed(draft: Draft, found: Dataset) -> tuple[str, ...]:
    """Classes that still carry the name that we gave them."""
    return tuple(label for label in draft.loose if label in found.counts and draft.edits.get(label, label) == label)


def _read(path: Path) -> Draft:
    try:
        kept = json.loads(path.read_text("utf-8"))
        known = {one.name: kept[one.name] for one in fields(Draft) if one.name in kept}
        sources = tuple(source for source in map(Path, known.pop("sources", ())) if source.exists())
        return Draft(
            sources, **{**known, "edits": dict(known.get("edits", {})), "loose": tuple(known.get("loose", ()))}
        )
    except (OSError, ValueError, TypeError, AttributeError):
        return Draft()
