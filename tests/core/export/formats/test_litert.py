"""LiteRT files as a person gets them."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np

from core.export import formats
from core.export.formats import litert
from core.export.network import prepared
from core.export.pictures import drawn


def test_three_kinds_are_written_with_their_labels(taught: Callable[..., Path], tmp_path: Path) -> None:
    sizes, written = {}, {}
    for name in ("litert", "litert-float16", "litert-uint8"):
        folder = tmp_path / name
        written[name] = formats.get(name).write(taught(), folder)
        assert (folder / "labels.txt").read_text().split() == list(written[name].model.labels)
        sizes[name] = (folder / litert.FILE).stat().st_size
    assert sizes["litert-float16"] < 0.68 * sizes["litert"]
    assert {name: one.similarity for name, one in written.items()} == {
        "litert": True,
        "litert-float16": True,
        "litert-uint8": False,
    }
    picture = prepared(drawn(1), written["litert"].inputs)
    plain, pictures = (litert.opened(tmp_path / name)(picture)[0] for name in ("litert", "litert-uint8"))
    assert np.allclose(plain, pictures, atol=1e-5) and np.isclose(plain.sum(), 1, atol=1e-5)
