"""Frigate's folder, called as Frigate calls it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import cv2
import numpy as np
from ai_edge_litert.interpreter import Interpreter
from drawn import PAINTS, blots

from core.export.formats import frigate
from core.model.recognise import Recogniser


def test_a_square_picture_gets_the_apps_answer_by_the_name_in_its_label_map(
    taught: Callable[..., Path], tmp_path: Path
) -> None:
    written = frigate.write(taught(), tmp_path)
    labels = (tmp_path / "labelmap.txt").read_text("utf-8").splitlines()
    assert labels == sorted(written.model.labels) and {path.name for path in tmp_path.iterdir()} == {
        "model.tflite",
        "labelmap.txt",
    }
    interpreter = Interpreter(model_path=str(tmp_path / "model.tflite"))
    interpreter.allocate_tensors()
    (one,), (out,) = interpreter.get_input_details(), interpreter.get_output_details()
    app = Recogniser(taught())
    for number, paint in enumerate(PAINTS):
        picture = blots(paint, 80 + number, 224)
        frame = cv2.resize(picture, (224, 224))  # the whole picture, whatever its shape
        interpreter.set_tensor(one["index"], frame[None].astype(one["dtype"]))
        interpreter.invoke()
        probabilities = interpreter.get_tensor(out["index"])[0]
        answer = app.recognise(picture)
        assert labels[int(probabilities.argmax())] == answer.labels[0]
        assert np.allclose(sorted(probabilities), sorted(answer.probabilities), atol=1e-5)
