"""The model file: zips of JSON and arrays, no pickle; opened with every size and shape checked, nothing executed.

model.json              labels, backbone, temperature, threshold, card, report, and where the head's classes are finer
                        than the labels, their names and which label they add to
head/*.npy              weights (features, classes), bias (classes,)
lesson/*.npy            the same as the lesson left them, where pictures joined since
familiar/vectors.npy    of pictures that were taught, to tell what is like nothing of them
report/*.npy            confusion, and for every tested picture its example, answer and probability
examples/*.npy, .json   feature vectors, labels, groups, names
thumbnails/<n>.jpg      one small picture an example
own/<layer>/*.npy       kernel and bias, where the lesson has tuned some of the backbone
network.json            the network, where it was made elsewhere: own/ has all its weights, and there are no examples

Corrections are appended, each as a zip of its own (`core.model.corrections`); any other member is refused.
"""

from __future__ import annotations

import re
import zipfile
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from core import settings
from core.backbones.layer_graph import to_dict
from core.model import corrections
from core.model import tuned_weights as weights
from core.model.container import Container, Stamp, append, cut, read_file
from core.model.corrections import MAX_GROUP, Correction, corrected, read_corrections, thumbnail_name
from core.model.description import NETWORK, described, printable_model, read_model
from core.model.members import (
    MOMENT,
    copy_members,
    read,
    read_array,
    read_json,
    read_rows,
    require,
    write_array,
    write_json,
)
from core.model.model import Examples, Head, IntArray, Listing, Model
from core.model.text import is_printable, printable
from core.storage.area import MODEL_ENDING
from core.storage.atomic import replacing
from core.storage.locks import exclusive

ENDING = MODEL_ENDING
_Result = TypeVar("_Result")
_NAMES = re.compile(
    r"model\.json|network\.json|(head|lesson)/(weights|bias)\.npy|familiar/vectors\.npy"
    r"|report/(confusion|example|answer|probability)\.npy|examples/(names\.json|(labels|groups|vectors)\.npy)"
    r"|thumbnails/[0-9]{1,6}\.jpg|own/[0-9]{1,4}/(kernel|bias)\.npy"
)
_MAX_NAMES_BYTES = 2**24  # of the examples' names: 50,000 of 300 bytes
_MAX_THUMBNAIL_BYTES = 2**18
# Appended corrections are merged into the first zip where they are many, or large beside it: opening reads each.
_MERGE_COUNT, _MERGE_BYTES, _MERGE_SHARE = 200, 4 * 2**20, 0.5


def save(path: Path, model: Model, examples: Examples, thumbnails: Iterable[bytes]) -> None:
    """Write the model at `path`, whole or not at all; `thumbnails` are JPEG, one an example, in their order. Where a
    model stands there already, within `changing`."""
    model = printable_model(model)
    report = model.report
    with replacing(path) as file, zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        write_json(archive, "model.json", described(model))
        for folder, head in (("head", model.head), ("lesson", model.lesson_head)):
            if head is not None:
                write_array(archive, f"{folder}/weights.npy", head.weights)
                write_array(archive, f"{folder}/bias.npy", head.bias)
        for name in ("confusion", "example", "answer", "probability"):
            write_array(archive, f"report/{name}.npy", getattr(report, name))
        write_json(archive, "examples/names.json", corrections.names_to_keep(examples.names, _MAX_NAMES_BYTES))
        for name in ("labels", "groups"):
            write_array(archive, f"examples/{name}.npy", getattr(examples, name))
        # Not packed, so that single rows can be read: packed, they would take up to a third less, and 0.4 s of 20,000.
        write_array(archive, "examples/vectors.npy", examples.vectors, zipfile.ZIP_STORED)
        for number, thumbnail in enumerate(thumbnails):
            archive.writestr(zipfile.ZipInfo(thumbnail_name(number), MOMENT), thumbnail)
        if model.ood_detector is not None:
            write_array(archive, "familiar/vectors.npy", model.ood_detector.vectors.astype(np.float16))
        weights.write(archive, model.tuned_weights)
        if model.layer_graph is not None:
            write_json(archive, NETWORK, to_dict(model.layer_graph))


