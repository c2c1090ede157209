"""Accuracy beside Teachable Machine's recipe: same pictures, same splits, three seeds."""

from __future__ import annotations

import json
import tempfile
from pathlib import Path
from statistics import fmean

import numpy as np
from ai_edge_litert.interpreter import Interpreter
from numpy.typing import NDArray

from bench.measure import Line, run
from core.backbones import card
from core.backbones.catalogue import feature_blocks
from core.learning.features import Features, extract
from core.learning.near_duplicates import groups_of
from core.learning.quick import learn
from core.learning.settings import Settings
from core.learning.split import Plan, stratified_group_folds
from core.machine import cores
from core.pictures import archive
from core.pictures.dataset import Dataset
from core.pictures.decode import decode
from core.pictures.picture import to_model_input

SETS = ("flowers", "trash", "clothing", "grocery_fruit", "sign_digits", "hand_tools")
SEEDS = (0, 1, 2)
BACKBONE = Settings().backbone


def lines(shared: Path) -> list[Line]:
    """A line a set and one for their mean; a fifth of each set is held out, near-duplicates on one side."""
    network = load_teachable_machine(shared)
    table, ours, theirs = [], [], []
    for name in SETS:
        mine, other = _compared(archive.find([shared / "data" / "classification" / f"{name}.zip"]), network)
        ours.append(fmean(mine))
        theirs.append(fmean(other))
        table.append(_line(f"accuracy, {name}", ours[-1], theirs[-1]))
    return [*table, _line(f"accuracy, mean of the six, {len(SEEDS)} seeds", fmean(ours), fmean(theirs))]


def _line(what: str, ours: float, theirs: float) -> Line:
    points = f"{(ours - theirs) * 100:+.1f} points"
    return Line(what, f"{ours:.3f}", f"{theirs:.3f}, Teachable Machine's recipe", points)


def _compared(dataset: Dataset, network: Interpreter) -> tuple[list[float], list[float]]:
    features, masks = splits(dataset)
    groups = groups_of(features, BACKBONE)
    everything = np.arange(len(features.targets), dtype=np.int32)
    mine = []
    for seed, held in zip(SEEDS, masks, strict=True):
        plan = Plan("own split", np.where(held, 0, -1).astype(np.int32), everything[~held])
        learned = learn(features, feature_blocks(card(BACKBONE)), groups, plan, seed, lambda done, total: None)
        mine.append(float((learned.logits.argmax(axis=1) == features.targets[learned.test]).mean()))
    return mine, teachable_machine(features, masks, network)


def splits(dataset: Dataset) -> tuple[Features, list[NDArray[np.bool_]]]:
    """The features of the built-in backbone, and for every seed a mask of the held-out pictures: a fifth, with
    near-duplicates on one side."""
    features = extract(dataset, BACKBONE, 1, lambda done, total: None)
    groups = groups_of(features, BACKBONE)
    return features, [stratified_group_folds(features.targets, groups, seed) == 0 for seed in SEEDS]


def teachable_machine(features: Features, masks: list[NDArray[np.bool_]], network: Interpreter) -> list[float]:
    """The accuracy of Teachable Machine's recipe on the pictures that each mask holds out."""
    with tempfile.TemporaryDirectory() as folder:
        data = Path(folder) / "data.npz"
        vectors = _vectors(Dataset(features.entries), network)
        np.savez(data, vectors=vectors, targets=features.targets, test=np.stack(masks))
        accuracies: list[float] = json.loads(run(["-m", "bench.recipes", "teachable", str(data)]).output)
    return accuracies


def load_teachable_machine(shared: Path) -> Interpreter:
    """Teachable Machine's own backbone."""
    network = Interpreter(str(shared / "weights" / "teachable_machine_224.tflite"), num_threads=cores())
    network.allocate_tensors()
    return network


def _vectors(dataset: Dataset, network: Interpreter) -> NDArray[np.float32]:
    """Feature vectors of Teachable Machine's backbone; its input is the centre square at 224 px, scaled to -1..1."""
    into = network.get_input_details()[0]["index"]
    out = next(detail["index"] for detail in network.get_output_details())
    vectors = []
    for _, data in archive.read(dataset.entries):
        assert isinstance(data, bytes)
        network.set_tensor(into, to_model_input(decode(data, shortest=224), 224)[None].astype(np.float32) / 127.5 - 1)
        network.invoke()
        answer = network.get_tensor(out)[0]
        vectors.append(answer.mean(axis=(0, 1)) if answer.ndim == 3 else answer)
    return np.stack(vectors)
