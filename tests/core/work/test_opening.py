"""Models that were made elsewhere, from files, zips, folders and links."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

import pytest
from layers_models import LABELS, files, flat, serving_folder, written, zipped
from model_files import saved

from core.errors import ExportError, ModelError, TeachLensError
from core.export import exporting
from core.export.formats.teachable_machine import write as write_export
from core.model import store
from core.model.file import load
from core.model.recognise import Recogniser
from core.storage.area import VisitArea
from core.work import opening
from doodles import samples


def opened(content: bytes, name: str = "tm-my-image-model.zip") -> list[tuple[str, io.BytesIO]]:
    return [(name, io.BytesIO(content))]


@pytest.mark.parametrize("folder", ["", "a model/", "a/b/"])
def test_a_zip_is_opened_wherever_its_files_lie(folder: str) -> None:
    assert opening.from_files(opened(zipped(files(), folder))).labels == LABELS


def test_of_several_models_in_a_zip_the_uppermost_is_meant() -> None:
    both = {**files(), **{f"old/{name}": content for name, content in files(flat(), modelName="old").items()}}
    assert opening.from_files(opened(zipped(both))).card.title == "My fruit"


def test_three_files_are_opened_together() -> None:
    parts = [(name, io.BytesIO(content)) for name, content in files().items()]
    assert opening.from_files(parts).labels == LABELS


def test_a_model_without_a_name_is_called_as_its_zip() -> None:
    assert opening.from_files(opened(zipped(files(modelName="")), "내 과일.zip")).card.title == "내 과일"


def test_folders_and_paths_are_opened(tmp_path: Path) -> None:
    folder = written(tmp_path / "model", files(modelName=""))
    assert opening.from_paths([folder]).card.title == "model"
    assert opening.from_paths(sorted(folder.iterdir())).labels == LABELS
    (tmp_path / "a.zip").write_bytes(zipped(files()))
    assert opening.from_paths([tmp_path / "a.zip"]).labels == LABELS


@pytest.mark.parametrize("end", ["", "model.json"])
def test_a_link_is_opened(end: str, tmp_path: Path) -> None:
    with serving_folder(written(tmp_path, files())) as address:
        assert opening.from_link(address + end, own_machine=True).labels == LABELS


def test_a_link_to_a_page_is_refused(tmp_path: Path) -> None:
    with serving_folder(written(tmp_path, {**files(), "model.json": b"<html>"})) as address:
        with pytest.raises(ModelError, match=r"model\.json"):
            opening.from_link(address, own_machine=True)
        with pytest.raises(ModelError, match=r"There is no model\.json"):
            opening.from_link(f"{address}elsewhere/", own_machine=True)


@pytest.mark.parametrize("name", ["keras_model.h5", "model_unquant.tflite", "model.savedmodel/saved_model.pb"])
def test_exports_for_other_programs_are_told_apart(name: str) -> None:
    for given in (opened(zipped({name: b"x", "labels.txt": b"0 a"})), opened(b"\x89HDF", name)):
        with pytest.raises(ModelError) as refused:
            opening.from_files(given)
        assert refused.value.key == "open.other_export" and "Tensorflow.js" in str(refused.value)


def test_a_bomb_is_not_unpacked() -> None:
    content = zipped({**files(), "weights.bin": bytes(2**26)})
    with pytest.raises(ModelError) as refused:
        opening.from_files(opened(content))
    assert refused.value.key == "open.not_unpacked"


@pytest.mark.parametrize("damage", ["cut", "flipped", "link", "locked"])
def test_a_damaged_zip_is_refused(damage: str) -> None:
    whole = bytearray(zipped(files()))
    if damage == "cut":
        whole = whole[: len(whole) // 2]
    elif damage == "flipped":
        whole[len(whole) // 3] ^= 0xFF
    else:
        target = io.BytesIO()
        with zipfile.ZipFile(target, "w") as archive:
            for name, content in files().items():
                info = zipfile.ZipInfo(name)
                info.external_attr = 0o120777 << 16 if damage == "link" else 0
                archive.writestr(info, content)
        whole = bytearray(target.getvalue())
        if damage == "locked":
            at = whole.index(b"PK\1\2")
            whole[at + 8] |= 1
    with pytest.raises(TeachLensError):
        opening.from_files(opened(bytes(whole)))


def test_several_zips_are_refused() -> None:
    with pytest.raises(ModelError) as refused:
        opening.from_files([*opened(zipped(files())), *opened(zipped(files()), "b.zip")])
    assert refused.value.key == "open.one_at_a_time"


def test_our_own_model_files_are_told_apart(tmp_path: Path) -> None:
    own = saved(tmp_path / "a.teachlens").read_bytes()
    ours = {"a.teachlens": own, "renamed.zip": own, "b.teachlens": zipped(files()), "c": b"", "d.txt": b"hello"}
    theirs = {"a.zip": zipped(files()), "model.json": b"", "weights.bin": b"", "keras_model.h5": b""}
    assert all(opening.is_own(name, io.BytesIO(content)) for name, content in ours.items())
    assert not any(opening.is_own(name, io.BytesIO(content)) for name, content in theirs.items())


def test_our_own_exports_open_and_answer_as_before(tmp_path: Path) -> None:
    path = store.SAMPLES / "doodles.en.teachlens"
    exported = write_export(path, written(tmp_path / "export", {})).model
    again = opening.from_paths([tmp_path / "export"])
    picture = samples.draw("fish", samples.HELD_OUT + 1)
    before, after = (Recogniser(model).recognise(picture) for model in (exported, again))
    assert after.labels == before.labels and after.probabilities == pytest.approx(before.probabilities, abs=1e-5)
    assert again.threshold == exported.threshold


def test_a_model_from_elsewhere_is_not_exported(tmp_path: Path) -> None:
    path = opening.add(VisitArea(tmp_path), opening.from_files(opened(zipped(files()))))
    with pytest.raises(ExportError) as refused:
        exporting.export(path, "teachable-machine", tmp_path / "a.zip", "en")
    assert refused.value.key == "export.made_elsewhere" and not (tmp_path / "a.zip").exists()


def test_it_joins_the_models_of_a_visit(tmp_path: Path) -> None:
    area = VisitArea(tmp_path)
    path = opening.add(area, opening.from_files(opened(zipped(files()))))
    (one,) = store.listing(area)
    assert one.path == path and one.is_foreign and one.labels == LABELS and not one.taught
    assert load(path).card.title == "My fruit"
