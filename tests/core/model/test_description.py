"""What `model.json` may say: whatever opens can also be shown."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from model_files import LABELS, array, described, saved, tampered

from core.errors import ModelError
from core.model.file import load


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return saved(tmp_path / "fruit.teachlens")


@pytest.mark.parametrize(
    "changes",
    [
        {"card__made": "yesterday"},
        {"card__made": "2026-02-30T00:00:00+00:00"},
        {"card__made": "0001-01-01T00:00:00+00:00"},
        {"card__made": "9999-12-31T23:59:59-14:00"},
        {"card__made": 5},
        {"card__title": "a\x07b"},
        {"card__title": "a\ud800b"},
        {"card__title": "a\u202eb"},
        {"card__title": "x" * 1001},
        {"card__version": "0\n1"},
        {"card__pictures": []},
        {"card__pictures": {LABELS[0]: -1}},
        {"card__pictures": {LABELS[0]: 10**40}},
        {"card__pictures": {LABELS[0]: True}},
        {"card__pictures": {"another": 1}},
        {"card__skipped": 1.5},
        {"card__skipped": float("inf")},
        {"card__seed": 10**30},
        {"card__seconds": float("inf")},
        {"card__seconds": "1"},
        {"card__joined": [0]},
        {"card__joined": [10**9]},
        {"card__joined": 3},
        {"card__notes": {"a": 1}},
        {"card__before": {"right": 3, "total": 2, "low": 0, "high": 1}},
        {"report__score": {"right": 1, "total": 2, "low": float("nan"), "high": 1}},
        {"report__score": {"right": 10**400, "total": 10**400, "low": 0, "high": 1}},
        {"report__tested": 10**9},
        {"report__tested": True},
        {"report__method": "guessed"},
        {"report__per_class": {}},
        {"labels": ["a", "b\x00", "c"]},
        {"labels": ["a", "b\udfff", "c"]},
        {"labels": ["a", " ", "c"]},
        {"temperature": True},
        {"temperature": "1"},
        {"threshold": 1e400},
        {"level_weight": -1},
        {"level_weight": "1"},
        {"lesson": 2.0},
        {"lesson": "3"},
        {"version": True},
        {"backbone": []},
    ],
)
def test_a_field_that_cannot_be_is_refused(path: Path, changes: dict[str, Any]) -> None:
    with pytest.raises(ModelError):
        load(tampered(path, "model.json", described(**changes)))


@pytest.mark.parametrize(
    ("member", "position", "value"),
    [
        ("head/weights.npy", 5, np.float32(3e38)),
        ("head/bias.npy", 0, np.float32(-3e38)),
        ("report/confusion.npy", 0, np.int32(-1)),
        ("report/example.npy", 0, np.int32(-1)),
        ("report/probability.npy", 0, np.float32(1.5)),
        ("report/probability.npy", 0, np.float32(-0.5)),
        ("familiar/vectors.npy", 0, np.float16(np.inf)),
    ],
)
def test_a_number_that_cannot_be_is_refused(path: Path, member: str, position: int, value: Any) -> None:
    with pytest.raises(ModelError):
        load(tampered(path, member, lambda content: array(content, position, value)))


@pytest.mark.parametrize(
    "name",
    [
        "efficientnet-lite0",
        "efficientnet-lite0-levels",
        "efficientnet-lite0+efficientnet-lite1-192",
        "resnet50-classic",
    ],
)
@pytest.mark.parametrize("features", [1, 1000, 1279, 65_536])
def test_feature_vectors_that_the_backbone_does_not_have_are_refused(path: Path, name: str, features: int) -> None:
    change = described(backbone={"name": name, "sha256": "ab" * 32, "features": features})
    with pytest.raises(ModelError) as refused:
        load(tampered(path, "model.json", change))
    assert refused.value.key == "model.damaged"


def test_a_backbone_that_nobody_knows_is_named(path: Path) -> None:
    change = described(backbone={"name": "dragonfly", "sha256": "ab" * 32, "features": 1280})
    with pytest.raises(ModelError) as refused:
        load(tampered(path, "model.json", change))
    assert refused.value.key == "model.other_backbone" and "dragonfly" in refused.value.say("ko")


@pytest.mark.parametrize("shape", [[50_000, 1280], [2_001, 1280], [4, 20_000], [0, 1280], [4], "4", [4.0, 1280]])
def test_more_neighbours_than_a_lesson_keeps_are_refused_before_they_are_read(
    path: Path, shape: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    change = described(familiar={"least": 0.5, "shape": shape})
    spoilt = tampered(path, "model.json", change)
    monkeypatch.setattr("core.model.description.read_array", _not("familiar/vectors.npy"))
    with pytest.raises(ModelError):
        load(spoilt)


def _not(name: str) -> Any:
    """`read_array`, which must not be asked for that member."""
    from core.model.members import read_array

    def read(archive: Any, member: str, *others: Any, **more: Any) -> Any:
        assert member != name
        return read_array(archive, member, *others, **more)

    return read


def test_json_of_many_values_is_refused_before_any_is_made(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    large = path.with_name("large.teachlens")
    large.write_bytes(tampered(path, "model.json", lambda content: b'{"a":"' + b"x" * 3_000_000 + b'"}').read_bytes())
    names = tampered(path, "examples/names.json", lambda content: b"[" + b'"",' * 200_000 + b'""]').read_bytes()
    several = path.with_name("several.teachlens")
    several.write_bytes(names)
    many = tampered(path, "model.json", lambda content: b"[" + b"{}," * 600_000 + b"{}]")
    made: list[int] = []
    loads = json.loads
    monkeypatch.setattr("core.model.members.json.loads", lambda content: (made.append(len(content)), loads(content))[1])
    from core.model.file import has_examples

    for refused, opening in ((many, load), (large, load), (several, has_examples)):
        with pytest.raises(ModelError):
            opening(refused)
    assert not made


def test_notes_of_a_newer_edition_are_left_out(path: Path) -> None:
    notes = ["classic.from_scratch", "a.note.to.come", "model.missing"]  # the last needs a value, which nobody has
    assert load(tampered(path, "model.json", described(card__notes=notes))).card.notes == ("classic.from_scratch",)


def test_the_weight_of_levels_is_kept_and_is_1_where_a_file_of_before_has_none(path: Path) -> None:
    assert load(tampered(path, "model.json", described(level_weight=0.35))).level_weight == 0.35

    def without(content: bytes) -> bytes:
        fields = json.loads(content)
        del fields["level_weight"]
        return json.dumps(fields).encode()

    assert load(tampered(path, "model.json", without)).level_weight == 1
