"""A dataset: counted, edited, and what it lacks."""

from __future__ import annotations

from pathlib import Path

import pytest

from core import settings
from core.messages import say
from core.pictures.dataset import Dataset, Entry, Skipped, lacks, left_out, natural


def dataset(**counts: int) -> Dataset:
    entries = [Entry(Path("a.zip"), n, f"{label}/{n}", label) for label, count in counts.items() for n in range(count)]
    return Dataset(tuple(entries), (Skipped("x.txt", "layout.no_picture"),))


def test_pictures_are_counted_in_natural_order() -> None:
    assert list(dataset(c10=1, c2=3, C1=2).counts.items()) == [("C1", 2), ("c2", 3), ("c10", 1)]
    assert sorted(["10", "9", "a", "1b", "1a"], key=natural) == ["1a", "1b", "9", "10", "a"]


@pytest.mark.parametrize("text", ["²", "½", "①", "٣", "1²", "", "7" * 5000])
def test_any_digit_of_any_script_can_be_sorted(text: str) -> None:
    assert sorted([text, "1", "a"], key=natural)


def test_classes_are_renamed_merged_and_left_out() -> None:
    edited = dataset(cat=2, kitten=1, dog=3, junk=4).edited({"kitten": "cat", "dog": "개", "junk": None})
    assert edited.counts == {"cat": 3, "개": 3}
    assert edited.skipped == dataset().skipped
    assert [entry.name for entry in edited.of("개")] == ["dog/0", "dog/1", "dog/2"]


def test_two_classes_can_change_their_names() -> None:
    assert dataset(a=1, b=2).edited({"a": "b", "b": "a"}).counts == {"a": 2, "b": 1}


def missing(labelled: Dataset) -> list[tuple[str, str | None]]:
    for lack in lacks(labelled):
        assert say(lack.key, "en", **lack.values) and say(lack.key, "ko", **lack.values)
    return [(lack.key, lack.label) for lack in lacks(labelled)]


def test_nothing_lacks_where_two_classes_have_two_pictures() -> None:
    assert missing(dataset(a=2, b=2)) == []


def test_what_lacks_is_told_for_every_class() -> None:
    assert missing(dataset()) == [("dataset.nothing", None)]
    assert missing(dataset(a=9)) == [("dataset.one_class", None)]
    assert missing(dataset(a=1)) == [("dataset.one_class", None), ("dataset.too_few", "a")]
    assert missing(dataset(a=1, b=5, c=1)) == [("dataset.too_few", "a"), ("dataset.too_few", "c")]


def test_too_many_classes_are_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(settings, "MAX_CLASSES", 3)
    assert missing(dataset(a=2, b=2, c=2)) == []
    assert missing(dataset(a=2, b=2, c=2, d=2)) == [("dataset.too_many_classes", None)]


def test_two_spellings_taken_as_one_are_no_file_left_out() -> None:
    merged = Skipped("Cat", "layout.merged", {"spelling": "Cat", "label": "cat"})
    assert left_out((*dataset().skipped, merged)) == 1
