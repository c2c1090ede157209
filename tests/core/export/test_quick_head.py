"""A head on the quick network for clients that know nothing else."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from drawn import PAINTS, blots

from core.backbones import catalogue, resnet
from core.errors import ExportError
from core.export import squashing
from core.export.quick_head import as_quick, for_size
from core.learning.settings import TIERS
from core.model.file import load, load_examples, save, thumbnails
from core.model.recognise import Recogniser


def test_a_model_of_that_size_goes_as_it_is(taught: Callable[..., Path]) -> None:
    model = load(taught())
    assert for_size(taught(), model, 224) == (model, ())


@pytest.mark.slow
@pytest.mark.parametrize("tier", ["balanced", "strong"])
def test_a_stronger_model_gets_a_head_on_the_quick_network(tier: str, taught: Callable[..., Path]) -> None:
    model, notes = for_size(taught(tier), load(taught(tier)), 224)
    assert model.backbone == TIERS["quick"] and notes == ("export.note.quick_head",)
    assert model.report.score.total == 30 and model.report.score.value > 0.9
    app, right = Recogniser(model), 0
    for number in range(5):
        for label in PAINTS:
            right += app.recognise(blots(label, 200 + number, 300)).labels[0] == label
    assert right >= 12


@pytest.mark.slow
def test_what_was_tuned_is_left_out(tuned_model: Path) -> None:
    model = as_quick(tuned_model, load(tuned_model))
    assert not model.tuned_weights and model.head.weights.shape[0] == catalogue.card(TIERS["quick"]).features
    assert model.report.score.value > 0.9


def test_another_network_is_refused_in_words(taught: Callable[..., Path]) -> None:
    other = catalogue.card(resnet.NAME)
    with pytest.raises(ExportError) as caught:
        as_quick(taught(), replace(load(taught()), backbone=other.name, backbone_sha256=other.sha256))
    assert caught.value.key == "export.no_quick_head"


def test_a_file_without_examples_is_refused_in_words(taught: Callable[..., Path], tmp_path: Path) -> None:
    model, examples = load(taught()), load_examples(taught())
    nothing = {name: getattr(examples, name)[:0] for name in ("names", "labels", "vectors", "groups")}
    report = {name: getattr(model.report, name)[:0] for name in ("example", "answer", "probability")}
    bare = replace(model, report=replace(model.report, **report))
    save(tmp_path / "bare.teachlens", bare, replace(examples, **nothing), ())
    assert thumbnails(tmp_path / "bare.teachlens", [0]) == [b""]
    with pytest.raises(ExportError) as caught:
        as_quick(tmp_path / "bare.teachlens", bare)
    assert caught.value.key == "export.no_examples"


def test_heads_of_folds_have_not_learned_from_their_fold(taught: Callable[..., Path]) -> None:
    from core.export.quick_head import FoldHeads

    model, examples = load(taught()), load_examples(taught())
    heads = FoldHeads(examples.vectors, examples, catalogue.feature_blocks(catalogue.card(model.backbone)), model)
    logits = heads.logits(examples.vectors)
    mean = heads.fit(np.flatnonzero(heads.folds != 0).astype(np.int32)).logits(examples.vectors)
    assert np.allclose(logits[heads.folds == 0], mean[heads.folds == 0], atol=1e-4)
    some = np.array([3, 17], np.int32)
    assert np.allclose(heads.logits(examples.vectors[some], some), logits[some], atol=1e-5)


@pytest.mark.slow
def test_what_no_head_could_be_tested_on_has_no_part_in_the_score(taught: Callable[..., Path], tmp_path: Path) -> None:
    """All pictures of a class lie in one burst: every head has learned from them."""
    path, examples = tmp_path / "burst.teachlens", load_examples(taught("balanced"))
    groups = np.where(examples.labels == 0, examples.groups[examples.labels == 0].min(), examples.groups)
    model = load(taught("balanced"))
    save(path, model, replace(examples, groups=groups.astype(np.int32)), thumbnails(taught("balanced"), range(30)))
    report = as_quick(path, model).report
    assert report.score.total == 20 and report.per_class[0].total == 0 and report.score.value > 0.8
    compared = squashing.compare(path, as_quick(path, model))
    assert compared is not None and compared.pictures == 20
