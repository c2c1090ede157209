"""What a model says of one picture, and how that is written for programs: one shape for pages, tables, camera and
command line."""

from __future__ import annotations

import base64
from dataclasses import dataclass, field, replace
from typing import Any, Literal

import numpy as np

from core.backbones.run import FloatArray
from core.pictures.picture import Picture

Kind = Literal["sure", "unsure", "strange"]


@dataclass(frozen=True)
class Answer:
    """The labels of a picture, most probable first.

    >>> answer = Recogniser(Path("cats.teachlens")).recognise_bytes(Path("tom.jpg").read_bytes())
    >>> answer.labels[0], answer.probabilities[0], answer.kind
    ('cat', 0.97, 'sure')
    """

    labels: tuple[str, ...]  # all of the model's, best first
    positions: tuple[int, ...]  # of those labels among the model's
    probabilities: tuple[float, ...]  # calibrated, best first, adding up to 1
    sure: bool  # False: the best probability is below the model's threshold, or the picture is not familiar
    familiar: bool = True  # False: out of distribution, like nothing that the model was taught
    subclass: str = ""  # what the best label is more exactly, "golden retriever" of "dog"; "" where that is not clear
    picture: Picture | None = field(default=None, compare=False, repr=False)  # as decoded: upright RGB uint8 (h, w, 3)
    model_input: Picture | None = field(default=None, compare=False, repr=False)  # what the backbone was given of it
    heat: FloatArray | None = field(default=None, compare=False, repr=False)  # (h, w): where it looked, if asked

    @property
    def kind(self) -> Kind:
        """How the answer is to be said: as the best label, as a guess between labels, or as unlike all of them."""
        if self.sure:
            return "sure"
        return "unsure" if self.familiar else "strange"

    def best(self, top: int) -> list[tuple[str, float]]:
        """The `top` most probable labels with their probabilities."""
        return list(zip(self.labels[:top], self.probabilities[:top], strict=True))

    def by_position(self) -> FloatArray:
        """The probabilities (labels,) float32 in the order of the model's labels."""
        found = np.zeros(len(self.labels), np.float32)
        found[list(self.positions)] = self.probabilities
        return found

    def without_pictures(self) -> Answer:
        """The same answer for keeping: without the picture, the model's input and the heat map."""
        return replace(self, picture=None, model_input=None, heat=None)

    def to_dict(self, top: int) -> dict[str, Any]:
        """For JSON: `sure`, `familiar`, `finer` (the subclass) and the `top` best `labels`, each {`label`,
        `probability`}, rounded to four places."""
        labels = [{"label": label, "probability": round(probability, 4)} for label, probability in self.best(top)]
        return {**self._certainty(), "labels": labels}

    def to_frame_dict(self, top: int) -> dict[str, Any]:
        """For a camera, which knows the labels already: `best` (positions among the model's labels) and their
        `probabilities`, `top` of them, `sure`, `familiar`, `finer`; where there is a heat map, `heat` (base64 of uint8,
        row by row, 255 where the model looked most) and its `grid` [height, width]."""
        values = {
            "best": list(self.positions[:top]),
            "probabilities": [round(probability, 4) for probability in self.probabilities[:top]],
            **self._certainty(),
        }
        if self.heat is not None:
            from core.model.explain import to_uint8

            values["heat"] = base64.b64encode(to_uint8(self.heat).tobytes()).decode("ascii")
            values["grid"] = list(self.heat.shape)
        return values

    def _certainty(self) -> dict[str, Any]:
        return {"sure": self.sure, "familiar": self.familiar, "finer": self.subclass}
