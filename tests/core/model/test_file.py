"""The model file: what goes in comes out, and what was tampered with is refused in words."""

from __future__ import annotations

import os
import pickle
import threading
import zipfile
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from typing import Any

import model_files
import numpy as np
import pytest
from damaged_models import cases, exercise
from model_files import LABELS, described, examples, join, model, tampered

from core.backbones.catalogue import layers
from core.backbones.shapes import weight_shapes
from core.errors import ModelError
from core.model.file import (
    changing,
    has_examples,
    is_tuned,
    load,
    load_examples,
    load_listing,
    load_sampled,
    retitle,
    save,
    take_back_correction,
    thumbnails,
)
from core.model.model import Head, Subclasses


@pytest.fixture
def saved(tmp_path: Path) -> Path:
    return model_files.saved(tmp_path / "fruit.teachlens")


def test_what_goes_in_comes_out(saved: Path) -> None:
    before, after = model(), load(saved)
    assert replace(after, head=before.head, report=before.report, ood_detector=before.ood_detector) == before
    assert before.ood_detector and after.ood_detector
    assert np.array_equal(after.ood_detector.vectors, before.ood_detector.vectors)
    assert np.array_equal(after.head.weights, before.head.weights)
    assert np.array_equal(after.head.bias, before.head.bias)
    assert after.head.temperature == before.head.temperature
    for name in ("confusion", "example", "answer", "probability"):
        assert np.array_equal(getattr(after.report, name), getattr(before.report, name))
    assert after.report.score == before.report.score
    again = load_examples(saved)
    assert again.names == examples().names
    assert np.array_equal(again.vectors, examples().vectors)
    assert np.array_equal(again.groups, examples().groups)
    assert thumbnails(saved, [4, 0, 99]) == [b"jpeg 4", b"jpeg 0", b""]


def test_the_listing_is_all_of_the_examples_but_their_vectors(saved: Path) -> None:
    listed = load_listing(saved)
    assert listed.names == examples().names
    assert np.array_equal(listed.labels, examples().labels)
    assert np.array_equal(listed.groups, examples().groups)
    with pytest.raises(ModelError):
        load_listing(tampered(saved, "examples/labels.npy", lambda content: content[:-4] + b"\xff\0\0\0"))


def test_equal_models_are_equal_files(saved: Path, tmp_path: Path) -> None:
    other = tmp_path / "other.teachlens"
    save(other, model(), examples(), [b"jpeg %d" % n for n in range(6)])
    assert saved.read_bytes() == other.read_bytes()


def test_another_title_is_in_the_file_and_nothing_else_changes(saved: Path) -> None:
    retitle(saved, "새 이름")
    assert load(saved).card == replace(model().card, title="새 이름")
    assert np.array_equal(load_examples(saved).vectors, examples().vectors)
    assert thumbnails(saved, [5]) == [b"jpeg 5"]


def test_a_title_that_is_taken_back_leaves_the_very_same_bytes(saved: Path) -> None:
    before = saved.read_bytes()
    join(saved)
    corrected = saved.read_bytes()
    retitle(saved, "x" * 500)
    assert saved.read_bytes().endswith(corrected[len(before) :])
    retitle(saved, model().card.title)
    assert saved.read_bytes() == corrected


def test_a_title_becomes_one_that_can_be_shown(saved: Path) -> None:
    retitle(saved, "a\x07b\ud800c\u202ed\ne")
    assert load(saved).card.title == "a\ufffdb\ufffdc\ufffdd e"


def test_two_threads_that_rename_and_save_one_model_leave_a_whole_file(saved: Path) -> None:
    def rename(number: int) -> None:
        retitle(saved, f"title {number}")

    def save_again(number: int) -> None:
        with changing(saved):
            save(saved, load(saved), load_examples(saved), thumbnails(saved, range(6)))

    with ThreadPoolExecutor(2) as threads:
        jobs = [threads.submit(function, n) for n in range(20) for function in (rename, save_again)]
        jobs += [threads.submit(save, saved, model(), examples(), [b"jpeg"] * 6) for _ in range(40)]
        for job in jobs:
            job.result()
    load(saved)
    assert len(load_examples(saved).names) == 6
    assert [path.name for path in saved.parent.glob("*fruit*")] == [saved.name]
    assert [path.name for path in saved.parent.glob(".*")] == []


