"""Networks of keras.applications, trained on ImageNet, whose weights are downloaded when somebody asks for them."""

from __future__ import annotations

import hashlib

from core.backbones.card import Card, Costs, DownloadableWeights

_KERAS = "https://storage.googleapis.com/tensorflow/keras-applications"
_SIZE = 224  # pixels: what all of them were trained on
_COSTS = {
    "MobileNetV2": Costs(0.003, 110 * 10**6, 140 * 10**6, 1200 * 10**6),
    "EfficientNetV2B0": Costs(0.01, 130 * 10**6, 190 * 10**6, 1500 * 10**6),
    "ResNet50": Costs(0.04, 280 * 10**6, 490 * 10**6, 2000 * 10**6),
    "ConvNeXtTiny": Costs(0.11, 340 * 10**6, 600 * 10**6, 2060 * 10**6),
}


def keras_application(
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
) -> Card:
    """A network of keras.applications whose weight file lies at `url`, has `size` bytes and that digest, as
    `DownloadableWeights` has it."""
    kind, _, value = digest.partition(":")
    return Card(
        name=application.lower(),
        title=application,
        size=_SIZE,
        mean=0.0,  # the file that is converted from it scales by itself
        scale=1.0,
        features=features,
        source=f"{source}, trained on ImageNet; keras.applications",
        licence=licence,
        # Where only another hash is known, this stands for it: what is taught on one file is not used with another.
        sha256=value if kind == "sha256" else hashlib.sha256(digest.encode()).hexdigest(),
        weights=DownloadableWeights(application, url, size, digest, top, options),
        costs=_COSTS.get(application),
    )


# EfficientNetV2B0's and ConvNeXtTiny's hashes are those that keras.applications checks; of ResNet50, it checks an MD5
# (4d473c1dd8becc155b73f8504c6f6626), and several projects have published the SHA-256 of that file. Of MobileNetV2 it
# checks none; several projects have published the SHA-256 of the file with the top layers, nobody that of the other.
CARDS = (
    keras_application(
        "MobileNetV2",
        f"{_KERAS}/mobilenet_v2/mobilenet_v2_weights_tf_dim_ordering_tf_kernels_1.0_224.h5",
        14_536_120,
        "sha256:3e195a2857356cfc092cbbb460beb2a5bce279015d7792598b8d3d9e451902e3",
        features=1280,
        source="Sandler et al. 2018",
        licence="Apache-2.0",
        top=True,
    ),
    keras_application(
        "EfficientNetV2B0",
        f"{_KERAS}/efficientnet_v2/efficientnetv2-b0_notop.h5",
        24_274_472,
        "md5:893217f2bb855e2983157299931e43ff",
        features=1280,
        source="Tan and Le 2021",
        licence="Apache-2.0",
    ),
    keras_application(
        "ResNet50",
        f"{_KERAS}/resnet/resnet50_weights_tf_dim_ordering_tf_kernels_notop.h5",
        94_765_736,
        "sha256:66c8b43daff3fcc15bc4f30e3d2a167e21a14d9c9598a5394e5516471f4af504",
        features=2048,
        source="He et al. 2016",
        licence="MIT",
    ),
    keras_application(
        "ConvNeXtTiny",
        f"{_KERAS}/convnext/convnext_tiny_notop.h5",
        111_650_432,
        "sha256:d547c096cabd03329d7be5562c5e14798aa39ed24b474157cef5e85ab9e49ef1",
        features=768,
        source="Liu et al. 2022",
        licence="MIT",
    ),
)
