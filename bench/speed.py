"""Time and memory beside what they could be at best, and beside the classic recipe."""

from __future__ import annotations

import json
import shutil
import statistics
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path

from bench.bare import Bare
from bench.measure import Line, Run, compared, in_turn, run, times
from core.backbones import card
from core.learning import feature_cache
from core.learning.features import extract
from core.learning.settings import Settings
from core.machine import cores
from core.model.recognise import Recogniser
from core.pictures import archive
from core.pictures.decode import decode
from core.pictures.picture import to_model_input

NAME = Settings().backbone
SIZE = card(NAME).size
CLASSIC_BATCHES = 3
_ROUNDS = 5
_PREDICTIONS = 100  # pictures, twice each
_KERAS_PREDICTIONS = 50


def teaching(source: Path, folder: Path) -> list[Line]:
    """The whole `teach` command, and again with the pictures known, beside the classic recipe on as many pictures."""
    dataset = archive.find([source])
    pictures, classes = len(dataset.entries), len(dataset.labels)
    runs = [_taught(source, folder) for _ in range(3)]
    took = statistics.median(done.seconds for done in runs)
    peak = max(done.peak_mb for done in runs)
    again = run(["-m", "core", "teach", str(source), "-o", str(folder / "model.teachlens")]).seconds
    theirs = run(["-m", "bench.recipes", "classic", str(pictures), str(classes), str(CLASSIC_BATCHES)])
    classic = json.loads(theirs.output)
    timed = f"{CLASSIC_BATCHES} of its {classic['steps']} batches timed, the rest extrapolated"
    baseline_text = f"{classic['seconds']:.0f} s, classic recipe (ResNet50, ten epochs; {timed})"
    faster = f"{times(classic['seconds'] / took)} faster"
    lean = f"{times(theirs.peak_mb / peak)} less"
    return [
        Line(f"`teach` on {pictures} pictures, the whole command", f"{took:.1f} s", baseline_text, faster),
        Line("its peak memory", f"{peak:.0f} MB", f"{theirs.peak_mb:.0f} MB, classic recipe", lean),
        Line("a second lesson on them", f"{again:.1f} s", f"{took:.1f} s, the first", f"{times(took / again)} faster"),
    ]


def _taught(source: Path, folder: Path) -> Run:
    forget()
    return run(["-m", "core", "teach", str(source), "-o", str(folder / "model.teachlens")])


def feature_pass(source: Path) -> list[Line]:
    """Reading, hashing, decoding, features, thumbnails and storing them; beside decoding and the bare network on all
    cores, the bytes already in memory and the networks already loaded."""
    dataset = archive.find([source])
    data = [content for _, content in archive.read(dataset.entries) if isinstance(content, bytes)]
    bare = [Bare(NAME, threads=1) for _ in range(cores())]

    def ours() -> None:
        forget()
        extract(dataset, NAME, 1, lambda done, total: None)

    def share(number: int) -> None:
        for content in data[number :: len(bare)]:
            model_input = to_model_input(decode(content, shortest=SIZE), SIZE)
            bare[number].run(model_input)

    def baseline() -> None:
        with ThreadPoolExecutor(len(bare)) as pool:
            list(pool.map(share, range(len(bare))))

    mine, theirs, ratio = compared(in_turn(ours, baseline, _ROUNDS))
    baseline_text = f"{theirs:.2f} s, decode + bare LiteRT on {len(bare)} cores"
    what = f"the pass over {len(data)} pictures"
    return [Line(what, f"{mine:.2f} s", baseline_text, times(ratio))]


def prediction(source: Path, model: Path) -> list[Line]:
    """One warm prediction beside decode + bare invoke, picture by picture in turn, and beside Keras."""
    entries = archive.find([source]).entries
    chosen = entries[:: max(1, len(entries) // _PREDICTIONS)]
    recogniser, bare = Recogniser(model), Bare(NAME, cores())

    def least(content: bytes) -> None:
        decode(content, shortest=SIZE)
        bare.invoke()

    pairs = []
    for _, content in archive.read(chosen):
        if isinstance(content, bytes):
            pairs += in_turn(partial(recogniser.recognise_bytes, content), partial(least, content), 2)
    mine, bare_seconds, ratio = compared(pairs)
    keras = json.loads(run(["-m", "bench.recipes", "predict", NAME, str(_KERAS_PREDICTIONS)]).output)["seconds"]
    ours, bare_text, slow = (f"{took * 1000:.1f} ms" for took in (mine, bare_seconds, keras))
    return [
        Line("one prediction, warm, from a picture's bytes", ours, f"{bare_text}, decode + bare invoke", times(ratio)),
        Line("the same", ours, f"{slow}, Keras `predict` alone", f"{times(keras / mine)} faster"),
    ]


def cold(picture: Path, model: Path) -> list[Line]:
    """The whole `recognise` command on one picture, beside a Python that only starts and imports NumPy."""
    command = ["-m", "core", "recognise", str(model), str(picture)]
    mine, theirs, ratio = compared(in_turn(lambda: run(command), lambda: run(["-c", "import numpy"]), 9))
    baseline_text = f"{theirs:.2f} s, Python that imports NumPy"
    return [Line("`recognise`, cold, one picture", f"{mine:.2f} s", baseline_text, times(ratio))]


def forget() -> None:
    """Empty the feature cache, so that the features of every picture are extracted again."""
    shutil.rmtree(feature_cache.default_folder(), ignore_errors=True)
