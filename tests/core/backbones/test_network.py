"""A network written through operations: which there are, in which order, and under which names."""

from __future__ import annotations

import numpy as np

from core.backbones.architecture import Convolution, Dense, Layers, Pooling, Residual
from core.backbones.network import Activation, emit_features
from core.backbones.weights import FloatArray, TunedWeights

LAYERS: Layers = (
    Convolution("a", "a", 3, 2, 4, relu6=True),
    Convolution("b", "b", 1, 1, 4, relu6=False),
    Residual(1),
)


class Written:
    """Operations that write down what they would compute."""

    def convolution(self, name: str, x: str, layer: Convolution, kernel: FloatArray, bias: FloatArray) -> str:
        return f"{name}({x})"

    def add(self, name: str, one: str, other: str, *, relu: bool) -> str:
        return f"{name}({one} + {other})"

    def pooling(self, name: str, x: str, layer: Pooling) -> str:
        return f"{name}({x})"

    def mean(self, name: str, x: str) -> str:
        return f"{name}({x})"

    def concatenation(self, name: str, parts: list[str]) -> str:
        return f"{name}({', '.join(parts)})"

    def dense(
        self, name: str, x: str, kernel: FloatArray, bias: FloatArray | None, activation: Activation | None
    ) -> str:
        return f"{name}({x}, {activation})"


def weights() -> dict[str, FloatArray]:
    drawn = {"a": np.zeros((4, 3, 3, 3), np.float32), "b": np.zeros((4, 4, 1, 1), np.float32)}
    for name in ("a", "b"):
        drawn |= {
            f"{name}.{part}": np.ones(4, np.float32) for part in ("weight", "bias", "running_mean", "running_var")
        }
    return drawn


def test_the_vector_is_the_mean_of_the_final_map_and_of_the_levels() -> None:
    features = emit_features(Written(), LAYERS, weights(), "picture", levels=(0,))
    final = "layer2(layer0(picture) + layer1(layer0(picture)))"
    assert features.maps == [final, "layer0(picture)"]
    assert features.vector == f"means(mean({final}), mean0(layer0(picture)))"


def test_what_is_tuned_runs_beside_what_is_frozen() -> None:
    tuned: TunedWeights = {"1/kernel": np.zeros((4, 4, 1, 1), np.float32), "1/bias": np.zeros(4, np.float32)}
    features = emit_features(Written(), LAYERS, weights(), "picture", tuned, prefix="0/")
    frozen, own = (f"0/{way}2(0/layer0(picture) + 0/{way}1(0/layer0(picture)))" for way in ("layer", "own"))
    assert features.vector == f"0/mean(0/joined({frozen}, {own}))"


def test_a_hidden_layer_stands_behind_the_mean() -> None:
    layers: Layers = (LAYERS[0], Dense("hidden", 5))
    everything: TunedWeights = {
        "0/kernel": np.zeros((4, 3, 3, 3), np.float32),
        "0/bias": np.zeros(4, np.float32),
        "1/kernel": np.zeros((5, 4), np.float32),
        "1/bias": np.zeros(5, np.float32),
    }
    assert emit_features(Written(), layers, {}, "x", everything).vector == "layer1(mean(layer0(x)), relu)"
