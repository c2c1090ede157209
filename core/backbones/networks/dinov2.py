"""DINOv2's smallest network, taught without labels on 142 million pictures, whose weights are downloaded when somebody
asks for them. Its feature vector is the mean of the patches' tokens, so heat maps are exact."""

from __future__ import annotations

from core.backbones.card import Card, Costs, DownloadableWeights
from core.backbones.transformer import VisionTransformer

# Meta has published no hash. Two projects have published, independently, the SHA-256 of the file at this address:
# ComfyUI-PixRestore by hiroki-abe-58 (pixrestore_comfy/pins.py, with its size in bytes) and KineJing by kineworld
# (docs/DYNAMICS_MODEL_CARD.md).
_SHA256 = "b938bf1bc15cd2ec0feacfe3a1bb553fe8ea9ca46a7e1d8d00217f29aef60cd9"
VITS14 = VisionTransformer(patch=14, channels=384, depth=12, heads=6, hidden=1536, grid=37)

CARDS = (
    Card(
        name="dinov2-vits14",
        title="DINOv2 ViT-S/14",
        size=224,  # 16 x 16 patches; it was trained up to 518 px, which would take ten times as long
        mean=0.0,  # the file scales by itself, each colour as it needs it
        scale=1.0,
        features=VITS14.channels,
        source="Oquab et al. 2024, taught without labels on LVD-142M; facebookresearch/dinov2",
        licence="Apache-2.0",
        sha256=_SHA256,
        weights=DownloadableWeights(
            application="",
            url="https://dl.fbaipublicfiles.com/dinov2/dinov2_vits14/dinov2_vits14_pretrain.pth",
            bytes=88_283_115,
            digest=f"sha256:{_SHA256}",
            transformer=VITS14,
        ),
        costs=Costs(seconds=0.06, recognising=270 * 10**6, teaching=450 * 10**6, preparing=350 * 10**6),
    ),
)
