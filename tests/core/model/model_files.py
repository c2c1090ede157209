"""Small model files for tests, and ways to change what stands in them."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

from core.learning.report import report
from core.model.corrections import Correction
from core.model.file import append_correction, load_sampled, save
from core.model.model import Examples, Head, Model, ModelCard, OutOfDistributionDetector, normalised

LABELS = ("사과", "pear & <b>plum</b>", "딸기")
FEATURES = 1280  # of the backbone


def model(features: int = FEATURES) -> Model:
    """A model of three labels that tells what it was not taught."""
    generator = np.random.default_rng(0)
    logits = generator.normal(size=(6, 3)).astype(np.float32)
    rows = np.arange(6, dtype=np.int32)
    known = normalised(generator.normal(size=(4, features)).astype(np.float32)).astype(np.float16)
    return Model(
        labels=LABELS,
        backbone="efficientnet-lite0",
        backbone_sha256="ab" * 32,
        head=Head(generator.normal(size=(features, 3)).astype(np.float32), np.array([0.1, 0, -1], np.float32), 1.3),
        threshold=0.6,
        card=ModelCard("과일", "2026-01-02T03:04:05+00:00", "0.1.0", dict.fromkeys(LABELS, 2), 1, 0, 2.5),
        report=report("cross-validation", logits, 1.3, np.array([0, 0, 1, 1, 2, 2], np.int32), rows),
        ood_detector=OutOfDistributionDetector(known[:, :FEATURES].astype(np.float32), 0.5),
    )


def examples(count: int = 6, features: int = FEATURES) -> Examples:
    """So many pictures, in turn of each label."""
    return Examples(
        names=tuple(f"과일/{n}.jpg" for n in range(count)),
        labels=(np.arange(count) % 3).astype(np.int32),
        vectors=np.random.default_rng(1).normal(size=(count, features)).astype(np.float16),
        groups=np.arange(count, dtype=np.int32),
    )


def saved(path: Path, count: int = 6) -> Path:
    """That model with so many examples."""
    save(path, model(), examples(count), [b"jpeg %d" % n for n in range(count)])
    return path


def join(path: Path, label: str = LABELS[0], pictures: int = 1, seed: int = 5) -> Model:
    """Append a correction with another head, as no backbone is needed for it."""
    generator = np.random.default_rng(seed)
    sampled = load_sampled(path, lambda labels: np.arange(len(labels), dtype=np.int32))
    labels = len({*sampled.model.labels, label})
    vectors = generator.normal(size=(pictures, FEATURES)).astype(np.float16)
    group = int(sampled.listing.groups.max()) + 1
    correction = Correction(tuple(f"joined {n}.jpg" for n in range(pictures)), label, group, vectors)
    head = Head(generator.normal(size=(FEATURES, labels)).astype(np.float32), np.zeros(labels, np.float32), 1.3)
    return append_correction(path, sampled, correction, head, [b"small"] * pictures)


def members(content: bytes) -> dict[str, bytes]:
    """What stands in a zip."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def packed(contents: dict[str, bytes], compression: int = zipfile.ZIP_DEFLATED) -> bytes:
    """A zip of these, with the right checksums."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", compression) as archive:
        for name, content in contents.items():
            archive.writestr(name, content)
    return file.getvalue()


def tampered(path: Path, member: str, change: Callable[[bytes], bytes | None]) -> Path:
    """A copy of the file with one member changed, added or left out, and the right checksums."""
    contents = members(path.read_bytes())
    changed = change(contents.pop(member, b""))
    other = path.with_name("tampered.teachlens")
    other.write_bytes(packed(contents if changed is None else {**contents, member: changed}))
    return other


def described(**changes: Any) -> Callable[[bytes], bytes]:
    """Changes what `model.json` says: `card__title="x"` stands for the title in the card."""

    def change(content: bytes) -> bytes:
        said = json.loads(content)
        for key, value in changes.items():
            *parents, last = key.split("__")
            inner = said
            for parent in parents:
                inner = inner[parent]
            inner[last] = value
        return json.dumps(said).encode()

    return change


def array(content: bytes, position: int, value: Any) -> bytes:
    """The bytes of an array with another number at a position, counted from the end where negative."""
    start = 10 + int.from_bytes(content[8:10], "little")
    numbers = np.frombuffer(content[start:], value.dtype).copy()
    numbers[position] = value
    return content[:start] + numbers.tobytes()
