"""What every format has."""

from __future__ import annotations

from core.export import formats
from core.export.format import FLOAT16_TOLERANCE, FLOAT_TOLERANCE


def test_formats_in_float_are_held_to_the_app() -> None:
    tolerances = {one.name: one.tolerance for one in formats.registered()}
    assert tolerances.pop("litert-int8") is None
    assert tolerances.pop("litert-float16") == FLOAT16_TOLERANCE
    assert set(tolerances.values()) == {FLOAT_TOLERANCE}


def test_what_needs_tensorflow_says_how_much_memory_that_takes() -> None:
    heavy = {one.name for one in formats.registered() if {"keras", "tensorflow"} & set(one.writes_with)}
    assert heavy == {"keras", "saved-model", "litert-int8"}
    assert all((one.memory > 10**9) == (one.name in heavy) for one in formats.registered())


def test_those_whose_clients_squash_say_so() -> None:
    assert {one.name for one in formats.registered() if one.squashes} == {"frigate", "teachable-machine"}
