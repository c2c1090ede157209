"""The walk emits every layer once, in order, with the right inputs."""

from __future__ import annotations

from core.backbones.architecture import Convolution, Dense, Layers, Pooling, Residual
from core.backbones.walk import walk

LAYERS: Layers = (
    Convolution("c0", "n0", 3, 2, 8, relu6=False),
    Pooling(3, 2),
    Convolution("c2", "n2", 1, 1, 16, relu6=False),
    Convolution("c3", "n3", 1, 1, 16, relu6=False, start=2),
    Residual(3),
    Dense("d5", 4),
)


class Writer:
    """An emitter whose tensors are formulas."""

    def convolution(self, number: int, layer: Convolution, x: str) -> str:
        return f"{layer.weights}({x})"

    def add(self, number: int, layer: Residual, x: str, shortcut: str) -> str:
        return f"[{shortcut} + {x}]"

    def pooling(self, number: int, layer: Pooling, x: str) -> str:
        return f"pool({x})"

    def dense(self, number: int, layer: Dense, x: str) -> str:
        return f"{layer.weights}({x})"


def test_each_layer_gets_its_input_and_its_shortcut() -> None:
    tensors = walk(LAYERS, Writer(), {0: "x"})
    assert list(tensors) == list(range(7))
    assert tensors[3] == "c2(pool(c0(x)))"
    assert tensors[4] == "c3(pool(c0(x)))"
    assert tensors[6] == "d5([c2(pool(c0(x))) + c3(pool(c0(x)))])"


def test_it_goes_on_from_the_last_input_that_is_given() -> None:
    given = {2: "a", 3: "b", 4: "c"}
    assert walk(LAYERS, Writer(), given) == {**given, 5: "[b + c]", 6: "d5([b + c])"}
    assert given == {2: "a", 3: "b", 4: "c"}
    assert walk(LAYERS, Writer(), {6: "y"}) == {6: "y"}
