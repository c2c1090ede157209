"""Backbones by network: fetched and converted once, by whoever is first, and ready without a network ever after."""

from __future__ import annotations

import hashlib
import importlib.util
import os
import subprocess
import sys
import threading
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import psutil
import pytest
from drawn import blots, painted, zipped
from lesson_tools import until
from serving import HDF5, cut, serving, stall, status, well
from tiny_transformer import tiny_card, tiny_checkpoint

from core import settings
from core.backbones import Backbone, catalogue, download, downloadable, ensure, litert_files
from core.backbones.card import Card
from core.backbones.networks.keras_applications import keras_application
from core.errors import BackboneError
from core.learning.settings import Settings
from core.learning.teach import teach
from core.model.explain import class_activation_map
from core.model.recognise import Recogniser
from core.pictures import archive
from core.pictures.picture import to_model_input
from core.work import fetching

CONTENT = HDF5 + np.random.default_rng(8).bytes(100_000)
tensorflow_only = pytest.mark.skipif(importlib.util.find_spec("tensorflow") is None, reason="no TensorFlow here")


@pytest.fixture(autouse=True)
def alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A cache of its own, no proxy, nobody waits long."""
    monkeypatch.setenv("TEACHLENS_CACHE", str(tmp_path / "cache"))
    for name in ("http_proxy", "HTTP_PROXY", "all_proxy", "ALL_PROXY", "TEACHLENS_WEIGHTS"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr(download, "_PAUSE", 0.01)


@pytest.fixture
def known(monkeypatch: pytest.MonkeyPatch) -> Callable[[Card], Card]:
    """Adds a network to those that there are; nothing of it goes on after the test."""

    def added(one: Card) -> Card:
        monkeypatch.setitem(catalogue._registered, one.name, one)
        return one

    return added


@pytest.fixture
def converter(monkeypatch: pytest.MonkeyPatch) -> list[Path]:
    """In place of TensorFlow's, one that takes no time; what it was asked to convert."""
    asked: list[Path] = []

    def convert(one: Card, weights: Path, _: Callable[[], bool]) -> bool:
        asked.append(weights)
        litert_files.store_converted(one, b"a LiteRT file of " + weights.read_bytes()[-20:])
        return True

    monkeypatch.setattr(fetching, "_convert", convert)
    return asked


def tiny(url: str, content: bytes = CONTENT) -> Card:
    digest = f"sha256:{hashlib.sha256(content).hexdigest()}"
    return keras_application("Tiny", f"{url}/tiny.h5", len(content), digest, 8, "Nobody 2026", "MIT")


def mobilenet(weights: Path, url: str, alpha: float) -> Card:
    """MobileNetV2 of that width, from the shared weights."""
    (path,) = weights.glob(f"mobilenet_v2_*_{alpha}_224_no_top.h5")
    content = path.read_bytes()
    digest = f"sha256:{hashlib.sha256(content).hexdigest()}"
    where = f"{url}/{path.name}"
    return keras_application(
        "MobileNetV2", where, len(content), digest, 1280, "Sandler et al. 2018", "Apache-2.0", alpha=alpha
    )


def weights_of(shared: Path, alpha: float) -> bytes:
    return next((shared / "weights").glob(f"mobilenet_v2_*_{alpha}_224_no_top.h5")).read_bytes()


# --- Without TensorFlow -------------------------------------------------------------------------------------------


def test_fetched_once_it_is_ready_ever_after(known: Callable[[Card], Card], converter: list[Path]) -> None:
    told: list[tuple[str, int, int]] = []
    with serving(CONTENT) as server:
        one = known(tiny(server.url))
        assert not litert_files.is_ready("tiny")
        path = fetching.fetch(one, lambda *step: told.append(step))
        assert server.asked == [None]
    assert told[-3:] == [("fetch", len(CONTENT), len(CONTENT)), ("convert", 0, 1), ("convert", 1, 1)]
    assert converter == [downloadable.folder() / "tiny.h5"]
    assert litert_files.is_ready("tiny") and ensure("tiny") == path == fetching.fetch(one)  # the server is gone
    assert len(converter) == 1


def test_a_damaged_file_of_the_cache_is_made_again_without_a_network(
    known: Callable[[Card], Card], converter: list[Path]
) -> None:
    with serving(CONTENT) as server:
        one = known(tiny(server.url))
        path = fetching.fetch(one)
    assert path
    path.write_bytes(b"damaged")
    with pytest.raises(BackboneError):
        ensure("tiny")
    assert fetching.fetch(one) == path == ensure("tiny") and len(converter) == 2


