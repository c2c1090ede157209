"""Backbones that are fetched by network when somebody first asks for them: which there are, and whether their weight
files are at hand. The weights are those of keras.applications, trained on ImageNet."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from core import settings
from core.backbones.card import Card
from core.errors import BackboneError

_KERAS = "https://storage.googleapis.com/tensorflow/keras-applications"
_SIZE = 224  # pixels: what all of them were trained on


@dataclass(frozen=True)
class DownloadableBackbone:
    """A backbone by network: its card, and what is known of its weight file before that is here."""

    card: Card
    application: str  # the function of keras.applications that builds it
    url: str
    bytes: int  # of the weight file
    digest: str  # of it: "sha256:…", or "md5:…" where nobody has published a better one
    top: bool = False  # whether it holds the top layers too, which are left away
    options: Mapping[str, float] = field(default_factory=dict)  # of that function, such as MobileNetV2's alpha

    @property
    def file(self) -> str:
        """The name of the weight file."""
        return self.url.rpartition("/")[2]

    @property
    def megabytes(self) -> int:
        """The size of the weight file as people say it."""
        return max(1, round(self.bytes / 1e6))


def described(
    application: str,
    url: str,
    size: int,
    digest: str,
    features: int,
    source: str,
    licence: str,
    *,
    top: bool = False,
    **options: float,
) -> DownloadableBackbone:
    """A network of keras.applications whose weight file lies at `url` and has `size` bytes."""
    kind, _, value = digest.partition(":")
    card = Card(
        name=application.lower(),
        title=application,
        size=_SIZE,
        mean=0.0,  # the file that we make of it scales by itself
        scale=1.0,
        features=features,
        source=f"{source}, trained on ImageNet; keras.applications",
        licence=licence,
        # Where only another hash is known, this stands for it: what is taught on one file is not used with another.
        sha256=value if kind == "sha256" else hashlib.sha256(digest.encode()).hexdigest(),
    )
    return DownloadableBackbone(card, application, url, size, digest, top, options)


# EfficientNetV2B0's and ConvNeXtTiny's hashes are those that keras.applications checks; of ResNet50, it checks an MD5
# (4d473c1dd8becc155b73f8504c6f6626), and several projects have published the SHA-256 of that file. Of MobileNetV2 it
# checks none; several projects have published the SHA-256 of the file with the top layers, nobody that of the other.
DOWNLOADABLE_BACKBONES = (
    described(
        "MobileNetV2",
        f"{_KERAS}/mobilenet_v2/mobilenet_v2_weights_tf_dim_ordering_tf_kernels_1.0_224.h5",
        14_536_120,
        "sha256:3e195a2857356cfc092cbbb460beb2a5bce279015d7792598b8d3d9e451902e3",
        features=1280,
        source="Sandler et al. 2018",
        licence="Apache-2.0",
        top=True,
    ),
    described(
        "EfficientNetV2B0",
        f"{_KERAS}/efficientnet_v2/efficientnetv2-b0_notop.h5",
        24_274_472,
        "md5:893217f2bb855e2983157299931e43ff",
        features=1280,
        source="Tan and Le 2021",
        licence="Apache-2.0",
    ),
    described(
        "ResNet50",
        f"{_KERAS}/resnet/resnet50_weights_tf_dim_ordering_tf_kernels_notop.h5",
        94_765_736,
        "sha256:66c8b43daff3fcc15bc4f30e3d2a167e21a14d9c9598a5394e5516471f4af504",
        features=2048,
        source="He et al. 2016",
        licence="MIT",
    ),
    described(
        "ConvNeXtTiny",
        f"{_KERAS}/convnext/convnext_tiny_notop.h5",
        111_650_432,
        "sha256:d547c096cabd03329d7be5562c5e14798aa39ed24b474157cef5e85ab9e49ef1",
        features=768,
        source="Liu et al. 2022",
        licence="MIT",
    ),
)


def find(name: str) -> DownloadableBackbone | None:
    """The backbone by network that has this name; None where there is none."""
    return next((fetched for fetched in DOWNLOADABLE_BACKBONES if fetched.card.name == name), None)


def folder() -> Path:
    """Where weight files lie that were fetched."""
    return settings.cache_folder() / "weights"


def is_whole(fetched: DownloadableBackbone, path: Path) -> bool:
    """Whether the file at `path` is the weight file that is meant: its hash says so. Raises OSError."""
    kind, _, value = fetched.digest.partition(":")
    with path.open("rb") as file:
        return hashlib.file_digest(file, lambda: hashlib.new(kind, usedforsecurity=False)).hexdigest() == value


def at_hand(fetched: DownloadableBackbone) -> Path | None:
    """The weight file where it is on this machine: in the folder of weights that was pointed at, or fetched before.
    Raises BackboneError for one in that folder that is not the file that is meant."""
    given = settings.weights_folder()
    if given and (given / fetched.file).is_file():
        try:
            if is_whole(fetched, given / fetched.file):
                return given / fetched.file
        except OSError as error:
            raise BackboneError("backbone.unreadable_weights", file=str(given / fetched.file)) from error
        raise BackboneError("backbone.other_weights", file=str(given / fetched.file))
    with suppress(OSError):
        if is_whole(fetched, folder() / fetched.file):
            return folder() / fetched.file
    return None
