"""A vision transformer's LiteRT file gives what the network gives by the book, and what timm gives."""

from __future__ import annotations

import numpy as np
import pytest
from ai_edge_litert.interpreter import Interpreter
from tiny_transformer import TINY, TINY_SIZE, positions, random_weights, reference_map

from core.backbones.networks.dinov2 import VITS14
from core.backbones.transformer import VisionTransformer
from core.backbones.transformer_litert import build_litert

# Of timm's vit_small_patch14_dinov2 with `random_weights(VITS14, seed=17)` on the picture below, in float64: of the
# vector the first three, of the map's first, middle and last patch the first.
TIMM = (-1.479977, 1.046125, -0.329043, -2.990837, -1.069047, -0.862102)


def drawn(size: int) -> np.ndarray:
    """A picture (size, size, 3) of 0 to 255 with no pattern."""
    return np.random.default_rng(5).integers(0, 256, (size, size, 3)).astype(np.float32)


def outputs(network: VisionTransformer, weights: dict[str, np.ndarray], picture: np.ndarray) -> list[np.ndarray]:
    """Map and vector of the file."""
    interpreter = Interpreter(model_content=bytes(build_litert(network, weights, picture.shape[0])), num_threads=2)
    interpreter.allocate_tensors()
    (taken,) = interpreter.get_input_details()
    assert taken["name"] == "picture" and taken["dtype"] is np.float32
    interpreter.set_tensor(taken["index"], picture[None])
    interpreter.invoke()
    details = interpreter.get_output_details()
    assert [detail["name"] for detail in details] == ["map", "vector"]
    return [interpreter.get_tensor(detail["index"])[0] for detail in details]


@pytest.mark.parametrize("size", [TINY_SIZE, TINY.grid * TINY.patch, 16])
def test_a_small_network_gives_what_it_gives_by_the_book(size: int) -> None:
    weights, picture = random_weights(TINY), drawn(size)
    map_, vector = outputs(TINY, weights, picture)
    expected = reference_map(TINY, weights, picture)
    assert map_.shape == expected.shape == (size // TINY.patch, size // TINY.patch, TINY.channels)
    assert np.abs(map_ - expected).max() < 1e-4 and np.abs(vector - expected.mean((0, 1))).max() < 1e-5


@pytest.mark.parametrize("name", ["cls_token", "pos_embed", "blocks.1.attn.qkv.bias", "blocks.0.ls1.gamma"])
def test_every_part_matters(name: str) -> None:
    """That the tests beside this one test something."""
    weights, picture = random_weights(TINY), drawn(TINY_SIZE)
    other = {**weights, name: random_weights(TINY, seed=1)[name]}
    assert np.abs(reference_map(TINY, weights, picture) - reference_map(TINY, other, picture)).max() > 0.05


@pytest.mark.slow
def test_dinov2_gives_what_it_gives_by_the_book_and_in_timm_once() -> None:
    weights, picture = random_weights(VITS14, seed=17), drawn(224)
    map_, vector = outputs(VITS14, weights, picture)
    expected = reference_map(VITS14, weights, picture)
    assert map_.shape == expected.shape == (16, 16, 384)
    assert np.abs(map_ - expected).max() < 1e-4 and np.abs(vector - expected.mean((0, 1))).max() < 1e-4
    assert np.abs([*vector[:3], map_[0, 0, 0], map_[8, 8, 0], map_[15, 15, 0]] - np.array(TIMM)).max() < 1e-4


@pytest.mark.slow
def test_dinov2_gives_what_timm_gives() -> None:
    timm, torch = pytest.importorskip("timm"), pytest.importorskip("torch")
    weights, picture = random_weights(VITS14, seed=17), drawn(224)
    network = timm.create_model("vit_small_patch14_dinov2", pretrained=False, img_size=224, num_classes=0).eval()
    state = {name: torch.from_numpy(values) for name, values in weights.items() if name != "mask_token"}
    # As DINOv2's own code resizes them: timm would smooth them, which gives other features.
    grid = state["pos_embed"][:, 1:].double().reshape(1, 37, 37, 384).permute(0, 3, 1, 2)
    grid = torch.nn.functional.interpolate(grid, scale_factor=(16.1 / 37, 16.1 / 37), mode="bicubic")
    ours = positions(weights["pos_embed"][0].astype(np.float64), 37, 16)[1:].reshape(16, 16, 384)
    assert np.abs(grid[0].permute(1, 2, 0).numpy() - ours).max() < 1e-9
    state["pos_embed"] = torch.cat([state["pos_embed"][:, :1], grid.float().flatten(2).transpose(1, 2)], dim=1)
    network.load_state_dict(state, strict=True)
    scaled = (picture / 255 - np.array([0.485, 0.456, 0.406])) / np.array([0.229, 0.224, 0.225])
    with torch.no_grad():
        tokens = network.forward_features(torch.from_numpy(scaled.astype(np.float32).transpose(2, 0, 1)[None]))
    expected = tokens[0, 1:].numpy().reshape(16, 16, 384)
    map_, vector = outputs(VITS14, weights, picture)
    assert np.abs(map_ - expected).max() < 1e-4 and np.abs(vector - expected.mean((0, 1))).max() < 1e-4