def test_a_reader_sees_a_whole_model_while_others_change_it(saved: Path) -> None:
    done = threading.Event()

    def change() -> None:
        for number in range(15):
            with changing(saved):
                join(saved, seed=number)
            with changing(saved):
                take_back_correction(saved, load_sampled(saved, lambda labels: labels[:0]))
            retitle(saved, f"title {number}")
        done.set()

    with ThreadPoolExecutor(1) as threads:
        changed = threads.submit(change)
        while not done.is_set() and not changed.done():
            assert load(saved).card.corrections in ((), (1,))
            assert len(load_examples(saved).names) in (6, 7)
        changed.result()


def test_a_save_that_fails_leaves_the_old_file_and_nothing_else(saved: Path) -> None:
    before = saved.read_bytes()

    def breaking() -> Any:
        yield b"one"
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        save(saved, model(), examples(), breaking())
    assert saved.read_bytes() == before
    assert [path.name for path in saved.parent.iterdir()] == [saved.name]


def test_a_part_that_a_dead_process_left_is_swept_by_the_next_save(saved: Path) -> None:
    left = saved.with_name(f".{saved.name}.{'0' * 16}.part")
    left.write_bytes(b"half")
    os.utime(left, (0, 0))
    save(saved, model(), examples(), [])
    assert not left.exists()


class Trap:
    def __reduce__(self) -> tuple[Any, ...]:
        return Path.touch, (Path("trapped"),)


