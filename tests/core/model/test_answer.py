"""The one shape of an answer, and how it is written for programs."""

from __future__ import annotations

import base64
import json
from dataclasses import replace

import numpy as np
import pytest

from core.model.answer import Answer

ANSWER = Answer(("빨강", "green", "blue"), (2, 0, 1), (0.70004, 0.2, 0.09996), sure=True, subclass="crimson")


@pytest.mark.parametrize(
    ("sure", "familiar", "kind"),
    [(True, True, "sure"), (False, True, "unsure"), (False, False, "strange")],
)
def test_the_kind_says_how_an_answer_is_to_be_said(sure: bool, familiar: bool, kind: str) -> None:
    assert replace(ANSWER, sure=sure, familiar=familiar).kind == kind


def test_as_json_it_has_the_best_labels_with_their_probabilities() -> None:
    assert json.loads(json.dumps(ANSWER.to_dict(2))) == {
        "sure": True,
        "familiar": True,
        "finer": "crimson",
        "labels": [{"label": "빨강", "probability": 0.7}, {"label": "green", "probability": 0.2}],
    }
    assert len(ANSWER.to_dict(10)["labels"]) == 3


def test_for_a_camera_it_names_positions_and_has_a_heat_map_where_there_is_one() -> None:
    plain = {"best": [2, 0], "probabilities": [0.7, 0.2], "sure": True, "familiar": True, "finer": "crimson"}
    assert ANSWER.to_frame_dict(2) == plain
    heat = np.array([[0, 1, 2], [3, 4, 5]], np.float32)
    explained = json.loads(json.dumps(replace(ANSWER, heat=heat).to_frame_dict(2)))
    assert explained["grid"] == [2, 3]
    assert list(base64.b64decode(explained["heat"])) == [0, 51, 102, 153, 204, 255]
    assert {name: explained[name] for name in plain} == plain


def test_what_is_kept_of_an_answer_is_small_and_says_the_same() -> None:
    picture = np.zeros((4, 4, 3), np.uint8)
    whole = replace(ANSWER, picture=picture, model_input=picture, heat=np.zeros((1, 1), np.float32))
    kept = whole.without_pictures()
    assert kept.picture is kept.model_input is kept.heat is None
    assert kept == whole and kept.to_dict(3) == whole.to_dict(3)
