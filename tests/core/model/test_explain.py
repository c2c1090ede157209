"""Class activation maps are exact: the mean of all positions and the bias are the logit."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from drawn import PAINTS, blots

from core.backbones import Backbone, cards, catalogue, resnet
from core.backbones.run import FloatArray
from core.backbones.shapes import weight_shapes
from core.backbones.weights import TunedWeights, of_layer
from core.learning import logistic_regression
from core.learning.report import report
from core.model.explain import class_activation_map, label_weights, to_uint8
from core.model.model import Head, Model, ModelCard, Subclasses
from core.model.recognise import Recogniser
from core.pictures.picture import Picture, to_model_input

CARD = cards()[0]
JOINED = [card for card in cards() if card.parts]


def build_model(backbone: Backbone, head: Head, labels: int = 3, **changes: object) -> Model:
    nothing = np.zeros(0, np.int32)
    return replace(
        Model(
            labels=tuple(f"label {number}" for number in range(labels)),
            backbone=backbone.card.name,
            backbone_sha256=backbone.card.sha256,
            head=head,
            threshold=0.5,
            card=ModelCard("any", "2026-01-01T00:00:00+00:00", "0.1.0", {}, 0, 0, 1.0),
            report=report("held out", np.zeros((0, labels), np.float32), 1.0, nothing, nothing),
        ),
        **changes,
    )


def some_head(features: int, classes: int = 3, temperature: float = 1.0) -> Head:
    chance = np.random.default_rng(5)
    weights, bias = chance.normal(0, 0.1, (features, classes)), chance.normal(0, 1, classes)
    return Head(weights.astype(np.float32), bias.astype(np.float32), temperature)


def model_input(size: int) -> Picture:
    return to_model_input(blots("blue", 3, 300), size)


def activations(backbone: Backbone, model: Model, picture: Picture, label: int) -> FloatArray:
    return class_activation_map(backbone, model, *backbone.vector_and_maps(picture), label)


def exact(backbone: Backbone, model: Model, picture: Picture) -> None:
    """For every label."""
    logits = model.head.logits(backbone.vector(picture)[None])[0]
    assert np.ptp(logits) > 0.1
    for label in range(len(model.labels)):
        activation_map = activations(backbone, model, picture, label)
        assert activation_map.dtype == np.float32 and activation_map.ndim == 2 and np.ptp(activation_map) > 0
        assert activation_map.mean() + model.head.bias[label] == pytest.approx(logits[label], abs=2e-4)


def test_the_mean_of_all_positions_and_the_bias_are_the_logit() -> None:
    backbone = Backbone(CARD.name, threads=1)
    exact(backbone, build_model(backbone, some_head(CARD.features)), model_input(CARD.size))


@pytest.mark.parametrize("card", JOINED, ids=lambda card: card.name)
def test_joined_networks_have_their_parts_in_one_map(card: catalogue.Card) -> None:
    backbone, picture = Backbone(card.name, threads=1), model_input(card.size)
    model = build_model(backbone, some_head(card.features))
    exact(backbone, model, picture)
    vector, maps = backbone.vector_and_maps(picture)
    assert activations(backbone, model, picture, 1).shape == max(
        (map_.shape[:2] for map_ in maps), key=lambda grid: grid[0]
    )
    start, logit = 0, float(model.head.bias[1])
    for map_ in maps:  # each network for itself, on its own grid
        column = model.head.weights[start : start + map_.shape[2], 1]
        contribution = float((map_ @ column).mean())
        assert contribution == pytest.approx(float(vector[start : start + map_.shape[2]] @ column), abs=2e-4)
        start, logit = start + map_.shape[2], logit + contribution
    assert logit == pytest.approx(float(model.head.logits(vector[None])[0, 1]), abs=4e-4)


def test_what_a_lesson_has_tuned_counts_with_the_rest() -> None:
    weights, layers = catalogue.weights(CARD.name), catalogue.layers(CARD.name)
    last = len(layers) - 1
    kernel, bias = of_layer(last, layers[last], weights, {})  # type: ignore[arg-type]
    backbone = Backbone(
        CARD.name, threads=1, tuned_weights={f"{last}/kernel": kernel * 0.5, f"{last}/bias": bias + 0.1}
    )
    exact(backbone, build_model(backbone, some_head(CARD.final_features + CARD.features)), model_input(CARD.size))


def random_network() -> TunedWeights:
    """All weights of the classic recipe's network, drawn so that nothing vanishes or overflows."""
    random, weights = np.random.default_rng(1), {}
    for name, shape in weight_shapes(resnet.resnet50()).items():
        if name.endswith("bias"):
            weights[name] = random.normal(0, 0.05, shape).astype(np.float32)
        else:
            gain = np.sqrt(1.5 / np.prod(shape[1:]))
            weights[name] = (random.standard_normal(shape, np.float32) * np.float32(gain)).astype(np.float32)
    weights["0/kernel"] = np.eye(3, dtype=np.float32).reshape(3, 3, 1, 1) / 255
    return weights


