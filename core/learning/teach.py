"""Teaching quickly: one look at every picture, then a head for what was seen, and an honest test of it."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from core import VERSION
from core.backbones import card
from core.backbones.card import Card
from core.errors import ArchiveError, DatasetError, LessonError
from core.learning import calibrate
from core.learning.features import Features, extract
from core.learning.out_of_distribution import familiar
from core.learning.progress import Clock, Listener, Stage
from core.learning.quick import learn
from core.learning.report import report, score
from core.learning.settings import THOROUGH_LEAST, THOROUGH_MOST, Settings
from core.learning.split import Plan, grouped, planned
from core.model.file import changing, load, save
from core.model.model import Examples, IntArray, Method, Model, ModelCard, Report
from core.pictures.dataset import Dataset, lacks, left_out

VIEWS = 2  # a lesson learns from every picture and from its mirror image
_LOOK_SECONDS = 0.004  # a view, expected on one core before the pace is known
_FLOPS = 2e10  # a second in fits, expected
_VARY_SECONDS, _TRAIN_SECONDS = 0.03, 0.25  # a picture, expected of a thorough lesson


def teach(dataset: Dataset, settings: Settings, target: Path, listen: Listener) -> Model:
    """Teach a model on a dataset and write it at `target`, whole or not at all; what a thorough lesson does beyond that
    is `improve`. Raises DatasetError when something is missing (`core.pictures.dataset.lacks` says what), what reading
    and backbones raise, and LessonError where the memory does not suffice."""
    began = time.monotonic()
    _check(dataset)
    if settings.mode == "classic":
        return _classic(dataset, settings, target, listen, began)
    clock = Clock(listen, _expected(dataset))
    clock.tell("read", len(dataset.entries), len(dataset.entries))
    features, groups, plan = _looked(dataset, settings.backbone, VIEWS, settings.seed, clock)
    head, tested, logits = learn(
        features, groups, plan, settings.seed, lambda done, total: clock.tell("learn", done, total)
    )
    clock.tell("test", 0, len(tested))
    targets = features.targets[tested]
    head = replace(head, temperature=calibrate.temperature(logits, targets))
    result = report(plan.method, logits, head.temperature, targets, tested)
    clock.tell("test", len(tested), len(tested))
    network = card(settings.backbone)
    model = Model(
        labels=features.labels,
        backbone=network.name,
        backbone_sha256=network.sha256,
        head=head,
        threshold=calibrate.threshold(result.probability, result.answer == targets),
        ood_detector=familiar(_of_the_first(features, network), features.targets, groups, settings.seed),
        card=_card(features, settings, began),
        report=result,
    )
    clock.tell("save", 0, 1)
    _save(target, model, features, features.vectors[:, 0], groups, settings)
    clock.tell("save", 1, 1)
    return model


def improve(path: Path, dataset: Dataset, settings: Settings, listen: Listener, stop: Callable[[], bool]) -> bool:
    """Teach the model at `path` thoroughly, which a quick lesson made of the same dataset with the same settings. Where
    that is better, it takes the model's place, whole or not at all; whether it did. `stop` is asked again and again:
    where it says so, the best so far is what counts. For child processes alone, as it needs Keras. Raises as `teach`
    does, ModelError where the model is gone, and LessonError for too few or too many pictures."""
    began = time.monotonic()
    if len(dataset.entries) < THOROUGH_LEAST:
        raise LessonError("lesson.too_few", least=f"{THOROUGH_LEAST:,}")
    if len(dataset.entries) > THOROUGH_MOST:
        raise LessonError("lesson.too_many", most=f"{THOROUGH_MOST:,}")
    from core.learning.thorough import tune

    clock = Clock(listen, _expected_of_thorough(dataset))
    clock.tell("read", len(dataset.entries), len(dataset.entries))
    features, groups, plan = _looked(dataset, settings.backbone, VIEWS, settings.seed, clock)
    tuned = tune(features, groups, plan, settings.backbone, settings.seed, clock.tell, stop)
    clock.tell("save", 0, 1)
    if tuned is not None:
        with changing(path):
            model = load(path)  # as it is by now: somebody may have given it another title
            if model.card.corrections:
                raise LessonError("lesson.put_right_meanwhile")
            targets = features.targets[tuned.tested]
            method = plan.method if plan.method == "own split" else "held out"
            result = report(method, tuned.logits, tuned.head.temperature, targets, tuned.tested)
            card = replace(
                model.card,
                seconds=round(model.card.seconds + time.monotonic() - began, 2),
                before=score(tuned.before, len(tuned.tested)),
            )
            threshold = calibrate.threshold(result.probability, result.answer == targets)
            model = replace(
                model, head=tuned.head, tuned_weights=tuned.tuned_weights, threshold=threshold, card=card, report=result
            )
            _save(path, model, features, tuned.vectors, groups, settings)
    clock.tell("save", 1, 1)
    return tuned is not None


def evaluate(path: Path, dataset: Dataset, listen: Listener) -> Report:
    """What a model makes of labelled pictures that it was not taught on. Pictures of labels that it does not know are
    left out. Raises ModelError, and DatasetError where no label is known to it."""
    model = load(path)
    known = tuple(entry for entry in dataset.entries if entry.label in model.labels)
    if not known:
        raise DatasetError("evaluate.no_known_label", labels=", ".join(model.labels[:10]))
    clock = Clock(listen, _expected(dataset))
    tell = lambda done, total: clock.tell("look", done, total)  # noqa: E731
    features = extract(replace(dataset, entries=known), model.backbone, 1, tell, model.tuned_weights)
    position = np.array([model.labels.index(label) for label in features.labels], np.int32)
    probabilities = model.probabilities(np.asarray(features.vectors[:, 0], np.float32))
    rows = np.arange(len(features.targets), dtype=np.int32)
    logits = np.log(np.maximum(probabilities, np.finfo(np.float32).tiny))
    return report("own split", logits, 1.0, position[features.targets], rows)


def _classic(dataset: Dataset, settings: Settings, target: Path, listen: Listener, began: float) -> Model:
    """As `teach`, in the classic way. One in five is held out, or the source's own test pictures; the model that is
    tested is the one that is kept."""
    from core.learning import classic

    classic.check_memory()
    clock = Clock(listen, classic.expected(len(dataset.entries)))
    clock.tell("read", len(dataset.entries), len(dataset.entries))
    look = Settings().backbone  # tells near-duplicates, and what can be read at all
    features, groups, plan = _looked(dataset, look, 1, settings.seed, clock)
    held = np.flatnonzero(plan.folds == 0).astype(np.int32)
    learned = np.flatnonzero(plan.folds != 0).astype(np.int32)
    found = classic.learn(features, learned, held, settings.seed, partial(clock.tell, "train"), clock.settle)
    # Asked as it will be asked when it recognises, in LiteRT.
    tell = lambda done, total: clock.tell("test", done, total)  # noqa: E731
    network = card(classic.BACKBONE)
    seen = extract(replace(dataset, entries=features.entries), network.name, 1, tell, found.tuned_weights)
    if len(seen.entries) < len(features.entries):
        raise ArchiveError(seen.skipped[-1].key, **seen.skipped[-1].values)
    vectors, targets = seen.vectors[:, 0], features.targets
    method: Method = plan.method if plan.method == "own split" else "held out"
    logits = found.head.logits(np.asarray(vectors[held], np.float32))
    result = report(method, logits, found.head.temperature, targets[held], held)
    model = Model(
        labels=features.labels,
        backbone=network.name,
        backbone_sha256=network.sha256,
        head=found.head,
        threshold=calibrate.threshold(result.probability, result.answer == targets[held]),
        # Only of those held out: what it learned from, it knows better than it will know any other.
        ood_detector=familiar(vectors[held], targets[held], groups[held], settings.seed) if len(held) else None,
        card=replace(_card(features, settings, began), notes=(found.note,)),
        report=result,
        tuned_weights=found.tuned_weights,
    )
    clock.tell("save", 0, 1)
    _save(target, model, features, vectors, groups, settings)
    clock.tell("save", 1, 1)
    return model


def _looked(dataset: Dataset, backbone: str, views: int, seed: int, clock: Clock) -> tuple[Features, IntArray, Plan]:
    """What a backbone says of the pictures that can be read, which of them belong together, and which are tested on."""
    features = extract(dataset, backbone, views, lambda done, total: clock.tell("look", done, total))
    _check(replace(dataset, entries=features.entries))
    groups = grouped(features.entries, features.vectors[:, 0], features.perceptual_hashes)
    return features, groups, planned(features, groups, seed)


def _save(
    path: Path, model: Model, features: Features, vectors: NDArray[np.float16], groups: IntArray, settings: Settings
) -> None:
    names = tuple(entry.name for entry in features.entries)
    if settings.examples:
        save(path, model, Examples(names, features.targets, vectors, groups), features.thumbnails)
        return
    nothing = Examples((), features.targets[:0], vectors[:0], groups[:0])
    result = model.report  # of single pictures, it says nothing either
    result = replace(result, example=result.example[:0], answer=result.answer[:0], probability=result.probability[:0])
    save(path, replace(model, report=result), nothing, ())


def _card(features: Features, settings: Settings, began: float) -> ModelCard:
    return ModelCard(
        title=settings.title or features.entries[0].source.stem,
        made=datetime.now(UTC).isoformat(timespec="seconds"),
        version=VERSION,
        pictures=dict(zip(features.labels, np.bincount(features.targets).tolist(), strict=True)),
        skipped=left_out(features.skipped),
        seed=settings.seed,
        seconds=round(time.monotonic() - began, 2),
    )


def _of_the_first(features: Features, network: Card) -> NDArray[np.float16]:
    """(n, features) of the pictures as they are, of the first network where several are joined: one that no lesson
    tunes, and enough to tell what is like nothing it was taught."""
    return features.vectors[:, 0, : card(network.parts[0]).features if network.parts else network.features]


def _check(dataset: Dataset) -> None:
    if missing := lacks(dataset):
        raise DatasetError(missing[0].key, **missing[0].values)


def _expected_of_thorough(dataset: Dataset) -> dict[Stage, float]:
    pictures = len(dataset.entries)
    vary, train = (seconds * pictures for seconds in (_VARY_SECONDS, _TRAIN_SECONDS))
    return {"read": 0.1, "look": 1.0, "vary": vary, "train": 8 + train, "save": 1.0}


def _expected(dataset: Dataset) -> dict[Stage, float]:
    pictures, classes = len(dataset.entries), len(dataset.labels)
    fits = 4 * 40 * pictures * VIEWS * 1280 * classes / _FLOPS
    return {"read": 0.1, "look": 0.5 + pictures * VIEWS * _LOOK_SECONDS, "learn": 0.5 + fits, "test": 0.1, "save": 0.2}
