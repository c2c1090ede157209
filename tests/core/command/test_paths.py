"""Where models are read from and results written to, checked before any work is done."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest

from core.command import CommandError
from core.command.paths import model_path, require_writable
from core.model import everyday


def test_everyday_stands_for_the_ready_model_unless_a_file_is_called_so(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(everyday, "ensure", lambda language: tmp_path / f"ready.{language}")
    assert model_path(Path("everyday"), "ko") == tmp_path / "ready.ko"
    assert model_path(Path("mine.teachlens"), "ko") == Path("mine.teachlens")
    Path("everyday").touch()
    assert model_path(Path("everyday"), "ko") == Path("everyday")


def test_a_result_may_go_into_a_folder_that_is_not_there_yet(tmp_path: Path) -> None:
    require_writable(tmp_path / "new" / "deep" / "x.teachlens")


def test_a_folder_cannot_be_written_as_a_file(tmp_path: Path) -> None:
    with pytest.raises(CommandError) as refused:
        require_writable(tmp_path)
    assert refused.value.key == "command.is_folder"


def test_nothing_can_be_written_below_a_file(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(CommandError) as refused:
        require_writable(tmp_path / "file" / "x.teachlens")
    assert refused.value.key == "command.no_place"


@pytest.mark.skipif(sys.platform == "win32" or os.geteuid() == 0, reason="root may write everywhere")
def test_a_folder_that_is_read_only_is_refused(tmp_path: Path) -> None:
    tmp_path.chmod(0o500)
    with pytest.raises(CommandError):
        require_writable(tmp_path / "x.teachlens")
