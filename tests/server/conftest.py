"""What the tests of the server share: model files that tell paints apart."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from drawn import PAINTS, blots, encoded

from core.backbones import Backbone, cards
from core.learning import logistic_regression
from core.learning.report import report
from core.model import file
from core.model.model import Examples, Head, Model, ModelCard
from core.pictures.decode import decode

CARD = cards()[0]


@pytest.fixture(scope="session")
def paints(cache: Path) -> Model:
    """A model of the three paints, fitted on some pictures of each."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("TEACHLENS_CACHE", str(cache))
        backbone = Backbone(CARD.name)
    jpegs = [encoded(blots(paint, n, CARD.size), "JPEG", quality=80) for paint in PAINTS for n in range(12)]
    vectors = np.stack([backbone.vector(decode(jpeg)) for jpeg in jpegs])
    rows = np.arange(len(vectors), dtype=np.int32)
    linear = logistic_regression.fit_path(vectors, rows, rows // 12, len(PAINTS), (0.1,))[0]
    nothing = np.zeros(0, np.int32)
    return Model(
        labels=tuple(PAINTS),
        backbone=CARD.name,
        backbone_sha256=CARD.sha256,
        head=Head(linear.weights, linear.bias, 1.0),
        threshold=0.5,
        card=ModelCard("paints", "2026-01-01T00:00:00+00:00", "0.1.0", dict.fromkeys(PAINTS, 10), 0, 0, 1.0),
        report=report("held out", np.zeros((0, 3), np.float32), 1.0, nothing, nothing),
    )


@pytest.fixture
def shelved(paints: Model, home: Path) -> Callable[..., Path]:
    """Puts that model, or one that differs in something, into a file."""

    def put(name: str = "paints", **changes: object) -> Path:
        path = home / f"{name}{file.ENDING}"
        model, nothing = replace(paints, **changes), np.zeros(0, np.int32)  # type: ignore[arg-type]
        no_examples = Examples((), nothing, np.zeros((0, len(model.head.weights)), np.float16), nothing)
        file.save(path, model, no_examples, ())
        return path

    return put
