"""DINOv2 as our LiteRT file beside timm's network in ONNX Runtime, with random weights: `python -m bench dinov2`.

It wants timm, torch, onnx, onnxscript and onnxruntime, which nothing else here needs: pip install them first.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import replace
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import numpy as np
from ai_edge_litert.interpreter import Interpreter
from numpy.typing import NDArray

from bench.measure import Line, compared, in_turn, times
from core.backbones.networks.dinov2 import CARDS, VITS14
from core.backbones.transformer import DEVIATIONS, MEANS
from core.backbones.transformer_litert import build_litert

NEEDS = ("timm", "torch", "onnx", "onnxscript", "onnxruntime")
_SIZE = CARDS[0].size
_NETWORK = "vit_small_patch14_dinov2"  # as timm calls it
_THREADS = 2
_REPEATS = 31
_NEAR = 1e-4  # largest difference of a feature


def missing() -> list[str]:
    """Which of the packages that it needs are not here."""
    return [name for name in NEEDS if find_spec(name) is None]


def lines(workspace: Path) -> list[Line]:
    """One picture in turn. Raises RuntimeError where the features differ."""
    torch, timm = import_module("torch"), import_module("timm")
    network = timm.create_model(_NETWORK, pretrained=False, img_size=_SIZE, num_classes=0).eval()
    torch.manual_seed(0)
    with torch.no_grad():
        for weight in network.parameters():  # as they come, layer scale would leave hardly anything to compare
            spread = 1 / math.sqrt(weight[0].numel()) if weight.ndim > 1 else 0.2
            weight.normal_(0.0 if weight.ndim > 1 else 0.5, spread)
    weights = {name: weight.detach().numpy() for name, weight in network.named_parameters()}
    picture = np.random.default_rng(0).integers(0, 256, (1, _SIZE, _SIZE, 3)).astype(np.float32)
    ours = _ours(weights, picture)
    theirs = _theirs(network, picture, workspace / "dinov2.onnx")
    difference = float(np.abs(ours() - theirs()).max())
    if not difference < _NEAR:
        raise RuntimeError(f"the features differ by {difference:g}")
    mine, other, ratio = compared(in_turn(ours, theirs, _REPEATS))
    what = f"DINOv2 ViT-S/14, one picture, features within {difference:.0e}"
    return [Line(what, f"{1e3 * mine:.0f} ms", f"{1e3 * other:.0f} ms, ONNX Runtime", times(ratio))]


def _ours(weights: dict[str, NDArray[np.float32]], picture: NDArray[np.float32]) -> Callable[[], Any]:
    described = replace(VITS14, grid=_SIZE // VITS14.patch)  # timm has made the position embeddings of this size
    interpreter = Interpreter(model_content=bytes(build_litert(described, weights, _SIZE)), num_threads=_THREADS)
    interpreter.allocate_tensors()
    interpreter.set_tensor(interpreter.get_input_details()[0]["index"], picture)
    (vector,) = (each["index"] for each in interpreter.get_output_details() if each["name"] == "vector")

    def run() -> Any:
        interpreter.invoke()
        return interpreter.get_tensor(vector)

    return run


def _theirs(network: Any, picture: NDArray[np.float32], path: Path) -> Callable[[], Any]:
    torch, runtime = import_module("torch"), import_module("onnxruntime")
    scaled = ((picture / 255 - np.array(MEANS)) / np.array(DEVIATIONS)).astype(np.float32).transpose(0, 3, 1, 2)
    given = np.ascontiguousarray(scaled)
    names = {"input_names": ["picture"], "output_names": ["tokens"], "external_data": False, "verbose": False}
    body = torch.nn.Module()
    body.network, body.forward = network, network.forward_features
    torch.onnx.export(body.eval(), (torch.from_numpy(given),), str(path), dynamo=True, **names)
    options = runtime.SessionOptions()
    options.intra_op_num_threads = _THREADS
    session = runtime.InferenceSession(str(path), options, providers=["CPUExecutionProvider"])
    return lambda: session.run(None, {"picture": given})[0][:, 1:].mean(1)