def test_weights_in_the_folder_that_was_pointed_at_need_no_network(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, converter: list[Path]
) -> None:
    monkeypatch.setenv("TEACHLENS_WEIGHTS", str(tmp_path))
    (tmp_path / "tiny.h5").write_bytes(CONTENT)
    assert fetching.fetch(tiny("http://127.0.0.1:9"))
    assert converter == [tmp_path / "tiny.h5"]


def test_too_little_memory_is_told_before_anything_is_fetched(
    monkeypatch: pytest.MonkeyPatch, converter: list[Path]
) -> None:
    monkeypatch.setattr(fetching, "memory", lambda: 690_000_000)
    with serving(CONTENT) as server, pytest.raises(BackboneError) as caught:
        fetching.fetch(tiny(server.url))
    assert caught.value.key == "backbone.no_memory" and "0.7 GB" in str(caught.value)
    assert server.asked == [] and converter == []


def test_two_processes_at_once_fetch_it_once(tmp_path: Path) -> None:
    code = (
        "import sys, time\n"
        "from pathlib import Path\n"
        "from core.backbones import litert_files\n"
        "from core.backbones.networks.keras_applications import keras_application\n"
        "from core.work import fetching\n"
        "def convert(one, weights, stop):\n"
        "    with open(sys.argv[4], 'a') as told: told.write('once\\n')\n"
        "    time.sleep(0.3); litert_files.store_converted(one, b'a LiteRT file'); return True\n"
        "fetching._convert = convert\n"
        "one = keras_application('Tiny', sys.argv[1], int(sys.argv[2]), sys.argv[3], 8, 'Nobody 2026', 'MIT')\n"
        "print(fetching.fetch(one))\n"
    )
    with serving(CONTENT, stall(0.5), well) as server:
        one = tiny(server.url)
        arguments = [one.download.url, str(one.download.bytes), one.download.digest, str(tmp_path / "told")]
        both = [
            subprocess.Popen(
                [sys.executable, "-c", code, *arguments], cwd=settings.PROJECT, stdout=subprocess.PIPE, text=True
            )
            for _ in range(2)
        ]
        answers = {process.communicate()[0].strip() for process in both}
        assert [process.returncode for process in both] == [0, 0]
        assert server.asked[0] is None and None not in server.asked[1:]
    assert (tmp_path / "told").read_text() == "once\n"
    assert answers == {str(litert_files.find_converted(one))}


# --- A vision transformer, which takes no TensorFlow ---------------------------------------------------------------


@pytest.fixture(scope="module")
def checkpoint() -> bytes:
    return tiny_checkpoint()


def test_a_vision_transformer_is_fetched_taught_on_and_explains_itself(
    tmp_path: Path, known: Callable[[Card], Card], checkpoint: bytes
) -> None:
    told: list[str] = []
    with serving(checkpoint, cut(0.4), well) as server:
        one = known(tiny_card(server.url, checkpoint))
        path = fetching.fetch(one, lambda stage, *_: told.append(stage))
        assert len(server.asked) == 2 and path == ensure(one.name)
    assert list(dict.fromkeys(told)) == ["fetch", "convert"]
    files = {f"{paint}/{number}.png": painted(paint, number) for paint in ("red", "blue") for number in range(10)}
    dataset = archive.find([zipped(tmp_path / "paints.zip", files)])
    model = teach(dataset, Settings(backbone=one.name), tmp_path / "paints.teachlens", lambda _: None)
    assert model.backbone_sha256 == one.sha256 and model.head.weights.shape == (48, 2)
    recogniser = Recogniser(tmp_path / "paints.teachlens", threads=1)
    for paint in ("red", "blue"):
        answer = recogniser.recognise(blots(paint, 77), explained=True)
        assert answer.labels[0] == paint and answer.heat is not None
    vector, maps = recogniser.backbone.vector_and_maps(blots("red", 77))
    activation = class_activation_map(recogniser.backbone, model, vector, maps, 0)
    assert activation.shape == (5, 5) and np.allclose(maps[0].mean((0, 1)), vector, atol=1e-5)
    logit = vector @ model.head.weights[:, 0] + model.head.bias[0]
    assert abs(activation.mean() + model.head.bias[0] - logit) < 1e-4 and np.ptp(activation) > 0.1


def test_a_vision_transformer_in_the_folder_that_was_pointed_at_needs_no_network(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, known: Callable[[Card], Card], checkpoint: bytes
) -> None:
    monkeypatch.setenv("TEACHLENS_WEIGHTS", str(tmp_path))
    (tmp_path / "tiny_vit.pth").write_bytes(checkpoint)
    one = known(tiny_card("http://127.0.0.1:9", checkpoint))
    assert not litert_files.is_ready(one.name)
    assert fetching.fetch(one) == ensure(one.name) and litert_files.is_ready(one.name)


