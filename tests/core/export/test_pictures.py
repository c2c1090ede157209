"""Pictures that an export is tried on."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np

from core.export.pictures import COUNT, drawn, example_pictures, hard_and_easy
from core.model.file import load, load_examples, save


def test_hard_examples_come_first(taught: Callable[..., Path]) -> None:
    model = load(taught())
    hardest = int(model.report.example[model.report.probability.argmin()])
    pictures, examples = hard_and_easy(taught(), model)
    assert len(pictures) == COUNT == examples
    assert np.array_equal(pictures[0], example_pictures(taught(), [hardest])[0])


def test_too_few_examples_are_filled_up_with_drawn_ones(taught: Callable[..., Path], tmp_path: Path) -> None:
    path = tmp_path / "bare.teachlens"
    save(path, load(taught()), load_examples(taught()), ())
    pictures, examples = hard_and_easy(path, load(path), 200)
    assert len(pictures) == COUNT and examples == 0 and np.array_equal(pictures[0], drawn(0))
    assert not np.array_equal(drawn(0), drawn(1))


def test_examples_that_are_not_there_are_left_out(taught: Callable[..., Path]) -> None:
    assert len(example_pictures(taught(), [0, 10**5, 1])) == 2


def test_a_model_without_a_test_is_tried_on_all_kinds(taught: Callable[..., Path]) -> None:
    model = load(taught())
    nothing = {name: getattr(model.report, name)[:0] for name in ("example", "answer", "probability")}
    assert hard_and_easy(taught(), replace(model, report=replace(model.report, **nothing)))[1] == COUNT
