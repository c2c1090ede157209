"""Everyday things: a model that names what it sees before anything was taught here.

The weights of the backbone came with the head that it was trained with, for the 1,000 classes of ImageNet (Russakovsky
et al. 2015, "ImageNet large scale visual recognition challenge"). `core/backbones/imagenet.tsv` gives each class a
plain name, which several may share, and a finer one (its subclass) where it has one, in both languages and in
ImageNet's order.
"""

from __future__ import annotations

import hashlib
import threading
from datetime import UTC, datetime
from functools import cache, lru_cache
from pathlib import Path

import numpy as np

from core import VERSION, backbones, settings
from core.backbones import catalogue
from core.errors import BackboneError, ModelError
from core.messages import LANGUAGES, Language, say
from core.model.file import ENDING, load, save
from core.model.model import Examples, Head, Model, ModelCard, Report, Subclasses

NAME = "everyday"  # what stands for it on the command line
TABLE = settings.PROJECT / "core" / "backbones" / "imagenet.tsv"
# It named 67 % of 613 photographs of 14 kinds of things at first guess. Joined with Lite2 it named 68 %, in three times
# the time and with a second network in memory.
_BACKBONE = "efficientnet-lite0"
# Where the probabilities of those photographs' answers were nearest to the share that was right (within 0.05).
_TEMPERATURE = 0.9
# Keeps 88 % of the right answers, and refuses 70 % of what has no class: hands, coins, doodles, pliers, kiwis, tulips.
_THRESHOLD = 0.45
_making = threading.Lock()  # two visits may ask for it at once


def names(language: Language) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Label and subclass of each of the 1,000 classes; the subclass is "" where the label says all."""
    column = LANGUAGES.index(language)
    rows = [line.split("\t") for line in TABLE.read_text("utf-8").splitlines()[1:]]
    return tuple(row[column] for row in rows), tuple(row[column + len(LANGUAGES)] for row in rows)


def model(language: Language) -> Model:
    """The model, its labels in a language. Raises BackboneError."""
    plain, subclasses = names(language)
    labels = tuple(dict.fromkeys(plain))
    position = {label: number for number, label in enumerate(labels)}
    weights = catalogue.weights(_BACKBONE)
    return Model(
        labels=labels,
        backbone=_BACKBONE,
        backbone_sha256=backbones.card(_BACKBONE).sha256,
        head=Head(np.ascontiguousarray(weights["_fc.weight"].T), weights["_fc.bias"], _TEMPERATURE),
        threshold=_THRESHOLD,
        subclasses=Subclasses(subclasses, np.array([position[label] for label in plain], np.int32)),
        card=ModelCard(
            title=say("model.everyday", language),
            made=datetime.now(UTC).isoformat(timespec="seconds"),
            version=VERSION,
            pictures={},  # none were taught here
            skipped=0,
            seed=0,
            seconds=0.0,
        ),
        report=Report.untested(len(labels)),
    )


def ensure(language: Language) -> Path:
    """The model's file in the cache folder; made first where it is missing or damaged. Raises BackboneError."""
    path = folder() / f"{NAME}.{language}{ENDING}"
    with _making:
        if not _is_whole(path):
            new = model(language)
            try:
                save(path, new, Examples.none(len(new.head.weights)), ())
            except OSError as error:
                if not _is_whole(path):  # else another process put it there first and has it open, as Windows minds
                    raise BackboneError("backbone.no_cache", folder=str(path.parent)) from error
    return path


def folder() -> Path:
    """Where the files of this edition lie: another table, version or backbone has another folder."""
    return settings.cache_folder() / f"{NAME}-{_edition()}"


def _is_whole(path: Path) -> bool:
    try:
        state = path.stat()
    except OSError:
        return False
    return _opens(path, state.st_mtime_ns, state.st_size)


@lru_cache(maxsize=8)  # pages ask with every click; a file that was changed has another time
def _opens(path: Path, _time: int, _size: int) -> bool:
    try:
        load(path)
    except ModelError:
        return False
    return True


@cache
def _edition() -> str:
    parts = (TABLE.read_bytes(), f"{VERSION} {backbones.card(_BACKBONE).sha256} {_TEMPERATURE} {_THRESHOLD}".encode())
    return hashlib.sha256(b"".join(parts)).hexdigest()[:16]
