"""What a report says could be done to make a model better, in plain words: the most urgent first."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from core.messages import Language, plural_key, say
from core.messages.labels import listed, short
from core.model.model import Listing, Model
from core.pictures import camera_bursts

MOST = 4  # pieces of advice at once; nobody acts on more
_LOW_ACCURACY = 0.6  # below this share of right answers, something is amiss with the pictures
_SMALL_TEST = 30  # tested pictures: with fewer, a score says little
_FEW_PICTURES = 20  # a class
_WEAK_CLASS = 0.1  # a class whose recall is this much below the accuracy of the whole
_LEAST_TESTED = 4  # pictures of a class: with fewer, nothing can be said about it
_CONFUSED_SHARE = 0.06  # of two classes' pictures taken for one another
_IMBALANCE = 5  # times as many pictures as another class
_DUPLICATE_SHARE = 0.05  # of the pictures that are near-duplicates of others


@dataclass(frozen=True)
class Advice:
    """A sentence of `core.messages`: its key, and the values for its places."""

    key: str
    values: Mapping[str, Any] = field(default_factory=dict)

    def say(self, language: Language) -> str:
        """The sentence in a language."""
        return say(self.key, language, **self.values)


def advise(model: Model, examples: Listing | None = None) -> list[Advice]:
    """At most `MOST` pieces of advice on a model, the most urgent first; one kind word where there is nothing to do.
    `examples` are what it was taught on; None where they are not known, and then less can be said.

    >>> [advice.say("en") for advice in advise(load(path), load_listing(path))]
    """
    pieces = [piece for rule in _RULES for piece in rule(model, examples)]
    if not pieces and model.report.score.total:
        pieces.append(Advice("review.good"))
    return pieces[:MOST]


def worst_pair(model: Model) -> tuple[int, int, int] | None:
    """The two classes, as positions in the labels, that are confused most, and how often; None where that is too seldom
    to speak of."""
    wrong = model.report.confusion - np.diag(np.diag(model.report.confusion))
    both_ways = np.triu(wrong + wrong.T)
    if both_ways.max(initial=0) < 2:
        return None
    one, other = (int(position) for position in np.unravel_index(int(both_ways.argmax()), both_ways.shape))
    count = int(both_ways[one, other])
    tested = model.report.per_class[one].total + model.report.per_class[other].total
    return (one, other, count) if count >= _CONFUSED_SHARE * tested else None


def _plural(key: str, count: int, **values: Any) -> Advice:
    return Advice(plural_key(key, count), {"count": f"{count:,}", **values})


def _low_accuracy(model: Model, _examples: Listing | None) -> Iterator[Advice]:
    if model.report.score.total and model.report.score.value < _LOW_ACCURACY:
        yield Advice("review.low")


def _shown_once(model: Model, examples: Listing | None) -> Iterator[Advice]:
    if labels := _of_one_burst(model, examples):
        yield _plural("review.shown_once", len(labels), labels=listed(labels))


def _of_one_burst(model: Model, examples: Listing | None) -> list[str]:
    """Classes that could not be tested because each was shown to the camera in one go."""
    if examples is None:
        return []
    names: dict[int, list[str]] = {}
    for name, label in zip(examples.names, examples.labels.tolist(), strict=True):
        names.setdefault(label, []).append(name)
    return [
        label
        for position, (label, score) in enumerate(zip(model.labels, model.report.per_class, strict=True))
        if not score.total and camera_bursts.is_one_burst(names.get(position, ()))
    ]


def _untested_classes(model: Model, examples: Listing | None) -> Iterator[Advice]:
    explained = _of_one_burst(model, examples)
    taught = (
        len(model.labels) if model.lesson_head is None else len(model.lesson_head.bias)
    )  # others came by correction
    labels = [
        label
        for label, score in zip(model.labels[:taught], model.report.per_class[:taught], strict=True)
        if not score.total and label not in explained
    ]
    if labels and model.report.score.total:
        yield _plural("review.untested", len(labels), labels=listed(labels))


def _small_test(model: Model, _examples: Listing | None) -> Iterator[Advice]:
    if 0 < model.report.score.total < _SMALL_TEST:
        yield Advice("review.small")


def _confused_pair(model: Model, _examples: Listing | None) -> Iterator[Advice]:
    if pair := worst_pair(model):
        one, other, count = pair
        yield _plural("review.mixed", count, one=short(model.labels[one]), other=short(model.labels[other]))


def _weakest_class(model: Model, _examples: Listing | None) -> Iterator[Advice]:
    report = model.report
    tested = [(score.value, at) for at, score in enumerate(report.per_class) if score.total >= _LEAST_TESTED]
    if tested and min(tested)[0] < report.score.value - _WEAK_CLASS:
        yield Advice("review.weak", {"label": short(model.labels[min(tested)[1]])})


def _few_pictures(model: Model, _examples: Listing | None) -> Iterator[Advice]:
    labels = [label for label in model.labels if model.card.pictures.get(label, _FEW_PICTURES) < _FEW_PICTURES]
    if labels:
        yield _plural("review.few", len(labels), labels=listed(labels), wanted=_FEW_PICTURES)


def _class_imbalance(model: Model, _examples: Listing | None) -> Iterator[Advice]:
    counts = model.card.pictures
    if counts and max(counts.values()) >= _IMBALANCE * max(min(counts.values()), 1):
        most, least = max(counts, key=counts.__getitem__), min(counts, key=counts.__getitem__)
        times = counts[most] // max(counts[least], 1)
        yield Advice("review.uneven", {"most": short(most), "least": short(least), "times": times})


def _near_duplicates(_model: Model, examples: Listing | None) -> Iterator[Advice]:
    """Frames of a burst are alike by their nature: nobody needs to be told."""
    if examples is None:
        return
    of_no_burst = np.array([camera_bursts.burst_of(name) is None for name in examples.names], bool)
    groups = examples.groups[of_no_burst]
    duplicates = len(groups) - len(np.unique(groups))
    if duplicates >= max(2, _DUPLICATE_SHARE * len(groups)):
        yield _plural("review.alike", duplicates)


def _notes(model: Model, _examples: Listing | None) -> Iterator[Advice]:
    return (Advice(note) for note in model.card.notes)


_RULES: tuple[Callable[[Model, Listing | None], Iterator[Advice]], ...] = (
    _low_accuracy,
    _shown_once,
    _untested_classes,
    _small_test,
    _confused_pair,
    _weakest_class,
    _few_pictures,
    _class_imbalance,
    _near_duplicates,
    _notes,
)
