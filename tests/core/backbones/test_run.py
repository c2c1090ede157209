"""A backbone at work: the same picture gives the same vector, everywhere and from every maker of the network."""

from __future__ import annotations

import hashlib
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from ai_edge_litert.interpreter import Interpreter
from drawn import blots, encoded

from core import settings
from core.backbones import Backbone, cards, catalogue, ensure
from core.backbones.architecture import Convolution
from core.backbones.card import Card
from core.backbones.networks.joined import EARLIER
from core.backbones.run import Network
from core.backbones.weights import folded
from core.learning import activations
from core.pictures import archive
from core.pictures import picture as pictures
from core.pictures.decode import decode
from core.pictures.picture import Picture, to_model_input

CARD = cards()[0]


def model_input(seed: int = 1) -> Picture:
    return to_model_input(blots("red", seed, 200), CARD.size)


def test_the_vector_is_the_means_of_the_maps() -> None:
    backbone = Backbone(CARD.name, threads=1)
    vector, maps = backbone.vector_and_maps(model_input())
    assert [map_.shape for map_ in maps] == [(7, 7, 1280), (14, 14, 672), (28, 28, 240)]
    assert vector.shape == (CARD.features,) and {map_.dtype for map_ in maps} == {vector.dtype} == {np.dtype("f4")}
    assert np.abs(np.concatenate([map_.mean(axis=(0, 1)) for map_ in maps]) - vector).max() < 1e-4
    assert all(map_.min() >= 0 and map_.max() <= 6 for map_ in maps)  # ReLU6
    assert np.array_equal(backbone.vector(model_input()), vector)


def test_the_same_picture_gives_the_same_vector_and_another_another() -> None:
    backbone = Backbone(CARD.name, threads=1)
    first = backbone.vector(model_input(1))
    other = backbone.vector(model_input(2))
    assert np.array_equal(backbone.vector(model_input(1)), first)
    assert np.abs(first - other).max() > 0.1
    assert np.array_equal(Backbone(CARD.name, threads=1).vector(model_input(1)), first)
    assert np.abs(Backbone(CARD.name, threads=2).vector(model_input(1)) - first).max() < 1e-4


def test_a_picture_is_scaled_as_the_published_weights_want_it() -> None:
    network = Interpreter(str(ensure("efficientnet-lite0")), num_threads=1)
    network.allocate_tensors()
    scaled = (model_input().astype(np.float64) - 127) / 128
    network.set_tensor(network.get_input_details()[0]["index"], scaled[None].astype(np.float32))
    network.invoke()
    exit_ = next(detail["index"] for detail in network.get_output_details() if len(detail["shape"]) == 2)
    assert (
        np.abs(Backbone("efficientnet-lite0", threads=1).vector(model_input()) - network.get_tensor(exit_)[0]).max()
        < 1e-5
    )


def test_what_was_answered_before_stays_as_it_was() -> None:
    backbone = Backbone(CARD.name, threads=1)
    vector, maps = backbone.vector_and_maps(model_input(1))
    kept = [one.copy() for one in (vector, *maps)]
    backbone.vector(model_input(2))
    assert all(np.array_equal(one, other) for one, other in zip((vector, *maps), kept, strict=True))


def test_a_view_of_a_picture_does_as_well() -> None:
    backbone = Backbone(CARD.name, threads=1)
    mirrored = model_input()[:, ::-1]
    assert np.array_equal(backbone.vector(mirrored), backbone.vector(np.ascontiguousarray(mirrored)))


def test_answering_imports_no_tensorflow() -> None:
    code = f"import sys; from core.backbones import Backbone; Backbone({CARD.name!r}); print(*sys.modules)"
    run = subprocess.run([sys.executable, "-c", code], cwd=settings.PROJECT, capture_output=True, text=True, check=True)
    loaded = set(run.stdout.split())
    assert "ai_edge_litert.interpreter" in loaded
    assert not {"tensorflow", "keras", "torch", "sklearn", "scipy", "pandas", "streamlit"} & loaded


def test_asking_for_a_card_loads_no_network() -> None:
    code = f"import sys; from core.backbones import card; card({CARD.name!r}); print(*sys.modules)"
    run = subprocess.run([sys.executable, "-c", code], cwd=settings.PROJECT, capture_output=True, text=True, check=True)
    loaded = run.stdout.split()
    assert "core.backbones.litert_files" in loaded
    assert not [name for name in loaded if name.startswith(("ai_edge_litert", "flatbuffers", "cv2", "keras"))]


JOINED = [one for one in cards() if one.parts]


def inputs_seen(monkeypatch: pytest.MonkeyPatch) -> list[Picture]:
    """What every network is given from now on."""
    seen: list[Picture] = []
    invoke = Network._invoke
    monkeypatch.setattr(Network, "_invoke", lambda self, given: (seen.append(given.copy()), invoke(self, given)))
    return seen


@pytest.mark.parametrize("card", JOINED, ids=lambda card: card.name)
def test_each_part_of_a_joined_backbone_makes_its_input_from_the_picture_itself(card: Card) -> None:
    picture = blots("blue", 3, 401)[:, :333]
    joined, parts = Backbone(card.name, threads=1), [Backbone(part, threads=1) for part in card.parts]
    assert joined.input_size == max(part.input_size for part in parts) == card.size
    vector, maps = joined.vector_and_maps(picture)
    assert np.array_equal(vector, np.concatenate([part.vector(picture) for part in parts]))
    assert np.array_equal(vector, joined.vector(picture))
    by_hand = [map_ for part in parts for map_ in part.vector_and_maps(picture)[1]]
    assert all(np.array_equal(ours, map_) for ours, map_ in zip(maps, by_hand, strict=True))
    assert np.array_equal(joined.model_input(picture), to_model_input(picture, card.size))


