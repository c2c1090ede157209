"""A backbone at work."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from core.backbones.store import card, ensure
from core.machine import cores

if TYPE_CHECKING:
    from core.pictures.picture import Picture

FloatArray = NDArray[np.float32]


class Backbone:
    """A backbone's network, loaded. One picture at a time; not to be shared by threads without a lock."""

    def __init__(self, name: str, threads: int | None = None) -> None:
        """`threads` for one picture; all cores where None. Raises BackboneError."""
        from ai_edge_litert.interpreter import Interpreter  # asking for a card does without it

        self.card = card(name)
        self._network = Interpreter(str(ensure(name)), num_threads=threads or cores())
        self._network.allocate_tensors()
        self._entrance = self._network.get_input_details()[0]["index"]
        ranks = {len(detail["shape"]): detail["index"] for detail in self._network.get_output_details()}
        self._map, self._vector = ranks[4], ranks[2]

    def vector(self, seen: Picture) -> FloatArray:
        """The feature vector (features,) of a (size, size, 3) uint8 RGB picture."""
        self._invoke(seen)
        vector: FloatArray = self._network.get_tensor(self._vector)[0]
        return vector

    def map_and_vector(self, seen: Picture) -> tuple[FloatArray, FloatArray]:
        """The feature map (h, w, features) and its mean, the feature vector (features,)."""
        self._invoke(seen)
        return self._network.get_tensor(self._map)[0], self._network.get_tensor(self._vector)[0]

    def _invoke(self, seen: Picture) -> None:
        entrance = self._network.tensor(self._entrance)()[0]  # a view; scaled in place
        np.subtract(seen, self.card.mean, out=entrance, dtype=np.float32)
        entrance *= 1 / self.card.scale
        del entrance  # the interpreter does not run while a view of its memory is held
        self._network.invoke()
