"""What a model is after corrections that were appended to it."""

from __future__ import annotations

import json
import struct
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from model_files import LABELS, array, described, join, members, model, packed, saved

from core.errors import ModelError
from core.model.corrections import Correction, corrected, names_to_keep, report_of_labels
from core.model.file import (
    append_correction,
    load,
    load_examples,
    load_listing,
    load_sampled,
    merge_corrections,
    thumbnails,
)
from core.model.model import MAX_CORRECTED, NEIGHBOURS, Head


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return saved(tmp_path / "fruit.teachlens")


def respelt(path: Path, member: str, change: Callable[[bytes], bytes]) -> None:
    """Change a member of what was appended last, with the right checksums."""
    content = path.read_bytes()
    start = len(content) - struct.unpack("<Q", content[-8:])[0]
    contents = members(content)
    contents[member] = change(contents.get(member, b""))
    last = packed(contents)
    mark = struct.pack("<H12sQ", 20, b"TeachLens +\0", len(last) + 20)
    path.write_bytes(content[:start] + last[:-2] + mark)


def test_all_of_a_model_follows_its_corrections(path: Path) -> None:
    before = load(path)
    join(path, LABELS[1], 2)
    after = join(path, "새 이름")
    again = load(path)
    for one in (after, again):
        assert one.labels == (*LABELS, "새 이름") and one.card.corrections == (2, 1)
        assert dict(one.card.pictures) == {LABELS[0]: 2, LABELS[1]: 4, LABELS[2]: 2, "새 이름": 1}
        assert one.report.confusion.shape == (4, 4) and one.report.per_class[3].total == 0
        assert one.head.bias.shape == (4,) and one.lesson_head is not None
        assert np.array_equal(one.lesson_head.weights, before.head.weights)
        assert one.ood_detector and len(one.ood_detector.vectors) == 4 + 3 * NEIGHBOURS
    assert after.ood_detector and again.ood_detector
    assert np.array_equal(after.ood_detector.vectors, again.ood_detector.vectors)
    assert np.array_equal(after.head.weights, again.head.weights)
    listing = load_listing(path)
    assert listing.names[6:] == ("joined 0.jpg", "joined 1.jpg", "joined 0.jpg")
    assert listing.labels[6:].tolist() == [1, 1, 3] and listing.groups[6:].tolist() == [6, 6, 7]
    joined = again.ood_detector.vectors[-NEIGHBOURS:]
    assert np.allclose(np.linalg.norm(joined, axis=1), 1, atol=1e-3)


def test_merged_corrections_are_the_same_model(path: Path) -> None:
    join(path, LABELS[1], 2)
    join(path, "새 이름")
    before, examples = load(path), load_examples(path)
    merge_corrections(path)
    after, again = load(path), load_examples(path)
    assert (after.labels, after.card) == (before.labels, before.card)
    assert np.array_equal(after.head.weights, before.head.weights)
    assert after.ood_detector and before.ood_detector
    assert np.array_equal(after.ood_detector.vectors, before.ood_detector.vectors)
    assert again.names == examples.names and np.array_equal(again.vectors, examples.vectors)
    assert thumbnails(path, [6, 8]) == [b"small", b"small"]
    join(path, "third")
    assert load(path).card.corrections == (2, 1, 1)


