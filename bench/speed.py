"""Time and memory beside what they could be at best, and beside the classic recipe."""

from __future__ import annotations

import json
import shutil
import statistics
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path

from bench.bare import Bare
from bench.measure import Line, in_turn, run, times
from core import settings
from core.backbones import card
from core.learning.features import extract
from core.machine import cores
from core.model.recognise import Recogniser
from core.pictures import archive
from core.pictures.decode import decode
from core.pictures.picture import see

NAME = "efficientnet-lite0"
VIEWS = 2
CLASSIC_BATCHES = 3
_ROUNDS = 3
_PREDICTIONS = 60


def teaching(source: Path, folder: Path) -> list[Line]:
    """The whole `teach` command, and again with the pictures known, beside the classic recipe on as many pictures."""
    pictures = len(archive.find([source]).entries)
    forget()
    command = ["-m", "core", "teach", str(source), "-o", str(folder / "model.teachlens")]
    ours, again = run(command), run(command)
    theirs = run(["-m", "bench.recipes", "classic", str(pictures), str(CLASSIC_BATCHES)])
    classic = json.loads(theirs.output)
    said = f"{classic['seconds']:.0f} s, classic recipe ({CLASSIC_BATCHES} of {classic['steps']} batches, extrapolated)"
    return [
        Line(
            f"`teach` on {pictures} pictures, whole command",
            f"{ours.seconds:.1f} s",
            said,
            f"{times(classic['seconds'] / ours.seconds)} faster",
        ),
        Line("the same again, pictures known", f"{again.seconds:.1f} s", f"{ours.seconds:.1f} s, the first time", ""),
        Line(
            "its peak memory",
            f"{ours.peak_mb:.0f} MB",
            f"{theirs.peak_mb:.0f} MB, classic recipe",
            f"{times(theirs.peak_mb / ours.peak_mb)} less",
        ),
    ]


def the_pass(source: Path) -> Line:
    """Reading, hashing, decoding, looking, thumbnails, keeping; beside decoding and the bare network on all cores."""
    dataset = archive.find([source])
    data = [content for _, content in archive.read(dataset.entries) if isinstance(content, bytes)]
    bare = [Bare(NAME, threads=1) for _ in range(cores())]

    def ours() -> None:
        forget()
        extract(dataset, NAME, VIEWS, lambda done, total: None)

    def share(number: int) -> None:
        for content in data[number :: len(bare)]:
            seen = see(decode(content, shortest=card(NAME).size), card(NAME).size)
            for _ in range(VIEWS):
                bare[number].look(seen)

    def baseline() -> None:
        with ThreadPoolExecutor(len(bare)) as pool:
            list(pool.map(share, range(len(bare))))

    mine, theirs, ratio = in_turn(ours, baseline, _ROUNDS)
    return Line(
        f"the pass over {len(data)} pictures and their mirror images",
        f"{mine:.2f} s",
        f"{theirs:.2f} s, decode + bare LiteRT on {len(bare)} cores",
        times(ratio),
    )


def prediction(source: Path, model: Path) -> list[Line]:
    """One warm prediction beside decode + bare invoke, picture by picture in turn, and beside Keras."""
    entries = archive.find([source]).entries
    data = [content for _, content in archive.read(entries[:: max(1, len(entries) // _PREDICTIONS)])]
    recogniser, bare = Recogniser(model), Bare(NAME, cores())
    pairs = []
    for content in data:
        assert isinstance(content, bytes)
        ours = _timed(partial(recogniser.recognise_bytes, content))
        pairs.append((ours, _timed(partial(_bare, bare, content))))
    ours = statistics.median(one for one, _ in pairs[5:]) * 1000
    theirs = statistics.median(other for _, other in pairs[5:]) * 1000
    keras = json.loads(run(["-m", "bench.recipes", "predict", NAME, "20"]).output)["milliseconds"]
    ratio = statistics.median(one / other for one, other in pairs[5:])
    what = "one prediction, warm, from the bytes of a picture"
    return [
        Line(what, f"{ours:.1f} ms", f"{theirs:.1f} ms, decode + bare invoke", times(ratio)),
        Line("the same", f"{ours:.1f} ms", f"{keras:.1f} ms, Keras `predict` alone", f"{times(keras / ours)} faster"),
    ]


def cold(picture: Path, model: Path) -> Line:
    """The whole `recognise` command on one picture, beside a Python that only starts and imports NumPy."""
    mine, theirs, ratio = in_turn(
        lambda: run(["-m", "core", "recognise", str(model), str(picture)]), lambda: run(["-c", "import numpy"]), 5
    )
    return Line(
        "`recognise`, cold, one picture", f"{mine:.2f} s", f"{theirs:.2f} s, Python + NumPy alone", times(ratio)
    )


def forget() -> None:
    """Empty the cache of looks, so that every picture is looked at again."""
    shutil.rmtree(settings.cache_folder() / "looks", ignore_errors=True)


def _bare(bare: Bare, content: bytes) -> None:
    decode(content, shortest=card(NAME).size)
    bare.invoke()


def _timed(work: Callable[[], object]) -> float:
    began = time.perf_counter()
    work()
    return time.perf_counter() - began
