"""What a visit is about to teach: its sources, the changes to its classes, the lesson. Kept on disk, so that a reload,
another page or another language loses nothing."""

from __future__ import annotations

import json
import re
import secrets
import shutil
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import BinaryIO

import streamlit as st

from core.pictures import archive
from core.pictures.dataset import Dataset

_FILE, _BEFORE = "draft.json", "draft.before.json"
_FORBIDDEN = re.compile(r'[\\/:*?"<>|\x00-\x1f]+')


@dataclass(frozen=True)
class Draft:
    """What is being prepared."""

    sources: tuple[Path, ...] = ()
    edits: Mapping[str, str | None] = field(default_factory=dict)  # label as found -> as taught; None: left out
    title: str = ""
    seed: int = 0
    lesson: str | None = None  # the lesson that was made of it


def load(area: Path) -> Draft:
    """The visit's draft; an empty one where there is none, sources that are gone left out."""
    return _read(area / _FILE)


def save(area: Path, draft: Draft) -> None:
    """Keep a draft in place of the one before."""
    described = {
        "sources": [str(path) for path in draft.sources],
        "edits": dict(draft.edits),
        "title": draft.title,
        "seed": draft.seed,
        "lesson": draft.lesson,
    }
    part = area / f".{_FILE}.part"
    part.write_text(json.dumps(described, ensure_ascii=False), "utf-8")
    part.replace(area / _FILE)


def set_aside(area: Path) -> None:
    """Begin with nothing; `bring_back` undoes it. What was set aside before goes for good."""
    for source in set(_read(area / _BEFORE).sources) - set(load(area).sources):
        forget(area, source)
    if (area / _FILE).exists():
        (area / _FILE).replace(area / _BEFORE)


def was_set_aside(area: Path) -> bool:
    """Is there a draft that can be brought back?"""
    return bool(_read(area / _BEFORE).sources)


def bring_back(area: Path) -> None:
    """Undo `set_aside`."""
    if (area / _BEFORE).exists():
        (area / _BEFORE).replace(area / _FILE)


def store(area: Path, name: str, folder: str | None, content: BinaryIO) -> Path:
    """Copy an upload to disk, a block at a time, below the visit's area; loose pictures go into a `folder`, their
    class."""
    place = area / "uploads" / secrets.token_hex(6)
    if folder:
        place /= tidy(folder)
    place.mkdir(parents=True)
    path = place / tidy(name)
    with path.open("wb") as file:
        shutil.copyfileobj(content, file, 2**20)
    return path


def tidy(name: str) -> str:
    """A name that every file system takes."""
    plain = _FORBIDDEN.sub(" ", unicodedata.normalize("NFC", name)).strip(" .")
    stem, dot, ending = plain.rpartition(".")
    return f"{(stem or ending)[:80]}{dot}{ending[:10]}" if dot else plain[:80] or "_"


def forget(area: Path, source: Path) -> None:
    """Take a source's files away."""
    uploads = area / "uploads"
    if source.is_relative_to(uploads):
        shutil.rmtree(uploads / source.relative_to(uploads).parts[0], ignore_errors=True)


def dataset(sources: Sequence[Path]) -> Dataset:
    """What the sources hold, found once. Raises ArchiveError."""
    return _dataset(tuple((str(path), path.stat().st_mtime_ns) for path in sources))


@st.cache_resource(max_entries=3, show_spinner=False)
def _dataset(sources: tuple[tuple[str, int], ...]) -> Dataset:
    return archive.find([Path(path) for path, _ in sources])


def renamed(draft: Draft, found: Dataset, old: str, new: str | None) -> Draft:
    """The draft with the class `old`, as it is called now, called `new`, or left out where None."""
    edits = dict(draft.edits)
    for label in found.labels:
        if edits.get(label, label) == old:
            edits[label] = new
    return replace(draft, edits=edits)


def left_out(draft: Draft, found: Dataset) -> tuple[str, ...]:
    """The labels, as found, that are left out."""
    return tuple(label for label in found.labels if draft.edits.get(label, label) is None)


def brought_in(draft: Draft, label: str) -> Draft:
    """The draft with the label, as found, back among the classes."""
    return replace(draft, edits={found: name for found, name in draft.edits.items() if found != label})


def _read(path: Path) -> Draft:
    try:
        kept = json.loads(path.read_text("utf-8"))
        sources = tuple(source for source in map(Path, kept["sources"]) if source.exists())
        return Draft(sources, dict(kept["edits"]), str(kept["title"]), int(kept["seed"]), kept["lesson"])
    except (OSError, ValueError, KeyError, TypeError):
        return Draft()
