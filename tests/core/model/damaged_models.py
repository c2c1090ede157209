"""Model files that are damaged in many ways, always the same for a seed; of most, all checksums are right."""

from __future__ import annotations

import json
import struct
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import numpy as np
from model_files import FEATURES, examples, join, members, model, packed

from core.errors import ModelError
from core.model.file import (
    has_examples,
    is_tuned,
    load,
    load_examples,
    load_listing,
    load_sampled,
    retitle,
    save,
    thumbnails,
)

_VALUES: tuple[Any, ...] = (
    None,
    True,
    -1,
    0,
    1e308,
    2**31 - 1,
    2**63,
    10**400,
    float("nan"),
    "",
    "\ud800",
    "\x07",
    "\u202e",
    "2026-99-99",
    "x" * 2000,
    [],
    {},
    [[]],
    ["a", "b"],
    {"a": -1},
)
_NUMBERS = (np.nan, np.inf, 3e38, -3e38, 2**31 - 1, -1, 0, 65504)


def cases(folder: Path, count: int, first: int = 0) -> Iterator[tuple[int, bytes]]:
    """(seed, content of a file that is damaged), from the seed `first` on."""
    path = folder / "whole.teachlens"
    save(path, model(), examples(), [b"jpeg"] * 6)
    lesson = path.read_bytes()
    join(path)
    join(path, "새 이름", 2, seed=6)
    whole = path.read_bytes()
    for seed in range(first, first + count):
        generator = np.random.default_rng(seed)
        yield seed, (_structure(whole, generator) if seed % 4 == 0 else _members(lesson, whole, generator))


def exercise(path: Path) -> bool:
    """Open the file in every way and use what is in it; whether it was accepted. What is raised is a bug."""
    try:
        opened = load(path)
        load(path, tuned_weights=False)
        kept = load_examples(path)
        listing = load_listing(path)
        has_examples(path)
        is_tuned(path)
        thumbnails(path, range(len(listing.names) + 1))
        load_sampled(path, lambda labels: np.arange(len(labels), dtype=np.int32))
        if "가" in opened.card.title:
            retitle(path, "other")
    except ModelError as error:
        error.say("en")
        return False
    vectors = np.asarray(kept.vectors, np.float32)
    assert len(vectors) == 0 or np.isfinite(opened.probabilities(vectors)).all()
    if opened.ood_detector is not None:
        opened.ood_detector.is_in_distribution(np.ones(FEATURES, np.float32))
    json.dumps({"title": opened.card.title, "labels": opened.labels, "names": listing.names}).encode()
    "".join((opened.card.title, *opened.labels, *listing.names)).encode()
    save(path.with_name("again.teachlens"), opened, kept, [])
    load(path.with_name("again.teachlens"))
    return True


def _members(lesson: bytes, whole: bytes, generator: np.random.Generator) -> bytes:
    """One or two members changed, packed anew with right checksums, in the first zip or in a correction."""
    second = members(whole)  # of the zip that was appended last
    start = len(whole) - struct.unpack("<Q", whole[-8:])[0]
    appended = bool(generator.integers(4) == 0)
    contents = second if appended else members(lesson)
    for _ in range(int(generator.integers(1, 3))):
        name = list(contents)[int(generator.integers(len(contents)))]
        if generator.random() < 0.4:
            name = "model.json"
        if name in contents:
            _change(contents, name, generator)
    content = packed(contents, int(generator.choice([0, 8, 8, 8, 12, 14])))
    if appended:
        size = len(content) + 20
        content = content[:-2] + struct.pack("<H12sQ", 20, b"TeachLens +\0", size)
        return whole[:start] + content
    return content + whole[len(lesson) :] if generator.random() < 0.3 else content


def _change(contents: dict[str, bytes], name: str, generator: np.random.Generator) -> None:
    content, way = contents[name], generator.random()
    if name.endswith(".json") and way < 0.7:
        with suppress(ValueError):  # it was spoilt before
            said = json.loads(content)
            _replace_some(said, generator)
            contents[name] = json.dumps(said).encode()
    elif name.endswith(".npy") and way < 0.6:
        start = 10 + int.from_bytes(content[8:10], "little")
        kind = {"<f4": "<f4", "<i4": "<i4"}.get(content[21:24].decode("latin-1"), "<f2")
        if (len(content) - start) % np.dtype(kind).itemsize:
            return  # it was spoilt before
        numbers = np.frombuffer(content[start:], kind).copy()
        if len(numbers):
            with np.errstate(all="ignore"):
                value = np.array(generator.choice(_NUMBERS)).astype(np.float64)
                finite = np.nan_to_num(value, nan=0, posinf=2**31 - 1, neginf=-(2**31))
                integer = np.clip(finite, -(2**31), 2**31 - 1).astype(np.int64)
                numbers[int(generator.integers(len(numbers)))] = integer if kind == "<i4" else value
        contents[name] = content[:start] + numbers.tobytes()
    elif way < 0.75:
        del contents[name]
    elif way < 0.8:
        contents["thumbnails/x/../../y" if generator.random() < 0.5 else "lesson/weights.npy"] = content
    else:
        changed = bytearray(content)
        for _ in range(int(generator.integers(1, 6))):
            if changed:
                changed[int(generator.integers(min(len(changed), 200)))] = int(generator.integers(256))
        contents[name] = bytes(changed[: int(generator.integers(len(changed) + 1))] if way > 0.95 else changed)


def _replace_some(said: Any, generator: np.random.Generator) -> None:
    """Another value somewhere in what JSON holds."""
    for _ in range(6):
        keys = list(said) if isinstance(said, dict) else list(range(len(said)))
        if not keys:
            return
        key = keys[int(generator.integers(len(keys)))]
        if isinstance(said[key], (dict, list)) and said[key] and generator.random() < 0.75:
            said = said[key]
            continue
        said[key] = _VALUES[int(generator.integers(len(_VALUES)))]
        return


def _structure(whole: bytes, generator: np.random.Generator) -> bytes:
    """Bytes of the zips' own headers and directories changed, or the file cut off."""
    content, way = bytearray(whole), generator.random()
    if way < 0.15:
        return bytes(content[: int(generator.integers(len(content)))])
    for _ in range(int(generator.integers(1, 4))):
        mark = (b"PK\x03\x04", b"PK\x01\x02", b"PK\x05\x06")[int(generator.integers(3))]
        starts = _all(content, mark)
        if starts:
            at = int(generator.choice(starts)) + int(generator.integers(46))
            if at < len(content):
                content[at] = int(generator.integers(256))
    return bytes(content)


def _all(content: bytearray, mark: bytes) -> list[int]:
    starts, at = [], content.find(mark)
    while at >= 0:
        starts.append(at)
        at = content.find(mark, at + 1)
    return starts