@pytest.mark.parametrize(
    ("member", "change"),
    [
        ("model.json", lambda content: None),
        ("model.json", lambda content: b"{"),
        ("model.json", lambda content: b"[" * 200_000),
        ("model.json", lambda content: b'"a text"'),
        ("model.json", described(format="something else")),
        ("model.json", described(labels=["a", "a", "b"])),
        ("model.json", described(labels=["a", "b"])),
        ("model.json", described(labels=["a", "b", "x" * 5000])),
        ("model.json", described(labels=["a", 3, "c"])),
        ("model.json", described(temperature=0)),
        ("model.json", described(temperature=float("nan"))),
        ("model.json", described(threshold="high")),
        ("model.json", described(card={})),
        ("model.json", described(backbone={"name": "x", "sha256": "y", "features": 10**12})),
        ("head/weights.npy", lambda content: content[:-4]),
        ("head/weights.npy", lambda content: content + b"\0\0\0\0"),
        ("head/weights.npy", lambda content: content[:-4] + np.float32(np.nan).tobytes()),
        ("head/weights.npy", lambda content: pickle.dumps(Trap())),
        ("head/bias.npy", lambda content: content.replace(b"<f4", b"|O4")),
        ("head/bias.npy", lambda content: None),
        ("report/answer.npy", lambda content: content[:-4] + np.int32(77).tobytes()),
    ],
)
def test_a_file_that_was_tampered_with_is_refused(
    saved: Path, member: str, change: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(saved.parent)
    with pytest.raises(ModelError) as refusal:
        load(tampered(saved, member, change))
    assert refusal.value.key == "model.damaged"
    assert not Path("trapped").exists()


def test_examples_that_do_not_fit_are_refused(saved: Path) -> None:
    spoilt = tampered(saved, "examples/labels.npy", lambda content: content[:-4] + np.int32(3).tobytes())
    load(spoilt)
    with pytest.raises(ModelError):
        load_examples(spoilt)


def test_a_newer_file_says_so(saved: Path) -> None:
    with pytest.raises(ModelError) as refusal:
        load(tampered(saved, "model.json", described(version=99)))
    assert refusal.value.key == "model.newer"
    assert "TeachLens를 업데이트" in refusal.value.say("ko")


@pytest.mark.parametrize("content", [b"", b"no zip", b"PK\x03\x04 cut off"])
def test_what_is_no_zip_is_refused_by_name(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "사진.teachlens"
    path.write_bytes(content)
    with pytest.raises(ModelError) as refusal:
        load(path)
    assert "사진.teachlens" in refusal.value.say("en")


def test_a_file_cut_off_on_the_way_is_refused(saved: Path) -> None:
    content = saved.read_bytes()
    saved.write_bytes(content[: len(content) // 2])
    with pytest.raises(ModelError):
        load(saved)


def test_a_missing_file_is_said_to_be_missing(tmp_path: Path) -> None:
    with pytest.raises(ModelError) as refusal:
        load(tmp_path / "gone.teachlens")
    assert refusal.value.key == "model.missing"


# --- Classes that are finer than the labels ---------------------------------------------------------------------------


@pytest.fixture
def fine(tmp_path: Path) -> Path:
    """A model whose head has five classes, three of which are kinds of the second label."""
    generator = np.random.default_rng(3)
    head = Head(generator.normal(size=(1280, 5)).astype(np.float32), np.zeros(5, np.float32), 1.3)
    names = Subclasses(("", "배", "plum", "", "quince"), np.array([0, 1, 1, 2, 1], np.int32))
    path = tmp_path / "fine.teachlens"
    save(path, replace(model(), head=head, subclasses=names), examples(), [])
    return path


def test_finer_names_go_in_and_come_out(fine: Path, saved: Path) -> None:
    after = load(fine)
    assert after.subclasses is not None and after.subclasses.names == ("", "배", "plum", "", "quince")
    assert after.subclasses.label.tolist() == [0, 1, 1, 2, 1] and after.subclasses.label.dtype == np.int32
    assert after.head.weights.shape == (1280, 5)
    retitle(fine, "other")
    again = load(fine).subclasses
    assert again is not None and again.names == after.subclasses.names
    assert load(saved).subclasses is None


@pytest.mark.parametrize(
    "spoilt",
    [
        {"names": ["", "a", "b", "", "c"], "label": [0, 1, 1, 1, 1]},  # nothing adds to the third label
        {"names": ["", "a", "b", "", "c"], "label": [0, 1, 1, 2, 3]},
        {"names": ["", "a", "b", "", "c"], "label": [0, 1, 1, 2, -1]},
        {"names": ["", "a", "b", "", "c"], "label": [0, 1, 1, 2, True]},
        {"names": ["", "a", "b", "", "c"], "label": [0, 1, 1, 2]},
        {"names": ["", "a", "b", ""], "label": [0, 1, 1, 2]},  # fewer than the head has
        {"names": ["", "a", "b", "", 5], "label": [0, 1, 1, 2, 1]},
        {"names": ["", "a", "b", "", "x" * 5000], "label": [0, 1, 1, 2, 1]},
        {"names": [""] * 2000, "label": [0, 1, 2, *[1] * 1997]},
        {"names": ["", "a", "b", "", "c"]},
        "classes",
    ],
)
def test_finer_names_that_do_not_fit_are_refused(fine: Path, spoilt: Any) -> None:
    with pytest.raises(ModelError) as caught:
        load(tampered(fine, "model.json", described(fine=spoilt)))
    assert caught.value.key == "model.damaged"


# --- What a lesson has tuned of the backbone --------------------------------------------------------------------------


@pytest.fixture
def tuned(tmp_path: Path) -> Path:
    """A model with the last layer of its backbone tuned."""
    shapes = weight_shapes(layers("efficientnet-lite0"))
    last = max(int(name.partition("/")[0]) for name in shapes)
    generator = np.random.default_rng(2)
    tuned_weights = {f"{last}/{part}": generator.normal(size=shapes[f"{last}/{part}"]) for part in ("kernel", "bias")}
    path = tmp_path / "tuned.teachlens"
    save(
        path,
        replace(model(2560), tuned_weights={name: array.astype(np.float32) for name, array in tuned_weights.items()}),
        examples(features=2560),
        [],
    )
    return path


def own_members(path: Path) -> list[str]:
    with zipfile.ZipFile(path) as archive:
        return [name for name in archive.namelist() if name.startswith("own/")]


def test_what_a_lesson_tuned_goes_in_and_comes_out(tuned: Path, saved: Path) -> None:
    after = load(tuned)
    assert len(after.tuned_weights) == 2 and is_tuned(tuned)
    again = tuned.with_name("again.teachlens")
    save(again, after, examples(features=2560), [])
    assert again.read_bytes() == tuned.read_bytes()
    assert not load(tuned, tuned_weights=False).tuned_weights
    assert not load(saved).tuned_weights and not is_tuned(saved)


def test_another_title_leaves_what_was_tuned(tuned: Path) -> None:
    before = load(tuned).tuned_weights
    retitle(tuned, "other")
    after = load(tuned).tuned_weights
    assert before.keys() == after.keys() and all(np.array_equal(before[name], after[name]) for name in before)


def endless(content: bytes) -> bytes:
    return content[:-4] + np.array(np.inf, "<f4").tobytes()


@pytest.mark.parametrize("change", [lambda content: None, lambda content: content[:-4], endless])
@pytest.mark.parametrize("part", ["kernel", "bias"])
def test_tuned_weights_that_are_not_whole_are_refused(
    tuned: Path, part: str, change: Callable[[bytes], bytes | None]
) -> None:
    name = next(name for name in own_members(tuned) if part in name)
    with pytest.raises(ModelError) as caught:
        load(tampered(tuned, name, change))
    assert caught.value.key == "model.damaged"


@pytest.mark.parametrize("name", ["own/9999/kernel.npy", "own/../../x.npy", "own/0/kernel.npy.exe", "own/"])
def test_tuned_weights_that_the_backbone_does_not_have_are_refused(tuned: Path, name: str) -> None:
    with zipfile.ZipFile(tuned, "a") as archive:
        archive.writestr(name, b"x")
    with pytest.raises(ModelError):
        load(tuned)


def test_tuned_weights_of_an_unknown_backbone_are_refused_in_words(tuned: Path) -> None:
    change = described(backbone={"name": "dragonfly", "sha256": "ab" * 32, "features": 1280})
    with pytest.raises(ModelError) as caught:
        load(tampered(tuned, "model.json", change))
    assert "dragonfly" in caught.value.say("ko")


def test_a_network_without_weights_needs_all_of_them_from_its_model(saved: Path) -> None:
    path = saved.with_name("classic.teachlens")
    save(path, replace(model(1024), backbone="resnet50-classic"), examples(features=1024), [])
    assert load(path, tuned_weights=False).labels == LABELS
    with pytest.raises(ModelError) as caught:
        load(path)
    assert caught.value.key == "model.damaged"


# --- Files that were made to do harm ----------------------------------------------------------------------------------


@pytest.mark.parametrize("seed", range(0, 400, 50))
def test_a_damaged_file_with_right_checksums_is_refused_in_words_or_works(tmp_path: Path, seed: int) -> None:
    """Anything but ModelError, NumPy's warnings among them, fails."""
    path = tmp_path / "damaged.teachlens"
    with np.errstate(all="raise", under="ignore"):
        accepted = []
        for _, content in cases(tmp_path, 50, seed):
            path.write_bytes(content)
            accepted.append(exercise(path))
    assert not all(accepted)


@pytest.mark.parametrize(
    ("name", "why"),
    [
        ("readme.txt", "unknown"),
        ("thumbnails/../../x.jpg", "unknown"),
        ("thumbnails/1234567.jpg", "unknown"),
        ("own/x/kernel.npy", "unknown"),
    ],
)
def test_members_that_no_model_file_has_are_refused(saved: Path, name: str, why: str) -> None:
    path = tampered(saved, name, lambda content: b"x")
    for opening in (load, load_examples, has_examples, is_tuned):
        with pytest.raises(ModelError):
            opening(path)
    with pytest.raises(ModelError):
        retitle(path, "other")


def test_names_of_examples_can_be_shown_whatever_their_files_were_called(tmp_path: Path) -> None:
    path = tmp_path / "names.teachlens"
    names = ("a\x07.jpg", "\udcff.jpg", "\u202egpj.exe", "b" * 5000, "e", "f")
    save(path, model(), replace(examples(), names=names), [])
    kept = load_listing(path).names
    assert kept == ("a\ufffd.jpg", "\ufffd.jpg", "\ufffdgpj.exe", "b" * 1000, "e", "f")


@pytest.mark.parametrize("group", [2**31 - 1, -1])
def test_groups_that_no_lesson_makes_are_refused(saved: Path, group: int) -> None:
    path = tampered(saved, "examples/groups.npy", lambda content: model_files.array(content, 2, np.int32(group)))
    with pytest.raises(ModelError):
        load_listing(path)
    with pytest.raises(ModelError):
        load_sampled(path, lambda labels: labels[:0])


def test_tested_examples_that_are_not_there_are_refused(saved: Path) -> None:
    with pytest.raises(ModelError):
        load_listing(tampered(saved, "report/example.npy", lambda content: model_files.array(content, 0, np.int32(6))))


def test_a_file_of_the_first_edition_with_packed_vectors_opens(saved: Path) -> None:
    path = saved.with_name("packed.teachlens")
    path.write_bytes(model_files.packed(model_files.members(saved.read_bytes())))
    rows = np.array([1, 4], np.int32)
    for one in (path, saved):
        sampled = load_sampled(one, lambda labels: rows)
        assert np.array_equal(sampled.vectors, examples().vectors[rows])
