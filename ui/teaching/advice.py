"""What a report says could be done to make a model better, in plain words."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np

from core.messages import say
from core.model.model import Listing, Model
from core.pictures import camera_bursts
from ui.language import current
from ui.teaching.words import listed, short
from ui.texts import plural, t

MOST = 4  # hints at once; nobody acts on more
_LOW = 0.6  # below this share of right answers, something is amiss with the pictures
_SMALL = 30  # tested pictures: with fewer, a score says little
_FEW = 20  # pictures a class
_WEAK = 0.1  # this much below the score of the whole, a class is weak
_TESTED = 4  # pictures of a class: with fewer, nothing can be said about it
_MIXED = 0.06  # of two classes' pictures taken for one another: worth a word
_UNEVEN = 5  # times as many pictures as another class
_ALIKE = 0.05  # of the pictures nearly the same as others: worth a word


@dataclass(frozen=True)
class Hint:
    """A sentence and the Material symbol before it."""

    symbol: str
    words: str


def hints(model: Model, examples: Listing | None = None) -> list[Hint]:
    """What to do first; one kind word where there is nothing to do. `examples` are what it was taught on."""
    every: tuple[Callable[[], Iterator[Hint]], ...] = (
        lambda: _low(model),
        lambda: _shown_once(model, examples),
        lambda: _untested(model, examples),
        lambda: _small(model),
        lambda: _mixed_up(model),
        lambda: _weakest(model),
        lambda: _few(model),
        lambda: _uneven(model),
        lambda: _alike(examples),
        lambda: (Hint("info", say(note, current())) for note in model.card.notes),
    )
    found = [hint for one in every for hint in one()]
    if not found and model.report.score.total:
        found.append(Hint("sentiment_satisfied", t("teach.hint_good")))
    return found[:MOST]


def _low(model: Model) -> Iterator[Hint]:
    if model.report.score.total and model.report.score.value < _LOW:
        yield Hint("search", t("teach.hint_low"))


def _shown_once(model: Model, examples: Listing | None) -> Iterator[Hint]:
    if labels := _of_one_burst(model, examples):
        words = plural("showing.hint_once", len(labels), labels=listed(labels))
        yield Hint("videocam", words)


def _of_one_burst(model: Model, examples: Listing | None) -> list[str]:
    """Classes that could not be tested because each was shown to the camera in one go."""
    if examples is None:
        return []
    names: dict[int, list[str]] = {}
    for name, position in zip(examples.names, examples.labels.tolist(), strict=True):
        names.setdefault(position, []).append(name)
    return [
        label
        for position, (label, score) in enumerate(zip(model.labels, model.report.per_class, strict=True))
        if not score.total and camera_bursts.is_one_burst(names.get(position, ()))
    ]


def _untested(model: Model, examples: Listing | None) -> Iterator[Hint]:
    once = _of_one_burst(model, examples)
    labels = [
        label
        for label, score in zip(model.labels, model.report.per_class, strict=True)
        if not score.total and label not in once
    ]
    if labels and model.report.score.total:
        yield Hint("filter_none", plural("teach.hint_untested", len(labels), labels=listed(labels)))


def _small(model: Model) -> Iterator[Hint]:
    if 0 < model.report.score.total < _SMALL:
        yield Hint("info", t("teach.hint_small"))


def worst_pair(model: Model) -> tuple[int, int, int] | None:
    """The two classes, in the order of the labels, that are taken for one another most, and how often; None where that
    is too seldom to speak of."""
    wrong = model.report.confusion - np.diag(np.diag(model.report.confusion))
    both = np.triu(wrong + wrong.T)
    if both.max(initial=0) < 2:
        return None
    one, other = (int(position) for position in np.unravel_index(int(both.argmax()), both.shape))
    tested = model.report.per_class[one].total + model.report.per_class[other].total
    return (one, other, int(both[one, other])) if both[one, other] >= _MIXED * tested else None


def _mixed_up(model: Model) -> Iterator[Hint]:
    if pair := worst_pair(model):
        one, other, count = pair
        values = {"one": short(model.labels[one]), "other": short(model.labels[other])}
        yield Hint("compare_arrows", plural("teach.hint_mixed", count, **values))


def _weakest(model: Model) -> Iterator[Hint]:
    report = model.report
    tested = [(score.value, position) for position, score in enumerate(report.per_class) if score.total >= _TESTED]
    if tested and min(tested)[0] < report.score.value - _WEAK:
        yield Hint("trending_down", t("teach.hint_weak", label=short(model.labels[min(tested)[1]])))


def _few(model: Model) -> Iterator[Hint]:
    few = [label for label in model.labels if model.card.pictures.get(label, _FEW) < _FEW]
    if few:
        yield Hint("add_photo_alternate", plural("teach.hint_few", len(few), labels=listed(few), wanted=_FEW))


def _uneven(model: Model) -> Iterator[Hint]:
    counts = model.card.pictures
    if counts and max(counts.values()) >= _UNEVEN * max(min(counts.values()), 1):
        most, least = max(counts, key=counts.__getitem__), min(counts, key=counts.__getitem__)
        times = counts[most] // max(counts[least], 1)
        yield Hint("balance", t("teach.hint_uneven", most=short(most), least=short(least), times=times))


def _alike(examples: Listing | None) -> Iterator[Hint]:
    """Frames of a burst are alike by their nature: nobody needs to be told."""
    if examples is None:
        return
    groups = examples.groups[np.array([camera_bursts.burst_of(name) is None for name in examples.names], bool)]
    spare = len(groups) - len(np.unique(groups))
    if spare >= max(2, _ALIKE * len(groups)):
        yield Hint("filter_none", plural("teach.hint_alike", spare))
