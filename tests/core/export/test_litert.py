"""A whole model as one LiteRT file."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from ai_edge_litert import schema_py_generated as schema
from ai_edge_litert.interpreter import Interpreter

from core.export import litert
from core.model.file import load


def test_float16_takes_about_half(taught: Callable[..., Path]) -> None:
    whole, half = (len(litert.build(load(taught()), precision).data) for precision in ("float32", "float16"))  # type: ignore[arg-type]
    assert 0.5 < half / whole < 0.68


def test_uint8_pictures_go_in_as_they_are(taught: Callable[..., Path]) -> None:
    content = litert.build(load(taught()), "uint8", similarity=False)
    interpreter = Interpreter(model_content=content.data)
    (one,), (out,) = interpreter.get_input_details(), interpreter.get_output_details()
    assert one["dtype"] == np.uint8 and one["quantization"] == (1 / 128, 127)
    assert out["name"] == "probabilities" and tuple(out["shape"]) == (1, 3)


def test_labels_lie_behind_the_file_as_its_metadata_say(taught: Callable[..., Path]) -> None:
    content = litert.build(load(taught())).data
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        assert archive.read("labels.txt").decode().split() == list(load(taught()).labels)
    model = schema.ModelT.InitFromPackedBuf(content, 0)
    assert [one.name for one in model.metadata] == [b"TFLITE_METADATA"]
    assert model.subgraphs[0].tensors[model.subgraphs[0].inputs[0]].name == b"picture"


@pytest.mark.parametrize("similarity", [True, False])
def test_likeness_is_an_output_where_it_is_wanted(similarity: bool, taught: Callable[..., Path]) -> None:
    content = litert.build(load(taught()), similarity=similarity)
    assert content.similarity == similarity
    outputs = Interpreter(model_content=content.data).get_output_details()
    assert [one["name"] for one in outputs] == ["probabilities", "similarity"][: 1 + similarity]