@pytest.mark.parametrize("earlier_card", EARLIER, ids=lambda card: card.name)
def test_the_earlier_definition_of_a_joined_backbone_stays_for_models_taught_with_it(earlier_card: Card) -> None:
    """Its inputs were made by way of the largest part's."""
    card = catalogue.card(earlier_card.name)
    parts = [catalogue.card(part) for part in card.parts]
    sha256 = hashlib.sha256("".join(f"{part.name} {part.sha256} " for part in parts).encode()).hexdigest()
    earlier = Backbone(card.name, threads=1, sha256=sha256)
    assert earlier.card.sha256 == sha256 != card.sha256
    assert Backbone(card.name, threads=1, sha256=card.sha256).card == Backbone(card.name, threads=1).card == card
    picture = blots("red", 5, 401)[:, :333]
    through = to_model_input(picture, card.size)
    by_hand = [Backbone(part.name, threads=1).vector(to_model_input(through, part.size)) for part in parts]
    assert np.array_equal(earlier.vector(picture), np.concatenate(by_hand))
    assert np.array_equal(earlier.vector_and_maps(picture)[0], np.concatenate(by_hand))
    assert np.abs(earlier.vector(picture) - Backbone(card.name, threads=1).vector(picture)).max() > 0.01


@pytest.mark.parametrize("name", [CARD.name, JOINED[0].name])
def test_the_second_view_is_the_mirror_image_of_every_input(name: str) -> None:
    backbone, picture = Backbone(name, threads=1), blots("green", 4, 300)
    views = backbone.view_vectors(picture, 2)
    assert views.shape == (2, backbone.card.features) and views.dtype == np.float32
    assert np.array_equal(views[0], backbone.vector(picture))
    assert np.array_equal(backbone.view_vectors(picture, 1), views[:1])
    parts = [Backbone(part, threads=1) for part in backbone.card.parts or (name,)]
    mirror_images = [part.vector(to_model_input(picture, part.input_size)[:, ::-1]) for part in parts]
    assert np.array_equal(views[1], np.concatenate(mirror_images))


@pytest.mark.parametrize("name", [CARD.name, JOINED[-1].name])
def test_blocks_learn_on_the_very_input_on_which_they_answer(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Of a JPEG too, which is decoded at the smallest scale that serves the largest input."""
    picture = tmp_path / "cat" / "1.jpg"
    picture.parent.mkdir()
    picture.write_bytes(encoded(blots("red", 9, 500), "JPEG"))
    card, (entry,) = catalogue.card(name), archive.find([tmp_path]).entries
    first = catalogue.card((card.parts or (name,))[0])
    monkeypatch.setattr(activations, "_AUGMENTED_VIEWS", 0)
    answered = inputs_seen(monkeypatch)
    backbone = Backbone(name, threads=1)
    backbone.vector(decode(picture.read_bytes(), shortest=backbone.input_size))
    learned = inputs_seen(monkeypatch)
    activations.compute((entry,), first, True, 0, lambda *_: None, card.size)
    assert len(answered[0]) == first.size and np.array_equal(learned[0], answered[0])
    assert np.array_equal(learned[1], answered[0][:, ::-1])


def test_what_a_lesson_has_tuned_runs_beside_the_backbones_own() -> None:
    plain = Backbone(CARD.name, threads=1)
    layers = catalogue.layers(CARD.name)
    number, last = len(layers) - 1, layers[-1]
    assert isinstance(last, Convolution)
    kernel, bias = folded(last, catalogue.weights(CARD.name))
    tuned_weights = {f"{number}/kernel": kernel * 0.5, f"{number}/bias": bias * 0.5}
    before, *levels = plain.vector_and_maps(model_input())[1]
    tuned = Backbone(CARD.name, threads=1, tuned_weights=tuned_weights)
    after, *levels_beside = tuned.vector_and_maps(model_input())[1]
    frozen = CARD.final_features
    assert after.shape[2] == 2 * frozen
    assert np.abs(after[..., :frozen] - before).max() < 1e-5
    small = before < 3  # of what ReLU6 does not cut off, half is half
    assert np.abs(after[..., frozen:] - before / 2)[small].max() < 1e-4
    assert all(np.abs(one - other).max() < 1e-5 for one, other in zip(levels, levels_beside, strict=True))
    assert ensure(CARD.name, tuned_weights) != ensure(CARD.name) == ensure(CARD.name, {})


@pytest.mark.parametrize("sha256", [None, EARLIER[0].sha256], ids=["present", "earlier"])
def test_an_input_that_is_handed_on_is_not_made_again(sha256: str | None, monkeypatch: pytest.MonkeyPatch) -> None:
    backbone, picture = Backbone(EARLIER[0].name, threads=1, sha256=sha256), blots("red", 5, 401)
    vector, views = backbone.vector(picture), backbone.view_vectors(picture, 2)
    sizes: list[int] = []
    make = pictures.to_model_input
    monkeypatch.setattr(pictures, "to_model_input", lambda picture, size: (sizes.append(size), make(picture, size))[1])
    shown = backbone.model_input(picture)
    assert np.array_equal(backbone.vector(picture, shown), vector)
    assert np.array_equal(backbone.vector_and_maps(picture, shown)[0], vector)
    assert np.array_equal(backbone.view_vectors(picture, 2, shown), views)
    assert sizes.count(backbone.input_size) == 1