def test_a_vision_transformer_takes_as_much_memory_as_its_card_says(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, converter: list[Path], checkpoint: bytes
) -> None:
    monkeypatch.setenv("TEACHLENS_WEIGHTS", str(tmp_path))
    (tmp_path / "tiny_vit.pth").write_bytes(checkpoint)
    one = tiny_card("http://127.0.0.1:9", checkpoint)
    assert one.costs
    monkeypatch.setattr(fetching, "memory", lambda: one.costs.preparing - 1)
    with pytest.raises(BackboneError) as caught:
        fetching.fetch(one)
    assert caught.value.key == "backbone.no_memory"
    monkeypatch.setattr(fetching, "memory", lambda: one.costs.preparing)
    assert fetching.fetch(one)


@pytest.mark.parametrize("content", [HDF5 + bytes(1000), b"<html>"])
def test_what_is_no_checkpoint_is_not_kept(checkpoint: bytes, content: bytes) -> None:
    with serving(content) as server, pytest.raises(BackboneError) as caught:
        fetching.fetch(tiny_card(server.url, checkpoint))
    assert caught.value.key in ("backbone.other_file", "backbone.web_page")
    assert list(downloadable.folder().glob("*.part*")) == []


# --- In a thread, for pages ---------------------------------------------------------------------------------------


def state(name: str = "tiny") -> str | None:
    now = fetching.status(name)
    return now.state if now else None


def test_a_page_starts_it_looks_at_it_and_finds_it_done(known: Callable[[Card], Card], converter: list[Path]) -> None:
    with serving(CONTENT, cut(0.5), well) as server:
        known(tiny(server.url))
        assert fetching.status("tiny") is None
        fetching.start("tiny")
        fetching.start("tiny")  # somebody else wants it too
        until(lambda: state() == "done")
        assert len(server.asked) == 2
    assert litert_files.is_ready("tiny")
    fetching.shutdown()


def test_a_page_cancels_it_and_begins_again_where_it_was(known: Callable[[Card], Card], converter: list[Path]) -> None:
    go_on = threading.Event()

    def waits(to: object, content: bytes, start: int) -> None:
        stall(0.0)(to, content, start)  # type: ignore[arg-type]
        go_on.wait(20)

    with serving(CONTENT, waits, well) as server:
        known(tiny(server.url))
        fetching.start("tiny")
        until(lambda: (now := fetching.status("tiny")) and now.done > 0)
        fetching.cancel("tiny")
        assert state() == "cancelled" and not litert_files.is_ready("tiny")
        go_on.set()
        fetching.start("tiny")
        until(lambda: state() == "done")
        assert server.asked[0] is None and server.asked[-1] == f"bytes={len(CONTENT) // 2}-"
    fetching.shutdown()


def test_a_page_is_told_why_it_failed(known: Callable[[Card], Card], converter: list[Path]) -> None:
    with serving(CONTENT, status(404)) as server:
        known(tiny(server.url))
        fetching.start("tiny")
        until(lambda: state() == "failed")
    now = fetching.status("tiny")
    assert now and now.error == ("backbone.refused", {"host": "127.0.0.1", "status": 404})
    assert converter == [] and not litert_files.is_ready("tiny")
    fetching.shutdown()
    assert fetching.status("tiny") is None


def test_a_bug_is_told_too(known: Callable[[Card], Card], monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object) -> bool:
        raise ZeroDivisionError

    monkeypatch.setattr(fetching, "_convert", broken)
    with serving(CONTENT) as server:
        known(tiny(server.url))
        fetching.start("tiny")
        until(lambda: state() == "failed")
    fetching.shutdown()


def test_an_unknown_network_cannot_be_fetched() -> None:
    with pytest.raises(BackboneError) as caught:
        fetching.start("dragonfly")
    assert "dragonfly" in str(caught.value) and "resnet50" in str(caught.value)


# --- The converter's process --------------------------------------------------------------------------------------


def converters() -> list[psutil.Process]:
    return [child for child in psutil.Process().children() if "core.backbones.convert" in child.cmdline()]


@tensorflow_only
def test_stopping_ends_the_converter_and_keeps_the_weights(shared: Path) -> None:
    seen: list[psutil.Process] = []

    def stop() -> bool:
        seen.extend(converters())
        return bool(seen)

    with serving(weights_of(shared, 0.35)) as server:
        one = mobilenet(shared / "weights", server.url, 0.35)
        assert fetching.fetch(one, stop=stop) is None
    assert seen and converters() == [] and litert_files.find_converted(one) is None
    assert downloadable.find_weights(one) == downloadable.folder() / one.download.file


