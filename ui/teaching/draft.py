"""What the sources of a draft hold, listed once for all sessions; the draft itself is `core.work.draft`."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from pathlib import Path

import streamlit as st

from core.errors import TeachLensError
from core.pictures import archive
from core.pictures.dataset import Dataset


def dataset(sources: Sequence[Path]) -> Dataset:
    """What the sources hold, listed once for all sessions. Raises ArchiveError."""
    return _dataset(tuple((str(path), _changed_at(path)) for path in sources))


def present(sources: Sequence[Path]) -> Dataset | None:
    """What the sources hold; None where there are none, or they cannot be read any more."""
    try:
        return dataset(sources) if sources else None
    except TeachLensError:
        return None


def key_of(label: str) -> str:
    """A key for the widgets of a class, whatever it is called."""
    return hashlib.sha256(label.encode()).hexdigest()[:12]


def _changed_at(path: Path) -> int:
    try:
        return path.stat().st_mtime_ns
    except OSError:  # gone: `archive.find` says so
        return 0


@st.cache_resource(max_entries=4, show_spinner=False)
def _dataset(sources: tuple[tuple[str, int], ...]) -> Dataset:
    return archive.find([Path(path) for path, _ in sources])
