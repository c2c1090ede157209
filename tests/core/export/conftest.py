"""Models to take away: taught on drawings, one for each kind of backbone."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from drawn import PAINTS, painted, zipped

from core.backbones import catalogue, resnet
from core.backbones.shapes import weight_shapes
from core.backbones.weights import TunedWeights
from core.learning.settings import TIERS, Settings
from core.learning.teach import teach
from core.model.file import load, load_examples, save, thumbnails
from core.model.model import Head
from core.pictures import archive

PICTURES = 10  # of each paint
Taught = Callable[[str], Path]


@pytest.fixture(scope="session")
def taught(tmp_path_factory: pytest.TempPathFactory, cache: Path) -> Taught:
    """The model file of a tier, or of a backbone, taught once."""
    folder = tmp_path_factory.mktemp("taught")

    def model(name: str = "quick") -> Path:
        backbone = dict(TIERS).get(name, name)
        path = folder / f"{name}.teachlens"
        if not path.exists():
            files = {f"{paint}/{number}.png": painted(paint, number) for paint in PAINTS for number in range(PICTURES)}
            dataset = archive.find([zipped(folder / "paints.zip", files)])
            teach(dataset, Settings(backbone=backbone, title="Paints & 물감"), path, lambda progress: None)
        return path

    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("TEACHLENS_CACHE", str(cache))
        model()
    return model


def tuned(name: str, seed: int = 0) -> TunedWeights:
    """Weights as a thorough lesson might leave them: the network's own, a little moved."""
    from core.backbones.weights import of_layer

    layers, weights = catalogue.layers(name), catalogue.weights(name)
    first, chance = catalogue.first_tuned_layer(name), np.random.default_rng(seed)
    moved: dict[str, np.ndarray] = {}
    for number in range(first, len(layers)):
        if hasattr(layers[number], "kernel") and hasattr(layers[number], "weights"):
            kernel, bias = of_layer(number, layers[number], weights, {})  # type: ignore[arg-type]
            moved[f"{number}/kernel"] = (kernel * chance.uniform(0.95, 1.05, kernel.shape)).astype(np.float32)
            moved[f"{number}/bias"] = bias
    return moved


@pytest.fixture(scope="session")
def tuned_model(taught: Taught, cache: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The quick model as if a thorough lesson had tuned its last blocks."""
    path = tmp_path_factory.mktemp("tuned") / "tuned.teachlens"
    model, examples = load(taught()), load_examples(taught())
    weights, width = tuned(model.backbone), catalogue.card(model.backbone).final_features
    chance = np.random.default_rng(1)
    more = chance.normal(0, 0.1, (width, len(model.labels))).astype(np.float32)
    head = Head(np.insert(model.head.weights, width, more, axis=0), model.head.bias, model.head.temperature)
    vectors = np.insert(examples.vectors, [width] * width, 0, axis=1)
    changed = replace(model, head=head, tuned_weights=weights)
    save(path, changed, replace(examples, vectors=vectors), thumbnails(taught(), range(len(examples.names))))
    return path


@pytest.fixture(scope="session")
def classic_model(taught: Taught, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A classic model with random weights, whose sums are kept near 1 on the way through."""
    path = tmp_path_factory.mktemp("classic") / "classic.teachlens"
    model, examples = load(taught()), load_examples(taught())
    chance = np.random.default_rng(2)
    weights = {}
    for name, shape in weight_shapes(resnet.resnet50()).items():
        fan = int(np.prod(shape[1:])) or 1
        scale = 1 / np.sqrt(fan) if name.endswith("kernel") else 0.1
        weights[name] = chance.normal(0, scale, shape).astype(np.float32)
    weights["0/kernel"], weights["0/bias"] = np.eye(3, dtype=np.float32)[::-1, :, None, None], -np.ones(3, np.float32)
    head = Head(chance.normal(0, 0.01, (resnet.FEATURES, 3)).astype(np.float32), np.zeros(3, np.float32), 1.0)
    sha256 = catalogue.card(resnet.NAME).sha256
    changed = replace(model, backbone=resnet.NAME, backbone_sha256=sha256, head=head, tuned_weights=weights)
    changed = replace(changed, ood_detector=None, level_weight=1.0)
    vectors = np.zeros((len(examples.names), resnet.FEATURES), np.float16)
    save(path, changed, replace(examples, vectors=vectors), thumbnails(taught(), range(len(examples.names))))
    return path
