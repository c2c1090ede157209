"""What a model makes of feature vectors."""

from __future__ import annotations

import numpy as np
import pytest
from model_files import model

from core.model.model import (
    MAX_WEIGHT,
    NEIGHBOURS,
    Head,
    ModelCard,
    OutOfDistributionDetector,
    Score,
    Subclasses,
    normalised,
)


def some_head(temperature: float = 1.3) -> Head:
    generator = np.random.default_rng(4)
    return Head(generator.normal(size=(16, 3)).astype(np.float32), np.array([0.5, 0, -0.5], np.float32), temperature)


def test_probabilities_are_the_softmax_of_tempered_logits_of_one_picture_and_of_many() -> None:
    head, vectors = some_head(), np.random.default_rng(5).normal(size=(7, 16)).astype(np.float32)
    logits = vectors.astype(np.float64) @ head.weights + head.bias
    expected = np.exp(logits / 1.3) / np.exp(logits / 1.3).sum(axis=1, keepdims=True)
    assert np.allclose(head.probabilities(vectors), expected, atol=1e-6)
    assert np.allclose(head.probabilities(vectors[2:3]), expected[2:3], atol=1e-6)


def test_the_largest_weights_that_open_give_probabilities_still() -> None:
    weights = np.full((5_120, 2), MAX_WEIGHT, np.float32)
    weights[:, 1] = -MAX_WEIGHT
    head = Head(weights, np.zeros(2, np.float32), 1e-4)
    with np.errstate(over="raise", invalid="raise"):
        for count in (1, 3):
            probabilities = head.probabilities(np.full((count, 5_120), 65_504, np.float32))
            assert np.allclose(probabilities, [1, 0])


def test_classes_of_one_label_add_up_and_the_clearest_gives_its_name() -> None:
    subclasses = Subclasses(("", "poodle", "beagle"), np.array([0, 1, 1], np.int32))
    probabilities = np.array([[0.2, 0.7, 0.1]], np.float32)
    assert np.allclose(subclasses.summed(probabilities), [[0.2, 0.8]])
    assert subclasses.name(probabilities[0], 1) == "poodle"
    assert subclasses.name(np.array([0.2, 0.4, 0.4], np.float32), 1) == ""
    assert subclasses.name(probabilities[0], 0) == ""


def test_a_picture_is_in_distribution_where_its_third_neighbour_is_near() -> None:
    known = normalised(np.eye(8, dtype=np.float32)[[0] * NEIGHBOURS + [1] * (NEIGHBOURS - 1) + [2]])
    detector = OutOfDistributionDetector(known, 0.9)
    assert detector.is_in_distribution(np.eye(8, dtype=np.float32)[0] * 5)
    assert not detector.is_in_distribution(np.eye(8, dtype=np.float32)[1])
    assert detector.is_in_distribution(np.append(np.eye(8, dtype=np.float32)[0], np.ones(4, np.float32)))


def test_lengths_become_one_and_nothing_stays_nothing() -> None:
    vectors = normalised(np.array([[3, 4], [0, 0]], np.float32))
    assert np.allclose(vectors, [[0.6, 0.8], [0, 0]]) and vectors.dtype == np.float32


@pytest.mark.parametrize(("score", "value"), [(Score(3, 4, 0.3, 0.95), 0.75), (Score(0, 0, 0.0, 1.0), 0.0)])
def test_a_score_is_the_share_that_is_right(score: Score, value: float) -> None:
    assert score.value == value


def test_a_card_counts_what_joined() -> None:
    assert ModelCard("a", "b", "c", {}, 0, 0, 0.0, corrections=(1, 3)).corrected_pictures == 4


def test_a_model_answers_for_its_labels() -> None:
    probabilities = model().probabilities(np.ones((2, 1280), np.float32))
    assert probabilities.shape == (2, 3) and np.allclose(probabilities.sum(axis=1), 1)
