"""Packs files by their names, and reads datasets for assertions."""

from __future__ import annotations

from pathlib import Path

from drawn import corners, encoded, zipped

from core.messages import say
from core.pictures import archive
from core.pictures.dataset import Dataset

PICTURE = encoded(corners(8, 8))


class Pack:
    """Packs a zip in which every name is a picture, and `sub__labels_csv` a table, and returns its dataset."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def __call__(self, *names: str, source: str = "source.zip", **tables: bytes) -> Dataset:
        files = dict.fromkeys(names, PICTURE)
        files |= {name.replace("__", "/").replace("_csv", ".csv"): table for name, table in tables.items()}
        return archive.find([zipped(self._folder / source, files)])


def labelled(dataset: Dataset) -> dict[str, str]:
    """Labels by name."""
    return {entry.name: entry.label for entry in dataset.entries}


def splits(dataset: Dataset) -> dict[str, str | None]:
    """Splits by name."""
    return {entry.name: entry.split for entry in dataset.entries}


def skipped(dataset: Dataset) -> dict[str, str]:
    """What was skipped, by name, the key of the reason; each can be said."""
    for item in dataset.skipped:
        assert say(item.key, "en", **item.values) and say(item.key, "ko", **item.values)
    return {item.name: item.key for item in dataset.skipped}