@pytest.mark.slow
@tensorflow_only
def test_weights_that_keras_does_not_understand_are_told_in_a_sentence() -> None:
    with serving(CONTENT) as server:
        one = tiny(server.url)
        one = replace(one, weights=replace(one.download, application="MobileNetV2"))
        with pytest.raises(BackboneError) as caught:
            fetching.fetch(one)
    assert caught.value.key == "backbone.not_converted" and "Tiny" in str(caught.value)
    assert litert_files.find_converted(one) is None


@pytest.mark.slow
@tensorflow_only
def test_the_top_layers_of_a_file_are_left_away(tmp_path: Path, known: Callable[[Card], Card]) -> None:
    code = (
        "import sys, keras, numpy as np\n"
        "whole = keras.applications.MobileNetV2((224, 224, 3), 0.35, weights=None, classes=1000)\n"
        "whole.save(sys.argv[1])\n"
        "body = keras.Model(whole.input, whole.get_layer('out_relu').output)\n"
        "seen = np.load(sys.argv[2])[None].astype(np.float32) / 127.5 - 1\n"
        "np.save(sys.argv[3], body(seen, training=False))\n"
    )
    picture = to_model_input(blots("green", 1, 300), 224)
    np.save(tmp_path / "picture.npy", picture)
    arguments = [str(tmp_path / name) for name in ("whole.h5", "picture.npy", "map.npy")]
    quiet = {**os.environ, "TF_CPP_MIN_LOG_LEVEL": "3", "CUDA_VISIBLE_DEVICES": "-1"}
    subprocess.run([sys.executable, "-c", code, *arguments], env=quiet, check=True, capture_output=True)
    content = (tmp_path / "whole.h5").read_bytes()
    with serving(content) as server:
        one = tiny(server.url, content)
        weights = replace(one.download, application="MobileNetV2", top=True, options={"alpha": 0.35})
        one = known(replace(one, weights=weights, features=1280))
        assert fetching.fetch(one)
    truth = np.load(tmp_path / "map.npy")[0]
    (map_,) = Backbone("tiny", threads=1).vector_and_maps(picture)[1]
    assert map_.shape == truth.shape == (7, 7, 1280) and truth.max() > 0
    assert np.abs(map_ - truth).max() < 3e-4 * truth.max()


@pytest.mark.slow
@tensorflow_only
@pytest.mark.parametrize("alpha", [1.0, 0.35])
def test_real_weights_say_in_litert_what_they_say_in_keras(
    shared: Path, tmp_path: Path, known: Callable[[Card], Card], alpha: float
) -> None:
    with serving(weights_of(shared, alpha), cut(0.4), well) as server:
        one = known(mobilenet(shared / "weights", server.url, alpha))
        path = fetching.fetch(one)
        assert len(server.asked) == 2
    assert path == ensure("mobilenetv2") and path and path.parent.name == "backbones"
    picture = to_model_input(blots("red", 1, 300), 224)
    np.save(tmp_path / "picture.npy", picture)
    code = (
        "import sys, keras, numpy as np\n"
        "body = keras.applications.MobileNetV2((224, 224, 3), float(sys.argv[1]), False, weights=sys.argv[2])\n"
        "seen = np.load(sys.argv[3])[None].astype(np.float32) / 127.5 - 1\n"
        "np.save(sys.argv[4], body(seen, training=False))\n"
    )
    arguments = [
        str(alpha),
        str(downloadable.find_weights(one)),
        str(tmp_path / "picture.npy"),
        str(tmp_path / "map.npy"),
    ]
    quiet = {**os.environ, "TF_CPP_MIN_LOG_LEVEL": "3", "CUDA_VISIBLE_DEVICES": "-1"}
    subprocess.run([sys.executable, "-c", code, *arguments], env=quiet, check=True, capture_output=True)
    truth = np.load(tmp_path / "map.npy")[0]
    backbone = Backbone("mobilenetv2", threads=1)
    vector, (map_,) = backbone.vector_and_maps(picture)
    assert map_.shape == truth.shape == (7, 7, 1280) and vector.shape == (1280,)
    mean = truth.mean((0, 1))
    assert np.abs(vector - mean).max() < 1e-4 * mean.max() and mean.max() > 1
    # A map has no mean that evens out what float32 rounds: Keras itself is 2e-5 away from Keras in float64.
    assert np.abs(map_ - truth).max() < 3e-4 * truth.max()
