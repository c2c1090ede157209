"""A picture in, an answer out: the one place where the bytes of a picture become a model's answer."""

from __future__ import annotations

from contextlib import AbstractContextManager, nullcontext
from pathlib import Path

import numpy as np

from core.backbones import Backbone
from core.errors import ModelError
from core.model.answer import Answer
from core.model.explain import class_activation_map
from core.model.file import load
from core.model.model import Model
from core.pictures.decode import decode
from core.pictures.picture import Picture


class Recogniser:
    """A model with its backbone loaded.

    >>> recogniser = Recogniser(Path("cats.teachlens"))
    >>> recogniser.recognise_bytes(Path("tom.jpg").read_bytes()).labels[0]
    'cat'
    """

    def __init__(
        self,
        model: Model | Path,
        threads: int | None = None,
        backbone: Backbone | None = None,
        lock: AbstractContextManager[object] | None = None,
    ) -> None:
        """A loaded `backbone` may be shared by several models. A backbone runs in one thread at a time: whoever shares
        it between threads gives the `lock` that is held while it runs (not while a picture is decoded).

        Raises ModelError for a file that is no model or was taught with another backbone, BackboneError."""
        self.model = load(model) if isinstance(model, Path) else model
        self.backbone = backbone or Backbone(
            self.model.backbone,
            threads,
            self.model.tuned_weights,
            self.model.backbone_sha256,
            self.model.layer_graph,
        )
        self._lock = lock or nullcontext()
        if self.backbone.card.sha256 != self.model.backbone_sha256:
            raise ModelError("model.other_backbone", backbone=self.backbone.card.title)

    def recognise(self, picture: Picture, *, explained: bool = False) -> Answer:
        """The answer for an upright RGB uint8 picture (height, width, 3); if `explained`, with its heat map, from the
        same run of the backbone, where there is an exact one."""
        model_input = self.backbone.model_input(picture)
        with self._lock:
            if explained:
                vector, maps = self.backbone.vector_and_maps(picture, model_input)
            else:
                vector, maps = self.backbone.vector(picture, model_input), []
        classes, subclasses = self.model.head.probabilities(vector[None]), self.model.subclasses
        probabilities = self.model.summed(classes)[0]
        familiar = self.model.ood_detector is None or self.model.ood_detector.is_in_distribution(vector)
        order = np.argsort(-probabilities, kind="stable")
        best = int(order[0])
        return Answer(
            labels=tuple(self.model.labels[position] for position in order),
            positions=tuple(order.tolist()),
            probabilities=tuple(probabilities[order].tolist()),
            sure=bool(familiar and probabilities[best] >= self.model.threshold),
            familiar=familiar,
            subclass=subclasses.name(classes[0], best) if subclasses else "",
            picture=picture,
            model_input=model_input,
            heat=class_activation_map(self.backbone, self.model, vector, maps, best) if maps else None,
        )

    def recognise_bytes(self, data: bytes, *, explained: bool = False, max_pixels: int | None = None) -> Answer:
        """The answer for the bytes of a picture file, decoded as in teaching, so that a file gets the same answer
        everywhere. One of more than `max_pixels` is refused undecoded. Raises PictureError."""
        picture = decode(data, shortest=self.backbone.input_size, pixels=max_pixels)
        return self.recognise(picture, explained=explained)