@contextmanager
def changing(path: Path) -> Iterator[None]:
    """Whoever changes the model that stands at `path` reads, changes and writes it within this, one thread of one
    process at a time. Not to be nested. Raises StorageError where another takes too long.

    >>> with changing(path):
    ...     model = load(path)
    ...     save(path, better(model), load_examples(path), thumbnails(path, range(count)))
    """
    with exclusive(path):
        yield


def load(path: Path, *, tuned_weights: bool = True) -> Model:
    """The model at `path`, without its examples. Where not `tuned_weights`, what the lesson tuned, up to 100 MB, stays
    in the file too: enough to show a model, not to answer with it. Raises ModelError for anything that is not a whole
    model."""

    def read_it(container: Container) -> Model:
        model, _ = _read(container)
        if not tuned_weights:
            return model
        return replace(model, tuned_weights=weights.read(container.first, model.backbone, model.layer_graph))

    return _reading(path, read_it)


def is_tuned(path: Path) -> bool:
    """Whether the lesson has tuned some of the backbone, so that the model at `path` needs a network of its own. Raises
    ModelError."""
    return _reading(path, lambda container: weights.there(container.first))


def load_examples(path: Path) -> Examples:
    """The examples of the model at `path`, those that joined it last. Raises ModelError."""

    def read_it(container: Container) -> Examples:
        listing, model, joined = _read_listing(container)
        shape = (len(listing.names) - sum(len(one.names) for one in joined), len(model.head.weights))
        vectors = read_array(container.first, "examples/vectors.npy", shape, np.float16)
        vectors = np.concatenate([vectors, *(one.vectors for one in joined)])
        return Examples(listing.names, listing.labels, vectors, listing.groups)

    return _reading(path, read_it)


def has_examples(path: Path) -> bool:
    """Whether the examples are in the model at `path`: without them, nothing can join them. Raises ModelError."""
    return _reading(path, lambda container: bool(_read_names(container.first)))


def load_listing(path: Path) -> Listing:
    """The examples without their vectors, which are most of a file. Raises ModelError."""
    return _reading(path, lambda container: _read_listing(container)[0])


def thumbnails(path: Path, examples: Iterable[int]) -> list[bytes]:
    """The small JPEG pictures of some examples, in the order asked; b"" for one that is not there. Raises
    ModelError."""
    wanted = [thumbnail_name(int(example)) for example in examples]

    def read_it(container: Container) -> list[bytes]:
        archives = {name: archive for archive in container.archives for name in archive.NameToInfo}
        return [read(archives[name], name, _MAX_THUMBNAIL_BYTES) if name in archives else b"" for name in wanted]

    return _reading(path, read_it)


def retitle(path: Path, title: str) -> None:
    """Give the model another title, in the file itself. Raises ModelError, StorageError, OSError."""
    with changing(path), replacing(path) as file:

        def write(container: Container) -> None:
            model = read_model(container.first)
            renamed = printable_model(replace(model, card=replace(model.card, title=title)))
            with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
                write_json(archive, "model.json", described(renamed))
                copy_members(container.first, archive, "model.json")
            container.copy_appended(file)

        _reading(path, write)


# --- Corrections ------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Sampled:
    """A model and those of its examples that a correction is fitted to."""

    model: Model
    listing: Listing
    rows: IntArray  # positions in the examples, rising
    vectors: NDArray[np.float16]  # (rows, features)
    extent: Extent  # of the file


@dataclass(frozen=True)
class Extent:
    """How a model file is made up."""

    first: int  # bytes of its first zip
    end: int  # bytes up to the end of the last whole zip
    before: int  # the same without the zip that was appended last
    appended: int  # zips
    stamp: Stamp


def load_sampled(path: Path, choose: Callable[[IntArray], IntArray]) -> Sampled:
    """The model at `path`, of the lesson's examples those that `choose` picks by their labels, rising positions, and
    all that joined since: read in one go, without the others' vectors. Raises ModelError."""

    def read_it(container: Container) -> Sampled:
        listing, first, joined = _read_listing(container)
        model = _corrected(container, first, joined) if joined else first
        model = replace(model, tuned_weights=weights.read(container.first, model.backbone, model.layer_graph))
        in_first = len(listing.names) - sum(len(one.names) for one in joined)
        taught = len(listing.names) - model.card.corrected_pictures
        if not listing.names:
            nothing = np.zeros((0, len(model.head.weights)), np.float16)
            return Sampled(model, listing, np.zeros(0, np.int32), nothing, _extent(container))
        require(taught > 0)
        chosen = np.append(choose(listing.labels[:taught]), np.arange(taught, in_first)).astype(np.int32)
        shape = (in_first, len(model.head.weights))
        vectors = read_rows(container.first, "examples/vectors.npy", shape, np.float16, chosen)
        rows = np.append(chosen, np.arange(in_first, len(listing.names))).astype(np.int32)
        vectors = np.concatenate([vectors, *(one.vectors for one in joined)])
        return Sampled(model, listing, rows, vectors, _extent(container))

    return _reading(path, read_it)


