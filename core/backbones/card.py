"""What is known of a backbone before it is loaded."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Card:
    """A backbone's card. The LiteRT file it stands for takes float32 (batch, size, size, 3) RGB, scaled as
    `(x - mean) / scale`, and answers with the feature map (batch, h, w, features) and its mean vector (batch,
    features)."""

    name: str  # "efficientnet-lite0"
    title: str  # as people write it
    size: int  # pixels, side of the square input
    mean: float  # scaling of the input, from 0..255
    scale: float
    features: int  # length of the feature vector
    source: str  # where the weights come from, and the paper
    licence: str  # SPDX
    sha256: str  # of the weight file, whole; of a joined backbone: of its parts' together
    parts: tuple[str, ...] = ()  # of a joined backbone: those whose vectors stand one after the other in its own
    # Of a joined backbone as it was first defined: pictures are resized to `size`, and from there to each part's own.
    through_largest: bool = False