def test_behind_a_hidden_layer_it_is_the_linear_piece_that_the_picture_is_in() -> None:
    backbone = Backbone(resnet.NAME, threads=1, tuned_weights=random_network())
    picture = model_input(resnet.SIZE)
    vector, (map_,) = backbone.vector_and_maps(picture)
    assert 0.1 < (vector > 0).mean() < 0.9 and map_.shape == (7, 7, 2048)
    head = some_head(resnet.FEATURES)
    scaled = Head(head.weights / np.abs(vector).mean(), head.bias, 1.0)
    exact(backbone, build_model(backbone, scaled), picture)


def test_classes_that_make_one_label_count_as_they_are_probable() -> None:
    backbone, picture = Backbone(CARD.name, threads=1), model_input(CARD.size)
    head = some_head(CARD.features, classes=5, temperature=0.9)
    fine = Subclasses(("a", "b", "", "d", ""), np.array([0, 0, 1, 0, 2], np.int32))
    model = build_model(backbone, head, subclasses=fine)
    vector = backbone.vector(picture)
    logits, probabilities = head.logits(vector[None])[0], head.probabilities(vector[None])[0]
    for label in range(3):
        classes = fine.label == label
        wanted = np.average(logits[classes], weights=probabilities[classes])
        logit = activations(backbone, model, picture, label).mean() + label_weights(model, vector, label)[1]
        assert logit == pytest.approx(wanted, abs=2e-4)


def test_shares_among_classes_that_are_all_improbable_are_still_shares() -> None:
    backbone, picture = Backbone(CARD.name, threads=1), model_input(CARD.size)
    head = some_head(CARD.features, classes=3)
    far = Head(head.weights, np.array([0, -500, -501], np.float32), 1.0)
    model = build_model(backbone, far, labels=2, subclasses=Subclasses(("", "a", "b"), np.array([0, 1, 1], np.int32)))
    assert far.probabilities(backbone.vector(picture)[None])[0, 1:].max() == 0
    assert np.isfinite(activations(backbone, model, picture, 1)).all()


def test_it_looks_where_the_thing_is() -> None:
    backbone = Backbone(CARD.name, threads=1)
    vectors = np.stack([backbone.vector(blots(paint, n, CARD.size)) for paint in PAINTS for n in range(12)])
    rows = np.arange(len(vectors), dtype=np.int32)
    blocks = catalogue.feature_blocks(CARD)
    linear = logistic_regression.fit_path(vectors, rows, rows // 12, len(PAINTS), (0.1,), blocks)[0]
    model = build_model(backbone, Head(linear.weights, linear.bias, 1.0))
    for row in (0, 1):
        for column in (0, 1):
            picture = np.full((224, 224, 3), 200, np.uint8)
            there = np.s_[row * 112 : row * 112 + 112, column * 112 : column * 112 + 112]
            picture[there] = blots("red", 3, 112)
            answer = Recogniser(model, backbone=backbone).recognise(picture, explained=True)
            assert answer.labels[0] == "label 0" and answer.heat is not None
            best = np.unravel_index(int(answer.heat.argmax()), answer.heat.shape)
            for place, far in zip(best, (row, column), strict=True):
                assert place >= 14 if far else place < 14  # of 28


def test_the_answer_is_the_same_with_and_without() -> None:
    backbone = Backbone(CARD.name, threads=1)
    recogniser = Recogniser(build_model(backbone, some_head(CARD.features)), backbone=backbone)
    plain, explained = (recogniser.recognise(blots("red", 1, 300), explained=wanted) for wanted in (False, True))
    assert plain.heat is None and explained.heat is not None
    assert replace(plain, model_input=explained.model_input) == replace(explained, heat=None)
    wanted = activations(backbone, recogniser.model, explained.model_input, explained.positions[0])
    assert np.allclose(explained.heat, wanted, atol=1e-5)


def test_one_run_of_the_network_serves_both() -> None:
    backbone, picture = Backbone(JOINED[0].name, threads=1), model_input(JOINED[0].size)
    runs = []
    for network in backbone._networks:
        invoke = network._invoke
        network._invoke = lambda shown, invoke=invoke: runs.append(invoke(shown))  # type: ignore[method-assign]
    Recogniser(build_model(backbone, some_head(backbone.card.features)), backbone=backbone).recognise(
        picture, explained=True
    )
    assert len(runs) == len(JOINED[0].parts)


def test_for_the_eye_it_goes_from_none_to_all() -> None:
    assert to_uint8(np.array([[-1.0, 0.0], [1.0, 3.0]], np.float32)).tolist() == [[0, 64], [128, 255]]
    assert to_uint8(np.full((2, 2), 7, np.float32)).tolist() == [[0, 0], [0, 0]]
