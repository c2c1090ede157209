"""Feature vectors and feature maps of pictures, from a backbone's networks in LiteRT."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from core.backbones.architecture import Dense
from core.backbones.card import Card
from core.backbones.catalogue import card, parts
from core.backbones.layer_graph import LayerGraph, explained_by
from core.backbones.litert_files import ensure
from core.backbones.weights import NO_TUNED_WEIGHTS, TunedWeights
from core.machine import cores

if TYPE_CHECKING:
    from core.pictures.picture import Picture

FloatArray = NDArray[np.float32]


class Backbone:
    """A backbone, loaded: one network, or the several of a joined one, each with an input of its own size. One picture
    at a time; not to be shared by threads without a lock.

    Pictures are as they were decoded: upright RGB uint8 (height, width, 3) of any size.

    >>> backbone = Backbone("efficientnet-lite0")
    >>> backbone.vector(decode(data, shortest=backbone.input_size)).shape
    (1280,)
    """

    def __init__(
        self,
        name: str,
        threads: int | None = None,
        tuned_weights: TunedWeights = NO_TUNED_WEIGHTS,
        sha256: str | None = None,
        layer_graph: LayerGraph | None = None,
    ) -> None:
        """`threads` for one picture; all cores where None. `tuned_weights` are of the first network where several are
        joined; their features stand behind that network's. `sha256` as a model file has it chooses an earlier
        definition of the backbone, where there was one. `layer_graph` is the network that a model brings along, with
        all of its weights in `tuned_weights`. Raises BackboneError."""
        self.card = _own_card(card(name, sha256), layer_graph)
        cards = parts(self.card)
        files = [
            ensure(part.name, NO_TUNED_WEIGHTS if number else tuned_weights, layer_graph)
            for number, part in enumerate(cards)
        ]
        self._sizes = [part.size for part in cards]
        self._networks = [Network(part, file, threads or cores()) for part, file in zip(cards, files, strict=True)]
        # Kernel (out, in), bias (out,) of a ReLU layer behind the mean.
        self.hidden = _hidden(self.card, tuned_weights, layer_graph)

    @property
    def input_size(self) -> int:
        """Pixels, side of the square input of the network whose input is largest: pictures need not be decoded any
        larger."""
        return self.card.size

    def model_input(self, picture: Picture) -> Picture:
        """What the network with the largest input sees of a picture: (input_size, input_size, 3) uint8. Whoever shows
        it hands it on to the other methods beside the picture, so that it is made once."""
        from core.pictures.picture import to_model_input

        return to_model_input(picture, self.input_size)

    def vector(self, picture: Picture, model_input: Picture | None = None) -> FloatArray:
        """The feature vector (features,) float32 of a picture: those of all networks, one after the other."""
        return self._vector(self._inputs(picture, model_input))

    def vector_and_maps(
        self, picture: Picture, model_input: Picture | None = None
    ) -> tuple[FloatArray, list[FloatArray]]:
        """The feature vector, and the feature maps (h, w, channels) float32 of each network, its levels' too, from one
        run. The means of the maps, one after the other, are the vector, or what goes into the hidden layer where there
        is one; no maps where a network that a model brings along makes its vector in another way."""
        runs = zip(self._networks, self._inputs(picture, model_input), strict=True)
        vectors, maps = zip(*(network.vector_and_maps(part_input) for network, part_input in runs), strict=True)
        return np.concatenate(vectors), [one for network_maps in maps for one in network_maps]

    def view_vectors(self, picture: Picture, views: int, model_input: Picture | None = None) -> FloatArray:
        """The feature vectors (views, features) float32 of a picture as it is and, where `views` is 2, of its mirror
        image."""
        inputs = self._inputs(picture, model_input)
        vectors = [self._vector(inputs)]
        if views == 2:
            from core.pictures.picture import mirrored

            vectors.append(self._vector([mirrored(part_input) for part_input in inputs]))
        return np.stack(vectors)

    def _vector(self, inputs: list[Picture]) -> FloatArray:
        runs = zip(self._networks, inputs, strict=True)
        return np.concatenate([network.vector(part_input) for network, part_input in runs])

    def _inputs(self, picture: Picture, model_input: Picture | None) -> list[Picture]:
        """What each network sees: made from the picture itself, as resizing twice is not resizing once."""
        from core.pictures.picture import to_model_input

        if model_input is None:
            model_input = self.model_input(picture)
        source = model_input if self.card.through_largest else picture
        return [model_input if size == self.input_size else to_model_input(source, size) for size in self._sizes]


def _own_card(card: Card, layer_graph: LayerGraph | None) -> Card:
    """The card with what is different in each network that a model brings along."""
    if layer_graph is None:
        return card
    one = layer_graph
    return replace(card, size=one.size, mean=one.mean, scale=one.scale, features=one.features, sha256=one.sha256)


def _hidden(
    card: Card, tuned_weights: TunedWeights, layer_graph: LayerGraph | None
) -> tuple[FloatArray, FloatArray] | None:
    """Kernel and bias of a hidden layer between the mean and the feature vector; None where there is none."""
    layers = card.layers() if card.layers else ()
    number = explained_by(layer_graph)[1] if layer_graph else None
    if layers and isinstance(layers[-1], Dense):
        number = len(layers) - 1
    if number is None:
        return None
    return tuned_weights[f"{number}/kernel"], tuned_weights[f"{number}/bias"]


class Network:
    """One network in LiteRT's interpreter. One picture at a time; not to be shared by threads without a lock."""

    def __init__(self, card: Card, file: Path | bytes, threads: int) -> None:
        """From a LiteRT file or its content, which takes pictures as the card says."""
        from ai_edge_litert.interpreter import Interpreter  # asking for a card does without it

        self._card = card
        content = {"model_content": file} if isinstance(file, bytes) else {"model_path": str(file)}
        self._interpreter = Interpreter(**content, num_threads=threads)
        self._interpreter.allocate_tensors()
        self._input = self._interpreter.get_input_details()[0]["index"]
        outputs = [(len(detail["shape"]), detail["index"]) for detail in self._interpreter.get_output_details()]
        self._maps = [index for rank, index in outputs if rank == 4]  # the final one first
        self._vector = next(index for rank, index in outputs if rank == 2)

    def vector(self, model_input: Picture) -> FloatArray:
        """The vector (features,) float32 of a (size, size, 3) uint8 RGB picture."""
        self._invoke(model_input)
        vector: FloatArray = self._interpreter.get_tensor(self._vector)[0]
        return vector

    def map(self, model_input: Picture) -> FloatArray:
        """The final map (h, w, channels) float32 of a (size, size, 3) uint8 RGB picture."""
        self._invoke(model_input)
        return self._read_map(self._maps[0])

    def vector_and_maps(self, model_input: Picture) -> tuple[FloatArray, list[FloatArray]]:
        """The vector, and the final map and the levels' (h, w, channels) float32, from one run."""
        vector = self.vector(model_input)
        return vector, [self._read_map(index) for index in self._maps]

    def _read_map(self, index: int) -> FloatArray:
        feature_map: FloatArray = self._interpreter.get_tensor(index)[0]
        return feature_map

    def _invoke(self, model_input: Picture) -> None:
        scaled = self._interpreter.tensor(self._input)()[0]  # a view; scaled in place
        np.subtract(model_input, self._card.mean, out=scaled, dtype=np.float32)
        scaled *= 1 / self._card.scale
        del scaled  # the interpreter does not run while a view of its memory is held
        self._interpreter.invoke()
