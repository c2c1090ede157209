"""Where a model looks: exact class activation maps (Zhou et al. 2016, "Learning deep features for discriminative
localization", section 2).

The feature vector is the mean of the feature map, and a logit is a sum over the vector: so every position of the map
contributes its part to the logit, and the class activation map is no estimate.
"""

from __future__ import annotations

from collections.abc import Sequence

import cv2
import numpy as np
from numpy.typing import NDArray

from core.backbones.run import Backbone, FloatArray
from core.model.model import Model, alone


def class_activation_map(
    backbone: Backbone, model: Model, vector: FloatArray, feature_maps: Sequence[FloatArray], label: int
) -> FloatArray:
    """How much each position of a picture contributes to the logit of the label at the index `label`: (h, w) float32,
    on the grid of the finest feature map; its mean and the head's bias add up to the logit.

    `vector` and `feature_maps` are as `Backbone.vector_and_maps` gives them. Behind a hidden layer with ReLU, it is the
    map of the linear function that the network is around this picture. Where several classes of the head make up the
    label, they count by their probabilities among themselves.

    >>> class_activation_map(backbone, model, *backbone.vector_and_maps(picture), label=0).shape
    (7, 7)
    """
    weights, bias = label_weights(model, vector, label)[0], 0.0
    if backbone.hidden is not None:
        hidden_kernel, hidden_bias = backbone.hidden
        weights = np.where(vector > 0, weights, 0)  # units that ReLU silences have no part in it
        weights, bias = alone("o,oi->i", weights, hidden_kernel), float(weights @ hidden_bias)
    ends = np.cumsum([feature_map.shape[2] for feature_map in feature_maps])[:-1]
    parts = zip(feature_maps, np.split(weights, ends), strict=True)
    return _sum([alone("hwf,f->hw", feature_map, part) for feature_map, part in parts]) + bias


def label_weights(model: Model, vector: FloatArray, label: int) -> tuple[FloatArray, float]:
    """The head's weights (features,) and bias for the label at that index: of its class, or the mean over its classes,
    weighted by their probabilities for this feature vector (features,)."""
    head = model.head
    if model.subclasses is None:
        return head.weights[:, label], float(head.bias[label])
    classes = np.flatnonzero(model.subclasses.label == label)
    logits = (alone("f,fc->c", vector, head.weights[:, classes]) + head.bias[classes]) / head.temperature
    share = np.exp(logits - logits.max())  # among these classes alone: defined also where all are improbable
    share /= share.sum()
    return alone("fc,c->f", head.weights[:, classes], share), float(head.bias[classes] @ share)


def to_uint8(activation_map: FloatArray) -> NDArray[np.uint8]:
    """For the eye: from 0 at the position that contributes least to 255 at the one that contributes most."""
    low, high = float(activation_map.min()), float(activation_map.max())
    return np.asarray(np.rint((activation_map - low) * (255 / (high - low or 1.0))), np.uint8)


def _sum(activation_maps: Sequence[FloatArray]) -> FloatArray:
    """The sum of maps of several sizes, on the finest one's grid; each keeps its mean."""
    height, width = max((one.shape for one in activation_maps), key=lambda shape: shape[0] * shape[1])
    total = np.zeros((height, width), np.float32)
    for one in activation_maps:
        resized = np.asarray(cv2.resize(one, (width, height), interpolation=cv2.INTER_LINEAR), np.float32)
        total += resized + (one.mean() - resized.mean())
    return total
