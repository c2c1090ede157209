"""A network that was put together elsewhere, which every model file brings along, its layers and its weights."""

from __future__ import annotations

import hashlib

from core.backbones.card import Card, WeightsInModel

NAME = "layers-model"
# Size, features and scaling are those of the model's own `LayerGraph`; what stands here is never used.
CARDS = (
    Card(
        name=NAME,
        title="Teachable Machine",
        size=224,
        mean=127.0,
        scale=127.0,
        features=100,
        source="made elsewhere, as a TensorFlow.js layers-model",
        licence="as its maker says",
        sha256=hashlib.sha256(NAME.encode()).hexdigest(),
        weights=WeightsInModel(),
    ),
)