def append_correction(
    path: Path, sampled: Sampled, correction: Correction, head: Head, thumbnails: list[bytes]
) -> Model:
    """Append a correction to the model at `path`, of which `sampled` was read before within the same `changing`; the
    model as it is then. As many bytes are written as the correction takes, however many examples there are;
    `thumbnails` are JPEG, one a picture. Raises OSError, and then the file is as it was; ModelError, StorageError."""
    content = corrections.content(correction, head, thumbnails, len(sampled.listing.names))
    extent = sampled.extent
    append(path, extent.stamp, extent.end, content)
    appended = extent.end + len(content) - extent.first
    if extent.appended + 1 >= _MERGE_COUNT or appended > max(_MERGE_BYTES, _MERGE_SHARE * extent.first):
        with suppress(OSError):  # where there is no room for it, everything stays as it is
            merge_corrections(path)
    return corrected(sampled.model, [correction], head)


def take_back_correction(path: Path, sampled: Sampled) -> bool:
    """Take back what was appended to the model at `path` last, of which `sampled` was read before within the same
    `changing`; False where nothing was appended. Raises as `append_correction` does."""
    if sampled.extent.appended:
        cut(path, sampled.extent.stamp, sampled.extent.before)
    return sampled.extent.appended > 0


def merge_corrections(path: Path) -> None:
    """Write the model at `path` anew, within `changing`, with all corrections in its first zip. Raises ModelError,
    OSError."""
    model, examples = load(path), load_examples(path)
    save(path, model, examples, thumbnails(path, range(len(examples.names))))


# --- Reading ----------------------------------------------------------------------------------------------------------


def _reading(path: Path, function: Callable[[Container], _Result]) -> _Result:
    return read_file(path, _NAMES, corrections.NAMES, function)


def _extent(container: Container) -> Extent:
    return Extent(container.first_end, container.end, container.end_before, len(container.appended), container.stamp)


def _read(container: Container) -> tuple[Model, tuple[Correction, ...]]:
    """The model with all corrections, and those that were appended."""
    model = read_model(container.first)
    joined = read_corrections(container.appended, model)
    return (_corrected(container, model, joined) if joined else model), joined


def _corrected(container: Container, first: Model, joined: tuple[Correction, ...]) -> Model:
    return corrected(first, joined, container.appended[-1])


def _read_listing(container: Container) -> tuple[Listing, Model, tuple[Correction, ...]]:
    """All examples, the model without what was appended, and that."""
    archive = container.first
    first = read_model(archive)
    joined = read_corrections(container.appended, first)
    model = _corrected(container, first, joined) if joined else first
    names = _read_names(archive)
    labels = read_array(archive, "examples/labels.npy", (len(names),), np.int32)
    groups = read_array(archive, "examples/groups.npy", (len(names),), np.int32)
    require(bool(((labels >= 0) & (labels < len(first.labels))).all()))
    require(bool(((groups >= 0) & (groups <= MAX_GROUP)).all()))
    require(not joined or bool(names))
    for one in joined:
        names += one.names
        labels = np.append(labels, np.full(len(one.names), model.labels.index(one.label), np.int32))
        groups = np.append(groups, np.full(len(one.names), one.group, np.int32))
    require(bool((first.report.example < len(names)).all()))
    return Listing(names, labels, groups), first, joined


def _read_names(archive: zipfile.ZipFile) -> tuple[str, ...]:
    names = read_json(archive, "examples/names.json", _MAX_NAMES_BYTES, settings.MAX_ENTRIES + 1)
    require(isinstance(names, list) and len(names) <= settings.MAX_ENTRIES)
    require(all(isinstance(name, str) for name in names))
    return tuple(names) if is_printable("".join(names)) else tuple(map(printable, names))
