"""The samples: the same seed draws the same, another draws otherwise, and the sample models know them."""

from __future__ import annotations

import subprocess
import sys
import zlib
from itertools import combinations
from pathlib import Path

import cv2
import numpy as np
import pytest

from core.backbones import card
from core.messages import LANGUAGES, Language
from core.model.file import load
from core.model.recognise import Recogniser
from core.pictures import archive
from core.pictures.decode import decode
from core.pictures.picture import Picture
from core.settings import PROJECT
from doodles.samples import HELD_OUT, KINDS, STRANGERS, TRY, draw, names, write_zip

pytestmark = pytest.mark.slow  # together they take long


def model_file(language: Language) -> Path:
    return PROJECT / "models" / "samples" / f"doodles.{language}.teachlens"


def small(picture: Picture) -> np.ndarray:
    return cv2.resize(picture, (16, 16), interpolation=cv2.INTER_AREA).astype(float)


@pytest.mark.parametrize("kind", KINDS + STRANGERS)
def test_the_same_seed_draws_the_same_picture(kind: str) -> None:
    picture = draw(kind, 7, 160)
    assert picture.shape == (160, 160, 3) and picture.dtype == np.uint8
    assert np.array_equal(picture, draw(kind, 7, 160))


def test_another_process_draws_the_same_picture() -> None:
    code = "import zlib; from doodles.samples import draw; print(zlib.crc32(draw('fish', 3, 96).tobytes()))"
    printed = subprocess.run(
        [sys.executable, "-c", code], cwd=PROJECT, capture_output=True, check=True, text=True
    ).stdout
    assert int(printed) == zlib.crc32(draw("fish", 3, 96).tobytes())


@pytest.mark.parametrize("kind", KINDS + STRANGERS)
def test_pictures_of_a_kind_differ_in_paper_pen_and_light(kind: str) -> None:
    pictures = [small(draw(kind, seed, 160)) for seed in range(12)]
    apart = [float(np.abs(one - other).mean()) for one, other in combinations(pictures, 2)]
    assert min(apart) > 4  # of 255
    brightness = [float(picture.mean()) for picture in pictures]
    assert max(brightness) - min(brightness) > 25


@pytest.mark.parametrize("kind", KINDS + STRANGERS)
def test_a_drawing_stands_out_from_its_paper_and_is_not_washed_out(kind: str) -> None:
    for seed in range(6):
        grey = cv2.cvtColor(draw(kind, seed, 160), cv2.COLOR_RGB2GRAY)
        assert np.ptp(grey[30:130, 30:130].astype(int)) > 50
        assert (grey > 253).mean() < 0.8


@pytest.mark.parametrize("size", [160, 640])
def test_a_picture_shows_the_same_at_every_size(size: int) -> None:
    assert np.abs(small(draw("house", 5, size)) - small(draw("house", 5, 320))).mean() < 8


def test_a_kind_that_nobody_draws_is_an_error() -> None:
    with pytest.raises(KeyError):
        draw("teapot", 0)


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_zip_is_found_as_a_dataset_with_labels_in_the_language(language: Language, tmp_path: Path) -> None:
    path = tmp_path / "samples.zip"
    write_zip(path, language=language, pictures_each=3)
    dataset = archive.find([path])
    assert dataset.skipped == ()
    assert dataset.counts == {names(language)[kind]: 3 for kind in KINDS}
    for entry, data in archive.read(dataset.entries):
        assert isinstance(data, bytes), entry
        assert decode(data).shape == (320, 320, 3)


def test_the_same_seed_writes_the_same_zip_and_another_shares_no_picture(tmp_path: Path) -> None:
    for name, seed in (("one", 0), ("same", 0), ("other", 1)):
        write_zip(tmp_path / f"{name}.zip", language="en", pictures_each=2, seed=seed)
    assert (tmp_path / "one.zip").read_bytes() == (tmp_path / "same.zip").read_bytes()

    def pictures(name: str) -> set[object]:
        return {data for _, data in archive.read(archive.find([tmp_path / f"{name}.zip"]).entries)}

    assert len(pictures("one")) == 2 * len(KINDS)
    assert not pictures("one") & pictures("other")


def test_the_sample_dataset_stays_small(tmp_path: Path) -> None:
    write_zip(tmp_path / "samples.zip", language="en")
    assert (tmp_path / "samples.zip").stat().st_size < 3_000_000


def test_kinds_are_called_differently_in_each_language() -> None:
    for language in LANGUAGES:
        assert set(names(language)) == {*KINDS, *STRANGERS}
        assert len(set(names(language).values())) == len(KINDS + STRANGERS)


def test_what_a_newcomer_is_offered_shows_every_kind_and_was_never_learned_from() -> None:
    assert {kind for kind, _ in TRY} == {*KINDS, *STRANGERS}
    assert all(seed >= HELD_OUT for _, seed in TRY)


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_sample_model_opens_and_fits_its_backbone(language: Language) -> None:
    model = load(model_file(language))
    assert set(model.labels) == {names(language)[kind] for kind in KINDS}
    assert model.backbone_sha256 == card(model.backbone).sha256
    assert model_file(language).stat().st_size < 2_000_000


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_sample_model_knows_drawings_that_it_never_saw(language: Language) -> None:
    recogniser = Recogniser(model_file(language))
    drawings = [(kind, HELD_OUT + 100 + number) for kind in KINDS for number in range(12)]
    answers = [recogniser.recognise(draw(kind, seed)).labels[0] for kind, seed in drawings]
    right = [answer == names(language)[kind] for answer, (kind, _) in zip(answers, drawings, strict=True)]
    assert np.mean(right) >= 0.9


def test_the_sample_model_is_less_often_sure_of_what_it_was_never_taught() -> None:
    recogniser = Recogniser(model_file("en"))

    def sure(kinds: tuple[str, ...], each: int) -> float:
        pictures = (draw(kind, HELD_OUT + 100 + number) for kind in kinds for number in range(each))
        return float(np.mean([recogniser.recognise(picture).sure for picture in pictures]))

    assert sure(STRANGERS, 24) < sure(KINDS, 8) - 0.2


def test_what_a_newcomer_is_offered_is_answered_rightly_or_not_at_all() -> None:
    recogniser = Recogniser(model_file("en"))
    for kind, seed in TRY:
        answer = recogniser.recognise(draw(kind, seed))
        assert ((answer.labels[0], answer.sure) == (kind, True)) if kind in KINDS else not answer.sure