def test_many_corrections_are_merged_before_they_take_more_than_the_model(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("core.model.file._MERGE_COUNT", 5)
    for number in range(12):
        join(path, LABELS[number % 3], seed=number)
    assert load(path).card.corrections == (1,) * 12
    assert path.stat().st_size < len(saved(path.with_name("new.teachlens")).read_bytes()) + 12 * 20_000
    merges: list[Path] = []
    monkeypatch.setattr("core.model.file._MERGE_BYTES", 0)
    monkeypatch.setattr("core.model.file.merge_corrections", merges.append)
    join(path, pictures=30)
    assert merges == [path]


def test_where_there_is_no_room_to_merge_the_correction_stays(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(path: Path) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("core.model.file._MERGE_COUNT", 1)
    monkeypatch.setattr("core.model.file.merge_corrections", full)
    join(path)
    assert load(path).card.corrections == (1,)


@pytest.mark.parametrize(
    "changes",
    [
        {"correction__names": []},
        {"correction__names": [5]},
        {"correction__names": ["a", "b"]},  # with one vector
        {"correction__names": ["x" * 1001]},
        {"correction__label": ""},
        {"correction__label": "a\u202eb"},
        {"correction__label": None},
        {"correction__group": 2**31 - 1},
        {"correction__group": -1},
        {"correction__group": True},
        {"correction": []},
        {"format": "another"},
        {"version": "2"},
    ],
)
def test_a_correction_that_cannot_be_is_refused(path: Path, changes: dict[str, Any]) -> None:
    join(path)
    respelt(path, "model.json", described(**changes))
    for opening in (load, load_examples, load_listing):
        with pytest.raises(ModelError):
            opening(path)


@pytest.mark.parametrize(
    ("member", "change"),
    [
        ("vectors.npy", lambda content: content.replace(b"(1, 1280)", b"(1, 1281)")),
        ("vectors.npy", lambda content: array(content, 0, np.float16(np.nan))),
        ("head/weights.npy", lambda content: array(content, 0, np.float32(3e38))),
        ("head/bias.npy", lambda content: content[:-4]),
        ("examples/names.json", lambda content: b"[]"),
        ("own/1/kernel.npy", lambda content: b""),
    ],
)
def test_arrays_of_a_correction_that_do_not_fit_are_refused(path: Path, member: str, change: Any) -> None:
    join(path)
    respelt(path, member, change)
    with pytest.raises(ModelError):
        load(path)


def test_a_correction_of_a_newer_edition_says_so(path: Path) -> None:
    join(path)
    respelt(path, "model.json", described(version=9))
    with pytest.raises(ModelError) as refused:
        load(path)
    assert refused.value.key == "model.newer"


def test_an_older_edition_is_told_that_the_file_is_newer(path: Path) -> None:
    """It reads what a zip reader takes for the whole file: what was appended last."""
    join(path)
    said = json.loads(members(path.read_bytes())["model.json"])
    assert said["format"] == "teachlens-model" and said["version"] == 2


def test_more_pictures_than_a_model_takes_in_are_refused(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert MAX_CORRECTED == 6_000
    monkeypatch.setattr("core.model.corrections.MAX_CORRECTED", 3)
    join(path, pictures=3)
    load(path)
    join(path)
    with pytest.raises(ModelError):
        load(path)


def test_a_report_has_a_place_for_every_label() -> None:
    report = model().report
    longer = report_of_labels(report, 5)
    assert longer.confusion.shape == (5, 5) and len(longer.per_class) == 5 and longer.confusion[3:].sum() == 0
    assert np.array_equal(report_of_labels(longer, 3).confusion, report.confusion)


def test_a_model_without_a_detector_stays_without() -> None:
    correction = Correction(("a",), LABELS[0], 6, np.ones((1, 1280), np.float16))
    head = Head(np.zeros((1280, 3), np.float32), np.zeros(3, np.float32), 1.3)
    assert corrected(replace(model(), ood_detector=None), [correction], head).ood_detector is None


def test_long_names_of_many_pictures_are_cut_to_what_opens(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("core.model.corrections._MAX_BYTES", 20_000)
    sampled = load_sampled(path, lambda labels: labels[:0])
    names = tuple(f'{"나" * 5_000}"{number}' for number in range(200))
    correction = Correction(names, LABELS[0], 6, np.ones((200, 1280), np.float16))
    append_correction(path, sampled, correction, load(path).head, [b"small"] * 200)
    kept = load_listing(path).names[6:]
    assert len(kept) == 200 and all(
        whole.endswith(name) and len(name) > 5 for name, whole in zip(kept, names, strict=True)
    )
    assert names_to_keep(["a", "b" * 2_000], 5_000) == ["a", "b" * 1_000]
