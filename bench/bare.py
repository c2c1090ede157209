"""The bare network: LiteRT's interpreter alone, as a baseline."""

from __future__ import annotations

import numpy as np
from ai_edge_litert.interpreter import Interpreter

from core.backbones import card, ensure
from core.pictures.picture import Picture


class Bare:
    """The built-in backbone's LiteRT file in an interpreter."""

    def __init__(self, name: str, threads: int) -> None:
        self._card = card(name)
        self._network = Interpreter(str(ensure(name)), num_threads=threads)
        self._network.allocate_tensors()
        self._input = self._network.get_input_details()[0]["index"]

    def run(self, picture: Picture) -> None:
        """Scale a picture, set it as the input and invoke, the least that an answer takes."""
        scaled = np.subtract(picture, self._card.mean, dtype=np.float32)
        scaled *= 1 / self._card.scale
        self._network.set_tensor(self._input, scaled[None])
        self._network.invoke()

    def invoke(self) -> None:
        """Invoke on the last input."""
        self._network.invoke()
