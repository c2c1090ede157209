"""A backbone at work."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from core.backbones.architecture import Dense
from core.backbones.card import Card
from core.backbones.catalogue import card, has_weights_in_model, network
from core.backbones.litert_files import ensure
from core.backbones.weights import NO_TUNED_WEIGHTS, TunedWeights
from core.machine import cores

if TYPE_CHECKING:
    from core.pictures.picture import Picture

FloatArray = NDArray[np.float32]


class Backbone:
    """A backbone's network, or a joined one's networks, loaded. One picture at a time; not to be shared by threads
    without a lock."""

    def __init__(self, name: str, threads: int | None = None, tuned_weights: TunedWeights = NO_TUNED_WEIGHTS) -> None:
        """`threads` for one picture; all cores where None. `own` is what a lesson has tuned, of the first network where
        several are joined; its features stand behind that network's. Raises BackboneError."""
        self.card = card(name)
        parts = [card(part) for part in self.card.parts] or [self.card]
        files = [ensure(part.name, NO_TUNED_WEIGHTS if number else tuned_weights) for number, part in enumerate(parts)]
        self._networks = [Network(part, file, threads or cores()) for part, file in zip(parts, files, strict=True)]
        self.hidden = _hidden(
            name, tuned_weights
        )  # weights (out, in) and bias (out,) of a layer with ReLU behind the mean

    def vector(self, seen: Picture) -> FloatArray:
        """The feature vector (features,) of a (size, size, 3) uint8 RGB picture."""
        return np.concatenate([network.vector(seen) for network in self._networks])

    def maps(self, seen: Picture) -> list[FloatArray]:
        """The feature map (h, w, features) of each network; their means, one after the other, are the feature
        vector, or what goes into the hidden layer where there is one."""
        return self.both(seen)[1]

    def both(self, seen: Picture) -> tuple[FloatArray, list[FloatArray]]:
        """`vector` and `maps` from one run."""
        vectors, maps = zip(*(network.both(seen) for network in self._networks), strict=True)
        return np.concatenate(vectors), list(maps)


def _hidden(name: str, tuned_weights: TunedWeights) -> tuple[FloatArray, FloatArray] | None:
    if not has_weights_in_model(name):
        return None
    last = len(network(name)[1]) - 1
    return (
        (tuned_weights[f"{last}/kernel"], tuned_weights[f"{last}/bias"])
        if isinstance(network(name)[1][last], Dense)
        else None
    )


class Network:
    """One network in LiteRT's interpreter. One picture at a time; not to be shared by threads without a lock."""

    def __init__(self, card: Card, file: Path | bytes, threads: int) -> None:
        """From a LiteRT file or its content, which takes pictures as the card says."""
        from ai_edge_litert.interpreter import Interpreter  # asking for a card does without it

        self._card = card
        content = {"model_content": file} if isinstance(file, bytes) else {"model_path": str(file)}
        self._interpreter = Interpreter(**content, num_threads=threads)
        self._interpreter.allocate_tensors()
        self._entrance = self._interpreter.get_input_details()[0]["index"]
        ranks = {len(detail["shape"]): detail["index"] for detail in self._interpreter.get_output_details()}
        self._map, self._vector = ranks[4], ranks[2]

    def vector(self, seen: Picture) -> FloatArray:
        """Its vector (features,) of a square RGB picture."""
        self._invoke(seen)
        vector: FloatArray = self._interpreter.get_tensor(self._vector)[0]
        return vector

    def map(self, seen: Picture) -> FloatArray:
        """Its map (h, w, features) of a square RGB picture."""
        return self.both(seen)[1]

    def both(self, seen: Picture) -> tuple[FloatArray, FloatArray]:
        """Its vector, and its map (h, w, features), of a square RGB picture."""
        vector = self.vector(seen)
        map_: FloatArray = self._interpreter.get_tensor(self._map)[0]
        return vector, map_

    def _invoke(self, seen: Picture) -> None:
        if len(seen) != self._card.size:  # the parts of a joined backbone see different sizes
            from core.pictures.picture import to_model_input

            seen = to_model_input(seen, self._card.size)
        entrance = self._interpreter.tensor(self._entrance)()[0]  # a view; scaled in place
        np.subtract(seen, self._card.mean, out=entrance, dtype=np.float32)
        entrance *= 1 / self._card.scale
        del entrance  # the interpreter does not run while a view of its memory is held
        self._interpreter.invoke()
