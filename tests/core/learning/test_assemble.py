"""From what a fit gives to a model and its file."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from core.learning.assemble import assemble, assemble_improved, write
from core.learning.features import Features, Thumbnails
from core.learning.progress import Clock
from core.learning.recipe import Fitted, Lesson
from core.learning.settings import Settings
from core.learning.split import Plan
from core.model.file import load, load_examples, thumbnails
from core.model.model import Head
from core.pictures.dataset import Dataset, Entry, Skipped

COUNT, FEATURES = 6, 1280
SKIPPED = (Skipped("notes.txt", "layout.no_picture"), Skipped("Red", "layout.merged"))  # the second is no file


@pytest.fixture
def lesson() -> Lesson:
    small = Thumbnails()
    for number in range(COUNT):
        small.append(bytes([number]))
    entries = tuple(Entry(Path("paints.zip"), n, f"{n}.png", "ab"[n % 2]) for n in range(COUNT))
    features = Features(
        entries=entries,
        skipped=SKIPPED,
        labels=("a", "b"),
        targets=np.arange(COUNT, dtype=np.int32) % 2,
        vectors=np.ones((COUNT, 2, FEATURES), np.float16),
        perceptual_hashes=np.zeros((COUNT, 32), np.uint8),
        thumbnails=small,
    )
    rows = np.arange(COUNT, dtype=np.int32)
    clock = Clock(lambda _: None, {"read": 1.0})
    return Lesson(Dataset(entries), features, rows, Plan("cross-validation", rows % 3, rows), Settings(seed=7), clock)


FITTED = Fitted(
    backbone="efficientnet-lite0",
    head=Head(np.zeros((FEATURES, 2), np.float32), np.zeros(2, np.float32), 2.0),
    vectors=np.ones((COUNT, FEATURES), np.float16),
    test=np.array([1, 2, 3], np.int32),
    logits=np.array([[0, 4], [4, 0], [4, 0]], np.float32),  # the last one is wrong
    method="held out",
    ood_detector=None,
    notes=("classic.from_scratch",),
    baseline_right=1,
)


def test_the_report_is_on_the_test_pictures_at_the_heads_temperature(lesson: Lesson) -> None:
    model = assemble(lesson, FITTED, 1.234)
    report = model.report
    assert (report.method, report.score.right, report.score.total) == ("held out", 2, 3)
    assert report.example.tolist() == [1, 2, 3] and report.answer.tolist() == [1, 0, 0]
    assert report.probability == pytest.approx(1 / (1 + np.exp(-4 / 2)))
    card = model.card
    assert (card.title, card.seconds, card.seed, card.skipped) == ("paints", 1.23, 7, 1)
    assert card.pictures == {"a": 3, "b": 3} and card.notes == FITTED.notes and card.before is None


def test_an_improved_model_keeps_its_card_and_says_what_it_was(lesson: Lesson) -> None:
    model = assemble(lesson, replace(FITTED, notes=()), 1.0)
    model = replace(model, card=replace(model.card, title="another by now", made="2020-01-01T00:00:00+00:00"))
    improved = assemble_improved(model, lesson, FITTED, 2.5)
    assert (improved.card.title, improved.card.made, improved.card.seconds) == (
        "another by now",
        "2020-01-01T00:00:00+00:00",
        3.5,
    )
    assert improved.card.before is not None and (improved.card.before.right, improved.card.before.total) == (1, 3)


def test_the_file_holds_the_examples_unless_they_are_to_be_left_out(lesson: Lesson, tmp_path: Path) -> None:
    model = assemble(lesson, FITTED, 1.0)
    write(tmp_path / "kept.teachlens", model, lesson, FITTED.vectors)
    examples = load_examples(tmp_path / "kept.teachlens")
    assert examples.names == tuple(f"{n}.png" for n in range(COUNT)) and examples.groups.tolist() == list(range(COUNT))
    assert thumbnails(tmp_path / "kept.teachlens", [2]) == [b"\x02"]

    private = replace(lesson, settings=replace(lesson.settings, examples=False))
    write(tmp_path / "private.teachlens", model, private, FITTED.vectors)
    assert load_examples(tmp_path / "private.teachlens").names == ()
    report = load(tmp_path / "private.teachlens").report
    assert report.score == model.report.score and not len(report.example) and not len(report.probability)
