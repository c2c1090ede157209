"""Teachable Machine's three files. That its clients open them is tested in `tests/browser/test_clients.py`."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from core.export.formats import teachable_machine
from core.export.network import prepared
from core.export.pictures import drawn
from core.learning.settings import TIERS
from core.model.recognise import Recogniser


def test_the_metadata_are_what_clients_read(taught: Callable[..., Path], tmp_path: Path) -> None:
    written = teachable_machine.write(taught(), tmp_path)
    assert {path.name for path in tmp_path.iterdir()} == {"model.json", "weights.bin", "metadata.json"}
    found = json.loads((tmp_path / "metadata.json").read_text("utf-8"))
    assert found["labels"] == list(written.model.labels) and found["imageSize"] == 224
    assert found["packageName"] == "@teachablemachine/image" and found["timeStamp"].endswith("Z")
    assert found["userMetadata"]["threshold"] == written.model.threshold
    assert "물감" in found["modelName"]


@pytest.mark.slow
def test_a_stronger_model_goes_with_a_quick_head_and_says_so(taught: Callable[..., Path], tmp_path: Path) -> None:
    written = teachable_machine.write(taught("strong"), tmp_path)
    assert written.has_other_head and written.model.backbone == TIERS["quick"]
    answer = teachable_machine.opened(tmp_path)(prepared(drawn(2), written.inputs))[0]
    assert np.allclose(answer, Recogniser(written.model).recognise(drawn(2)).by_position(), atol=1e-4)
