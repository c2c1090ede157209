"""Activations that blocks are fine-tuned on are those that they get when the model answers."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from drawn import encoded

from core import settings
from core.backbones import catalogue
from core.errors import TeachLensError
from core.learning import activations
from core.learning.activations import Activations
from core.learning.settings import TIERS
from core.pictures import archive

# The frozen blocks in Keras, on a lesson's activations, beside what the backbone says of the same files.
_FROZEN = """
import json, sys
from pathlib import Path
import keras
import numpy as np
from core.backbones import Backbone, card, keras_network
from core.learning import activations
from core.pictures import archive
from core.pictures.decode import decode

name, folder = sys.argv[1], Path(sys.argv[2])
activations._AUGMENTED_VIEWS = 0
whole = card(name)
first = card(whole.parts[0]) if whole.parts else whole
entries = archive.find([folder]).entries
learned = activations.compute(entries, first, True, 0, lambda *_: None, whole.size)
blocks, _ = keras_network.build_from_layer(first.name, activations.first_layer(first))
backbone, differences = Backbone(name, threads=1), []
for number, entry in enumerate(entries):
    picture = decode(entry.source.read_bytes(), shortest=backbone.input_size)
    answered = backbone.view_vectors(picture, 2)[:, : first.final_features]
    for view in range(2):
        x = learned.read(np.array([number], np.int32), np.array([view], np.int32))
        trained_on = keras.ops.convert_to_numpy(blocks(x))[0]
        differences.append(float(np.linalg.norm(trained_on - answered[view]) / np.linalg.norm(answered[view])))
print(json.dumps(differences))
"""


def detailed(seed: int, height: int, width: int) -> np.ndarray:
    """A picture with detail at every scale, in which resizing in another way is seen."""
    generator = np.random.default_rng(seed)
    picture = np.zeros((height, width, 3))
    for cell in (1, 4, 16, 64):
        coarse = generator.normal(0, 40, (-(-height // cell), -(-width // cell), 3))
        picture += np.kron(coarse, np.ones((cell, cell, 1)))[:height, :width]
    return np.clip(picture + 128, 0, 255).astype(np.uint8)


@pytest.mark.slow
@pytest.mark.parametrize("tier", ["quick", "strong"])
def test_frozen_blocks_give_the_vectors_of_the_backbone(tmp_path: Path, tier: str) -> None:
    for number, size in enumerate(((700, 500), (300, 900), (261, 270), (120, 150))):
        (tmp_path / f"{number}.jpg").write_bytes(encoded(detailed(number, *size), "JPEG", quality=92))
    environment = {**os.environ, "TF_CPP_MIN_LOG_LEVEL": "3", "CUDA_VISIBLE_DEVICES": "-1"}
    command = [sys.executable, "-c", _FROZEN, TIERS[tier], str(tmp_path)]
    run = subprocess.run(command, cwd=settings.PROJECT, env=environment, capture_output=True, text=True, check=False)
    assert run.returncode == 0, run.stderr[-3000:]
    differences = json.loads(run.stdout.splitlines()[-1])
    assert len(differences) == 8 and max(differences) < 0.005  # activations are kept as float16


def test_activations_are_read_as_they_were_written(tmp_path: Path) -> None:
    kept = Activations(2, (3, 3, 4))
    written = np.random.default_rng(0).normal(0, 1, (5, 2, 3, 3, 4)).astype(np.float32)
    for picture in reversed(range(5)):  # in any order
        for view in range(2):
            kept.write(picture, view, written[picture, view])
    pictures, views = np.array([4, 0, 4, 2], np.int32), np.array([1, 0, 0, 1], np.int32)
    assert np.abs(kept.read(pictures, views) - written[pictures, views]).max() < 2e-3


def test_where_left_and_right_matter_no_view_is_mirrored(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "a.png").write_bytes(encoded(detailed(0, 300, 300)))
    monkeypatch.setattr(activations, "_AUGMENTED_VIEWS", 1)
    card, entries = catalogue.card(TIERS["quick"]), archive.find([tmp_path]).entries
    heard: list[tuple[int, int]] = []
    plain, mirrored = (
        activations.compute(entries, card, mirror, 0, lambda *event: heard.append(event), card.size)
        for mirror in (False, True)
    )
    assert (plain.views, mirrored.views) == (2, 3) and heard == [(1, 1)] * 2
    first, second = (one.read(np.array([0], np.int32), np.array([0], np.int32)) for one in (plain, mirrored))
    assert np.array_equal(first, second)


def test_a_picture_that_is_gone_by_then_ends_it_in_words(tmp_path: Path) -> None:
    (tmp_path / "a.png").write_bytes(encoded(detailed(0, 30, 30)))
    card, entries = catalogue.card(TIERS["quick"]), archive.find([tmp_path]).entries
    (tmp_path / "a.png").unlink()
    with pytest.raises(TeachLensError):
        activations.compute(entries, card, False, 0, lambda *_: None, card.size)
