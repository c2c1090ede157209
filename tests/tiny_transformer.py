"""Vision transformers with random weights, and what they give by the book: written apart from `core`, in float64."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping

import numpy as np
from scipy.special import erf
from torch_files import saved

from core.backbones.card import Card, Costs, DownloadableWeights
from core.backbones.transformer import VisionTransformer

TINY = VisionTransformer(patch=8, channels=48, depth=2, heads=3, hidden=96, grid=9)
TINY_SIZE = 40  # pixels: 5 x 5 patches, where the checkpoint has positions for 9 x 9
Weights = Mapping[str, np.ndarray]


def random_weights(network: VisionTransformer, seed: int = 0) -> dict[str, np.ndarray]:
    """Weights in the official layout, of sizes for which attention, layer scale and positions all matter."""
    rng = np.random.default_rng(seed)
    weights = {}
    for name, shape in network.shapes().items():
        values = rng.standard_normal(shape)
        if name.endswith("gamma"):
            values = 0.5 + 0.2 * values
        elif "norm" in name and name.endswith("weight"):
            values = 1 + 0.2 * values
        elif name.endswith("bias"):
            values = 0.1 * values
        elif name.endswith("weight"):
            values *= (1.5 if "qkv" in name else 1) / np.sqrt(np.prod(shape[1:]))
        weights[name] = values.astype(np.float32)
    return weights


def reference_map(network: VisionTransformer, weights: Weights, picture: np.ndarray) -> np.ndarray:
    """The patches' tokens (side, side, channels) for a picture (size, size, 3) of 0 to 255."""
    w = {name: values.astype(np.float64) for name, values in weights.items()}
    size, patch = picture.shape[0], network.patch
    side = size // patch
    scaled = (picture / 255 - [0.485, 0.456, 0.406]) / [0.229, 0.224, 0.225]
    windows = scaled.reshape(side, patch, side, patch, 3).transpose(0, 2, 4, 1, 3).reshape(side * side, -1)
    x = windows @ w["patch_embed.proj.weight"].reshape(network.channels, -1).T + w["patch_embed.proj.bias"]
    x = np.concatenate([w["cls_token"][0], x]) + positions(w["pos_embed"][0], network.grid, side)
    for block in range(network.depth):
        name = f"blocks.{block}"
        y = linear(norm(x, w, f"{name}.norm1"), w, f"{name}.attn.qkv")
        q, k, v = y.reshape(len(x), 3, network.heads, -1).transpose(1, 2, 0, 3)
        logits = q @ k.transpose(0, 2, 1) / np.sqrt(q.shape[-1])
        shares = np.exp(logits - logits.max(-1, keepdims=True))
        shares /= shares.sum(-1, keepdims=True)
        y = (shares @ v).transpose(1, 0, 2).reshape(len(x), -1)
        x = x + w[f"{name}.ls1.gamma"] * linear(y, w, f"{name}.attn.proj")
        y = linear(norm(x, w, f"{name}.norm2"), w, f"{name}.mlp.fc1")
        y = y * (1 + erf(y / np.sqrt(2))) / 2
        x = x + w[f"{name}.ls2.gamma"] * linear(y, w, f"{name}.mlp.fc2")
    return norm(x, w, "norm")[1:].reshape(side, side, -1)


def positions(embeddings: np.ndarray, grid: int, side: int) -> np.ndarray:
    """Position embeddings (1 + side * side, channels), interpolated as torch's bicubic does with the scale factor
    (side + 0.1) / grid, first down, then across."""
    rows = embeddings[1:].reshape(grid, grid, -1)
    if grid != side:
        for _ in range(2):
            rows = np.stack([_sampled(rows, (n + 0.5) / ((side + 0.1) / grid) - 0.5) for n in range(side)], axis=1)
    return np.concatenate([embeddings[:1], rows.reshape(side * side, -1)])


def _sampled(rows: np.ndarray, at: float) -> np.ndarray:
    """Between four rows, with the coefficients for A = -0.75 written out for t, the part after the second."""
    first = int(np.floor(at))
    t = at - first
    a = -0.75
    coefficients = (
        a * t * (1 - t) ** 2,
        (a + 2) * t**3 - (a + 3) * t**2 + 1,
        (a + 2) * (1 - t) ** 3 - (a + 3) * (1 - t) ** 2 + 1,
        a * (1 - t) * t**2,
    )
    near = [rows[np.clip(first + n, 0, len(rows) - 1)] for n in (-1, 0, 1, 2)]
    return np.sum([c * row for c, row in zip(coefficients, near, strict=True)], axis=0)


def norm(x: np.ndarray, w: Weights, name: str) -> np.ndarray:
    deviation = np.sqrt(x.var(-1, keepdims=True) + 1e-6)
    return (x - x.mean(-1, keepdims=True)) / deviation * w[f"{name}.weight"] + w[f"{name}.bias"]


def linear(x: np.ndarray, w: Weights, name: str) -> np.ndarray:
    return x @ w[f"{name}.weight"].T + w[f"{name}.bias"]


def tiny_card(url: str, content: bytes, name: str = "tiny-vit", size: int = TINY_SIZE) -> Card:
    """A backbone by network whose checkpoint is `content`."""
    sha256 = hashlib.sha256(content).hexdigest()
    return Card(
        name=name,
        title="Tiny ViT",
        size=size,
        mean=0.0,
        scale=1.0,
        features=TINY.channels,
        source="Nobody 2026",
        licence="MIT",
        sha256=sha256,
        weights=DownloadableWeights("", f"{url}/tiny_vit.pth", len(content), f"sha256:{sha256}", transformer=TINY),
        costs=Costs(seconds=0.01, recognising=100 * 10**6, teaching=150 * 10**6, preparing=200 * 10**6),
    )


def tiny_checkpoint(seed: int = 0) -> bytes:
    """The bytes of a checkpoint with random weights."""
    return saved(random_weights(TINY, seed))
