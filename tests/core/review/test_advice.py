"""What is advised on a report: the right thing first, with names and numbers, in both languages."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from core.learning.report import report
from core.messages import LANGUAGES
from core.model.model import Head, Listing, Model, ModelCard, Score
from core.review.advice import MOST, Advice, advise, worst_pair

LABELS = ("<b>a</b>", "배", "c")
LISTED = Listing(
    tuple(f"{number}.jpg" for number in range(30)),
    np.repeat(np.arange(3, dtype=np.int32), 10),
    np.arange(30, dtype=np.int32),
)
UNTESTED = Score(0, 0, 0.0, 1.0)


@pytest.fixture
def model() -> Model:
    """A model whose report was made from answers: a is taken for 배 twice; c is always right."""
    logits = np.full((30, 3), -2.0, np.float32)
    logits[np.arange(30), LISTED.labels] = 2.0
    logits[3] = (0.0, 3.0, -2.0)
    logits[4] = (0.0, 0.1, -2.0)
    return Model(
        labels=LABELS,
        backbone="efficientnet-lite0",
        backbone_sha256="",
        head=Head(np.zeros((4, 3), np.float32), np.zeros(3, np.float32), 1.0),
        threshold=0.5,
        card=ModelCard("model", "2026-01-01T00:00:00+00:00", "0", dict.fromkeys(LABELS, 40), 0, 0, 1.0),
        report=report("cross-validation", logits, 1.0, LISTED.labels, np.arange(30, dtype=np.int32)),
    )


def said(model: Model, examples: Listing | None = None) -> str:
    return "\n".join(advice.say("en") for advice in advise(model, examples))


def answered(model: Model, answers: np.ndarray) -> Model:
    """The model with a report in which these were the answers."""
    logits = np.eye(3, dtype=np.float32)[answers] * 9
    return replace(model, report=report("held out", logits, 1.0, LISTED.labels, LISTED.groups))


def uneven(model: Model) -> ModelCard:
    return replace(model.card, pictures={"<b>a</b>": 2, "배": 60})


def test_the_most_confused_pair_is_named_with_how_often(model: Model) -> None:
    assert worst_pair(model) == (0, 1, 2)
    assert "It mixes up “<b>a</b>” and “배” most, 2 times." in said(model)


def test_a_model_that_knows_everything_is_told_so_once(model: Model) -> None:
    perfect = answered(model, LISTED.labels)
    assert worst_pair(perfect) is None
    assert advise(perfect) == [Advice("review.good")]


def test_nothing_kind_is_said_of_what_was_not_tested(model: Model) -> None:
    untested = replace(model, report=replace(model.report, score=UNTESTED, per_class=(UNTESTED,) * 3))
    assert "tells your classes apart" not in said(untested)


def test_a_model_that_gets_most_wrong_is_told_first(model: Model) -> None:
    assert "gets many wrong" in advise(answered(model, (LISTED.labels + 1) % 3))[0].say("en")


def test_few_uneven_and_equal_pictures_are_pointed_out(model: Model) -> None:
    few = replace(model, card=replace(model.card, pictures={"<b>a</b>": 8, "배": 60, "c": 60}))
    assert "“<b>a</b>” has fewer than 20 pictures" in said(few)
    assert "“배” has 7 times as many pictures as “<b>a</b>”" in said(few)
    alike = replace(LISTED, groups=np.repeat(np.arange(3, dtype=np.int32), 10))
    assert "27 pictures are nearly the same" in said(model, alike)
    assert "nearly the same" not in said(model, LISTED)


def test_no_more_is_said_than_anybody_acts_on(model: Model) -> None:
    few = replace(
        answered(model, (LISTED.labels + 1) % 3), card=replace(model.card, pictures={"<b>a</b>": 2, "배": 60})
    )
    assert len(advise(few, replace(LISTED, groups=np.zeros(30, np.int32)))) == MOST


def test_a_class_that_was_shown_once_is_asked_for_from_another_side(model: Model) -> None:
    once = Listing(
        tuple(f"c/shown-000000000001-{number:04}.jpg" if number >= 20 else f"{number}.jpg" for number in range(30)),
        LISTED.labels,
        np.minimum(np.arange(30, dtype=np.int32), 20),
    )
    untested = replace(model, report=replace(model.report, per_class=(*model.report.per_class[:2], UNTESTED)))
    assert "“c” was shown in one go" in said(untested, once) and "from another side" in said(untested, once)
    assert "could not be tested: its" not in said(untested, once)
    assert "nearly the same" not in said(untested, once)  # of a burst that says nothing
    assert "could not be tested: its" in said(untested, LISTED)
    assert "in one go" not in said(model, once)


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_piece_can_be_said(model: Model, language: str) -> None:
    bad = replace(
        answered(model, (LISTED.labels + 1) % 3), card=replace(model.card, pictures={"<b>a</b>": 2, "배": 60})
    )
    for advice in advise(bad, replace(LISTED, groups=np.zeros(30, np.int32))):
        assert "{" not in advice.say("ko" if language == "ko" else "en")


def test_a_class_that_came_by_correction_is_not_called_untested(model: Model) -> None:
    later = replace(
        model,
        labels=(*LABELS, "rose"),
        lesson_head=model.head,
        report=replace(
            model.report,
            per_class=(*model.report.per_class, UNTESTED),
            confusion=np.pad(model.report.confusion, (0, 1)),
        ),
        card=replace(model.card, pictures={**model.card.pictures, "rose": 40}),
    )
    assert "could not be tested" not in said(later, LISTED)
