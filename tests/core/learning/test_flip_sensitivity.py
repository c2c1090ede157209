"""Left and right: found out from the data."""

from __future__ import annotations

import numpy as np
import pytest

from core.backbones.card import Block
from core.learning.features import Features
from core.learning.flip_sensitivity import is_flip_sensitive
from core.learning.quick import learn
from core.learning.split import Plan, stratified_group_folds


def features(*, arrows: bool, views: int = 2) -> Features:
    """Two classes that differ in one feature; the mirror turns it about where they are arrows."""
    generator = np.random.default_rng(3)
    targets = np.tile(np.arange(2, dtype=np.int32), 60)
    vectors = generator.normal(size=(120, 1, 16)).repeat(views, axis=1)
    side = (targets * 2 - 1) * 4.0
    vectors[:, 0, 0] += side
    if views > 1:
        vectors[:, 1, 0] += -side if arrows else side
    return Features((), (), ("left", "right"), targets, vectors.astype(np.float16), None, None)  # type: ignore[arg-type]


GROUPS = np.arange(120, dtype=np.int32)


@pytest.mark.parametrize(("arrows", "views", "sensitive"), [(True, 2, True), (False, 2, False), (True, 1, False)])
def test_left_and_right_matter_where_the_mirror_makes_something_else(arrows: bool, views: int, sensitive: bool) -> None:
    assert is_flip_sensitive(features(arrows=arrows, views=views), GROUPS, 0) is sensitive


def test_a_handful_of_pictures_says_nothing_about_sides() -> None:
    few = features(arrows=True)
    few = Features((), (), few.labels, few.targets[:4], few.vectors[:4], few.perceptual_hashes, few.thumbnails)
    assert not is_flip_sensitive(few, GROUPS[:4], 0)


def test_arrows_are_not_learned_from_their_mirror_images() -> None:
    arrows = features(arrows=True)
    everything = np.arange(120, dtype=np.int32)
    plan = Plan("cross-validation", stratified_group_folds(arrows.targets, GROUPS, 0), everything)
    blocks = (Block(arrows.vectors.shape[2], is_level=False),)
    learned = learn(arrows, blocks, GROUPS, plan, 0, lambda done, total: None)
    tested, logits = learned.test, learned.logits
    assert (logits.argmax(axis=1) == arrows.targets[tested]).mean() > 0.95
