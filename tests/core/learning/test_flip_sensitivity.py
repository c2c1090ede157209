"""Left and right: found out from the data."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from drawn import encoded, painted, zipped

from core.backbones.card import Block
from core.learning.features import Features, extract
from core.learning.flip_sensitivity import is_flip_sensitive, is_source_flip_sensitive
from core.learning.quick import learn
from core.learning.settings import Settings
from core.learning.split import Plan, stratified_group_folds
from core.pictures import archive


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


def pointing(left: bool, seed: int) -> bytes:
    """A wedge on a noisy ground, that points to one side."""
    generator = np.random.default_rng(seed)
    picture = generator.normal(150, 12, (128, 128, 3))
    height, width = int(generator.integers(24, 44)), int(generator.integers(50, 90))
    top, start = int(generator.integers(0, 128 - height)), int(generator.integers(0, 128 - width))
    for column in range(width):
        half = round(height / 2 * (column if left else width - column) / width)
        picture[top + height // 2 - half : top + height // 2 + half, start + column] = (30, 60, 160)
    return encoded(np.clip(picture, 0, 255).astype(np.uint8))


@pytest.mark.slow
@pytest.mark.parametrize("sides", [True, False])
def test_pictures_that_were_looked_at_once_are_read_again_to_find_out(tmp_path: Path, sides: bool) -> None:
    files = {f"left/{n}.png": pointing(True, n) for n in range(40)}
    files |= {f"other/{n}.png": pointing(False, 100 + n) if sides else painted("red", n) for n in range(40)}
    once = extract(archive.find([zipped(tmp_path / "a.zip", files)]), Settings().backbone, 1, lambda done, total: None)
    groups = np.arange(len(once.entries), dtype=np.int32)
    assert is_source_flip_sensitive(once, groups, Settings().backbone, 0) is sides
