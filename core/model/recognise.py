"""A picture in, an answer out."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np

from core.backbones import Backbone
from core.backbones.run import FloatArray
from core.errors import ModelError
from core.model.explain import class_activation_map
from core.model.file import load
from core.model.model import Model
from core.pictures.decode import decode
from core.pictures.picture import Picture


@dataclass(frozen=True)
class Answer:
    """What a model says of a picture."""

    labels: tuple[str, ...]  # best first
    positions: tuple[int, ...]  # of those labels among the model's
    probabilities: tuple[float, ...]  # calibrated, best first, adding up to 1
    sure: bool  # False: the best probability is below the model's threshold, or the picture is not familiar
    familiar: bool  # False: it is like nothing that the model was taught
    subclass: str  # what the best label is more exactly, "golden retriever" of "dog"; "" where that is not clear
    seen: Picture  # the picture as the model saw it
    heat: FloatArray | None = None  # (h, w) where it looked for the best label (`core.model.explain`), if asked


class Recogniser:
    """A model with its backbone loaded. Not to be shared by threads without a lock."""

    def __init__(self, model: Model | Path, threads: int | None = None, backbone: Backbone | None = None) -> None:
        """A loaded `backbone` may be shared by several models. Raises ModelError for a file that is no model or was
        taught with another backbone, BackboneError."""
        self.model = load(model) if isinstance(model, Path) else model
        self.backbone = backbone or Backbone(
            self.model.backbone, threads, self.model.tuned_weights, self.model.backbone_sha256
        )
        if self.backbone.card.sha256 != self.model.backbone_sha256:
            raise ModelError("model.other_backbone", backbone=self.backbone.card.title)

    def recognise(self, picture: Picture, *, explained: bool = False) -> Answer:
        """The labels of an upright RGB uint8 picture (height, width, 3), most probable first; where it looked comes
        from the same run of the backbone."""
        seen = self.backbone.model_input(picture)
        if explained:
            vector, maps = self.backbone.vector_and_maps(picture, seen)
        else:
            vector, maps = self.backbone.vector(picture, seen), []
        classes, fine = self.model.head.probabilities(vector[None]), self.model.subclasses
        probabilities = self.model.summed(classes)[0]
        familiar = self.model.ood_detector is None or self.model.ood_detector.is_in_distribution(vector)
        order = np.argsort(-probabilities, kind="stable")
        activation_map = None
        if explained:
            activation_map = class_activation_map(self.backbone, self.model, vector, maps, int(order[0]))
        return Answer(
            labels=tuple(self.model.labels[i] for i in order),
            positions=tuple(order.tolist()),
            probabilities=tuple(probabilities[order].tolist()),
            sure=bool(familiar and probabilities[order[0]] >= self.model.threshold),
            familiar=familiar,
            subclass=fine.name(classes[0], int(order[0])) if fine else "",
            seen=seen,
            heat=activation_map,
        )

    def recognise_bytes(self, data: bytes) -> Answer:
        """The same for the bytes of a picture file. Raises PictureError."""
        return self.recognise(decode(data, shortest=self.backbone.input_size))
