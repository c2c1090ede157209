"""Folding keeps what a convolution with batch normalisation computes; tuned weights stand in its place."""

from __future__ import annotations

import numpy as np

from core.backbones.architecture import BATCH_NORM_EPSILON, Convolution
from core.backbones.weights import NO_TUNED_WEIGHTS, digest, first_of, folded, of_layer

LAYER = Convolution("c.weight", "n", 1, 1, 5, relu6=False)


def drawn() -> dict[str, np.ndarray]:
    random = np.random.default_rng(2)
    statistics = {f"n.{part}": random.uniform(0.5, 2, 5) for part in ("weight", "bias", "running_mean", "running_var")}
    weights = {"c.weight": random.normal(0, 1, (5, 3, 1, 1)), **statistics}
    return {name: array.astype(np.float32) for name, array in weights.items()}


def test_a_folded_convolution_computes_the_same() -> None:
    weights, x = drawn(), np.random.default_rng(3).normal(0, 1, (7, 3))
    kernel, bias = folded(LAYER, weights)
    assert kernel.shape == (5, 3, 1, 1) and bias.shape == (5,) and kernel.dtype == bias.dtype == np.float32
    normalised = (x @ weights["c.weight"][:, :, 0, 0].T - weights["n.running_mean"]) / np.sqrt(
        weights["n.running_var"] + BATCH_NORM_EPSILON
    )
    expected = normalised * weights["n.weight"] + weights["n.bias"]
    assert np.abs(x @ kernel[:, :, 0, 0].T + bias - expected).max() < 1e-5


def test_tuned_weights_stand_in_place_of_the_layers_own() -> None:
    tuned = {"4/kernel": np.ones((5, 3, 1, 1), np.float32), "4/bias": np.zeros(5, np.float32)}
    assert of_layer(4, LAYER, drawn(), tuned)[0] is tuned["4/kernel"]
    for number, given in ((3, tuned), (4, NO_TUNED_WEIGHTS)):
        assert np.array_equal(of_layer(number, LAYER, drawn(), given)[0], folded(LAYER, drawn())[0])


def test_the_first_tuned_layer_is_the_lowest_number_and_not_the_first_name() -> None:
    assert first_of({"100/kernel": np.zeros(1), "9/bias": np.zeros(1), "57/kernel": np.zeros(1)}) == 9


def test_a_digest_tells_tuned_weights_apart() -> None:
    one, other = {"4/bias": np.zeros(5, np.float32)}, {"4/bias": np.ones(5, np.float32)}
    shaped = {"4/bias": np.zeros((5, 1), np.float32)}
    assert digest("a" * 64, NO_TUNED_WEIGHTS) == "a" * 64
    assert len({digest("a" * 64, one), digest("a" * 64, other), digest("a" * 64, shaped), digest("b" * 64, one)}) == 4
    assert digest("a" * 64, one) == digest("a" * 64, {"4/bias": np.zeros(5, np.float32)})
