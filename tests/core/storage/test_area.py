"""The plan of a visitor's area: everything has its place, and nothing leads out of it."""

from __future__ import annotations

from pathlib import Path

import pytest

from core.storage.area import VisitArea, is_token, new_token


def test_local_and_hosted_areas_know_whose_they_are(home: Path) -> None:
    token = new_token()
    local, hosted = VisitArea.local(), VisitArea.of_token(token)
    assert (local.root, local.owner, local.is_hosted) == (home / "local", "local", False)
    assert (hosted.root, hosted.owner, hosted.is_hosted) == (home / "visits" / token, token, True)


def test_all_areas_are_found_and_nothing_else(home: Path) -> None:
    token = new_token()
    for folder in ("local", f"visits/{token}", "visits/not a token", "samples"):
        (home / folder).mkdir(parents=True)
    assert [area.owner for area in VisitArea.all()] == ["local", token]


@pytest.mark.parametrize("token", ["", "..", "a" * 21, "a" * 23, "a" * 20 + "/b", None, 7])
def test_what_is_no_token_becomes_no_path(token: object) -> None:
    assert not is_token(token)
    with pytest.raises(ValueError):
        VisitArea.of_token(str(token))


def test_no_id_leads_out_of_the_area(tmp_path: Path) -> None:
    area = VisitArea(tmp_path)
    for path in (area.lesson("../../x"), area.improvement("../../x"), area.model_of("../../x")):
        assert path.resolve().is_relative_to(tmp_path)
    assert area.model_of("20260101").name == "20260101.teachlens"


def test_an_upload_is_known_by_its_own_folder(tmp_path: Path) -> None:
    area = VisitArea(tmp_path)
    place = area.new_upload()
    assert place.parent == area.uploads and place != area.new_upload()
    assert area.upload_of(place / "deep" / "a.zip") == place
    assert area.upload_of(place) == place
    assert area.upload_of(area.uploads) is None and area.upload_of(tmp_path / "elsewhere.zip") is None


def test_the_area_of_a_job_is_the_one_in_which_its_folder_lies(tmp_path: Path) -> None:
    area = VisitArea(tmp_path)
    assert VisitArea.of_job(area.lesson("one")) == VisitArea.of_job(area.improvement("one")) == area


def test_a_model_of_the_area_is_known_however_its_path_is_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    area = VisitArea(tmp_path / "area")
    area.models.mkdir(parents=True)
    monkeypatch.chdir(area.models)
    for path in (area.model_of("a"), Path("a.teachlens"), area.root / "bin" / ".." / "models" / "a.teachlens"):
        assert area.has_model(path)
    for path in (area.bin / "a.teachlens", area.models / "deep" / "a.teachlens", area.models / ".." / "a.teachlens"):
        assert not area.has_model(path)
