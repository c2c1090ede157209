"""Where a model looks: exact class activation maps (Zhou et al. 2016, "Learning deep features for discriminative
localization", section 2).

The feature vector is the mean of the feature map, and a logit is a sum over the vector: so every place of the map has
its part in the logit, and what is shown is no estimate.
"""

from __future__ import annotations

from collections.abc import Sequence

import cv2
import numpy as np
from numpy.typing import NDArray

from core.backbones.run import Backbone, FloatArray
from core.model.model import Model, alone
from core.pictures.picture import Picture


def heat(backbone: Backbone, model: Model, seen: Picture, label: int) -> FloatArray:
    """`spread` for a (size, size, 3) uint8 RGB picture."""
    return spread(backbone, model, *backbone.vector_and_maps(seen), label)


def spread(backbone: Backbone, model: Model, vector: FloatArray, maps: Sequence[FloatArray], label: int) -> FloatArray:
    """How much each place (h, w), float32, of a picture speaks for the label at that position, given what the backbone
    made of it; the mean of all places and the head's bias add up to the label's logit.

    Behind a hidden layer with ReLU, it is that of the linear piece that this picture is in. Where several classes of
    the head make the label, they count as much as each is probable among them.
    """
    weights, behind = weighed(model, vector, label)[0], 0.0
    if backbone.hidden is not None:
        kernel, bias = backbone.hidden
        weights = np.where(vector > 0, weights, 0)  # units that are silent have no part in it
        weights, behind = alone("o,oi->i", weights, kernel), float(weights @ bias)
    ends = np.cumsum([map_.shape[2] for map_ in maps])[:-1]
    parts = zip(maps, np.split(weights, ends), strict=True)
    return _together([alone("hwf,f->hw", map_, part) for map_, part in parts]) + behind


def weighed(model: Model, vector: FloatArray, label: int) -> tuple[FloatArray, float]:
    """The head's weights (features,) and bias for the label at that position."""
    head = model.head
    if model.subclasses is None:
        return head.weights[:, label], float(head.bias[label])
    classes = np.flatnonzero(model.subclasses.label == label)
    scaled = (alone("f,fc->c", vector, head.weights[:, classes]) + head.bias[classes]) / head.temperature
    share = np.exp(scaled - scaled.max())  # the others do not matter: the shares stay defined where all are near 0
    share /= share.sum()
    return alone("fc,c->f", head.weights[:, classes], share), float(head.bias[classes] @ share)


def shades(places: FloatArray) -> NDArray[np.uint8]:
    """For the eye: from 0 at the place that speaks least for the label to 255 at the one that speaks most."""
    low, high = float(places.min()), float(places.max())
    return np.asarray(np.rint((places - low) * (255 / (high - low or 1.0))), np.uint8)


def _together(parts: Sequence[FloatArray]) -> FloatArray:
    """The sum of maps of several sizes, on the finest one's grid; each keeps its mean."""
    height, width = max((part.shape for part in parts), key=lambda shape: shape[0] * shape[1])
    whole = np.zeros((height, width), np.float32)
    for part in parts:
        finer = np.asarray(cv2.resize(part, (width, height), interpolation=cv2.INTER_LINEAR), np.float32)
        whole += finer + (part.mean() - finer.mean())
    return whole
