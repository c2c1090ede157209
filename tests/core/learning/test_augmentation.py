"""The same thing in other pictures."""

from __future__ import annotations

import numpy as np

from core.learning.augmentation import augment
from core.pictures.picture import Picture


def arrow() -> Picture:
    """Dark on the left, light on the right, 100 px."""
    return np.repeat(np.linspace(20, 220, 100, dtype=np.uint8)[None, :, None], 100, axis=0).repeat(3, axis=2)


def views(count: int, *, mirror: bool) -> list[Picture]:
    return [augment(arrow(), 32, mirror, np.random.default_rng(seed)) for seed in range(count)]


def test_every_view_is_a_picture_of_the_size_asked_for_and_another_one() -> None:
    augmented = views(20, mirror=True)
    assert all(view.shape == (32, 32, 3) and view.dtype == np.uint8 for view in augmented)
    assert len({view.tobytes() for view in augmented}) == 20


def test_the_same_seed_gives_the_same_view() -> None:
    assert np.array_equal(*(augment(arrow(), 32, True, np.random.default_rng(7)) for _ in range(2)))


def test_left_stays_left_unless_the_mirror_is_allowed() -> None:
    darker_on_the_right = [view[:, 0].mean() > view[:, -1].mean() for view in views(60, mirror=False)]
    assert not any(darker_on_the_right)
    darker_on_the_right = [view[:, 0].mean() > view[:, -1].mean() for view in views(60, mirror=True)]
    assert 15 < sum(darker_on_the_right) < 45


def test_the_light_changes_but_not_so_far_that_nothing_is_seen() -> None:
    means = [view.mean() for view in views(60, mirror=False)]
    assert np.std(means) > 5 and min(means) > 60 and max(means) < 190
