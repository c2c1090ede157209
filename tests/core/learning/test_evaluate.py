"""A model is tested on other pictures."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pytest
from drawn import painted, zipped
from layers_models import files

from core.errors import DatasetError, ModelError
from core.learning.evaluate import STAGES, evaluate
from core.learning.progress import Progress
from core.learning.settings import Settings
from core.learning.teach import teach
from core.model import teachable_machine
from core.pictures import archive
from core.pictures.dataset import Dataset


def drawn(path: Path, count: int, labels: Mapping[str, str], first: int = 0) -> Dataset:
    files = {
        f"{label}/{n}.png": painted(paint, n) for label, paint in labels.items() for n in range(first, first + count)
    }
    return archive.find([zipped(path, files)])


@pytest.fixture(scope="module")
def model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("model")
    dataset = drawn(folder / "a.zip", 8, {"빨강": "red", "blue": "blue"})
    teach(dataset, Settings(), folder / "a.teachlens", lambda _: None)
    return folder / "a.teachlens"


def test_a_model_is_tested_on_other_pictures(model: Path, tmp_path: Path) -> None:
    others = drawn(tmp_path / "b.zip", 5, {"빨강": "red", "blue": "red", "초록": "green"}, first=400)
    report = evaluate(model, others, lambda _: None)
    assert report.confusion.shape == (2, 2) and report.confusion.sum(axis=1).tolist() == [5, 5]
    assert report.confusion[1, 1] >= 4 and report.confusion[0, 1] >= 4  # all are red
    assert report.score.total == 10


def test_its_progress_ends_where_it_ends(model: Path, tmp_path: Path) -> None:
    events: list[Progress] = []
    evaluate(model, drawn(tmp_path / "b.zip", 5, {"빨강": "red", "blue": "blue", "초록": "green"}), events.append)
    assert tuple(dict.fromkeys(event.stage for event in events)) == STAGES
    shares = [event.share for event in events]
    assert shares == sorted(shares) and shares[-1] == 1 and events[-1].seconds_left == 0
    assert [event.done for event in events if event.stage == "look"] == list(range(1, 11))  # of known labels


def test_a_model_cannot_be_tested_on_labels_it_does_not_know(model: Path, tmp_path: Path) -> None:
    with pytest.raises(DatasetError) as caught:
        evaluate(model, drawn(tmp_path / "b.zip", 2, {"green": "green"}), lambda _: None)
    assert caught.value.key == "evaluate.no_known_label" and "빨강" in caught.value.say("ko")
    with pytest.raises(ModelError):
        evaluate(tmp_path / "gone.teachlens", drawn(tmp_path / "c.zip", 2, {"green": "green"}), lambda _: None)


def test_pictures_that_cannot_be_read_end_it_in_good_order(model: Path, tmp_path: Path) -> None:
    dataset = archive.find([zipped(tmp_path / "b.zip", {"blue/1.png": b"no picture", "blue/2.png": b"nor this"})])
    events: list[Progress] = []
    assert evaluate(model, dataset, events.append).score.total == 0
    assert events[-1].share == 1


def test_a_model_that_was_made_elsewhere_is_tested_too(tmp_path: Path) -> None:
    path = tmp_path / "made.teachlens"
    teachable_machine.write(path, teachable_machine.read(files(labels=["빨강", "blue", "more"]), ""))
    report = evaluate(path, drawn(tmp_path / "b.zip", 3, {"빨강": "red", "blue": "blue"}), lambda _: None)
    assert report.confusion.sum(axis=1).tolist() == [3, 3, 0]
