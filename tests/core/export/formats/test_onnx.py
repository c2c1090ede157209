"""ONNX in the runtimes that people use it with."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import cv2
import numpy as np
import onnx
import onnxruntime
import pytest

from core.export.formats import onnx as onnx_format
from core.export.network import inputs, prepared
from core.export.pictures import drawn
from core.model.recognise import Recogniser


@pytest.mark.parametrize("tier", ["quick", pytest.param("strong", marks=pytest.mark.slow)])
def test_opencv_opens_it_and_answers_as_the_app(tier: str, taught: Callable[..., Path], tmp_path: Path) -> None:
    written = onnx_format.write(taught(tier), tmp_path)
    network = cv2.dnn.readNetFromONNX(str(tmp_path / onnx_format.FILE))
    for name, one in prepared(drawn(4), inputs(written.model)).items():
        network.setInput(one.transpose(2, 0, 1)[None].astype(np.float32), name)
    answer = Recogniser(taught(tier)).recognise(drawn(4)).by_position()
    assert np.abs(network.forward("probabilities")[0] - answer).max() < 1e-4


def test_it_is_valid_and_takes_several_pictures_at_once(taught: Callable[..., Path], tmp_path: Path) -> None:
    written = onnx_format.write(taught(), tmp_path)
    onnx.checker.check_model(str(tmp_path / onnx_format.FILE), full_check=True)
    session = onnxruntime.InferenceSession(tmp_path / onnx_format.FILE)
    pictures = np.stack([prepared(drawn(seed), written.inputs)["picture"].transpose(2, 0, 1) for seed in range(3)])
    many = session.run(["probabilities"], {"picture": pictures.astype(np.float32)})[0]
    one = session.run(["probabilities"], {"picture": pictures[1:2].astype(np.float32)})[0]
    assert many.shape == (3, 3) and np.allclose(many[1], one[0], atol=1e-5)
