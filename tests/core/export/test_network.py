"""A whole model as operations."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from drawn import blots

from core.backbones import catalogue
from core.backbones.networks.joined import EARLIER
from core.errors import ExportError
from core.export.network import Input, inputs, prepared, sorted_by_label, sums, tempered
from core.model.file import load
from core.model.model import Head, Subclasses
from core.model.recognise import Recogniser
from core.pictures.picture import to_model_input


def test_a_model_has_one_input_for_each_size_that_its_networks_see(taught: Callable[..., Path]) -> None:
    model = load(taught())
    assert inputs(model) == (Input("picture", 224),)
    strong = replace(model, backbone=catalogue.card(_named(3)).name, backbone_sha256=catalogue.card(_named(3)).sha256)
    assert inputs(strong) == (Input("picture_320", 320), Input("picture_288", 288))


def test_inputs_of_an_early_join_are_made_from_the_largest(taught: Callable[..., Path]) -> None:
    early = EARLIER[0]
    model = replace(load(taught()), backbone=early.name, backbone_sha256=early.sha256)
    wanted = inputs(model)
    assert [one.source for one in wanted] == [None, 0]
    picture = blots("red", 1, 300)
    made = prepared(picture, wanted)
    small, large = (made[one.name] for one in reversed(wanted))
    assert np.array_equal(large, to_model_input(picture, wanted[0].size))
    assert np.array_equal(small, to_model_input(large, wanted[1].size))


def test_a_network_that_was_fetched_is_refused_in_words(taught: Callable[..., Path]) -> None:
    fetched = catalogue.downloadable_cards()[0]
    with pytest.raises(ExportError) as caught:
        inputs(replace(load(taught()), backbone=fetched.name, backbone_sha256=fetched.sha256))
    assert caught.value.key == "export.fetched_backbone" and fetched.title in str(caught.value)


def test_sorting_labels_changes_no_answer_and_no_score(taught: Callable[..., Path]) -> None:
    model = load(taught())
    other = sorted_by_label(replace(model, labels=("c", "a", "b")))
    assert other.labels == ("a", "b", "c")
    picture = blots("green", 40)
    before = Recogniser(replace(model, labels=("c", "a", "b"))).recognise(picture)
    assert dict(Recogniser(other).recognise(picture).best(3)) == pytest.approx(dict(before.best(3)), abs=1e-6)
    assert other.report.per_class[0] == model.report.per_class[1]
    assert np.array_equal(np.sort(other.report.confusion, axis=None), np.sort(model.report.confusion, axis=None))
    assert other.report.confusion[0, 0] == model.report.confusion[1, 1]


def test_sorting_the_labels_of_a_model_with_subclasses_moves_what_adds_up_to_them(taught: Callable[..., Path]) -> None:
    model = replace(
        load(taught()), labels=("z", "a"), subclasses=Subclasses(("", "", ""), np.array([0, 1, 1], np.int32))
    )
    report = replace(model.report, confusion=np.zeros((2, 2), np.int32), per_class=model.report.per_class[:2])
    report = replace(report, answer=np.zeros(0, np.int32))
    other = sorted_by_label(replace(model, report=report))
    picture = blots("blue", 41)
    expected = dict(Recogniser(replace(model, report=report)).recognise(picture).best(2))
    assert dict(Recogniser(other).recognise(picture).best(2)) == pytest.approx(expected)


def test_temperature_is_part_of_the_head() -> None:
    chance = np.random.default_rng(0)
    head = Head(chance.normal(size=(5, 3)).astype(np.float32), chance.normal(size=3).astype(np.float32), 0.5)
    vectors = chance.normal(size=(4, 5)).astype(np.float32)
    kernel, bias = tempered(head)
    assert np.allclose(vectors @ kernel.T + bias, head.logits(vectors) / 0.5, atol=1e-5)


def test_subclasses_are_added_up_by_a_matrix() -> None:
    subclasses = Subclasses(("", "terrier", "poodle"), np.array([1, 0, 0], np.int32))
    found = sums(subclasses, 2) @ np.array([0.5, 0.3, 0.2], np.float32)
    assert found == pytest.approx([0.5, 0.5])


def _named(parts: int) -> str:
    return next(one.name for one in catalogue.cards() if len(one.parts) == parts)
