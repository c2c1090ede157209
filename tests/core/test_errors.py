"""The one family of errors: each is said in either language, and survives the way from a child process."""

from __future__ import annotations

import json
import pickle

import pytest

from core import errors
from core.errors import ModelError, TeachLensError


def test_an_error_says_what_was_wrong_in_either_language() -> None:
    error = ModelError("model.missing", name="꽃.teachlens")
    assert "꽃.teachlens" in error.say("ko") and "꽃.teachlens" in error.say("en")
    assert str(error) == error.say("en") != error.say("ko")


def test_it_survives_pickling_and_json() -> None:
    error = ModelError("model.missing", name="x")
    copy = pickle.loads(pickle.dumps(error))
    assert (type(copy), copy.key, copy.values) == (ModelError, error.key, error.values)
    assert json.loads(json.dumps(error.values)) == error.values


def test_a_key_that_nobody_wrote_is_a_bug() -> None:
    with pytest.raises(KeyError):
        TeachLensError("no.such_key").say("en")


def test_every_error_a_person_can_cause_is_of_the_family() -> None:
    kinds = [kind for kind in vars(errors).values() if isinstance(kind, type) and issubclass(kind, Exception)]
    assert len(kinds) > 5 and all(issubclass(kind, TeachLensError) for kind in kinds)
