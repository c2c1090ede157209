"""The network of the classic recipe, all of whose weights a lesson trains."""

from __future__ import annotations

import hashlib

from core.backbones import resnet
from core.backbones.card import Card, WeightsInModel

CARDS = (
    Card(
        name=resnet.NAME,
        title="ResNet50",
        size=resnet.SIZE,
        mean=0.0,
        scale=1.0,
        features=resnet.FEATURES,
        source="He et al. 2016, taught whole in a lesson of this model's own",
        licence="Apache-2.0",
        sha256=hashlib.sha256(f"{resnet.NAME} 1".encode()).hexdigest(),
        weights=WeightsInModel(),
        layers=resnet.resnet50,
    ),
)
