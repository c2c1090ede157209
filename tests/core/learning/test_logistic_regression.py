"""The head, held against scikit-learn's logistic regression."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

from core.backbones.card import Block
from core.learning import logistic_regression


def problem(rows: int, features: int = 40, classes: int = 3) -> tuple[NDArray[np.float16], NDArray[np.int32]]:
    """Vectors of features on very different scales, and labels that follow them with some noise."""
    generator = np.random.default_rng(1)
    vectors = generator.normal(size=(rows, features)) * generator.uniform(0.1, 3, features) + 2
    scores = (vectors - 2) @ generator.normal(size=(features, classes)) * 0.3 + generator.gumbel(size=(rows, classes))
    return vectors.astype(np.float16), scores.argmax(axis=1).astype(np.int32)


@pytest.mark.parametrize("rows", [30, 400])  # fewer and more rows than features
def test_the_fit_is_that_of_scikit_learn(rows: int) -> None:
    linear_model = pytest.importorskip("sklearn.linear_model")
    vectors, targets = problem(rows)
    head = logistic_regression.fit_path(vectors, np.arange(rows, dtype=np.int32), targets, 3, (0.01,))[0]
    plain = vectors.astype(np.float32)
    variance = 0.1 * plain.var(axis=0) + 0.9 * plain.var(axis=0).mean()
    standard = (plain - plain.mean(axis=0)) / np.sqrt(variance)
    theirs = linear_model.LogisticRegression(C=0.01, class_weight="balanced", tol=1e-8, max_iter=5000)
    expected = theirs.fit(standard, targets).decision_function(standard)
    ours = head.logits(vectors)
    assert np.abs(ours - ours.mean(axis=1, keepdims=True) - expected).max() < 0.02


def test_rows_fitted_in_chunks_give_the_fit_of_rows_in_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    vectors, targets = problem(300)
    rows = np.arange(300, dtype=np.int32)
    in_memory = logistic_regression.fit_path(vectors, rows, targets, 3, (0.003, 0.03))
    monkeypatch.setattr(logistic_regression, "_IN_MEMORY", 0)
    monkeypatch.setattr(logistic_regression, "_CHUNK", 64)
    chunked = logistic_regression.fit_path(vectors, rows, targets, 3, (0.003, 0.03))
    for one, other in zip(in_memory, chunked, strict=True):
        assert np.abs(one.logits(vectors) - other.logits(vectors)).max() < 0.02


def softmax(logits: NDArray[np.float32]) -> NDArray[np.float32]:
    exponentials = np.exp(logits - logits.max(axis=1, keepdims=True))
    return np.asarray(exponentials / exponentials.sum(axis=1, keepdims=True))


@pytest.mark.parametrize("rows", [150, 600, 1200])  # in the rows' span, and in that of the features
def test_a_tighter_fit_gives_the_same_answers_to_held_out_pictures(rows: int, monkeypatch: pytest.MonkeyPatch) -> None:
    vectors, targets = problem(rows + 400, features=400, classes=6)
    decay = np.linspace(1, 0.02, 400) ** 2  # as of a backbone's vectors: few directions carry most of the variance
    vectors = ((vectors - 2) @ np.linalg.qr(np.random.default_rng(2).normal(size=(400, 400)))[0] * decay).astype("f2")
    learned, held_out = np.arange(rows, dtype=np.int32), vectors[rows:]
    Cs = logistic_regression.C_CANDIDATES
    heads = logistic_regression.fit_path(vectors, learned, targets[:rows], 6, Cs)
    for tolerance in ("_GRADIENT_TOLERANCE", "_LOSS_TOLERANCE"):
        monkeypatch.setattr(logistic_regression, tolerance, getattr(logistic_regression, tolerance) / 100)
    monkeypatch.setattr(logistic_regression, "_ITERATIONS", 5_000)
    for head, tight in zip(heads, logistic_regression.fit_path(vectors, learned, targets[:rows], 6, Cs), strict=True):
        logits, exact = head.logits(held_out), tight.logits(held_out)
        assert (logits.argmax(axis=1) == exact.argmax(axis=1)).all()
        assert np.abs(softmax(logits) - softmax(exact)).max() < 0.001


def test_only_the_rows_asked_for_are_learned_from() -> None:
    vectors, targets = problem(200)
    rows = np.arange(100, dtype=np.int32)
    spoilt = vectors.copy()
    spoilt[100:] = 1000
    one = logistic_regression.fit_path(vectors, rows, targets[:100], 3, (0.01,))[0]
    other = logistic_regression.fit_path(spoilt, rows, targets[:100], 3, (0.01,))[0]
    assert np.array_equal(one.weights, other.weights)


def test_a_feature_that_never_changes_does_no_harm() -> None:
    vectors, targets = problem(100)
    vectors[:, 0] = 5
    head = logistic_regression.fit_path(vectors, np.arange(100, dtype=np.int32), targets, 3, (0.01,))[0]
    assert np.isfinite(head.weights).all()
    assert (head.logits(vectors).argmax(axis=1) == targets).mean() > 0.6


def test_balanced_classes_count_the_same() -> None:
    targets = np.array([0] * 90 + [1] * 10, np.int32)
    weights = logistic_regression.balanced_sample_weight(targets, 2)
    assert weights[targets == 0].sum() == pytest.approx(weights[targets == 1].sum())
    assert weights.mean() == pytest.approx(1)


BLOCKS = (Block(24, is_level=False), Block(16, is_level=True))


@pytest.mark.parametrize("rows", [30, 400])  # in the rows' span, and in that of the features
def test_levels_are_standardised_for_themselves_and_weighted(rows: int) -> None:
    linear_model = pytest.importorskip("sklearn.linear_model")
    vectors, targets = problem(rows)
    vectors[:, 24:] *= 0.01  # of another scale than the final features
    heads = logistic_regression.fit_path(
        vectors, np.arange(rows, dtype=np.int32), targets, 3, (0.01, 0.1), BLOCKS, (0.5, 2.0)
    )
    plain = vectors.astype(np.float32)
    variance = plain.var(axis=0)
    pooled = np.concatenate([0.1 * part + 0.9 * part.mean() for part in (variance[:24], variance[24:])])
    standard = (plain - plain.mean(axis=0)) / np.sqrt(pooled)
    expected = []
    for weight in (0.5, 2.0):
        weighted = standard * np.repeat([1, weight], [24, 16])
        for C in (0.01, 0.1):
            theirs = linear_model.LogisticRegression(C=C, class_weight="balanced", tol=1e-8, max_iter=5000)
            expected.append(theirs.fit(weighted, targets).decision_function(weighted))
    for head, logits in zip(heads, expected, strict=True):
        ours = head.logits(vectors)
        assert np.abs(ours - ours.mean(axis=1, keepdims=True) - logits).max() < 0.03


@pytest.mark.parametrize("rows", [30, 400])
def test_levels_that_weigh_nothing_have_no_say(rows: int) -> None:
    vectors, targets = problem(rows)
    every = np.arange(rows, dtype=np.int32)
    (without,) = logistic_regression.fit_path(vectors, every, targets, 3, (0.1,), BLOCKS, (0.0,))
    (final,) = logistic_regression.fit_path(vectors[:, :24], every, targets, 3, (0.1,))
    assert np.abs(without.weights[24:]).max() < 1e-6
    assert np.abs(without.logits(vectors) - final.logits(vectors[:, :24])).max() < 0.02


def test_a_refit_keeps_the_levels_as_little_as_the_lesson_had_them() -> None:
    vectors, targets = problem(200)
    sample_weight = logistic_regression.balanced_sample_weight(targets, 3)
    start = logistic_regression.Linear(np.zeros((40, 3), np.float32), np.zeros(3, np.float32))
    refitted = logistic_regression.refit_near(start, vectors, targets, sample_weight, 0.1, BLOCKS, 0.0)
    assert np.abs(refitted.weights[24:]).max() < 1e-6 < np.abs(refitted.weights[:24]).max()
