"""Models are loaded once for everybody, and again when their file changes; what takes memory is shared."""

from __future__ import annotations

import os
import threading
import weakref
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from typing import ClassVar

import numpy as np
import pytest
from drawn import PAINTS, blots

from core.backbones import catalogue
from core.backbones.shapes import weight_shapes
from core.errors import BackboneError, ModelError
from core.model.model import Head, Model
from server import loaded as room
from server.loaded import loaded

StoredModel = Callable[..., Path]


def test_it_answers_and_knows_what_it_sees(shelved: StoredModel) -> None:
    ready = loaded(shelved())
    assert ready.side == 224
    assert [ready.answer(blots(paint, 50, 224)).labels[0] for paint in PAINTS] == list(PAINTS)


def test_an_unchanged_file_is_loaded_once_even_if_all_ask_at_the_same_moment(shelved: StoredModel) -> None:
    path, found, start = shelved("together"), [], threading.Barrier(6)

    def ask() -> None:
        start.wait()
        found.append(loaded(path))

    threads = [threading.Thread(target=ask) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(found) == 6 and len({id(one._network) for one in found}) == 1
    assert loaded(path) is loaded(path)


def test_a_changed_file_answers_anew_with_the_network_that_is_there(shelved: StoredModel, paints: Model) -> None:
    path = shelved("changing")
    before = loaded(path)
    assert before.answer(blots("red", 50, 224)).labels[0] == "red"
    turned = Head(np.ascontiguousarray(paints.head.weights[:, ::-1]), paints.head.bias[::-1].copy(), 1.0)
    shelved("changing", head=turned)
    os.utime(path, (1, 1))
    after = loaded(path)
    assert after is not before and after._network is before._network
    gone = weakref.ref(before)
    del before
    assert gone() is None  # a model that is put right many times is kept once
    assert after.answer(blots("red", 50, 224)).labels[0] == "blue"


def test_a_tuned_network_is_shared_by_the_files_that_have_just_the_same(shelved: StoredModel, paints: Model) -> None:
    weights, layers = catalogue.weights(paints.backbone), catalogue.layers(paints.backbone)
    from core.backbones.weights import of_layer

    last = len(layers) - 1
    kernel, bias = of_layer(last, layers[last], weights, {})  # type: ignore[arg-type]
    assert weight_shapes(layers)[f"{last}/kernel"] == kernel.shape
    tuned_weights = {f"{last}/kernel": kernel, f"{last}/bias": bias}
    final, levels = np.split(paints.head.weights, [catalogue.card(paints.backbone).final_features])
    twice = np.concatenate([final / 2, final / 2, levels])
    tuned = {"head": replace(paints.head, weights=twice)}
    one = loaded(shelved("tuned", tuned_weights=tuned_weights, **tuned))
    same = loaded(shelved("same", tuned_weights=tuned_weights, **tuned))
    other = loaded(shelved("other", tuned_weights={**tuned_weights, f"{last}/bias": bias + 1}, **tuned))
    assert one._network is same._network and other._network is not one._network
    assert not one.model.tuned_weights
    assert one.answer(blots("green", 50, 224)).labels[0] == "green"


def test_what_nobody_has_any_more_is_given_back(shelved: StoredModel) -> None:
    there = loaded(shelved("leaving"))
    assert there._network in room._networks.values()
    room._plain.cache_clear()
    room._tuned.cache_clear()
    del there
    assert not list(room._networks.values())


def test_a_file_that_is_missing_or_no_model_is_told(home: Path) -> None:
    with pytest.raises(ModelError, match="gone"):
        loaded(home / "gone.teachlens")
    home.mkdir(exist_ok=True)
    (home / "broken.teachlens").write_bytes(b"no model")
    for _ in range(2):
        with pytest.raises(ModelError, match="broken"):
            loaded(home / "broken.teachlens")


class SlowBackbone:
    """Stands for a backbone; the one called "slow" is built when `go` is set."""

    built: ClassVar[list[str]] = []
    started, go = threading.Event(), threading.Event()

    def __init__(self, name: str, *_: object) -> None:
        self.built.append(name)
        if name == "slow":
            self.started.set()
            assert self.go.wait(60)


@pytest.fixture
def slow(monkeypatch: pytest.MonkeyPatch) -> type[SlowBackbone]:
    """In place of all backbones."""
    for name, fresh in (("built", []), ("started", threading.Event()), ("go", threading.Event())):
        monkeypatch.setattr(SlowBackbone, name, fresh)
    monkeypatch.setattr("core.backbones.Backbone", SlowBackbone)
    return SlowBackbone


def test_a_network_that_is_being_built_holds_up_no_other(slow: type[SlowBackbone], paints: Model) -> None:
    with ThreadPoolExecutor(3) as pool:
        try:
            one = pool.submit(room._network, replace(paints, backbone="slow"))
            assert slow.started.wait(60)
            same = pool.submit(room._network, replace(paints, backbone="slow"))
            other = pool.submit(room._network, replace(paints, backbone="quick"))
            assert isinstance(other.result(60).backbone, SlowBackbone) and not one.done()
        finally:
            slow.go.set()
        assert one.result() is same.result() is not other.result()
    assert slow.built == ["slow", "quick"]
    assert not list(room._building)  # nothing is left of it


def test_a_network_that_could_not_be_built_is_tried_again(
    slow: type[SlowBackbone], paints: Model, monkeypatch: pytest.MonkeyPatch
) -> None:
    def failing(*_: object) -> None:
        raise BackboneError("backbone.damaged", name="weights.pth")

    with monkeypatch.context() as patch:
        patch.setattr("core.backbones.Backbone", failing)
        with pytest.raises(BackboneError):
            room._network(replace(paints, backbone="quick"))
    assert isinstance(room._network(replace(paints, backbone="quick")).backbone, SlowBackbone)


def test_definitions_of_a_backbone_do_not_share_a_network(slow: type[SlowBackbone], paints: Model) -> None:
    one, other = (room._network(replace(paints, backbone="quick", backbone_sha256=digit * 64)) for digit in "ab")
    assert one is not other and slow.built == ["quick", "quick"]
