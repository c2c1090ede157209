"""Better on the same pictures, beyond chance."""

from __future__ import annotations

import numpy as np

from core.learning.paired import is_clearly_lower

BASELINE = np.linspace(0.2, 2.0, 60)
APART = np.arange(60)


def test_a_little_better_on_every_picture_is_clear_however_much_pictures_differ() -> None:
    assert is_clearly_lower(BASELINE - 0.01, BASELINE, APART, 1.0)


def test_equal_and_worse_losses_are_not_lower() -> None:
    assert not is_clearly_lower(BASELINE, BASELINE, APART, 1.0)
    assert not is_clearly_lower(BASELINE + 0.01, BASELINE, APART, 1.0)


def test_much_better_on_one_picture_alone_is_chance() -> None:
    losses = BASELINE + 0.001
    losses[7] -= 1.5
    assert losses.mean() < BASELINE.mean() and not is_clearly_lower(losses, BASELINE, APART, 1.0)


def test_near_duplicates_count_once() -> None:
    """Five pictures are better known: as five observations that is clear, as one burst it is chance."""
    losses = BASELINE + 0.005
    losses[:5] -= 0.3
    burst = np.maximum(APART, 4)
    assert is_clearly_lower(losses, BASELINE, APART, 1.0) and not is_clearly_lower(losses, BASELINE, burst, 1.0)
    assert not is_clearly_lower(BASELINE - 1, BASELINE, np.zeros(60, int), 1.0)


def test_where_there_is_no_difference_at_random_few_pass() -> None:
    generator = np.random.default_rng(0)
    passed = [is_clearly_lower(generator.normal(1, 1, 60), generator.normal(1, 1, 60), APART, 1.0) for _ in range(400)]
    assert 0.1 < np.mean(passed) < 0.22  # a normal distribution has 0.16 above one standard error
